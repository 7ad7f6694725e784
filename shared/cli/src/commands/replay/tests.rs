#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::{path::Path, sync::LazyLock};

use contracts::AuditRecord;
use decisions::Rules;
use simulator::Players;
use store::Versioned;
use testkit::{at, example_model, example_with, history, rules};

use super::*;

const FROM: &str = "2026-11-16T00:00:00Z";
const TO: &str = "2026-11-30T00:00:00Z";

/// The audit records of a simulated week by the example's rules, by record.
static WEEK: LazyLock<BTreeMap<RecordId, Vec<AuditRecord>>> = LazyLock::new(|| {
    let rules = Rules::prepare(example_model(), at(FROM)).unwrap();
    let players = Players::new(&rules, at(FROM)).unwrap();
    let ending = players.ending(&players.plain_story(7, 7, 12));
    let mut found: BTreeMap<RecordId, Vec<AuditRecord>> = BTreeMap::new();
    for item in ending.items.into_iter().filter(|item| item.key.is_audit()) {
        let audit = Versioned::<AuditRecord>::read(item).unwrap().state;
        if let Subject::Record(record) = &audit.subject {
            found.entry(record.clone()).or_default().push(audit);
        }
    }
    found
});

fn replayed(rules: &Rules, past: &BTreeMap<RecordId, Vec<AuditRecord>>) -> Replay {
    let mut replay = Replay::default();
    for (record, audits) in past {
        let asked = audits
            .iter()
            .filter(|it| it.function == Function::LeadRouting);
        let asked = asked.map(|audit| audit.decision.clone()).collect();
        replay.add(rules, record, audits, &asked);
    }
    replay
}

fn shown(rules: &Rules, replay: &Replay) -> (String, serde_json::Value) {
    let shown = Shown {
        model: &rules.model,
        folder: Path::new("proposed"),
        replay,
        never_seen: &replay.never_seen(rules),
        span: (at(FROM), at(TO)),
    };
    (shown.text(rules.company_zone()), shown.json())
}

#[test]
fn by_the_model_that_decided_every_decision_is_the_same() {
    let rules = rules(example_model());
    let replay = replayed(&rules, &WEEK);
    let (text, _) = shown(&rules, &replay);
    assert!(replay.same > 50, "{text}");
    assert!(
        replay.changed.is_empty() && replay.unknown.is_empty(),
        "{text}"
    );
}

#[test]
fn by_another_what_differs_is_told_rule_by_rule_with_examples() {
    let other = rules(example_with(
        "processes.yaml",
        "    - rule: dach\n",
        "    - rule: germany\n      when: { account.country: DE, lead.in_icp: yes }\n      \
         to: pool america_account_executives\n    - rule: dach\n",
    ));
    let replay = replayed(&other, &WEEK);
    let (text, json) = shown(&other, &replay);
    assert!(
        replay.changed.len() == 1 && replay.unknown.is_empty(),
        "{text}"
    );
    let ((then, now), decisions) = replay.changed.iter().next().unwrap();
    assert_eq!((then.rule.as_str(), now.rule.as_str()), ("dach", "germany"));
    assert_eq!(replay.otherwise(), (0, decisions.len()));
    let row =
        "dach       pool dach_account_executives  germany   pool america_account_executives  ";
    assert!(text.contains(row), "{text}");
    assert_eq!(json["elsewhere"], decisions.len());
    assert_eq!(json["changed"][0]["now"]["rule"], "germany");
}

#[test]
fn what_hangs_on_a_value_that_is_not_kept_is_counted_and_not_guessed() {
    let mut files = testkit::example_files();
    let mut put = |file: &str, piece: &str, other: &str| {
        let file = files.get_mut(file).unwrap();
        let text = String::from_utf8(file.clone()).unwrap();
        assert!(text.contains(piece), "{piece}");
        *file = text.replacen(piece, other, 1).into_bytes();
    };
    put(
        "technology.yaml",
        "hubspot: email, personal: yes",
        "hubspot: email",
    );
    put(
        "processes.yaml",
        "    - rule: dach\n",
        "    - rule: info\n      when: { lead.email: { starts_with: \"info@\" }, lead.in_icp: yes }\n      \
         to: jonas\n    - rule: dach\n",
    );
    let other = rules(testkit::model_of(&files.into_iter().collect()));
    let replay = replayed(&other, &WEEK);
    let (text, _) = shown(&other, &replay);
    let why = "it hangs on lead.email, of which no value is kept";
    assert!(replay.unknown.contains_key(why), "{text}");
    assert!(replay.changed.is_empty() && replay.same > 0, "{text}");
}

#[test]
fn where_earlier_audit_records_are_gone_that_is_said() {
    let rules = rules(example_model());
    let mut past = WEEK.clone();
    for audits in past.values_mut() {
        audits.retain(|audit| audit.function == Function::LeadRouting);
    }
    let replay = replayed(&rules, &past);
    assert_eq!(replay.judged(), 0);
    let why: Vec<&String> = replay.unknown.keys().collect();
    assert_eq!(why, ["the audit records before it are not kept any more"]);
}

#[test]
fn the_decisions_of_a_time_are_found_in_the_table() {
    let found = |from: &str, to: &str| {
        let (from, to) = (history::november(from), history::november(to));
        let found = wait(async {
            let table = history::table().await;
            let decided = decided(&table, from, to).await.unwrap();
            let mut audits = 0;
            for record in decided.keys() {
                audits += audits_of(&table, record).await.unwrap().len();
            }
            Ok((decided.values().map(BTreeSet::len).sum::<usize>(), audits))
        });
        found.unwrap()
    };
    let (decisions, audits) = found("23T08:02:11", "23T08:02:12");
    assert!(decisions == 1 && audits > 1, "{decisions} of {audits}");
    assert_eq!(found("23T08:02:12", "24T00:00:00").0, 0);
}

#[test]
fn where_there_is_nothing_that_is_said() {
    let rules = rules(example_model());
    let (text, _) = shown(&rules, &Replay::default());
    assert!(
        text.starts_with("no routing decision is kept from "),
        "{text}"
    );
}
