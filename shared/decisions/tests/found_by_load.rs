//! What was in the CRM before Fairlead looked is past: nobody is late for it, nothing is turned back, and no pool
//! gets all of it at once.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use contracts::{
    EventData,
    state::{RecordState, RoutingState, SweepKind, SweepPart, SweepState, Swept},
};
use crm::{PersonId, Record, RecordKind, Value};
use decisions::{
    Rules,
    clocks::{self, Trigger},
    gates,
    routing::{FOUND, Todo, consider},
    sweep::{
        EVERY, Paged, UNDER_WAY, asked, changed_since, failed, found as found_by, gone_through,
        judged_anew, loaded_at, next, was_there,
    },
    sync::keep_newer,
};
use jiff::Timestamp;
use model::Revision;
use testkit::{
    at, example_model, example_rules, example_staffing, lead, opportunity, rules, source,
};

/// When the CRM was loaded.
fn loaded() -> Timestamp {
    at("2026-11-23T09:00:00Z")
}

/// Two hours before.
fn before() -> Timestamp {
    at("2026-11-23T07:00:00Z")
}

fn found(record: Record) -> Record {
    Record {
        found_at: Some(loaded()),
        ..record
    }
}

fn dach(created: Timestamp) -> Record {
    lead("1", created).account("DE", "software", 300).build()
}

#[test]
fn a_lead_without_an_owner_is_left_until_it_changes_and_is_routed_then() {
    let staffing = example_staffing();
    let record = found(dach(before()));
    let Todo::Wait(routed) = consider(&staffing, &record, None, loaded()) else {
        panic!("it is not routed");
    };
    assert_eq!(routed.routing.rule, FOUND);
    assert!(matches!(
        routed.draft.emits[..],
        [EventData::RecordWaiting { .. }]
    ));
    let note = routed.draft.reasons[0].note.clone().unwrap_or_default();
    assert!(
        note.contains("when the CRM was loaded on Mon 23 Nov 2026"),
        "{note}"
    );
    let left: RoutingState = routed.routing;
    let again = consider(&staffing, &record, Some(&left), loaded());
    assert_eq!(
        again,
        Todo::Nothing,
        "its account may have changed, it has not"
    );
    let changed = Record {
        modified: at("2026-11-24T09:00:00Z"),
        ..record
    };
    let now = at("2026-11-24T09:00:00Z");
    let todo = consider(&staffing, &changed, Some(&left), now);
    assert!(matches!(todo, Todo::Route(choice) if choice.rule == "dach"));
}

#[test]
fn its_first_clock_counts_from_when_it_gets_an_owner() {
    let staffing = example_staffing();
    let now = at("2026-11-24T09:00:00Z");
    let record = Record {
        modified: now,
        ..found(dach(before()))
    };
    let owner = PersonId::new("anna");
    let routed = Trigger::Routed {
        owner: &owner,
        at: now,
    };
    let clocked = clocks::decide(&staffing, &record, None, None, routed).expect("a decision");
    assert_eq!(clocked.clocks.clocks["first_response"].started, now);
}

#[test]
fn whoever_owned_it_is_late_for_nothing() {
    let staffing = example_staffing();
    let record = found(lead("1", before()).owner("anna").build());
    let owner = PersonId::new("anna");
    let routed = Trigger::Routed {
        owner: &owner,
        at: loaded(),
    };
    let clocked = clocks::decide(&staffing, &record, None, None, routed);
    assert!(clocked.is_none_or(|clocked| clocked.clocks.clocks.is_empty()));
    // The same lead of which a webhook told has its clock.
    let told = Record {
        found_at: None,
        ..record
    };
    let clocked = clocks::decide(&staffing, &told, None, None, routed).expect("a decision");
    assert!(!clocked.clocks.clocks.is_empty());
}

#[test]
fn a_move_of_this_morning_is_not_turned_back_by_a_load() {
    let rules = example_rules();
    let record = opportunity("1", before()).stage("sql", before()).build();
    let told = gates::judge(&rules, &record, None, loaded()).expect("a decision");
    assert!(told.unmet_of.is_some() || told.gate.turned_back.is_some());
    let gated = gates::judge(&rules, &found(record), None, loaded()).expect("a decision");
    assert_eq!(gated.gate.stage, "sql");
    assert!(gated.gate.turned_back.is_none());
    let writes = |event: &EventData| matches!(event, EventData::CrmWriteRequested { .. });
    assert!(!gated.draft.emits.iter().any(writes));
}

