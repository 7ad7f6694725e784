//! The terms a clock can have, each on a model that differs from the example company's in them.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

mod kinds;
mod late;
mod pauses;

use contracts::{
    CrmWrite, EventData,
    state::{ClockStatus, ClocksState},
};
use crm::{Contacted, PersonId, Record};
use decisions::{
    Staffing,
    clocks::{Clocked, Trigger, decide},
};
use jiff::{SignedDuration, Timestamp};
use model::OwnerChanges;
use testkit::{at, example_model, example_staffing, example_with, lead, staffing};

const CLOCK: &str = "first_response";
const LATE: &str = "      - { tell: owner }           # within: working_time waits until they work; move_to: sets the stage
      - { after: 2 business hours, tell: manager }
      - { after: 1 business day, reassign: same_pool, at_most: 2, finally: ask manager }   # another of the pool, in turn
";

/// Friday 15:10 in Berlin.
fn friday() -> Timestamp {
    at("2026-11-20T14:10:00Z")
}

fn mid_market() -> Record {
    lead("1", friday()).account("DE", "software", 300).build()
}

fn with(piece: &str, replacement: &str) -> Staffing {
    staffing(example_with("processes.yaml", piece, replacement))
}

fn routed(
    staffing: &Staffing,
    record: &Record,
    before: Option<&ClocksState>,
    to: &str,
    at: Timestamp,
) -> Option<Clocked> {
    let owner = &PersonId::new(to);
    decide(
        staffing,
        record,
        None,
        before,
        Trigger::Routed { owner, at },
    )
}

fn started(staffing: &Staffing) -> ClocksState {
    let clocked = routed(staffing, &mid_market(), None, "anna", friday());
    clocked.expect("a clock").clocks
}

fn changed(
    staffing: &Staffing,
    record: &Record,
    before: &ClocksState,
    modified: Timestamp,
    contact: Option<&Contacted>,
) -> Option<Clocked> {
    let trigger = Trigger::Changed {
        modified,
        contact,
        replied: None,
        fields: &[],
        sequence: 0,
    };
    decide(staffing, record, None, Some(before), trigger)
}

fn staged(stage: &str, since: Timestamp) -> Record {
    lead("1", friday())
        .account("DE", "software", 300)
        .stage(stage, since)
        .build()
}

fn at_stage(
    staffing: &Staffing,
    before: &ClocksState,
    stage: &str,
    since: Timestamp,
) -> Option<Clocked> {
    changed(staffing, &staged(stage, since), before, since, None)
}

fn due(staffing: &Staffing, before: &ClocksState, at: Timestamp) -> Option<Clocked> {
    decide(
        staffing,
        &mid_market(),
        None,
        Some(before),
        Trigger::Due { at },
    )
}

fn names(clocked: &Clocked) -> Vec<&'static str> {
    clocked.draft.emits.iter().map(EventData::name).collect()
}

fn by_anna(at: Timestamp) -> Contacted {
    Contacted {
        at,
        by: Some(PersonId::new("anna")),
    }
}

fn notes(clocked: &Clocked) -> String {
    let notes = clocked.draft.reasons.iter();
    let notes: Vec<_> = notes.filter_map(|reason| reason.note.clone()).collect();
    notes.join("\n")
}

#[test]
fn a_clock_that_is_kept_goes_on_for_the_new_owner() {
    let mut model = example_model();
    model.clocks.get_mut(CLOCK).expect("a clock").owner_changes = OwnerChanges::Keep;
    let rules = staffing(model);
    let clocks = started(&rules);
    let kept = routed(
        &rules,
        &mid_market(),
        Some(&clocks),
        "ben",
        at("2026-11-23T09:00:00Z"),
    );
    let kept = kept.expect("a hand-over").clocks;
    assert_eq!(kept.clocks[CLOCK].owner, PersonId::new("ben"));
    assert_eq!(kept.clocks[CLOCK].due, clocks.clocks[CLOCK].due);
    assert_eq!(kept.clocks[CLOCK].instance, 1);
}

