//! Nothing follows for a record that the CRM has no more.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use contracts::{
    EventData,
    state::{ClockStatus, ClocksState, GateState, PoolState, RoutingState, RoutingStatus},
};
use crm::{Contacted, PersonId, Record};
use decisions::{
    Standing,
    clocks::{self, Trigger},
    deviations::watch,
    gates,
    routing::{self, Overdue, Todo, consider},
};
use jiff::{SignedDuration, Timestamp};
use model::{Reassign, Recipient};
use testkit::{Growing, at, example_staffing, lead, opportunity, record_id};

fn monday() -> Timestamp {
    at("2026-11-23T09:00:00Z")
}

fn archived(record: Growing) -> Record {
    let mut record = record.build();
    record.archived = true;
    record
}

fn german() -> Growing {
    lead("1", monday()).account("DE", "software", 300)
}

fn annas() -> RoutingState {
    RoutingState {
        status: RoutingStatus::Routed,
        owner: Some(PersonId::new("anna")),
        pool: Some("dach_account_executives".to_owned()),
        out_of_turn: false,
        ..RoutingState::waiting("dach", monday())
    }
}

/// Anna's first response runs.
fn running() -> ClocksState {
    let owner = PersonId::new("anna");
    let routed = Trigger::Routed {
        owner: &owner,
        at: monday(),
    };
    let rules = example_staffing();
    let clocked = clocks::decide(&rules, &german().build(), None, None, routed);
    clocked.expect("a clock").clocks
}

#[test]
fn no_owner_is_looked_for_and_none_is_kept() {
    let rules = example_staffing();
    for record in [german(), german().owner("ben")] {
        let record = archived(record);
        for before in [None, Some(annas())] {
            let todo = consider(&rules, &record, before.as_ref(), monday());
            assert_eq!(todo, Todo::Nothing);
        }
    }
}

#[test]
fn a_refused_owner_is_not_replaced() {
    let rules = example_staffing();
    let anna = PersonId::new("anna");
    let refused = routing::refused(
        &rules,
        &archived(german()),
        Some(&annas()),
        (&anna, "INVALID_OWNER_ID"),
        &PoolState::default(),
        monday(),
    );
    assert_eq!(refused, Ok(None));
}

#[test]
fn a_late_lead_is_not_reassigned() {
    let rules = example_staffing();
    let mut clocks = running();
    let clock = clocks.clocks.get_mut("first_response").expect("a clock");
    clock.status = ClockStatus::Late;
    let anna = PersonId::new("anna");
    let terms = Reassign {
        at_most: 2,
        finally: Recipient::Manager,
    };
    let overdue = Overdue {
        from: &anna,
        clock: "first_response",
        instance: 1,
        terms: &terms,
        at: monday(),
    };
    let before = annas();
    let reassigned = |record: &Record| {
        routing::reassign(
            &rules,
            record,
            Some(&before),
            Some(&clocks),
            overdue,
            &PoolState::default(),
            monday(),
        )
    };
    assert_eq!(reassigned(&archived(german())), Ok(None));
    let open = reassigned(&german().build()).expect("a decision");
    assert!(open.is_some(), "one that is there is");
}

/// What ended its clocks is told with the record that stays.
#[test]
fn the_clocks_of_what_was_merged_end_as_merged() {
    let rules = example_staffing();
    let mut record = archived(german());
    record.merged_into = Some(record_id("lead:2"));
    let decide = |record: &Record| {
        let changed = Trigger::Changed {
            modified: monday(),
            contact: None,
            replied: None,
            fields: &[],
            sequence: 2,
        };
        clocks::decide(&rules, record, None, Some(&running()), changed).expect("a decision")
    };
    let clocked = decide(&record);
    let status = clocked.clocks.clocks["first_response"].status;
    assert_eq!(status, ClockStatus::Cancelled);
    let why = |clocked: &clocks::Clocked| {
        let notes = clocked.draft.reasons.iter();
        notes
            .filter_map(|reason| reason.note.clone())
            .collect::<String>()
    };
    let note = why(&clocked);
    assert!(
        note.starts_with("the record was merged into lead:2, "),
        "{note}"
    );
    record.merged_into = None;
    let note = why(&decide(&record));
    assert!(note.starts_with("the record is closed, "), "{note}");
}

#[test]
fn no_move_is_judged() {
    let rules = example_staffing();
    let before = GateState {
        stage: "discovery".to_owned(),
        since: monday(),
        turned_back: None,
        unknown: false,
        outside: false,
        held: None,
        rounds: None,
        undoing: None,
    };
    let deal = || opportunity("1", monday()).stage("sql", monday());
    for before in [None, Some(&before)] {
        let gated = gates::judge(&rules, &archived(deal()), before, monday());
        assert_eq!(gated, None);
        assert!(gates::judge(&rules, &deal().build(), before, monday()).is_some());
    }
}

