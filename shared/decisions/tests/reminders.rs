//! What somebody answers to what a digest reminds them of.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use std::collections::{BTreeMap, BTreeSet};

use contracts::{
    EventData, Notice, Reminder, ReminderAnswer, ReminderAnswered,
    state::{AbsencesState, Clock, ClockStatus, DeviationsState, OpenDeviation},
};
use crm::PersonId;
use decisions::{
    Rules, Standing,
    deviations::watch,
    reminders::{InVain, all_said, answer},
    resting::{OnRecord, rests},
};
use jiff::{SignedDuration, Timestamp};
use model::Severity;
use testkit::{deviating, example_rules};

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// Wednesday morning.
fn now() -> Timestamp {
    at("2026-11-25T08:00:00Z")
}

fn idle() -> Reminder {
    Reminder::Deviation {
        name: "no_contact".to_owned(),
        since: at("2026-11-20T08:00:00Z"),
    }
}

fn open() -> DeviationsState {
    deviating("no_contact", Severity::Medium, at("2026-11-20T08:00:00Z"))
}

fn says(by: &str, answer: ReminderAnswer) -> ReminderAnswered {
    ReminderAnswered {
        of: BTreeSet::from([idle()]),
        by: PersonId::new(by),
        answer,
    }
}

fn snoozed(until: &str) -> ReminderAnswer {
    ReminderAnswer::Snoozed {
        until: at(until),
        reason: "their board meets on Monday".to_owned(),
    }
}

fn answered(
    rules: &Rules,
    state: &DeviationsState,
    answered: &ReminderAnswered,
) -> Result<(DeviationsState, Vec<EventData>), InVain> {
    let anna = PersonId::new("anna");
    let on = OnRecord {
        clocks: None,
        deviations: Some(state),
    };
    let (after, draft) = answer(rules, Some(&anna), on, answered, now())?;
    Ok((after, draft.emits))
}

#[test]
fn what_is_snoozed_rests_until_its_day_and_for_nobody_else() {
    let rules = example_rules();
    let until = "2026-11-29T23:00:00Z";
    let (after, told) = answered(&rules, &open(), &says("anna", snoozed(until))).unwrap();
    assert_eq!(told, [], "nobody hears of it");
    assert_eq!(after.open, open().open, "nothing closes");
    let (anna, jonas) = (PersonId::new("anna"), PersonId::new("jonas"));
    let just_before = at(until) - SignedDuration::from_secs(1);
    assert!(rests(&after, &anna, &idle(), just_before).is_some());
    assert!(rests(&after, &anna, &idle(), at(until)).is_none());
    assert!(rests(&after, &jonas, &idle(), just_before).is_none());
    let twice = after.resting.iter().chain(&after.resting);
    assert_eq!(
        all_said(&rules, twice, &anna, now()),
        ["You: snoozed until Mon 30 Nov 2026, 00:00 CET (their board meets on Monday)"]
    );
}

#[test]
fn what_is_done_is_believed_for_two_days() {
    let rules = example_rules();
    let (after, _) = answered(&rules, &open(), &says("anna", ReminderAnswer::Done)).unwrap();
    let anna = PersonId::new("anna");
    let days = |hours| now() + SignedDuration::from_hours(hours);
    assert!(rests(&after, &anna, &idle(), days(47)).is_some());
    assert!(rests(&after, &anna, &idle(), days(48)).is_none());
    // A later answer takes the place of the one before.
    let later = says("anna", snoozed("2026-12-10T00:00:00Z"));
    let (after, _) = answered(&rules, &after, &later).unwrap();
    assert_eq!(after.resting.len(), 1);
}

#[test]
fn what_is_not_theirs_their_manager_hears_of() {
    let rules = example_rules();
    let reason = "it is a partner's".to_owned();
    let said = says("anna", ReminderAnswer::NotMine { reason });
    let (_, told) = answered(&rules, &open(), &said).unwrap();
    let anna = &rules.model.people[&said.by];
    let lead = anna.team.as_ref().map(|team| &rules.model.teams[team].lead);
    let to = anna.reports_to.as_ref().or(lead).unwrap().clone();
    let notice = Notice::NotMine(said.clone());
    assert_eq!(told, [EventData::NoticeRequested { to, notice }]);
}

#[test]
fn an_answer_that_makes_no_sense_changes_nothing() {
    let rules = example_rules();
    let day = "2026-11-30T00:00:00Z";
    let refused = |state: &DeviationsState, said: &ReminderAnswered| {
        answered(&rules, state, said).unwrap_err()
    };
    let opened_anew = DeviationsState {
        open: BTreeMap::from([(
            "no_contact".to_owned(),
            OpenDeviation {
                since: at("2026-11-24T08:00:00Z"),
                ..open().open["no_contact"].clone()
            },
        )]),
        ..open()
    };
    assert_eq!(
        refused(&opened_anew, &says("anna", snoozed(day))),
        InVain::Over
    );
    let over = DeviationsState::default();
    assert_eq!(refused(&over, &says("anna", snoozed(day))), InVain::Over);
    assert_eq!(
        refused(&open(), &says("nobody", snoozed(day))),
        InVain::NotTheirs
    );
    for wrong in ["2026-11-25T08:00:00Z", "2026-12-25T08:00:01Z"] {
        assert_eq!(
            refused(&open(), &says("anna", snoozed(wrong))),
            InVain::TooLong
        );
    }
    assert!(
        answered(
            &rules,
            &open(),
            &says("anna", snoozed("2026-12-25T08:00:00Z"))
        )
        .is_ok()
    );
}

/// A lead whose clock was answered, and which has no deviation.
#[test]
fn an_answer_is_forgotten_with_the_run_of_the_clock_that_it_is_about() {
    let rules = example_rules();
    let lead = || testkit::lead("1", now()).owner("anna");
    // One of a stage that the model does not know is not judged, and its clocks end all the same.
    let unknown = lead().stage("elsewhere", now()).build();
    let lead = lead().build();
    let run = |status| {
        let clock = Clock {
            instance: 2,
            status,
            owner: PersonId::new("anna"),
            started: now(),
            budget: "4 business hours".to_owned(),
            calendar: "berlin".to_owned(),
            due: now(),
            warn_at: None,
            steps: Vec::new(),
            met: None,
            ownerless: false,
            time_off: None,
            kept: None,
        };
        BTreeMap::from([("first_response".to_owned(), clock)])
    };
    let (late, met) = (run(ClockStatus::Late), run(ClockStatus::MetLate));
    let on = OnRecord {
        clocks: Some(&late),
        deviations: None,
    };
    let said = ReminderAnswered {
        of: BTreeSet::from([Reminder::Clock {
            name: "first_response".to_owned(),
            instance: 2,
        }]),
        by: PersonId::new("anna"),
        answer: ReminderAnswer::Done,
    };
    let (state, _) = answer(&rules, lead.owner(), on, &said, now()).unwrap();
    let staffing = rules.with_absences(AbsencesState::default());
    let watched = |lead, clocks| {
        let standing = Standing {
            clocks: Some(clocks),
            ..Standing::default()
        };
        let watched = watch(&staffing, lead, None, standing, Some(&state), now());
        watched.map(|it| it.deviations.resting)
    };
    for lead in [&lead, &unknown] {
        let kept = watched(lead, &late).unwrap_or_else(|| state.resting.clone());
        assert_eq!(kept, state.resting);
        assert_eq!(watched(lead, &met), Some(Vec::new()));
    }
}
