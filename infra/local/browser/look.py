"""What is asked of a page in a browser, at a width and in the light or the dark.

The page comes from a folder, by a route in the browser: whatever it asks for besides is refused, and told.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from playwright.sync_api import Browser, Error, Page, Route

CHECKS = Path(__file__).with_name("page_checks.js").read_text(encoding="utf-8")
WHERE = "https://page.invalid/"
PARTS_OF_A_FIELD = 4
"""Day, month, year and the calendar of a field for a day."""
LONGEST_PICTURE = 6_000
"""In pixels; of a longer page the beginning is shown."""


class Form(NamedTuple):
    """How a page is looked at."""

    width: int
    height: int
    scheme: str
    keyboard: bool
    """Whether all that can be pressed is gone through by the keyboard, which takes the longest."""

    @property
    def name(self) -> str:
        return f"{self.width}-{self.scheme}"


FORMS = [
    Form(390, 844, "light", keyboard=True),
    Form(390, 844, "dark", keyboard=False),
    Form(1400, 900, "light", keyboard=False),
    Form(1400, 900, "dark", keyboard=True),
]


def look(browser: Browser, source: Path, form: Form, pictures: Path | None) -> list[str]:
    """Everything that is wrong with a page in one form; its picture is kept if there is a folder for it."""
    viewport = {"width": form.width, "height": form.height}
    with browser.new_context(viewport=viewport, color_scheme=form.scheme) as context:  # type: ignore[arg-type]
        page = context.new_page()
        wrong: list[str] = []
        address = f"{WHERE}{source.stem}"
        page.on("console", lambda it: wrong.append(f"on the console, {it.type}: {it.text}"))
        page.on("pageerror", lambda it: wrong.append(f"its script failed: {it}"))
        context.route("**/*", lambda route: _answer(route, address, source, wrong))
        page.goto(address, wait_until="load")
        if pictures:
            _picture(page, form, pictures / f"{source.stem}-{form.name}.png")
        # Of our own making, and so not held to what the page's policy lets run.
        page.evaluate(CHECKS)
        wrong += _unfolds(page)
        page.evaluate("fairlead.unfold()")
        for check in ["tooWide", "tooFaint", "tooSmall"]:
            wrong += page.evaluate(f"fairlead.{check}()")
        if form.keyboard:
            wrong += _reached(page)
        return wrong


def _answer(route: Route, address: str, source: Path, wrong: list[str]) -> None:
    if route.request.url != address:
        wrong.append(f"it asks for {route.request.url}")
        route.abort()
        return
    sent_with = source.with_suffix(".json")
    headers = json.loads(sent_with.read_text(encoding="utf-8")) if sent_with.exists() else {}
    body = source.read_text(encoding="utf-8")
    # What it was answered with is not asked here: a page of a refusal is looked at as any other.
    route.fulfill(status=200, headers={"content-type": "text/html; charset=utf-8", **headers}, body=body)


def _picture(page: Page, form: Form, path: Path) -> None:
    height = min(page.evaluate("document.documentElement.scrollHeight"), LONGEST_PICTURE)
    page.set_viewport_size({"width": form.width, "height": max(form.height, height)})
    for tries_left in (2, 1, 0):
        try:
            page.screenshot(path=path)
            break
        except Error:
            # A machine that is busy with something else does not always give one.
            if not tries_left:
                raise
    page.set_viewport_size({"width": form.width, "height": form.height})


def _unfolds(page: Page) -> list[str]:
    """What is folded opens by the keyboard."""
    first = page.query_selector("summary")
    if first is None:
        return []
    first.focus()
    page.keyboard.press("Enter")
    opened = page.evaluate("document.querySelector('summary').parentElement.open")
    return [] if opened else ["the key Enter does not open what is folded"]


def _reached(page: Page) -> list[str]:
    """What can be pressed is reached by the key Tab, in order, and one sees where one is."""
    expected: list[str] = page.evaluate("fairlead.number()")
    page.evaluate("fairlead.begin()")
    wrong: list[str] = []
    found = 0
    for stop in _stops(page, len(expected) * PARTS_OF_A_FIELD):
        # A field for a day has parts, each reached by itself; the browser shows in which one is.
        if found and stop["at"] == str(found - 1):
            continue
        if found == len(expected):
            wrong.append(f"the key Tab comes to {stop['named']}, where nothing is next")
            break
        if stop["at"] != str(found):
            wrong.append(f"the key Tab comes to {stop['named']}, where {expected[found]} is next")
        if stop["wrong"]:
            wrong.append(f"{stop['named']}: {stop['wrong']}")
        found += 1
    if found < len(expected):
        wrong.append(f"the key Tab does not come to {expected[found]}")
    return wrong


def _stops(page: Page, most: int) -> Iterator[dict[str, Any]]:
    for _ in range(most):
        page.keyboard.press("Tab")
        stop = page.evaluate("fairlead.focus()")
        if stop is None:
            return
        yield stop
