"""What the account is, and how much of its daily limit a token has used."""

from .account import Account
from .call import Answer, Call
from .store import Store
from .timestamps import iso
from .tokens import Tokens


class AccountApi:
    """The paths under `/account-info`."""

    def __init__(self, account: Account, store: Store, tokens: Tokens) -> None:
        self._account = account
        self._store = store
        self._tokens = tokens

    def details(self, _: Call) -> Answer:
        """GET the account."""
        return 200, self._account.details(self._store.now())

    def usage(self, _: Call) -> Answer:
        """GET the calls of today, all tokens together."""
        used, limit = self._tokens.used_today()
        return 200, {
            "results": [
                {
                    "name": "private-apps-api-calls-daily",
                    "usageLimit": limit,
                    "currentUsage": used,
                    "collectedAt": iso(self._store.now()),
                    "fetchStatus": "SUCCESS",
                }
            ]
        }