#[test]
fn an_opened_record_resumes_or_starts_anew_as_the_model_says() {
    for (word, expected) in [
        ("resume", Some("2026-11-25T14:30:00Z")),
        ("new", Some("2026-11-25T15:00:00Z")),
        ("", None),
    ] {
        let line = if word.is_empty() {
            String::new()
        } else {
            format!("reopen: {word}")
        };
        let rules = with("# reopen: resume | new", &format!("{line}\n    #"));
        let closed = at_stage(
            &rules,
            &started(&rules),
            "converted",
            at("2026-11-20T14:40:00Z"),
        );
        let closed = closed.expect("closed").clocks;
        assert_eq!(closed.clocks[CLOCK].status, ClockStatus::Cancelled);
        let opened = at_stage(&rules, &closed, "qualified", at("2026-11-25T10:00:00Z"));
        let found = opened.map(|it| it.clocks.clocks[CLOCK].due);
        assert_eq!(found, expected.map(at), "{word}");
    }
}

#[test]
fn a_clock_starts_when_another_is_met_and_takes_several_contacts() {
    let text = format!(
        "{LATE}  follow_up:
    record: lead
    start: {{ upon: clock.met, clock: first_response }}
    meet:  {{ upon: activity.logged, by: owner, times: 3 }}
    within: 14d
    calendar: team
    when_late: [{{ tell: owner }}, {{ move_to: recycled }}]
"
    );
    let rules = with(LATE, &text);
    let mut clocks = started(&rules);
    let day = |day: u32| at(&format!("2026-11-{day}T09:00:00Z"));
    for (contact, said) in [
        (
            day(23),
            "clock met: first_response in time; clock started: follow_up for anna, 14d",
        ),
        (day(25), "follow_up: contact 1 of 3"),
        (day(24), "follow_up: contact 2 of 3"),
    ] {
        let contact = by_anna(contact);
        let clocked = changed(&rules, &mid_market(), &clocks, contact.at, Some(&contact));
        let clocked = clocked.expect("counted");
        assert_eq!(clocked.draft.outcome, said);
        assert_eq!(
            changed(
                &rules,
                &mid_market(),
                &clocked.clocks,
                contact.at,
                Some(&contact)
            ),
            None,
            "twice"
        );
        clocks = clocked.clocks;
    }
    let late = due(&rules, &clocks, at("2026-12-07T09:00:00Z")).expect("late");
    let write = CrmWrite::Stage {
        to: "recycled".to_owned(),
        only_if: Some("new".to_owned()),
    };
    assert!(
        late.draft
            .emits
            .contains(&EventData::CrmWriteRequested { write })
    );
    let contact = by_anna(day(26));
    let met = changed(
        &rules,
        &mid_market(),
        &late.clocks,
        contact.at,
        Some(&contact),
    )
    .expect("met");
    assert_eq!(names(&met), ["clock.breach_withdrawn", "clock.met"]);
}

#[test]
fn the_first_contact_starts_a_clock() {
    let rules = with(
        "{ upon: lead.routed, counts_from: routed }  ",
        "{ upon: activity.logged }",
    );
    let contact = by_anna(friday());
    let trigger = Trigger::Changed {
        modified: friday(),
        contact: Some(&contact),
        replied: None,
        fields: &[],
        sequence: 0,
    };
    let clocked = decide(&rules, &mid_market(), None, None, trigger).expect("a clock");
    assert_eq!(names(&clocked), ["clock.started"]);
    assert_eq!(
        changed(
            &rules,
            &mid_market(),
            &clocked.clocks,
            friday(),
            Some(&contact)
        ),
        None
    );
    let second = by_anna(friday() + SignedDuration::from_secs(60));
    let met = changed(
        &rules,
        &mid_market(),
        &clocked.clocks,
        second.at,
        Some(&second),
    )
    .expect("met");
    assert_eq!(names(&met), ["clock.met"]);
}

