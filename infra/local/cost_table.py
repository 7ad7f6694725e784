"""What `make cost` prints: what was counted, and what that costs."""

from dataclasses import asdict, dataclass
from typing import Any

import pricing
from pricing import Counts, Line, Prices, Standing

A_MONTH = 10_000
"""Leads of a month by which what is kept is reckoned."""
WHOLE = {"gb_seconds": 3, "log_gb": 7, "archive_gb": 7, "secret_requests": 2, "bucket_writes": 2}
"""Digits after the point; one for all others."""


@dataclass(frozen=True)
class Result:
    """What was measured."""

    alone: Counts
    """Of a lead that comes alone."""
    burst: Counts
    """Of one of many that come at once."""
    tick: Counts
    standing: Standing
    kept: dict[str, float]
    """GB, by the names of the prices."""


def last_line(result: Result, prices: Prices) -> str:
    alone = pricing.without_mail(pricing.by_use(result.alone, prices))
    burst = pricing.without_mail(pricing.by_use(result.burst, prices))
    return (
        f"by use: {alone:.0f} $ per million leads one by one, {burst:.0f} $ in bursts, without mail; "
        f"by month: {_sum(_by_month(result, prices)):.2f} $"
    )


def as_text(result: Result, prices: Prices, by_item: bool) -> str:
    """The tables, and the line that sums them up."""
    alone, burst = pricing.by_use(result.alone, prices), pricing.by_use(result.burst, prices)
    rows = ["", f"by the prices of {prices.region} on {prices.read}, without free tiers", ""]
    rows.append(f"{'by use':<24}{'one by one':>12}{'$ a million':>13}{'in a burst':>13}{'$ a million':>13}")
    for one, many in zip(alone, burst):
        digits = WHOLE.get(one.name, 1)
        rows.append(f"{_words(one.name):<24}{one.units:>12.{digits}f}{one.usd:>13.2f}{many.units:>13.{digits}f}{many.usd:>13.2f}")
    rows += ["", f"{'by month':<24}{'units':>12}{'$':>13}"]
    rows += [f"{_words(it.name):<24}{_units(it.units):>12}{it.usd:>13.2f}" for it in _by_month(result, prices)]
    rows.append(f"(kept is what {A_MONTH:,} leads a month leave: table and its recovery, logs, archive)")
    if by_item:
        rows += _details("one by one", result.alone) + _details("in a burst", result.burst) + _details("a tick", result.tick)
    return "\n".join([*rows, "", last_line(result, prices)])


def as_json(result: Result, prices: Prices) -> dict[str, Any]:
    """The same for programs."""

    def one(counts: Counts) -> dict[str, Any]:
        return {
            "lines": [asdict(line) for line in pricing.by_use(counts, prices)],
            "usd_per_million": pricing.without_mail(pricing.by_use(counts, prices)),
            "written": [
                {"function": function, "item": item, "where": where, "units": units}
                for (function, item, where), units in sorted(counts.by_item.items())
            ],
            "details": {kind: dict(sorted(values.items())) for kind, values in sorted(counts.details.items())},
        }

    months = _by_month(result, prices)
    return {
        "region": prices.region,
        "read": str(prices.read),
        "one_by_one": one(result.alone),
        "burst": one(result.burst),
        "tick": one(result.tick),
        "by_month": {"lines": [asdict(line) for line in months], "usd": _sum(months)},
        "summary": last_line(result, prices),
    }


def _by_month(result: Result, prices: Prices) -> list[Line]:
    return pricing.by_month(result.standing, result.tick, result.kept, prices)


def _details(title: str, counts: Counts) -> list[str]:
    rows = ["", f"{title}: write units by function, item and where"]
    written = sorted(counts.by_item.items(), key=lambda each: -each[1])
    rows += [f"  {units:>7.2f}  {function:<16}{item:<16}{where}" for (function, item, where), units in written]
    for kind, values in sorted(counts.details.items()):
        rows += ["", f"{title}: {kind}"]
        rows += [f"  {value:>7.2f}  {name}" for name, value in sorted(values.items(), key=lambda each: -each[1])]
    return rows


def _sum(lines: list[Line]) -> float:
    return sum(line.usd for line in lines)


def _words(name: str) -> str:
    return name.replace("_gb", ", GB").replace("gb_seconds", "GB-seconds").replace("_", " ")


def _units(units: float) -> str:
    return f"{units:,.0f}" if units >= 10 else f"{units:.3f}"
