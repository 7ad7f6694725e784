"""`make new-check NAME=some-name`: begins a check of the operating model, together with its broken model.

Both compile and both are unfinished: the tests say what is still to be written. Runs on a bare Python.
"""

import argparse
import re
import sys
from pathlib import Path

from layout import ROOT
from problem import Problem

CHECKS = "shared/model-compiler/src/checks.rs"
BROKEN_MODELS = "tests/broken-models"

WORDS_OF_RUST = frozenset(
    "abstract as async await become box break const continue crate do dyn else enum extern false final fn for gen if"
    " impl in let loop macro match mod move mut override priv pub ref return self static struct super trait true try"
    " type typeof unsafe unsized use virtual where while yield".split()
)

# A test of `reference.rs` looks for the words in capitals.
CHECK = """\
//! TO BE WRITTEN: what must hold, why, and what happens where it does not.

use super::check::{{Check, Problems, Reading}};
use crate::problems::problem::ProblemSeverity;

pub(super) static CHECK: Check = Check {{
    name: "{name}",
    about: "TO BE WRITTEN: what must hold, in one sentence.",
    severity: ProblemSeverity::{severity},
    run,
}};

fn run(_reading: &Reading<'_>, _problems: &mut Problems<'_>) {{}}
"""

CHANGE = """\
# What somebody wrote into config/ in which `{name}` finds something, and no other check does.
#
# people.yaml:
#   - replace: a text that stands in config/people.yaml once
#     with: the mistake
"""

NEXT = """\
new      {check}
new      {change}
changed  {checks}

What to do next:
  1. write the mistake into {change}; the README above it says how
  2. write `run`, and what the check makes sure of; empty_pause.rs is a short one to learn from
  3. see what it says: make broken-model NAME={name}
  4. keep that as expected.txt and in config/README.md: BLESS=1 cargo test -p model-compiler
  5. read the difference, and run cargo test -p model-compiler; until then it says what is missing
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", nargs="?", default="")
    parser.add_argument("--warning", action="store_true", help="what it finds is hardly meant, but can be built")
    arguments = parser.parse_args()
    try:
        print(begin(ROOT, arguments.name, warning=arguments.warning), end="")
    except Problem as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1
    return 0


def begin(root: Path, name: str, *, warning: bool = False) -> str:
    """Writes the files of a new check; says which, and what to do next."""
    module = name.replace("-", "_")
    checks = root / CHECKS
    check = checks.parent / "checks" / f"{module}.rs"
    change = root / BROKEN_MODELS / name / "change.yaml"
    _refuse(root, name, module)
    registered = _registered(checks.read_text(encoding="utf-8"), module, warning=warning)

    # Nothing is written before everything is known.
    check.write_text(CHECK.format(name=name, severity="Warning" if warning else "Error"), encoding="utf-8")
    change.parent.mkdir(parents=True)
    change.write_text(CHANGE.format(name=name), encoding="utf-8")
    checks.write_text(registered, encoding="utf-8")
    shown = {key: path.relative_to(root).as_posix() for key, path in (("check", check), ("change", change))}
    return NEXT.format(name=name, checks=CHECKS, **shown)


def _refuse(root: Path, name: str, module: str) -> None:
    if not name:
        raise Problem("NAME is not given.", "make new-check NAME=some-name")
    if not re.fullmatch(r"[a-z]+(-[a-z]+)*", name):
        raise Problem(f"`{name}` cannot name a check.", "Write lower-case words with - between them: some-name.")
    if name in WORDS_OF_RUST:
        raise Problem(f"`{name}` is a word of Rust, so no module can be called so.", "Say more: some-name.")
    sources = (root / CHECKS).parent
    taken = [sources / "checks" / f"{module}.rs", sources / "proofs" / f"{module}.rs", root / BROKEN_MODELS / name]
    for path in taken:
        if path.exists():
            raise Problem(f"{path.relative_to(root).as_posix()} exists, so `{name}` is taken.", "Choose another name.")


def _registered(text: str, module: str, *, warning: bool) -> str:
    """`checks.rs` with the module among the others by name, and the check behind the others that are run."""
    lines = text.splitlines(keepends=True)
    modules = [(index, found[1]) for index, line in enumerate(lines) if (found := re.match(r"(?:pub\S+ )?mod (\w+);", line))]
    if not modules:
        raise Problem(f"{CHECKS} names no modules.", "Look at how it registers the checks, and put this script right.")
    later = [index for index, other in modules if other > module]
    at = later[0] if later else modules[-1][0] + 1
    lines.insert(at, f"mod {module};\n")

    head = "pub static CHECKS: &[&Check] = &["
    begins = next((index for index, line in enumerate(lines) if line.startswith(head)), None)
    ends = next((index for index, line in enumerate(lines) if line.startswith("];") and index > (begins or 0)), None)
    if begins is None or ends is None:
        raise Problem(f"{CHECKS} has no list `{head}`.", "Look at how it registers the checks, and put this script right.")
    # The last guard and the proofs come behind whatever looks at the files, and behind these what warns.
    last = () if warning else ("    &unresolved::", "    &proofs::")
    place = next((index for index in range(begins + 1, ends) if lines[index].startswith(last)), ends)
    lines.insert(place, f"    &{module}::CHECK,\n")
    return "".join(lines)


if __name__ == "__main__":
    sys.exit(main())
