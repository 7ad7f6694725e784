"""The account as a whole: its number, its time zone, its currency."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from .errors import ApiError, invalid


@dataclass
class Account:
    """What `/account-info` tells. The daily limit starts anew at midnight in this time zone."""

    portal: int
    time_zone: str = "Europe/Berlin"
    currency: str = "EUR"
    currencies: tuple[str, ...] = ("USD",)
    rates: dict[str, str] = field(default_factory=lambda: {"USD": "0.9"})
    """What one unit of another currency is in the account's."""

    def details(self, now: int) -> dict[str, Any]:
        """The account as HubSpot writes it; `now` is in milliseconds since 1970. On a machine that knows
        no time zones the offset is that of UTC: whoever asks for the zone has zones of their own."""
        offset = self._offset(now)
        minutes = int(offset.total_seconds()) // 60
        sign = "-" if minutes < 0 else "+"
        return {
            "portalId": self.portal,
            "accountType": "DEVELOPER_TEST",
            "timeZone": self.time_zone,
            "companyCurrency": self.currency,
            "additionalCurrencies": list(self.currencies),
            "utcOffset": f"{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}",
            "utcOffsetMilliseconds": minutes * 60_000,
            "uiDomain": "app.hubspot.com",
            "dataHostingLocation": "eu1",
        }

    def day(self, now: int) -> str:
        """The date in the account's time zone; in UTC on a machine that knows no time zones."""
        try:
            return self._local(now).date().isoformat()
        except ApiError:
            return datetime.fromtimestamp(now / 1000, UTC).date().isoformat()

    def change(self, given: dict[str, Any]) -> None:
        """Sets `timeZone`, `companyCurrency`, `additionalCurrencies` or `rates`; raises 400 for anything else."""
        unknown = given.keys() - {"timeZone", "companyCurrency", "additionalCurrencies", "rates"}
        if unknown:
            raise invalid(f"An account has no {', '.join(sorted(unknown))} that can be set.")
        zone = given.get("timeZone", self.time_zone)
        currency = given.get("companyCurrency", self.currency)
        others = given.get("additionalCurrencies", list(self.currencies))
        if not isinstance(others, list) or not all(map(_is_currency, [currency, *others])):
            raise invalid("A currency is three capital letters, such as EUR.")
        rates = given.get("rates", self.rates)
        if not isinstance(rates, dict) or not all(_is_currency(code) and _is_rate(rates[code]) for code in rates):
            raise invalid("Rates are positive numbers as text, by currency, such as {\"USD\": \"0.9\"}.")
        find_zone(zone)
        self.rates = dict(rates)
        self.time_zone, self.currency, self.currencies = zone, currency, tuple(others)

    def _offset(self, now: int) -> timedelta:
        try:
            return self._local(now).utcoffset() or timedelta()
        except ApiError:
            return timedelta()

    def _local(self, now: int) -> datetime:
        return datetime.fromtimestamp(now / 1000, UTC).astimezone(find_zone(self.time_zone))


def find_zone(name: Any) -> ZoneInfo:
    """A time zone by its name in the IANA database; raises 400 if this machine knows none."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, TypeError, OSError) as why:
        raise invalid(f"There is no time zone {name!r}, or this machine does not know it.") from why


def _is_currency(value: Any) -> bool:
    return isinstance(value, str) and len(value) == 3 and value.isascii() and value.isupper()


def _is_rate(value: Any) -> bool:
    try:
        return isinstance(value, str) and Decimal(value) > 0
    except InvalidOperation:
        return False
