"""`make bench`: how fast a million opportunities are audited, beside DuckDB.

Both read the same two files in the same run, one thread each: DuckDB answers the three questions, the audit these and
every deviation with the reasons of the first 10,000 findings. The counts and the ids of the findings must be the same.
With the page come the metrics of the model.
"""

import argparse
import csv
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple

from layout import ROOT

FOLDER = ROOT / ".local" / "bench" / "audit"
FINDINGS = FOLDER / "findings.csv"
EXAMPLES = ROOT / "target" / "release" / "examples"
NOW = "2026-11-25T12:00:00Z"
ROUNDS = 5

LARGEST_RATIO = 1.5
LARGEST_RATIO_WITH_PAGE = 3.0
LARGEST_MEMORY_MIB = 100.0

ACCOUNTS = """
select account_id, employees, industry, country from read_csv('{folder}/accounts.csv', header = true, columns = {{
  'account_id': 'VARCHAR', 'name': 'VARCHAR', 'employees': 'BIGINT', 'industry': 'VARCHAR', 'country': 'VARCHAR'}})
"""

OPEN = """
select * from read_csv('{folder}/opportunities.csv', header = true, columns = {{
  'deal_id': 'VARCHAR', 'deal_name': 'VARCHAR', 'stage': 'VARCHAR', 'amount': 'DECIMAL(18,2)', 'owner': 'VARCHAR',
  'account_id': 'VARCHAR', 'created': 'TIMESTAMP', 'close_date': 'DATE', 'stage_since': 'TIMESTAMP',
  'last_contact': 'TIMESTAMP', 'budget_confirmed': 'BOOLEAN', 'decision_maker_met': 'BOOLEAN',
  'pain_documented': 'BOOLEAN', 'timeline_agreed': 'BOOLEAN'}})
where stage not in ('closedwon', 'closedlost')
"""

# What the example model says of them, in SQL; a day is the company's, in which it is 13:00 then.
JUDGED = """
with accounts as (""" + ACCOUNTS + """), deals as (""" + OPEN + """), joined as (
  select deals.*, case when employees >= 1000 then 180 when employees >= 200 then 90 when employees is null then 90
      else 45 end as corridor,
    employees between 50 and 5000 and industry in ('software', 'fintech', 'logistics', 'manufacturing')
      and country in ('DE', 'AT', 'CH', 'GB', 'IE', 'FR', 'US', 'CA') as icp,
    coalesce(budget_confirmed and decision_maker_met and pain_documented and timeline_agreed, false)
      and close_date is not null as sql_met
  from deals left join accounts using (account_id)
)
"""
AGO = "date_diff('second', {field}, TIMESTAMP '2026-11-25 12:00:00') > 86400 * {days}"
PAST_CORRIDOR = AGO.format(field="created", days="corridor")

QUESTIONS = JUDGED + f"""
select count(*), count(*) filter (stage = 'qualifiedtobuy'), count(*) filter (stage = 'qualifiedtobuy' and sql_met),
  count(*) filter (icp), count(*) filter (icp is null), count(*) filter ({PAST_CORRIDOR})
from joined
"""

DEVIATIONS = {
    "past_corridor": PAST_CORRIDOR,
    "no_contact": AGO.format(field="coalesce(last_contact, created)", days="30"),
    "stuck_in_stage": AGO.format(
        field="stage_since", days="(case when stage = 'appointmentscheduled' then 21 else 30 end)"
    ),
    "criteria_not_met": "stage <> 'appointmentscheduled' and not (sql_met and "
    "(stage = 'qualifiedtobuy' or coalesce(amount > 0, false)))",
    "close_date_passed": "close_date < DATE '2026-11-25'",
}


