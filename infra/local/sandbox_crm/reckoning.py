"""What an amount in another currency is in the account's own.

HubSpot calculates `amount_in_home_currency` of a deal from its amount, by the rate of its currency. A currency
without a rate leaves it empty.
"""

from decimal import Decimal, InvalidOperation

from .account import Account
from .actors import Actor
from .record import Change
from .store import Store

READ = ("amount", "deal_currency_code")
RECKONED = "amount_in_home_currency"
_ITSELF = Actor("CALCULATED", "currency")


class Reckoning:
    """Listens to the store, and answers a changed amount or currency at once."""

    def __init__(self, store: Store, account: Account) -> None:
        self._store = store
        self._account = account

    def hear(self, change: Change) -> None:
        """Reckons anew what depends on the change."""
        record = change.record
        if record.kind.name != "deals" or change.what not in ("creation", "propertyChange"):
            return
        if change.what == "propertyChange" and change.name not in READ:
            return
        reckoned = self._reckoned(*(record.properties.get(name, "") for name in READ))
        if record.properties.get(RECKONED, "") != reckoned:
            self._store.update(record, {RECKONED: reckoned}, _ITSELF)

    def _reckoned(self, amount: str, code: str) -> str:
        rate = "1" if code in ("", self._account.currency) else self._account.rates.get(code)
        try:
            return "" if rate is None or not amount else f"{(Decimal(amount) * Decimal(rate)).normalize():f}"
        except InvalidOperation:
            return ""
