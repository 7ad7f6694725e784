//! The terms a clock can have, each on a model that differs from the example company's in them.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use std::sync::LazyLock;

use contracts::{
    CrmWrite, EventData,
    state::{ClockStatus, ClocksState},
};
use crm::{Contacted, PersonId, Record};
use decisions::{
    Rules,
    clocks::{Clocked, Happening, decide},
};
use jiff::{SignedDuration, Timestamp};
use operating_model::OwnerChanges;
use proptest::prelude::*;
use testkit::{at, example_model, example_rules, example_with, lead, rules};

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

fn with(piece: &str, replacement: &str) -> Rules {
    rules(example_with("processes.yaml", piece, replacement))
}

fn routed(
    rules: &Rules,
    record: &Record,
    before: Option<&ClocksState>,
    to: &str,
    at: Timestamp,
) -> Option<Clocked> {
    let owner = &PersonId::new(to);
    decide(rules, record, None, before, Happening::Routed { owner, at })
}

fn started(rules: &Rules) -> ClocksState {
    let clocked = routed(rules, &mid_market(), None, "anna", friday());
    clocked.expect("a clock").clocks
}

fn changed(
    rules: &Rules,
    record: &Record,
    before: &ClocksState,
    modified: Timestamp,
    contact: Option<&Contacted>,
) -> Option<Clocked> {
    let happening = Happening::Changed {
        modified,
        contact,
        replied: None,
    };
    decide(rules, record, None, Some(before), happening)
}

fn staged(stage: &str, since: Timestamp) -> Record {
    lead("1", friday())
        .account("DE", "software", 300)
        .stage(stage, since)
        .build()
}

fn at_stage(rules: &Rules, before: &ClocksState, stage: &str, since: Timestamp) -> Option<Clocked> {
    changed(rules, &staged(stage, since), before, since, None)
}

