//! One of each notice.

use contracts::{
    ExceptionAnswered, ExceptionAsked, NotTakenOver, Notice, Reminder, ReminderAnswer,
    ReminderAnswered, SignalMoved, StepCame, state::Rounds,
};
use crm::PersonId;
use model::GateMode;

use super::{anna, hold, no_decision, noon, source, writes};

pub fn notices() -> Vec<Notice> {
    let clock = || "first_response".to_owned();
    vec![
        Notice::LeadAssigned {
            rule: "dach".to_owned(),
            respond_by: Some(noon()),
        },
        Notice::ExceptionAsked(ExceptionAsked {
            of: ["sql.budget".to_owned()].into(),
            by: anna(),
            reason: "their budget round ends in December".to_owned(),
        }),
        Notice::ExceptionAnswered(ExceptionAnswered {
            of: ["sql.budget".to_owned()].into(),
            by: PersonId::new("jonas"),
            asked_by: anna(),
            until: Some(noon()),
            reason: "their budget round ends in December".to_owned(),
        }),
        Notice::NotMine(ReminderAnswered {
            of: [Reminder::Clock {
                name: clock(),
                instance: 1,
            }]
            .into(),
            by: anna(),
            answer: ReminderAnswer::NotMine {
                reason: "it is a partner's".to_owned(),
            },
        }),
        Notice::LeadReassigned {
            from: anna(),
            clock: clock(),
            respond_by: None,
        },
        Notice::LeadTakenBack {
            to: anna(),
            clock: clock(),
        },
        Notice::LeadMoved {
            to: anna(),
            upon: "owner.removed".to_owned(),
        },
        Notice::ClockWarning {
            clock: clock(),
            due: noon(),
        },
        Notice::ClockLate {
            clock: clock(),
            due: noon(),
            step: 1,
        },
        Notice::CrmRefused {
            write: writes().remove(0),
            why: "status 400, VALIDATION_ERROR".to_owned(),
        },
        Notice::HandedOver {
            stage: "won".to_owned(),
            team: "customer_success".to_owned(),
            instance: 1,
            from: None,
            to: anna(),
            due: noon(),
        },
        Notice::NotTakenOver(NotTakenOver {
            stage: "won".to_owned(),
            team: "customer_success".to_owned(),
            from: Some(anna()),
            to: anna(),
            due: noon(),
            refused: Some((anna(), "the scope is not what was sold".to_owned())),
            move_to: Some("negotiation".to_owned()),
            asked: vec![anna()],
            unmet: vec!["amount".to_owned()],
        }),
        Notice::MetricBelowFloor {
            metric: "sql_integrity".to_owned(),
            count: 12,
            of: 20,
            unknown: 1,
            floor: 95,
        },
        Notice::SignalMoved(SignalMoved {
            signal: "sql_slips".to_owned(),
            metric: "sql_integrity".to_owned(),
            open: true,
            now: "12 of 40: 30.0 % (18.1 to 45.4 %)".to_owned(),
            before: "30 of 40: 75.0 % (59.8 to 85.8 %)".to_owned(),
            weeks: 4,
        }),
        Notice::MetricCorrected {
            metric: "pipeline".to_owned(),
            differ: vec!["all together".to_owned()],
        },
        Notice::ApprovalAsked {
            approval: "discount".to_owned(),
            run: 2,
            late: true,
            was: Some(crm::Value::Person(anna())),
        },
        Notice::ApprovalAnswered {
            approval: "discount".to_owned(),
            by: anna(),
            given: false,
            reason: Some("the margin is gone".to_owned()),
        },
        Notice::StageReached {
            stage: "lost".to_owned(),
            left: false,
        },
        Notice::RecordsLeft(contracts::RecordsLeft {
            of: crm::PersonId::new("ben"),
            left: "2026-11-20".parse().unwrap(),
            records: vec![super::record(crm::RecordKind::Opportunity)],
        }),
        Notice::NotJudged {
            what: "pipeline partners".to_owned(),
        },
        Notice::Archived {
            person: anna(),
            source: source(),
            place: None,
        },
        Notice::Drifted {
            field: "opportunity.amount".to_owned(),
            said: "the field `amount` should hold a money and `amount` does not".to_owned(),
            shape: "99 aaa".to_owned(),
            follows: "no rule reads it".to_owned(),
        },
        Notice::DeviationStep {
            deviation: "early_stage_idle".to_owned(),
            step: 2,
            came: StepCame::Refused,
            move_to: Some("lost".to_owned()),
            set: no_decision(),
            unmet: vec!["reason".to_owned()],
        },
        Notice::MovesHeld {
            of: anna(),
            limit: "20 in 10 minutes".to_owned(),
            mode: GateMode::TurnBack,
            rounds: Some(Rounds {
                to: "sql".to_owned(),
                times: 3,
            }),
        },
        Notice::HoldEnded {
            of: anna(),
            hold: hold(),
        },
        Notice::GateNotMet {
            from: "discovery".to_owned(),
            to: "sql".to_owned(),
            unmet: vec!["budget".to_owned()],
            mode: GateMode::Warn,
        },
    ]
}
