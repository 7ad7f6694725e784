"""The sandbox as a whole: builds the parts from the settings and answers requests."""

from typing import Any

from . import owners as people
from .actors import Actor, app, other_integration
from .associations_api import AssociationsApi
from .batches_api import BatchesApi
from .body import Query
from .call import Answer, Call
from .control_api import ControlApi
from .definitions import Definitions
from .errors import ApiError, unauthorised
from .faults import Fault, Faults
from .objects_api import ObjectsApi
from .owners_api import OwnersApi
from .rate_limit import RateLimit
from .record import Change
from .request_log import RequestLog
from .routes import Routes, api_rules, sandbox_rules
from .settings import Settings
from .store import Store
from .timestamps import iso
from .ui_api import UiApi
from .values import Checker
from .webhook_events import EventWriter
from .webhook_sender import WebhookSender

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
        self.store = Store(definitions)
        self.sender = WebhookSender(
            settings.secret,
            settings.webhook_url,
            window=settings.batch_window,
            timeout=settings.delivery_timeout,
            retry_base=settings.retry_base,
        )
        self._events = EventWriter(settings.portal, settings.app_id, settings.creation_changes)
        self.store.listen(self._announce)
        self._faults = Faults()
        self._requests = RequestLog()
        self._rate = RateLimit(settings.rate, settings.search_rate)
        objects = ObjectsApi(self.store, definitions, Checker(directory), settings.portal)
        self._api = Routes(
            api_rules(
                objects,
                BatchesApi(objects),
                AssociationsApi(objects),
                OwnersApi(directory, self.store.now()),
            )
        )
        control = ControlApi(self.sender, self._faults, self._requests)
        self._own = Routes(sandbox_rules(control, UiApi(objects, definitions, directory)))

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
        token = "none" if authorization is None else "unknown"
        try:
            actor, token = self._who(authorization)
            reply = self._api_reply(method, path, query, raw, actor, token)
        except ApiError as problem:
            reply = problem.status, problem.body(), problem.headers
        self._requests.add(
            {"at": iso(started), "method": method, "path": path, "status": reply[0], "token": token}
        )
        return reply

    def _who(self, authorization: str | None) -> tuple[Actor, str]:
        if authorization is None:
            return other_integration(), "none"
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or token.strip() != self.settings.token:
            raise unauthorised()
        return app(self.settings.app_id), "app"

    def _api_reply(
        self, method: str, path: str, query: Query, raw: bytes, actor: Actor, token: str
    ) -> Reply:
        headers: dict[str, str] = {}
        if token == "app":
            with self.store.lock:
                headers = self._rate.check(search=path.endswith("/search"))
        fault = self._faults.take(method, path, raw)
        if fault and not fault.after:
            self._meet(fault)
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
            return handler(Call(method, path, query, raw, actor, parts))

    def _announce(self, change: Change) -> None:
        if event := self._events.write(change):
            self.sender.offer(event)