fn due(rules: &Rules, before: &ClocksState, at: Timestamp) -> Option<Clocked> {
    decide(
        rules,
        &mid_market(),
        None,
        Some(before),
        Happening::Due { at },
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
fn a_pause_moves_the_due_time_by_what_was_left() {
    let rules = example_rules();
    let clocks = started(&rules);
    // Friday 15:40: half an hour is used, 3 h 30 min are left.
    let paused =
        at_stage(&rules, &clocks, "recycled", at("2026-11-20T14:40:00Z")).expect("a pause");
    assert_eq!(names(&paused), ["clock.paused"]);
    assert!(
        notes(&paused).contains("with 3 hours 30 minutes left"),
        "{}",
        notes(&paused)
    );
    assert_eq!(paused.clocks.clocks[CLOCK].status, ClockStatus::Paused);
    assert_eq!(paused.clocks.next(), None);
    assert_eq!(
        due(&rules, &paused.clocks, at("2026-12-20T00:00:00Z")),
        None
    );
    // Wednesday 11:00 to 12:30 and 13:30 to 15:30.
    let resumed = at_stage(
        &rules,
        &paused.clocks,
        "qualified",
        at("2026-11-25T10:00:00Z"),
    )
    .expect("running");
    let clock = &resumed.clocks.clocks[CLOCK];
    assert_eq!(clock.due, at("2026-11-25T14:30:00Z"), "{}", notes(&resumed));
    // The warning stays an hour of work before the end, the manager two hours of work after it.
    assert_eq!(clock.warn_at, Some(at("2026-11-25T13:30:00Z")));
    assert_eq!(clock.steps[1].at, at("2026-11-25T16:30:00Z"));
    assert_eq!(clock.started, friday());
}

#[test]
fn a_pause_that_began_in_time_withdraws_a_breach_and_one_after_it_does_not() {
    let rules = example_rules();
    let late = due(&rules, &started(&rules), at("2026-11-23T11:10:00Z")).expect("a breach");
    let too_late = at_stage(&rules, &late.clocks, "recycled", at("2026-11-23T11:10:00Z"));
    let too_late = too_late.expect("a pause");
    assert_eq!(names(&too_late), ["clock.paused"]);
    assert_eq!(too_late.clocks.clocks[CLOCK].status, ClockStatus::Late);
    let paused =
        at_stage(&rules, &late.clocks, "recycled", at("2026-11-23T11:00:00Z")).expect("a pause");
    assert_eq!(names(&paused), ["clock.breach_withdrawn", "clock.paused"]);
}

#[test]
fn a_contact_while_it_stands_still_meets_it_in_time() {
    let rules = example_rules();
    let record = staged("recycled", at("2026-11-20T14:40:00Z"));
    let paused = changed(
        &rules,
        &record,
        &started(&rules),
        at("2026-11-20T14:40:00Z"),
        None,
    );
    let contact = by_anna(at("2026-12-01T10:00:00Z"));
    let met = changed(
        &rules,
        &record,
        &paused.expect("a pause").clocks,
        contact.at,
        Some(&contact),
    );
    let met = met.expect("met");
    assert_eq!(met.clocks.clocks[CLOCK].status, ClockStatus::MetInTime);
}

#[test]
fn a_clock_that_is_kept_goes_on_for_the_new_owner() {
    let mut model = example_model();
    model.clocks.get_mut(CLOCK).expect("a clock").owner_changes = OwnerChanges::Keep;
    let rules = rules(model);
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
    when_late: [{{ tell: owner, move_to: recycled }}]
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
    let rules = with("{ upon: lead.routed }  ", "{ upon: activity.logged }");
    let contact = by_anna(friday());
    let happening = Happening::Changed {
        modified: friday(),
        contact: Some(&contact),
        replied: None,
    };
    let clocked = decide(&rules, &mid_market(), None, None, happening).expect("a clock");
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
            Happening::Due { at: at(text) },
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
    let clocks = started(&example_rules());
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
    let clocks = started(&example_rules());
    // The model no longer pauses this clock, and would keep it for a new owner.
    let mut model = example_model();
    let terms = model.clocks.get_mut(CLOCK).expect("a clock");
    (terms.pause, terms.owner_changes) = (None, OwnerChanges::Keep);
    let edited = rules(model);
    let noon = at("2026-11-20T14:40:00Z");
    let paused = at_stage(&edited, &clocks, "recycled", noon).expect("a pause");
    assert_eq!(names(&paused), ["clock.paused"]);
    let routed = routed(&edited, &mid_market(), Some(&clocks), "ben", noon).expect("a new run");
    assert_eq!(routed.clocks.clocks[CLOCK].instance, 2);
    // A run of an older release did not keep it, and goes by today's model.
    let mut older = clocks;
    let clock = older.clocks.get_mut(CLOCK).expect("a clock");
    clock.kept.as_mut().expect("terms").conduct = None;
    assert_eq!(at_stage(&edited, &older, "recycled", noon), None);
}

#[test]
fn the_further_steps_of_a_late_clock_stand_still_and_come_after_what_was_left() {
    let rules = example_rules();
    // Late on Monday 12:10; the manager would hear of it at 15:10.
    let late = due(&rules, &started(&rules), at("2026-11-23T11:10:00Z")).expect("a breach");
    let still = at_stage(&rules, &late.clocks, "recycled", at("2026-11-23T13:10:00Z"));
    let still = still.expect("a pause");
    assert_eq!(names(&still), ["clock.paused"]);
    assert_eq!(
        notes(&still),
        "it is late, and its 2 further steps stand still from Mon 23 Nov 14:10 on"
    );
    assert_eq!(still.clocks.clocks[CLOCK].status, ClockStatus::Late);
    assert_eq!(still.clocks.next(), None);
    assert_eq!(due(&rules, &still.clocks, at("2026-12-01T09:00:00Z")), None);
    let again = at_stage(
        &rules,
        &still.clocks,
        "recycled",
        at("2026-11-24T09:00:00Z"),
    );
    assert_eq!(again, None, "once");
    // An hour of work was left: Wednesday 9:30 to 10:30.
    let on = at_stage(
        &rules,
        &still.clocks,
        "qualified",
        at("2026-11-25T08:30:00Z"),
    );
    let on = on.expect("it goes on");
    assert_eq!(
        notes(&on),
        "it goes on: step 2 comes Wed 25 Nov 10:30, step 3 comes Wed 25 Nov 17:30"
    );
    assert_eq!(due(&rules, &on.clocks, at("2026-11-25T09:29:59Z")), None);
    let told = due(&rules, &on.clocks, at("2026-11-25T09:30:00Z")).expect("told");
    assert_eq!(names(&told), ["clock.escalated", "notice.requested"]);
}

#[test]
fn a_step_that_fell_due_before_the_pause_is_taken_all_the_same() {
    let rules = example_rules();
    let late = due(&rules, &started(&rules), at("2026-11-23T11:10:00Z")).expect("a breach");
    let after = at("2026-11-23T14:10:00Z");
    let still = at_stage(&rules, &late.clocks, "recycled", after).expect("a pause");
    assert_eq!(still.clocks.next(), Some(after));
    let told = decide(
        &rules,
        &staged("recycled", after),
        None,
        Some(&still.clocks),
        Happening::Due { at: after },
    );
    assert_eq!(told.expect("told").draft.outcome, "jonas told");
}

#[test]
fn a_breach_that_is_found_while_the_record_stands_still_goes_no_further() {
    let rules = example_rules();
    // Recycled after the due time, and the tick comes only after both.
    let record = staged("recycled", at("2026-11-23T12:40:00Z"));
    let before = started(&rules);
    let at_once = changed(&rules, &record, &before, record.modified, None);
    assert_eq!(at_once, None);
    let tick = Happening::Due {
        at: at("2026-11-25T09:00:00Z"),
    };
    let late = decide(&rules, &record, None, Some(&before), tick).expect("a breach");
    assert_eq!(
        names(&late),
        ["clock.breached", "clock.paused", "notice.requested"]
    );
    assert_eq!(late.clocks.next(), None);
}

#[test]
fn what_is_left_of_a_clock_that_stands_still_follows_its_calendar() {
    let rules_before = example_rules();
    let clocks = started(&rules_before);
    // Monday 11:10: 50 minutes of Friday and 2 h 10 min of Monday are used, 1 h is left.
    let paused = at_stage(
        &rules_before,
        &clocks,
        "recycled",
        at("2026-11-23T10:10:00Z"),
    );
    let paused = paused.expect("a pause").clocks;
    // Then it is found that Monday was a day off.
    let piece = "\"2026-12-24\": [\"09:00-12:00\"]";
    let off = format!("\"2026-11-23\": [], {piece}");
    let edited = rules(example_with("people.yaml", piece, &off));
    let on = at_stage(&edited, &paused, "qualified", at("2026-11-25T08:00:00Z"));
    let on = on.expect("running");
    assert_eq!(names(&on), ["clock.moved", "clock.resumed"]);
    assert!(
        notes(&on).starts_with("3 hours 10 minutes left while it stands still, it was 1 hour"),
        "{}",
        notes(&on)
    );
    assert_eq!(on.clocks.clocks[CLOCK].due, at("2026-11-25T11:10:00Z"));
}

static EXAMPLE: LazyLock<Rules> = LazyLock::new(example_rules);

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// However often a clock stands still, the work counted while it runs is its budget.
    #[test]
    fn pauses_take_nothing_and_give_nothing(
        start in 0_i64..600_000,
        stretches in prop::collection::vec((1_i64..200_000, 1_i64..400_000), 1..6),
    ) {
        let rules = &*EXAMPLE;
        let berlin = rules.calendar("berlin").expect("a calendar").clone();
        let start = friday() + SignedDuration::from_secs(start);
        let record = lead("1", friday()).account("DE", "software", 300).build();
        let mut clocks = routed(rules, &record, None, "anna", start).expect("a clock").clocks;
        let (mut now, mut used) = (start, 0);
        for (runs, stands) in stretches {
            let until = now + SignedDuration::from_secs(runs);
            if until >= clocks.clocks[CLOCK].due {
                break;
            }
            let left = berlin.elapsed(until, clocks.clocks[CLOCK].due);
            used += berlin.elapsed(now, until);
            clocks = at_stage(rules, &clocks, "recycled", until).expect("a pause").clocks;
            now = until + SignedDuration::from_secs(stands);
            clocks = at_stage(rules, &clocks, "qualified", now).expect("running").clocks;
            prop_assert_eq!(berlin.elapsed(now, clocks.clocks[CLOCK].due), left);
        }
        let end = clocks.clocks[CLOCK].due;
        prop_assert_eq!(used + berlin.elapsed(now, end), 4 * 3600);
        prop_assert!(due(rules, &clocks, end - SignedDuration::from_nanos(1)).is_none_or(|it| !names(&it).contains(&"clock.breached")));
        prop_assert!(names(&due(rules, &clocks, end).expect("a breach")).contains(&"clock.breached"));
    }
    /// However often a late clock's record stands still, its manager hears of it after two hours of
    /// work in which it did not, no sooner and no later.
    #[test]
    fn pauses_take_nothing_from_a_late_clock_and_give_it_nothing(
        start in 0_i64..600_000,
        stretches in prop::collection::vec((1_i64..100_000, 1_i64..400_000), 1..6),
    ) {
        let rules = &*EXAMPLE;
        let berlin = rules.calendar("berlin").expect("a calendar").clone();
        let start = friday() + SignedDuration::from_secs(start);
        let clocks = routed(rules, &mid_market(), None, "anna", start).expect("a clock").clocks;
        let breach = clocks.clocks[CLOCK].due;
        let mut clocks = due(rules, &clocks, breach).expect("a breach").clocks;
        let (mut now, mut used) = (breach, 0);
        for (runs, stands) in stretches {
            let until = now + SignedDuration::from_secs(runs);
            if until >= clocks.clocks[CLOCK].steps[0].at {
                break;
            }
            used += berlin.elapsed(now, until);
            clocks = at_stage(rules, &clocks, "recycled", until).expect("a pause").clocks;
            now = until + SignedDuration::from_secs(stands);
            prop_assert_eq!(due(rules, &clocks, now), None);
            clocks = at_stage(rules, &clocks, "qualified", now).expect("it goes on").clocks;
            // No calendar has changed, so nothing moves on its own.
            prop_assert_eq!(due(rules, &clocks, now).filter(|it| it.draft.outcome.contains("moved")), None);
        }
        let step = clocks.clocks[CLOCK].steps[0].at;
        prop_assert_eq!(clocks.clocks[CLOCK].due, breach);
        prop_assert_eq!(used + berlin.elapsed(now, step), 2 * 3600);
        prop_assert_eq!(due(rules, &clocks, step - SignedDuration::from_nanos(1)), None);
        prop_assert_eq!(due(rules, &clocks, step).expect("told").draft.outcome, "jonas told");
    }
}
