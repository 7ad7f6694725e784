"""The sandbox as a whole: builds the parts from the settings and answers requests."""

import os
from typing import Any

from . import owners as people
from .account import Account
from .account_api import AccountApi
from .activities import Activities
from .actors import Actor, other_integration
from .associations_api import AssociationsApi
from .batches_api import BatchesApi
from .body import Query
from .call import Answer, Call
from .control_api import ControlApi, Controlled
from .definitions import Definitions
from .errors import ApiError
from .faults import Fault, Faults
from .keeping import Keeper
from .link_request import LinkRequests
from .objects_api import ObjectsApi
from .owners_api import OwnersApi
from .pipeline_rules_api import PipelineRulesApi
from .pipelines_api import PipelinesApi
from .portal_rules import PortalRules
from .properties_api import PropertiesApi
from .reckoning import Reckoning
from .record import Change
from .record_writer import RecordWriter
from .request_log import RequestLog
from .routes import Apis, Routes, api_rules, sandbox_rules
from .settings import Settings
from .store import Store
from .timestamps import iso
from .tokens import Token, Tokens
from .ui_api import UiApi
from .users import Users
from .values import Checker
from .webhook_events import EventWriter
from .webhook_sender import WebhookSender

CANNOT_KEEP = 3
"""The exit code if what changes cannot be written any more."""
Reply = tuple[int, Any, dict[str, str]]
"""A status, a JSON value or `None`, and further headers."""


class Sandbox:
    """Knows nothing of sockets. `answer` may be called from many threads."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        definitions = Definitions()
        if settings.definitions:
            definitions.extend(settings.definitions)
        directory = people.load(settings.owners) if settings.owners else people.built_in()
        account = Account(settings.portal, settings.time_zone, settings.currency)
        self.store = Store(definitions)
        users = Users(self.store, definitions, directory)
        self.sender = WebhookSender(
            settings.secret,
            settings.webhook_url,
            window=settings.batch_window,
            timeout=settings.delivery_timeout,
            retry_base=settings.retry_base,
        )
        self._events = EventWriter(settings.portal, settings.app_id, settings.creation_changes)
        self.store.listen(self._announce)
        self.store.listen(Activities(self.store, directory).hear)
        self.store.listen(Reckoning(self.store, account).hear)
        self._faults, self._requests = Faults(), RequestLog()
        self._tokens = Tokens(settings, account)
        rules = PortalRules(definitions)
        links = LinkRequests(self.store, definitions)
        writer = RecordWriter(self.store, Checker(directory), rules, links, settings.portal)
        objects = ObjectsApi(self.store, definitions, writer)
        apis = Apis(
            objects,
            BatchesApi(objects),
            AssociationsApi(objects),
            OwnersApi(directory, self.store.now()),
            PipelinesApi(objects, rules),
            PropertiesApi(objects, rules),
            PipelineRulesApi(objects, rules),
            AccountApi(account, self.store, self._tokens),
        )
        self._api = Routes(api_rules(apis))
        control = ControlApi(
            Controlled(
                self.sender, self._faults, self._requests, self._tokens, rules, account, users, self.store
            )
        )
        self._own = Routes(sandbox_rules(control, UiApi(objects, definitions, directory)))
        self._keeper = (
            Keeper(settings.state, self.store, definitions, directory, account) if settings.state else None
        )
        if self._keeper:
            users.complete()
            self._events.go_on()
            for record in self._keeper.told_again():
                what = "creation" if record.archived is None else "deletion"
                self._announce(Change(what, record, record.updated, other_integration()))

    def answer(
        self, method: str, path: str, query: Query, raw: bytes, authorization: str | None
    ) -> Reply:
        """The reply to one request; every error has become a reply as well."""
        if path.startswith("/_sandbox"):
            try:
                return *self._run(self._own, method, path, query, raw, other_integration()), {}
            except ApiError as problem:
                return problem.status, problem.body(), problem.headers
        started = self.store.now()
        name = "none" if authorization is None else "unknown"
        try:
            token = self._tokens.who(authorization) if authorization is not None else None
            name = token.name if token else name
            reply = self._api_reply(method, path, query, raw, token)
        except ApiError as problem:
            reply = problem.status, problem.body(), problem.headers
        self._requests.add(
            {"at": iso(started), "method": method, "path": path, "status": reply[0], "token": name}
        )
        return reply

    def close(self) -> None:
        """Ends what is written to a file."""
        with self.store.lock:
            if self._keeper:
                self._keeper.close()

    def _api_reply(
        self, method: str, path: str, query: Query, raw: bytes, token: Token | None
    ) -> Reply:
        headers: dict[str, str] = {}
        if token:
            with self.store.lock:
                headers = token.limit.check(search=path.rstrip("/").endswith("/search"))
        fault = self._faults.take(method, path, raw)
        if fault and not fault.after:
            self._meet(fault)
        actor = token.actor if token else other_integration()
        status, body = self._run(self._api, method, path, query, raw, actor)
        if fault and fault.after:
            self._meet(fault)
        return status, body, headers

    def _meet(self, fault: Fault) -> None:
        if fault.delay_ms:
            self._faults.hold(fault)
        if fault.status:
            raise fault.error()

    def _run(
        self, routes: Routes, method: str, path: str, query: Query, raw: bytes, actor: Actor
    ) -> Answer:
        handler, parts = routes.find(method, path)
        with self.store.lock:
            try:
                return handler(Call(method, path, query, raw, actor, parts))
            finally:
                if self._keeper and method != "GET":
                    self._keep(self._keeper, types="/properties/" in path or "/pipelines/" in path)

    @staticmethod
    def _keep(keeper: Keeper, types: bool) -> None:
        try:
            keeper.keep(types)
        except OSError as why:
            # What cannot be kept must not look as if it were.
            print(f"the records cannot be kept: {why.strerror or why}; the sandbox CRM ends here", flush=True)
            os._exit(CANNOT_KEEP)

    def _announce(self, change: Change) -> None:
        if event := self._events.write(change):
            self.sender.offer(event)