#[test]
fn a_step_can_wait_for_the_working_time_of_those_it_tells() {
    let steps = "      - { tell: owner }
      - { after: 6h, tell: manager, within: working_time }
      - { after_previous: 1 business hour, tell: carla }
";
    let rules = with(LATE, steps);
    // The smb budget of 24 hours runs out on Saturday at 15:10.
    let record = lead("1", friday()).account("DE", "software", 60).build();
    let clocks = routed(&rules, &record, None, "anna", friday())
        .expect("a clock")
        .clocks;
    let tick = |before: &ClocksState, text: &str| {
        decide(
            &rules,
            &record,
            None,
            Some(before),
            Trigger::Due { at: at(text) },
        )
    };
    let late = tick(&clocks, "2026-11-21T14:10:00Z").expect("a breach");
    assert_eq!(names(&late), ["clock.breached", "notice.requested"]);
    let waits = tick(&late.clocks, "2026-11-21T20:10:00Z").expect("a wait");
    assert!(waits.draft.emits.is_empty());
    assert!(
        notes(&waits).contains("waits for the working time of jonas, Mon 23 Nov 09:00"),
        "{}",
        notes(&waits)
    );
    assert_eq!(tick(&waits.clocks, "2026-11-23T07:59:59Z"), None);
    let told = tick(&waits.clocks, "2026-11-23T08:00:00Z").expect("told");
    assert_eq!(names(&told), ["clock.escalated", "notice.requested"]);
    // Of the calendar's hours the first after Saturday 21:10 ends on Monday at 10:00.
    assert_eq!(told.clocks.next(), Some(at("2026-11-23T09:00:00Z")));
}

#[test]
fn the_customers_region_can_say_whose_hours_count() {
    let table = "calendar: { by: account.country, \"DE\": berlin, \"US\": new_york, otherwise: berlin, unknown: new_york }\n    #";
    let rules = with("calendar: owner               #", table);
    for (country, calendar, due, because) in [
        // Monday 9:00 in New York, for Anna of Berlin.
        (
            "US",
            "new_york",
            "2026-11-23T18:00:00Z",
            "account.country is US",
        ),
        // Monday 15:00 in Berlin, where an hour of Tuesday is left.
        (
            "DE",
            "berlin",
            "2026-11-24T09:00:00Z",
            "account.country is DE",
        ),
        (
            "FR",
            "berlin",
            "",
            "account.country is FR, so the hours of berlin count",
        ),
        (
            "",
            "new_york",
            "",
            "account.country has no value, so the hours of new_york count",
        ),
    ] {
        let mut record = lead("1", friday())
            .account(country, "software", 300)
            .build();
        if country.is_empty() {
            record
                .account
                .as_mut()
                .expect("an account")
                .fields
                .remove("country");
        }
        let clocked = routed(&rules, &record, None, "anna", at("2026-11-23T14:00:00Z"));
        let clocked = clocked.expect("a clock");
        let clock = &clocked.clocks.clocks[CLOCK];
        assert_eq!(clock.calendar, calendar, "{country}");
        assert!(notes(&clocked).contains(because), "{}", notes(&clocked));
        if !due.is_empty() {
            assert_eq!(clock.due, at(due), "{country}");
        }
    }
}

#[test]
fn a_changed_budget_holds_for_new_clocks_only() {
    let clocks = started(&example_staffing());
    let changed = with(
        "mid_market: 4 business hours",
        "mid_market: 1 business hour",
    );
    assert_eq!(
        due(&changed, &clocks, at("2026-11-23T11:09:59Z")).map(|it| names(&it)),
        Some(vec!["clock.warned", "notice.requested"])
    );
    assert_eq!(
        started(&changed).clocks[CLOCK].due,
        at("2026-11-23T08:10:00Z")
    );
}

#[test]
fn a_running_clock_pauses_and_is_handed_over_as_the_model_said_when_it_started() {
    let clocks = started(&example_staffing());
    // The model no longer pauses this clock, and would keep it for a new owner.
    let mut model = example_model();
    let terms = model.clocks.get_mut(CLOCK).expect("a clock");
    (terms.pause, terms.owner_changes) = (None, OwnerChanges::Keep);
    let edited = staffing(model);
    let noon = at("2026-11-20T14:40:00Z");
    let paused = at_stage(&edited, &clocks, "recycled", noon).expect("a pause");
    assert_eq!(names(&paused), ["clock.paused"]);
    let routed = routed(&edited, &mid_market(), Some(&clocks), "ben", noon).expect("a new run");
    assert_eq!(routed.clocks.clocks[CLOCK].instance, 2);
}
