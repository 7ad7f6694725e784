//! What is promised of any files whatever: they are refused with words, or they are a model by which
//! every record gets exactly one decision.

use std::time::Instant;

use contracts::{Verdict, state::PoolState};
use crm::{Record, RecordKind};
use decisions::{
    Facts, FieldValue, Rules, Staffing, Standing,
    clocks::{Trigger, decide},
    deviations, first_match, gates, gone,
    routing::{Chosen, Todo, choose, consider, deciding_rule, route},
    verdict,
};
use jiff::Timestamp;
use model::{Destination, OperatingModel, When, artefact};
use model_compiler::{Texts, picture, read, report};
use testkit::at;

use crate::{damage::Numbers, files::Files, records::Records};

/// So many records are put to a model that is accepted.
const RECORDS: usize = 12;

/// Reads a model, looks at every problem as a person would see it, and decides by it if there is
/// none. Gives whether it was accepted.
///
/// # Panics
/// If one of the promises is broken.
pub fn hold(files: Files) -> bool {
    let texts: Texts = files.into_iter().collect();
    let begun = Instant::now();
    let found = read(&texts);
    let took = begun.elapsed();
    assert!(took.as_secs() < 10, "it took {took:?}");
    match found {
        Ok(model) => {
            accepted(model);
            true
        }
        Err(problems) => {
            assert!(!problems.is_empty(), "refused without a word");
            assert!(!report::json(&problems, "config").is_empty());
            assert!(!report::github(&problems, "config").is_empty());
            for problem in &problems {
                assert!(!problem.to_string().is_empty() && !problem.fix.is_empty());
                let fine = problem
                    .span
                    .is_none_or(|span| span.line >= 1 && span.column >= 1 && span.length >= 1);
                assert!(fine, "no such place: {problem:?}");
                assert_ne!(problem.check, "unresolved", "a check is missing: {problem}");
            }
            false
        }
    }
}

fn accepted(model: OperatingModel) {
    let bytes = artefact::write(&model).expect("an artefact");
    assert_eq!(artefact::load(&bytes).expect("a model"), model);
    assert!(!picture::text(&model).is_empty() && !picture::markdown(&model).is_empty());
    let rules = Rules::prepare(model, now()).expect("rules");
    let rules = testkit::everybody(&rules);
    for kind in RecordKind::ALL {
        let mut records = Records::of(
            &rules.model,
            kind,
            Numbers::of(u64::try_from(bytes.len()).unwrap()),
        );
        for _ in 0..RECORDS {
            decided(&rules, &records.next());
        }
    }
}

fn now() -> Timestamp {
    at("2026-11-23T09:00:00Z")
}

fn decided(staffing: &Staffing, record: &Record) {
    let facts = Facts::of(staffing, record, now());
    for list in [&staffing.model.segments, &staffing.model.territories] {
        assert!(first_match(list, &facts).is_some(), "no entry: {record:?}");
    }
    if staffing.model.routing.contains_key(&record.id.kind) {
        routed(staffing, record, &facts);
    }
    let gate = gates::judge(staffing, record, None, now()).map(|gated| gated.gate);
    let owner = staffing.model.people.keys().next().expect("a person");
    let at = record.created;
    let clocked = decide(
        staffing,
        record,
        gate.as_ref(),
        None,
        Trigger::Routed { owner, at },
    );
    let clocks = clocked.map(|clocked| clocked.clocks);
    let due = Trigger::Due { at: now() };
    let _ = decide(staffing, record, gate.as_ref(), clocks.as_ref(), due);
    let standing = Standing::default();
    let _ = deviations::watch(staffing, record, gate.as_ref(), standing, None, now());
}

/// Exactly one decision, and the same with and without the index.
fn routed(staffing: &Staffing, record: &Record, facts: &Facts<'_>) {
    let choice = choose(facts);
    assert_ne!(choice.chosen, Chosen::NoRule, "no rule: {record:?}");
    let by_index = deciding_rule(facts).map(|rule| &rule.rule);
    assert_eq!(by_index, Some(&choice.rule));
    let mut list = staffing.model.routing[&record.id.kind].iter();
    let in_turn = list.find(|rule| {
        let held = match &rule.when {
            When::Holds(condition) => verdict(condition, facts) == Verdict::Held,
            When::Unknown => false,
            When::Otherwise => true,
        };
        held && names_somebody(&rule.to, facts)
    });
    assert_eq!(
        in_turn.map(|rule| &rule.rule),
        Some(&choice.rule),
        "{record:?}"
    );
    if let Todo::Route(choice) = consider(staffing, record, None, now()) {
        let _ = route(staffing, record, choice, None, &PoolState::default(), now())
            .expect("a decision");
    }
}

fn names_somebody(to: &Destination, facts: &Facts<'_>) -> bool {
    let Destination::Field(field) = to else {
        return true;
    };
    let FieldValue::Value(value) = facts.look(field) else {
        return false;
    };
    let people = &facts.rules.model.people;
    value.person().is_some_and(|person| {
        people.contains_key(person) && gone(facts.rules, person, facts.now).is_none()
    })
}
