"""`make test-pages`: every page and mail, opened in a real browser.

The pages are those that the tests of `views`, `notify` and `export-audit` make, by the real code. Each is looked at in
390 and 1,400 pixels, in the light and in the dark: nothing on the console, nothing asked of the network, no scrolling
sideways, everything reached by the keyboard with the focus to be seen, and the contrast that WCAG 2.1 AA asks for. The
pictures are kept in `.local/pages/`, for people to look at.
"""

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

from layout import ROOT

FOLDER = ROOT / ".local" / "pages"
SOURCES = FOLDER / "source"
PLANTED = Path(__file__).resolve().parent / "browser" / "planted.html"
TO_FIND = [
    "contrast 2.85 of 4.5",
    "it scrolls sideways",
    "pixels high, of 24",
    "its focus cannot be seen",
    "the key Tab comes to",
    "does not open what is folded",
    "it asks for https://elsewhere.invalid/pixel.png",
    "on the console, error",
    "its script failed",
]
CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
TESTS = [
    ["-p", "views", "-p", "notify", "--lib", "shown::"],
    ["-p", "export-audit", "--test", "page", "--test", "page_numbers", "--test", "movement_page"],
]


def main() -> int:
    """0 if nothing is wrong with any page, or there is no browser to look with."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", metavar="NAME", help="the pages whose names have this in them")
    only = parser.parse_args().only
    if not _browser():
        print("Chromium not found, and only root installs it (apt-get install chromium): not looked at")
        return 0
    if not _made():
        return 1
    pages = [path for path in sorted(SOURCES.glob("*.html")) if only in path.stem]
    wrong = _looked_at(pages)
    for line in wrong:
        print(line, file=sys.stderr)
    if not pages:
        print("no page was made", file=sys.stderr)
    print(f"{len(pages)} pages looked at, {len(wrong)} things are wrong; the pictures are in {FOLDER.relative_to(ROOT)}")
    return 1 if wrong or not pages else 0


def _browser() -> bool:
    """Whether the distribution's browser is here; it is installed where that is possible."""
    if Path(CHROMIUM).exists():
        return True
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return False
    print("installing Chromium (once; this needs the network) …", flush=True)
    command = ["apt-get", "install", "--yes", "--quiet", "--no-install-recommends", "chromium", "fonts-dejavu-core"]
    return subprocess.run(command, stdout=subprocess.DEVNULL, check=False).returncode == 0 and Path(CHROMIUM).exists()


def _made() -> bool:
    shutil.rmtree(FOLDER, ignore_errors=True)
    SOURCES.mkdir(parents=True)
    surroundings = {**os.environ, "PAGES": str(SOURCES)}
    for test in TESTS:
        command = ["cargo", "test", "--quiet", *test]
        run = subprocess.run(command, cwd=ROOT, env=surroundings, stdout=subprocess.PIPE, text=True, check=False)
        if run.returncode != 0:
            print(run.stdout, file=sys.stderr)
            return False
    return True


def _looked_at(pages: list[Path]) -> list[str]:
    from playwright.sync_api import sync_playwright

    from browser.look import FORMS, look

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        # A look that sees nothing finds nothing: first at a page of which all is wrong.
        planted = look(browser, PLANTED, FORMS[0], None)
        wrong = [f"{PLANTED.name}: nobody noticed `{it}`" for it in TO_FIND if not any(it in line for line in planted)]
        for source in pages:
            for form in FORMS:
                wrong += [f"{source.stem}, {form.name}: {line}" for line in look(browser, source, form, FOLDER)]
        browser.close()
    return wrong


if __name__ == "__main__":
    sys.exit(main())
