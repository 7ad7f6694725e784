//! A running clock follows the field by which its budget goes, as the model says.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use contracts::{
    EventData,
    state::{ClockStatus, ClocksState},
};
use crm::{PersonId, Record, Value};
use decisions::{
    Staffing,
    clocks::{Clocked, Trigger, decide},
};
use jiff::Timestamp;
use model::BudgetChanges;
use testkit::{at, example_model, lead, staffing};

const CLOCK: &str = "first_response";

/// Monday 10:00 in Berlin; half past twelve is lunch.
fn monday() -> Timestamp {
    at("2026-11-23T09:00:00Z")
}

fn rules(changes: BudgetChanges) -> Staffing {
    let mut model = example_model();
    model.clocks.get_mut(CLOCK).expect("a clock").budget_changes = changes;
    staffing(model)
}

fn company(employees: u32) -> Record {
    lead("1", monday())
        .account("DE", "software", employees)
        .owner("anna")
        .build()
}

fn routed(rules: &Staffing, record: &Record) -> ClocksState {
    let owner = &PersonId::new("anna");
    let trigger = Trigger::Routed {
        owner,
        at: monday(),
    };
    decide(rules, record, None, None, trigger)
        .expect("a clock")
        .clocks
}

fn changed(
    rules: &Staffing,
    record: &Record,
    before: &ClocksState,
    at: Timestamp,
) -> Option<Clocked> {
    let trigger = Trigger::Changed {
        modified: at,
        contact: None,
        replied: None,
        fields: &[],
        sequence: 2,
    };
    decide(rules, record, None, Some(before), trigger)
}

#[test]
fn a_company_that_grows_is_answered_sooner_counted_as_the_model_says() {
    let eleven = at("2026-11-23T10:00:00Z");
    for (changes, due) in [
        (BudgetChanges::FromStart, eleven),
        (BudgetChanges::FromNow, at("2026-11-23T10:30:00Z")),
        (BudgetChanges::Keep, at("2026-11-23T14:00:00Z")),
    ] {
        let rules = rules(changes);
        let clocks = routed(&rules, &company(300));
        assert_eq!(clocks.clocks[CLOCK].due, at("2026-11-23T14:00:00Z"));
        let moved = changed(&rules, &company(1500), &clocks, at("2026-11-23T09:30:00Z"));
        let after = moved.as_ref().map_or(&clocks, |moved| &moved.clocks);
        assert_eq!(after.clocks[CLOCK].due, due, "{changes:?}");
        let Some(moved) = &moved else {
            assert_eq!(changes, BudgetChanges::Keep);
            continue;
        };
        let names: Vec<&str> = moved.draft.emits.iter().map(EventData::name).collect();
        assert_eq!(names, ["clock.moved"]);
        let note = moved.draft.reasons[0].note.as_deref().expect("a note");
        assert!(
            note.starts_with("lead.segment is enterprise, so it may run 1 business hour now"),
            "{note}"
        );
        assert!(
            changed(&rules, &company(1500), &moved.clocks, eleven).is_none(),
            "it moves once"
        );
    }
}

#[test]
fn what_was_used_before_a_pause_is_used() {
    let rules = rules(BudgetChanges::FromStart);
    let recycled = |employees, stage: &str, at| {
        lead("1", monday())
            .account("DE", "software", employees)
            .owner("anna")
            .stage(stage, at)
            .build()
    };
    let clocks = routed(&rules, &company(300));
    let ten_thirty = at("2026-11-23T09:30:00Z");
    let paused = changed(
        &rules,
        &recycled(300, "recycled", ten_thirty),
        &clocks,
        ten_thirty,
    );
    let paused = paused.expect("a pause").clocks;
    assert_eq!(paused.clocks[CLOCK].status, ClockStatus::Paused);
    // It grows while it stands still: of an hour half is used.
    let noon = at("2026-11-23T11:00:00Z");
    let grown = changed(
        &rules,
        &recycled(1500, "recycled", ten_thirty),
        &paused,
        noon,
    );
    let grown = grown.expect("another budget");
    let note = grown.draft.reasons[0].note.as_deref().expect("a note");
    assert!(
        note.ends_with("30 minutes left while it stands still"),
        "{note}"
    );
    let resumed = changed(&rules, &recycled(1500, "new", noon), &grown.clocks, noon);
    assert_eq!(
        resumed.expect("it goes on").clocks.clocks[CLOCK].due,
        at("2026-11-23T11:30:00Z")
    );
    // It grows after it has gone on: the same.
    let resumed = changed(&rules, &recycled(300, "new", noon), &paused, noon).expect("it goes on");
    let half_past = at("2026-11-23T11:10:00Z");
    let grown = changed(
        &rules,
        &recycled(1500, "new", noon),
        &resumed.clocks,
        half_past,
    );
    assert_eq!(
        grown.expect("another budget").clocks.clocks[CLOCK].due,
        at("2026-11-23T11:30:00Z")
    );
}

#[test]
fn what_is_late_stays_late_and_a_shorter_budget_may_be_over_at_once() {
    let rules = rules(BudgetChanges::FromStart);
    let clocks = routed(&rules, &company(1500));
    let three = at("2026-11-23T14:00:00Z");
    let late = decide(
        &rules,
        &company(1500),
        None,
        Some(&clocks),
        Trigger::Due { at: three },
    );
    let late = late.expect("a breach").clocks;
    assert!(changed(&rules, &company(300), &late, three).is_none());
    let clocks = routed(&rules, &company(300));
    let noon = at("2026-11-23T11:00:00Z");
    let moved = changed(&rules, &company(1500), &clocks, noon)
        .expect("another budget")
        .clocks;
    assert_eq!(moved.clocks[CLOCK].due, at("2026-11-23T10:00:00Z"));
    let late = decide(
        &rules,
        &company(1500),
        None,
        Some(&moved),
        Trigger::Due { at: noon },
    );
    assert_eq!(
        late.expect("a breach").clocks.clocks[CLOCK].status,
        ClockStatus::Late
    );
}

#[test]
fn a_table_answers_for_no_value_and_for_any_other() {
    let table = "within: { by: lead.title, cro: 1 business hour, otherwise: 2 business hours, unknown: 3 business hours }";
    let within = "within: { by: lead.segment, enterprise: 1 business hour, mid_market: 4 business hours, smb: 24h, unsized: 4 business hours }";
    let rules = staffing(testkit::example_with("processes.yaml", within, table));
    for (title, budget) in [
        (Some("cro"), "1 business hour"),
        (Some("cto"), "2 business hours"),
        (None, "3 business hours"),
    ] {
        let mut record = company(300);
        record
            .fields
            .extend(title.map(|title| ("title".to_owned(), Value::Text(title.to_owned()))));
        assert_eq!(
            routed(&rules, &record).clocks[CLOCK].budget,
            budget,
            "{title:?}"
        );
    }
}