/// Two queues keep no order: that it is gone, or closed, may be known before it has got its owner.
#[test]
fn no_clock_starts() {
    let rules = example_staffing();
    let closed = german().stage("converted", monday()).build();
    let owner = PersonId::new("anna");
    let contact = Contacted {
        at: monday(),
        by: None,
    };
    for trigger in [
        Trigger::Routed {
            owner: &owner,
            at: monday(),
        },
        Trigger::Changed {
            modified: monday(),
            contact: Some(&contact),
            replied: Some(monday()),
            fields: &[],
            sequence: 0,
        },
        Trigger::Due { at: monday() },
    ] {
        for record in [archived(german()), closed.clone()] {
            let clocked = clocks::decide(&rules, &record, None, None, trigger);
            assert_eq!(clocked, None, "{trigger:?}");
        }
    }
}

#[test]
fn a_running_clock_is_cancelled_and_never_late() {
    let rules = example_staffing();
    let record = archived(german());
    let gone = Trigger::Changed {
        modified: monday(),
        contact: None,
        replied: None,
        fields: &[],
        sequence: 0,
    };
    let closed = clocks::decide(&rules, &record, None, Some(&running()), gone);
    let closed = closed.expect("a decision");
    let names: Vec<_> = closed.draft.emits.iter().map(EventData::name).collect();
    assert_eq!(names, ["clock.cancelled"]);
    assert_eq!(closed.clocks.next(), None);
    let much_later = Trigger::Due {
        at: monday() + SignedDuration::from_hours(1000),
    };
    let due = clocks::decide(&rules, &record, None, Some(&closed.clocks), much_later);
    assert_eq!(due, None);
}

#[test]
fn nothing_deviates_and_what_did_is_over() {
    let rules = example_staffing();
    let created = at("2026-09-01T09:00:00Z");
    let deal = || opportunity("1", created).owner("anna");
    let standing = Standing::default();
    let look = |record: &Record, before| watch(&rules, record, None, standing, before, monday());
    assert_eq!(look(&archived(deal()), None), None);
    let open = look(&deal().build(), None).expect("deviations").deviations;
    assert!(open.open.len() > 1, "{open:?}");
    let closed = look(&archived(deal()), Some(&open)).expect("their end");
    assert!(closed.deviations.open.is_empty());
    assert_eq!(closed.deviations.next, None);
    assert_eq!(closed.draft.emits.len(), open.open.len());
    assert_eq!(look(&archived(deal()), Some(&closed.deviations)), None);
}

/// Nobody owns it any more: nobody is late with it, and the next owner's clock starts anew.
#[test]
fn a_clock_of_nobody_is_cancelled_and_starts_anew_for_the_next_owner() {
    let rules = example_staffing();
    let record = german().build();
    let decide = |before: &ClocksState, trigger| {
        clocks::decide(&rules, &record, None, Some(before), trigger)
    };
    let ownerless = Trigger::Ownerless { at: monday() };
    let abandoned = decide(&running(), ownerless).expect("a decision");
    let names: Vec<_> = abandoned.draft.emits.iter().map(EventData::name).collect();
    assert_eq!(names, ["clock.cancelled"]);
    assert_eq!(abandoned.clocks.next(), None);
    assert_eq!(decide(&abandoned.clocks, ownerless), None, "said once");
    let changed = Trigger::Changed {
        modified: monday(),
        contact: None,
        replied: None,
        fields: &[],
        sequence: 0,
    };
    assert_eq!(decide(&abandoned.clocks, changed), None, "not reopened");
    let ben = PersonId::new("ben");
    let routed = Trigger::Routed {
        owner: &ben,
        at: monday(),
    };
    let anew = decide(&abandoned.clocks, routed).expect("a decision");
    let clock = &anew.clocks.clocks["first_response"];
    assert_eq!((clock.instance, &clock.owner), (2, &ben));
    assert_eq!(clock.status, ClockStatus::Running);
}

/// The record is closed and then opened again, and its owner is heard of before or in between: the
/// clock runs in the end, in whichever order the queues tell of it.
#[test]
fn a_clock_that_goes_on_when_its_record_is_opened_again_does_so_in_either_order() {
    let reopens = testkit::example_with(
        "processes.yaml",
        "owner_changes: restart",
        "owner_changes: restart\n    reopen: new",
    );
    let rules = testkit::rules(reopens);
    let rules = rules.with_absences(contracts::state::AbsencesState::default());
    let anna = PersonId::new("anna");
    let routed = Trigger::Routed {
        owner: &anna,
        at: monday(),
    };
    let changed = Trigger::Changed {
        modified: monday(),
        contact: None,
        replied: None,
        fields: &[],
        sequence: 0,
    };
    let (open, closed) = (
        german().build(),
        german().stage("converted", monday()).build(),
    );
    for order in [
        [(&open, routed), (&closed, changed), (&open, changed)],
        [(&closed, changed), (&closed, routed), (&open, changed)],
    ] {
        let mut state = None;
        for (record, trigger) in order {
            let decided = clocks::decide(&rules, record, None, state.as_ref(), trigger);
            state = decided.map(|it| it.clocks).or(state);
        }
        let clock = &state.expect("clocks").clocks["first_response"];
        assert_eq!(clock.status, ClockStatus::Running, "{order:?}");
    }
}
