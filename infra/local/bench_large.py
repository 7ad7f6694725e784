"""The model of a large company, for `make bench`: fifty thousand domains that are somebody's, in front of the example's own rules."""

import shutil
import subprocess
from pathlib import Path

from layout import ROOT

DOMAINS = 50_000
EXAMPLE = ROOT / "config"
OWNERS = ("anna", "ben", "maya")

TABLE = "\ntables: { owners: { file: tables/owners.csv, from: domain, to: owner } }\n"
RULE = "    - rule: named\n      when: { lead.email: { present: yes } }\n      to: { table: owners, by: lead.email_domain, no_row: next_rule }\n"


def build(into: Path) -> Path:
    """Writes the model into a folder, and builds it there; where it was built."""
    shutil.rmtree(into, ignore_errors=True)
    shutil.copytree(EXAMPLE, into / "model", ignore=shutil.ignore_patterns("scenarios"))
    rows = [f"company-{number}.example,{OWNERS[number % len(OWNERS)]}\n" for number in range(DOMAINS)]
    (into / "model" / "tables").mkdir()
    (into / "model" / "tables" / "owners.csv").write_text("domain,owner\n" + "".join(rows), encoding="utf-8")
    _in_front(into / "model" / "strategy.yaml", "\nterritories:\n", TABLE)
    _in_front(into / "model" / "processes.yaml", "    - rule: existing_customer", RULE)
    built = into / "model.artefact"
    fairlead = ROOT / "target" / "release" / "fairlead"
    subprocess.run([str(fairlead), "build", "--out", str(built), str(into / "model")], check=True, stdout=subprocess.DEVNULL)
    return built


def _in_front(file: Path, of: str, text: str) -> None:
    """Puts a text in front of what stands once in a file."""
    before, after = file.read_text(encoding="utf-8").split(of)
    file.write_text(before + text + of + after, encoding="utf-8")