#[test]
fn what_is_as_old_as_a_webhook_may_be_late_was_not_there() {
    assert!(!was_there(at("2026-11-23T08:45:00Z"), loaded()));
    assert!(was_there(at("2026-11-23T08:44:59Z"), loaded()));
}

#[test]
fn everything_is_read_once_then_each_hour_what_changed_and_each_night_all() {
    let rules = example_rules();
    let parts = [part(RecordKind::Lead)];
    let kinds = |state: &SweepState| {
        let kinds = state.runs.iter().map(|run| run.kind.word());
        kinds.collect::<Vec<_>>().join(" ")
    };
    let state = next(&rules, &SweepState::default(), &parts, loaded()).expect("the load begins");
    assert_eq!(kinds(&state), "load");
    let state = gone_through(&rules, state, (SweepKind::Load, Paged::default()), loaded());
    assert_eq!(next(&rules, &state, &parts, loaded()), None);
    let hour = loaded() + EVERY;
    let state = next(&rules, &state, &parts, hour).expect("an hour has passed");
    assert_eq!(kinds(&state), "changes");
    let state = gone_through(&rules, state, (SweepKind::Changes, Paged::default()), hour);
    // One in the morning in Berlin: changes, and not yet the recount.
    let one = next(&rules, &state, &parts, at("2026-11-24T00:00:00Z")).expect("an hour has passed");
    assert_eq!(kinds(&one), "changes");
    let two = next(&rules, &state, &parts, at("2026-11-24T01:00:00Z")).expect("the night has come");
    assert_eq!(kinds(&two), "changes recount", "the hour goes first");
}

fn deployed(number: u64, hash: &str) -> Rules {
    let mut model = example_model();
    model.revision = Revision {
        number,
        hash: hash.to_owned(),
    };
    rules(model)
}

#[test]
fn every_open_record_is_judged_anew_by_another_model_once() {
    let (first, later) = (deployed(3, "a"), deployed(4, "b"));
    let (parts, now) = ([part(RecordKind::Lead)], loaded());
    let state = next(&first, &SweepState::default(), &parts, now).expect("the load begins");
    let state = gone_through(&first, state, (SweepKind::Load, Paged::default()), now);
    assert_eq!(next(&first, &state, &parts, now), None);
    assert_eq!(
        next(&deployed(4, "a"), &state, &parts, now),
        None,
        "the same model"
    );
    assert_eq!(
        next(&deployed(2, "b"), &state, &parts, now),
        None,
        "an earlier deployment"
    );
    let state = next(&later, &state, &parts, now).expect("another model");
    let kinds: Vec<&str> = state.runs.iter().map(|run| run.kind.word()).collect();
    assert_eq!(kinds, ["revision"]);
    let state = gone_through(&later, state, (SweepKind::Revision, Paged::default()), now);
    assert_eq!(next(&later, &state, &parts, now), None);
    assert_eq!(
        next(&first, &state, &parts, now),
        None,
        "a process of the one before"
    );
}

#[test]
fn what_is_open_is_judged_by_another_model_and_what_is_closed_is_not() {
    let rules = deployed(4, "b");
    let copy = |stage: &str| RecordState {
        record: opportunity("1", before()).stage(stage, before()).build(),
        sequence: 7,
    };
    let anew = judged_anew(&rules, &copy("sql"), (loaded(), loaded())).expect("it is open");
    assert_eq!(anew.record.sequence, 8);
    let draft = anew.draft.expect("a decision");
    assert!(
        matches!(&draft.emits[..], [EventData::RecordChanged { changed, .. }] if changed.is_empty())
    );
    assert!(judged_anew(&rules, &copy("won"), (loaded(), loaded())).is_none());
}

fn part(kind: RecordKind) -> SweepPart {
    SweepPart {
        source: source(),
        kind,
        gone: false,
        after: None,
    }
}

#[test]
fn a_kind_that_the_model_maps_later_is_loaded_by_itself_and_nothing_else_looks_through_it_before() {
    let rules = example_rules();
    let leads = [part(RecordKind::Lead)];
    let both = [part(RecordKind::Lead), part(RecordKind::Opportunity)];
    let state = next(&rules, &SweepState::default(), &leads, loaded()).expect("the load");
    let state = gone_through(&rules, state, (SweepKind::Load, Paged::default()), loaded());
    let later = loaded() + EVERY;
    let state = next(&rules, &state, &both, later).expect("what is new is loaded");
    let looks: Vec<_> = state
        .runs
        .iter()
        .map(|run| (run.kind, run.left.clone()))
        .collect();
    assert_eq!(
        looks,
        [
            (SweepKind::Load, vec![part(RecordKind::Opportunity)]),
            (SweepKind::Changes, vec![part(RecordKind::Lead)]),
        ]
    );
    let state = gone_through(&rules, state, (SweepKind::Load, Paged::default()), later);
    assert_eq!(loaded_at(&state, &both[0]), Some(loaded()));
    assert_eq!(loaded_at(&state, &both[1]), Some(later));
}