class Run(NamedTuple):
    """One run of a process. Seconds and MiB, the most it took at once."""

    seconds: float
    memory: float
    output: bytes


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--peer", choices=["questions", "ids"], help="used by this script itself")
    arguments = parser.parse_args()
    if arguments.peer:
        return _questions() if arguments.peer == "questions" else _ids()
    rows = arguments.rows
    subprocess.run([str(EXAMPLES / "generate"), str(FOLDER), str(rows), str(rows // 10)], check=True)
    peers, runs, pages = [], [], []
    for _ in range(ROUNDS):
        peers.append(_peer("questions"))
        runs.append(_audit("--no-metrics", "--json"))
        pages.append(_audit("--html", str(FOLDER / "audit.html")))
    answered = [json.loads(it.output) for it in peers]
    peer = statistics.median(it["seconds"] for it in answered)
    fits = _report("audit", peer, runs, LARGEST_RATIO)
    fits &= _report("audit with metrics and page", peer, pages, LARGEST_RATIO_WITH_PAGE)
    memory = max(it.memory for it in peers)
    name = f"DuckDB {answered[0]['version']}, the three questions"
    print(f"{name:34} {peer:6.2f} s, {memory:28.0f} MiB with Python's own")
    same = _same_counts(answered[0]["answers"], runs[0].output)
    _audit("--csv", str(FINDINGS))
    ids = json.loads(_peer("ids").output)
    for name, count, is_same in ids:
        print(f"  {name:32} {count:9,} findings, {'the same ids' if is_same else 'OTHER IDS'}")
    return 0 if fits and same and all(is_same for _, _, is_same in ids) else 1


def _peer(what: str) -> Run:
    """DuckDB in a process of its own: a child's memory is counted from its parent's on."""
    return _run([sys.executable, __file__, "--peer", what])


def _database() -> Any:
    import duckdb

    database = duckdb.connect()
    database.execute("set threads = 1")
    return database


def _questions() -> int:
    database = _database()
    began = time.perf_counter()
    answers = database.execute(QUESTIONS.format(folder=FOLDER)).fetchone()
    seconds = time.perf_counter() - began
    version = database.execute("select version()").fetchone()[0].removeprefix("v")
    print(json.dumps({"seconds": seconds, "answers": answers, "version": version}))
    return 0


def _ids() -> int:
    database = _database()
    ids: dict[str, list[str]] = {name: [] for name in DEVIATIONS}
    with FINDINGS.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            ids[row["deviation"]].append(row["id"])
    found = []
    for name, condition in DEVIATIONS.items():
        query = JUDGED.format(folder=FOLDER) + f"select deal_id from joined where {condition} order by deal_id"
        wanted = [row[0] for row in database.execute(query).fetchall()]
        found.append((name, len(ids[name]), wanted == ids[name]))
    print(json.dumps(found))
    return 0


def _audit(*options: str) -> Run:
    """Runs the audit once."""
    command = [str(EXAMPLES / "audit"), "--model", str(ROOT / "config"), "--mapping", str(FOLDER / "mapping.yaml")]
    command += ["--at", NOW, *options, str(FOLDER / "opportunities.csv"), str(FOLDER / "accounts.csv")]
    return _run(command)


def _run(command: list[str]) -> Run:
    """Runs a process, and waits for what it took."""
    began = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command[0]} ended with {process.returncode}")
    return Run(time.perf_counter() - began, usage.ru_maxrss / 1024, output)


def _report(name: str, peer: float, runs: list[Run], most: float) -> bool:
    seconds = statistics.median(run.seconds for run in runs)
    memory = max(run.memory for run in runs)
    ratio = seconds / peer
    fits = ratio <= most and memory <= LARGEST_MEMORY_MIB
    promised = f"promised {most} and {LARGEST_MEMORY_MIB:.0f} MiB"
    verdict = "" if fits else "  TOO MUCH"
    print(f"{name:34} {seconds:6.2f} s, {ratio:.2f} times DuckDB's, {memory:5.0f} MiB ({promised}){verdict}")
    return fits


def _same_counts(answers: list[int], output: bytes) -> bool:
    questions = json.loads(output)["questions"]
    sql, icp = questions["sql"]["in_stage"], questions["icp"]
    found = [icp["open"]["of"], sql["of"], sql["count"], icp["open"]["count"], icp["open_unknown"]]
    found.append(questions["corridor"]["count"])
    if found != answers:
        print(f"the three questions: the audit says {found}, DuckDB {answers}", file=sys.stderr)
    return found == answers


if __name__ == "__main__":
    sys.exit(main())
