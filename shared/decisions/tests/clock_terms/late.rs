//! What follows once a clock is late, and when.

use testkit::{example_texts, model_of};

use super::*;

/// The example company, where Anna works by the hours of New York and a late lead's team is told in
/// its working time.
fn told_at_work() -> Staffing {
    let mut texts = example_texts();
    for (file, piece, replacement) in [
        (
            "people.yaml",
            "email: anna@northwind.example,  team: dach_sales, ",
            "email: anna@northwind.example,  team: dach_sales, calendar: new_york, ",
        ),
        (
            "processes.yaml",
            LATE,
            "      - { tell: team dach_sales, within: working_time }\n",
        ),
    ] {
        let text = texts.get(file).expect("a file");
        assert!(text.contains(piece), "{file} has no {piece:?}");
        let text = text.replacen(piece, replacement, 1);
        texts.insert(file, text.as_bytes());
    }
    staffing(model_of(&texts))
}

/// A small company's lead: its 24 hours run by day and by night.
fn small() -> Record {
    lead("1", friday()).account("DE", "software", 60).build()
}

fn tick(rules: &Staffing, before: &ClocksState, text: &str) -> Option<Clocked> {
    let due = Trigger::Due { at: at(text) };
    decide(rules, &small(), None, Some(before), due)
}

fn started_at(rules: &Staffing, text: &str) -> ClocksState {
    let clocked = routed(rules, &small(), None, "anna", at(text));
    clocked.expect("a clock").clocks
}

fn told(clocked: &Clocked) -> Vec<String> {
    let emits = clocked.draft.emits.iter();
    let told = emits.filter_map(|event| match event {
        EventData::NoticeRequested { to, .. } => Some(to.to_string()),
        _ => None,
    });
    told.collect()
}

/// Anna is the first by name, and begins six hours after Ben and Jonas.
#[test]
fn a_step_for_several_waits_for_whose_hours_begin_first() {
    let rules = told_at_work();
    let clocks = started_at(&rules, "2026-11-20T14:10:00Z");
    let late = tick(&rules, &clocks, "2026-11-21T14:10:00Z").expect("a breach");
    assert_eq!(names(&late), ["clock.breached"]);
    assert!(
        notes(&late).contains("step 1 waits for the working time of ben, Mon 23 Nov 09:00"),
        "{}",
        notes(&late)
    );
    assert_eq!(late.clocks.next(), Some(at("2026-11-23T08:00:00Z")));
    let step = tick(&rules, &late.clocks, "2026-11-23T08:00:00Z").expect("told");
    assert_eq!(told(&step), ["anna", "ben", "jonas"]);
    assert_eq!(step.clocks.next(), None);
}

/// Monday 19:10 in Berlin, where the day is over; in New York it is 13:10.
#[test]
fn a_step_for_several_does_not_wait_while_one_of_them_works() {
    let rules = told_at_work();
    let clocks = started_at(&rules, "2026-11-22T18:10:00Z");
    let late = tick(&rules, &clocks, "2026-11-23T18:10:00Z").expect("a breach");
    assert_eq!(told(&late), ["anna", "ben", "jonas"]);
}

/// A tick comes once a minute, so what is noticed a minute later is not late.
#[test]
fn a_breach_says_how_late_it_was_noticed_from_two_minutes_on() {
    let rules = example_staffing();
    let clocks = started(&rules);
    let ends = clocks.clocks[CLOCK].due;
    for (seconds, said) in [
        (0, ""),
        (119, ""),
        (120, " (noticed 2 minutes later)"),
        (7_200, " (noticed 2 hours later)"),
    ] {
        let now = ends + SignedDuration::from_secs(seconds);
        let late = due(&rules, &clocks, now).expect("a breach");
        let first = late.draft.reasons[0].note.as_deref();
        let said = format!("not met within 4 business hours{said}");
        assert_eq!(first, Some(said.as_str()), "after {seconds} seconds");
    }
}

/// Who has the clock knows that they are late with it; anybody else is escalated to.
#[test]
fn the_owner_is_told_and_only_others_are_escalated_to() {
    let rules = with(LATE, "      - { tell: team dach_sales }\n");
    let clocks = started(&rules);
    let late = due(&rules, &clocks, clocks.clocks[CLOCK].due).expect("a breach");
    assert_eq!(told(&late), ["anna", "ben", "jonas"]);
    let escalated: Vec<_> = late
        .draft
        .emits
        .iter()
        .filter_map(|event| match event {
            EventData::ClockEscalated { to, step, .. } => Some((to.as_str(), *step)),
            _ => None,
        })
        .collect();
    assert_eq!(escalated, [("ben", 1), ("jonas", 1)]);
    assert!(
        notes(&late).contains("step 1: tell anna, ben, jonas"),
        "{}",
        notes(&late)
    );
}

/// Somebody moved it there meanwhile.
#[test]
fn a_record_is_not_moved_to_where_it_is() {
    let rules = with(
        LATE,
        "      - { tell: owner }\n      - { after: 1h, move_to: qualified }\n",
    );
    let clocks = started(&rules);
    for (stage, moved) in [("new", true), ("qualified", false)] {
        let record = staged(stage, friday());
        let at = clocks.clocks[CLOCK].due + SignedDuration::from_hours(1);
        let late = decide(&rules, &record, None, Some(&clocks), Trigger::Due { at });
        let late = late.expect("late");
        let write = EventData::CrmWriteRequested {
            write: CrmWrite::Stage {
                to: "qualified".to_owned(),
                only_if: Some(stage.to_owned()),
            },
        };
        assert_eq!(late.draft.emits.contains(&write), moved, "{stage}");
        let said = late.draft.outcome.contains("moved to qualified");
        assert_eq!(said, moved, "{}", late.draft.outcome);
    }
}

/// An owner whom only the CRM knows has no mail and no manager.
#[test]
fn a_step_that_finds_nobody_to_tell_says_so() {
    let rules = example_staffing();
    let owner = testkit::stranger("999");
    let begins = Trigger::Routed {
        owner: &owner,
        at: friday(),
    };
    let clocks = decide(&rules, &mid_market(), None, None, begins).expect("a clock");
    let ends = clocks.clocks.clocks[CLOCK].due;
    let late = due(&rules, &clocks.clocks, ends).expect("a breach");
    assert_eq!(names(&late), ["clock.breached"]);
    assert!(
        late.draft.outcome.contains("step 1: nobody to tell"),
        "{}",
        late.draft.outcome
    );
}
