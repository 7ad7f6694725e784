//! Clocks that stand still: running ones, and late ones with their further steps.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;

#[test]
fn a_pause_moves_the_due_time_by_what_was_left() {
    let rules = example_staffing();
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
    let rules = example_staffing();
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
    let rules = example_staffing();
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
fn the_further_steps_of_a_late_clock_stand_still_and_come_after_what_was_left() {
    let rules = example_staffing();
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
    let rules = example_staffing();
    let late = due(&rules, &started(&rules), at("2026-11-23T11:10:00Z")).expect("a breach");
    let after = at("2026-11-23T14:10:00Z");
    let still = at_stage(&rules, &late.clocks, "recycled", after).expect("a pause");
    assert_eq!(still.clocks.next(), Some(after));
    let told = decide(
        &rules,
        &staged("recycled", after),
        None,
        Some(&still.clocks),
        Trigger::Due { at: after },
    );
    assert_eq!(told.expect("told").draft.outcome, "jonas told");
}

#[test]
fn a_breach_that_is_found_while_the_record_stands_still_goes_no_further() {
    let rules = example_staffing();
    // Recycled after the due time, and the tick comes only after both.
    let record = staged("recycled", at("2026-11-23T12:40:00Z"));
    let before = started(&rules);
    let at_once = changed(&rules, &record, &before, record.modified, None);
    assert_eq!(at_once, None);
    let tick = Trigger::Due {
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
    let rules_before = example_staffing();
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
    let edited = staffing(example_with("people.yaml", piece, &off));
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

static EXAMPLE: LazyLock<Staffing> = LazyLock::new(example_staffing);

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