#[test]
fn what_fails_stands_behind_what_does_not() {
    let rules = example_rules();
    let both = [part(RecordKind::Lead), part(RecordKind::Opportunity)];
    let state = next(&rules, &SweepState::default(), &both, loaded()).expect("the load");
    let state = failed(state, SweepKind::Load, "no scope".to_owned());
    let run = &state.runs[0];
    assert_eq!(run.left[0].kind, RecordKind::Opportunity);
    assert_eq!(run.failed.as_ref().map(|it| it.times), Some(1));
    let page = Paged::default();
    let state = gone_through(&rules, state, (SweepKind::Load, page), loaded());
    assert_eq!(state.runs[0].failed, None);
    let there = state.loaded.iter().map(|it| (it.kind, it.seen));
    let there: Vec<_> = there.collect();
    assert_eq!(there, [(RecordKind::Opportunity, loaded())]);
}

#[test]
fn what_the_model_does_not_map_may_change_and_all_is_as_past_as_before() {
    let swept = Swept {
        look: SweepKind::Load,
        loaded: loaded(),
    };
    let now = at("2026-11-23T12:00:00Z");
    let record = |modified: &str| Record {
        modified: at(modified),
        ..dach(before())
    };
    // Changed hours before its page came, while the load went on: its webhook would have come.
    let meanwhile = found_by(record("2026-11-23T10:00:00Z"), swept, now);
    assert!(meanwhile.is_past(meanwhile.modified));
    let just_now = found_by(record("2026-11-23T11:59:00Z"), swept, now);
    assert!(!just_now.is_past(just_now.modified));
    // Later only what nobody maps is changed.
    let copy = RecordState {
        record: meanwhile,
        sequence: 1,
    };
    let newer = record("2026-11-25T09:00:00Z");
    let kept = keep_newer(Some(&copy), newer, at("2026-11-25T09:00:00Z")).expect("noted");
    assert!(kept.draft.is_none() && kept.record.record.is_past(kept.record.record.modified));
    let mut changed = record("2026-11-26T09:00:00Z");
    changed
        .fields
        .insert("title".to_owned(), Value::Text("VP".to_owned()));
    let kept = keep_newer(Some(&kept.record), changed, now).expect("a new copy");
    assert!(kept.draft.is_some() && !kept.record.record.is_past(kept.record.record.modified));
}

#[test]
fn what_was_changed_of_a_kind_while_it_was_loaded_is_asked_for_once_it_is() {
    let rules = example_rules();
    let both = [part(RecordKind::Lead), part(RecordKind::Opportunity)];
    let state = next(&rules, &SweepState::default(), &both, loaded()).expect("the load");
    let state = gone_through(&rules, state, (SweepKind::Load, Paged::default()), loaded());
    // The leads are looked through an hour later, while the deals are still being loaded.
    let hour = loaded() + EVERY;
    let state = next(&rules, &state, &both, hour).expect("an hour has passed");
    let state = gone_through(&rules, state, (SweepKind::Changes, Paged::default()), hour);
    let state = gone_through(&rules, state, (SweepKind::Load, Paged::default()), hour);
    assert_eq!(changed_since(&state, &both[0]), hour - UNDER_WAY);
    assert_eq!(changed_since(&state, &both[1]), loaded() - UNDER_WAY);
    let state = next(&rules, &state, &both, hour).expect("of the deals an hour has passed");
    assert_eq!(state.runs[0].kind, SweepKind::Changes);
}

#[test]
fn a_look_that_is_asked_for_goes_through_what_was_loaded_only() {
    let parts = [part(RecordKind::Lead)];
    let none = SweepState::default();
    let early = asked(&none, SweepKind::Changes, &parts, loaded());
    assert!(early.runs[0].left.is_empty());
    let load = asked(&none, SweepKind::Load, &parts, loaded());
    assert_eq!(load.runs[0].left, parts);
    let twice = asked(&load, SweepKind::Load, &parts, loaded() + EVERY);
    assert_eq!(twice, load, "it is under way");
}
