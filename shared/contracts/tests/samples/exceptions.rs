//! What is excepted, and what comes of deviations.

use std::collections::{BTreeMap, BTreeSet};

use contracts::{
    EventData, ExceptionAnswered, ExceptionAsked, ExceptionGranted, Reminder, ReminderAnswer,
    ReminderAnswered, Resting, state::*,
};
use crm::PersonId;
use model::Severity;

use super::{anna, at, noon};

const ID: &str = "3f9a2c71";

/// What is answered to reminders, in each way.
pub fn answered_reminders() -> Vec<ReminderAnswered> {
    let reason = || "their legal department reads it".to_owned();
    let answers = [
        ReminderAnswer::Snoozed {
            until: noon(),
            reason: reason(),
        },
        ReminderAnswer::Done,
        ReminderAnswer::NotMine { reason: reason() },
    ];
    let clock = Reminder::Clock {
        name: "first_response".to_owned(),
        instance: 2,
    };
    let deviation = Reminder::Deviation {
        name: "no_contact".to_owned(),
        since: noon(),
    };
    let answered = |answer| ReminderAnswered {
        of: BTreeSet::from([clock.clone(), deviation.clone()]),
        by: anna(),
        answer,
    };
    answers.into_iter().map(answered).collect()
}

fn resting(said: ReminderAnswered) -> Resting {
    Resting {
        of: Reminder::Clock {
            name: "first_response".to_owned(),
            instance: 2,
        },
        by: said.by,
        answer: said.answer,
        at: noon(),
        until: at("2026-12-10T23:00:00Z"),
    }
}

/// Everything that happens to exceptions.
pub fn about_exceptions() -> Vec<EventData> {
    let ended = |how| EventData::ExceptionEnded {
        exception: ID.to_owned(),
        how,
    };
    let answered = |until| {
        EventData::ExceptionAnswered(ExceptionAnswered {
            of: BTreeSet::from(["sql.budget".to_owned()]),
            by: PersonId::new("jonas"),
            asked_by: anna(),
            until,
            reason: "their budget round ends in December".to_owned(),
        })
    };
    vec![
        EventData::ExceptionAsked(ExceptionAsked {
            of: BTreeSet::from(["sql.budget".to_owned()]),
            by: anna(),
            reason: "their budget round ends in December".to_owned(),
        }),
        answered(Some(at("2026-12-10T23:00:00Z"))),
        answered(None),
        EventData::ExceptionGranted(ExceptionGranted {
            exception: ID.to_owned(),
            by: anna(),
            of: BTreeSet::from(["sql.budget".to_owned(), "past_corridor".to_owned()]),
            until: at("2026-12-10T23:00:00Z"),
        }),
        EventData::ExceptionUsed {
            exception: ID.to_owned(),
            of: "sql.budget".to_owned(),
        },
        ended(ExceptionEnd::TimeOver),
        ended(ExceptionEnd::EndedBy(anna())),
    ]
}

pub fn exceptions() -> ExceptionsState {
    let exception = Exception {
        by: anna(),
        owner: Some(anna()),
        criteria: BTreeSet::from(["sql.budget".to_owned()]),
        deviations: BTreeSet::from(["past_corridor".to_owned()]),
        from: noon(),
        until: at("2026-12-10T23:00:00Z"),
        reason: Some("their budget round ends in December".to_owned()),
    };
    ExceptionsState {
        granted: BTreeMap::from([(ID.to_owned(), exception)]),
    }
}

pub fn deviations() -> DeviationsState {
    let open = OpenDeviation {
        steps: Some(StepsTaken {
            from: noon(),
            taken: 1,
        }),
        since: noon(),
        severity: Severity::Medium,
        resolve_by: Some(noon()),
    };
    DeviationsState {
        resting: answered_reminders().into_iter().map(resting).collect(),
        open: BTreeMap::from([("no_contact".to_owned(), open)]),
        unjudged: BTreeSet::from(["close_date_passed".to_owned()]),
        excepted: BTreeMap::from([("past_corridor".to_owned(), ID.to_owned())]),
        said: BTreeMap::from([("past_corridor".to_owned(), ID.to_owned())]),
        next: Some(noon()),
        acted: vec![noon()],
        moved: Some(AutomaticMove {
            deviation: "early_stage_idle".to_owned(),
            from: "discovery".to_owned(),
            to: "lost".to_owned(),
            at: noon(),
        }),
    }
}
