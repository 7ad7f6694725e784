"""The access tokens that this portal knows: whose app each belongs to, and what it may do."""

from dataclasses import dataclass
from typing import Any

from .account import Account
from .actors import Actor, app
from .errors import invalid, unauthorised
from .rate_limit import PLANS, RateLimit
from .settings import Settings
from .timestamps import now_ms


@dataclass
class Token:
    """`name` stands in the log of requests instead of the secret. With a user, the rules of pipelines
    bind it as they bind a person."""

    name: str
    app_id: int
    limit: RateLimit
    user_id: int | None = None

    @property
    def actor(self) -> Actor:
        """Who makes the changes that this token asks for."""
        return app(self.app_id, self.user_id)


class Tokens:
    """Our own app's token from the beginning; a test adds others, so that what it asks itself does not
    use up what Fairlead may ask."""

    def __init__(self, settings: Settings, account: Account) -> None:
        self._account = account
        self._settings = settings
        self._held = {settings.token: Token("app", settings.app_id, self._limit({}))}

    def who(self, authorization: str) -> Token:
        """The token of an `Authorization` header; raises 401 if it is not known."""
        scheme, _, secret = authorization.partition(" ")
        token = self._held.get(secret.strip())
        if scheme.lower() != "bearer" or token is None:
            raise unauthorised()
        return token

    def put(self, given: dict[str, Any]) -> None:
        """Adds a token, or changes one: `{"token", "app"?, "user"?, "plan"?, "rate"?, "daily"?,
        "search_rate"?}`. What is not given stays as it was; what was counted before is forgotten.
        Raises 400."""
        unknown = given.keys() - {"token", "app", "user", "plan", "rate", "daily", "search_rate"}
        if unknown:
            raise invalid(f"A token has no {', '.join(sorted(unknown))}.")
        secret = given.get("token")
        if not isinstance(secret, str) or not secret or secret != secret.strip():
            raise invalid("`token` is the text of an access token.")
        known = self._held.get(secret)
        app_id = _whole(given, "app", known.app_id if known else self._settings.app_id + len(self._held))
        user_id = given.get("user", known.user_id if known else None)
        if user_id is not None:
            user_id = _whole(given, "user", user_id)
        name = known.name if known else f"app {app_id}"
        limit = self._limit(given, known.limit if known else None)
        self._held[secret] = Token(name, app_id, limit, user_id)

    def shown(self) -> list[dict[str, Any]]:
        """Every token as JSON, without its secret."""
        return [
            {
                "name": token.name,
                "app": token.app_id,
                "user": token.user_id,
                "rate": token.limit.rate,
                "daily": token.limit.daily,
                "search_rate": token.limit.search_rate,
                "used_today": token.limit.used_today,
            }
            for token in self._held.values()
        ]

    def used_today(self) -> tuple[int, int]:
        """Calls of all tokens since midnight, and the largest daily limit among them."""
        limits = [token.limit for token in self._held.values()]
        return sum(limit.used_today for limit in limits), max(limit.daily for limit in limits)

    def _limit(self, given: dict[str, Any], known: RateLimit | None = None) -> RateLimit:
        name = given.get("plan")
        if name is not None and not (isinstance(name, str) and name in PLANS):
            raise invalid(f"`plan` is one of {', '.join(PLANS)}.")
        before = known or self._settings
        plan = PLANS[name] if name else before
        return RateLimit(
            _whole(given, "rate", plan.rate),
            _whole(given, "search_rate", before.search_rate),
            daily=_whole(given, "daily", plan.daily),
            day=lambda: self._account.day(now_ms()),
        )


def _whole(given: dict[str, Any], name: str, otherwise: int) -> int:
    value = given.get(name, otherwise)
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise invalid(f"`{name}` is a whole number from 1.")
    return value
