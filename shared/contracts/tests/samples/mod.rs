//! One of each thing that is written.

mod approvals;
mod clocks;
mod copies;
mod exceptions;
pub mod items;
mod mailing;
mod metrics;
mod notices;
mod people;
mod reviews;
mod sweep;

use std::collections::BTreeMap;

use contracts::{
    BehaviourSeen, Cause, CrmWrite, DeadlineKind, DeadlinesContinued, DecisionId,
    DeviationStepTaken, DigestRequested, Erasure, Event, EventData, EventId, FieldChange, Function,
    GateHeld, HandOffAccepted, HandOffAnswered, HandOffMade, HandOffRefused, HoldReleased,
    OwnerLeft, Passage, Quarantined, StepCame, Undo, Visitor,
    state::{Hold, HoldAnswer, HoldAnswered, SweepKind},
};
use crm::{Contacted, PersonId, RecordId, RecordKind, SourceName, Value};
use jiff::Timestamp;
use model::{GateMode, Reassign, Recipient, Revision, Severity};

pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn noon() -> Timestamp {
    at("2026-11-23T12:00:00Z")
}

pub fn record(kind: RecordKind) -> RecordId {
    RecordId::new(&source(), kind, "100001").unwrap()
}

pub fn visitor() -> Visitor {
    Visitor::of_mail(&"0123456789abcdef".repeat(4)).unwrap()
}

fn source() -> SourceName {
    SourceName::new("hubspot").unwrap()
}

fn anna() -> PersonId {
    PersonId::new("anna")
}

fn revision() -> Revision {
    Revision {
        number: 7,
        hash: "0123456789abcdef".to_owned(),
    }
}

/// An event about a lead.
pub fn event(data: EventData) -> Event {
    let cause = Event::new(EventId::of(&["first"]), noon(), &revision(), data.clone());
    Event::new(EventId::of(&["sample"]), noon(), &revision(), data)
        .about(record(RecordKind::Lead), 3)
        .because_of(&Cause::of(&cause).known_as(EventId::of(&["cause"])))
}

pub fn events() -> Vec<EventData> {
    let mut events = about_records();
    events.extend(exceptions::about_exceptions());
    let answered = exceptions::answered_reminders().into_iter();
    events.extend(answered.map(EventData::ReminderAnswered));
    events.extend(approvals::about_approvals());
    events.extend(about_clocks());
    events.extend(about_the_rest());
    events.extend(
        notices::notices()
            .into_iter()
            .map(|notice| EventData::NoticeRequested { to: anna(), notice }),
    );
    events.extend(
        writes()
            .into_iter()
            .map(|write| EventData::CrmWriteRequested { write }),
    );
    events
}

fn about_records() -> Vec<EventData> {
    vec![
        EventData::RecordNoticed {
            property: Some("dealstage".to_owned()),
            occurred: noon(),
            deleted: false,
            merge: None,
            swept: None,
            erasure: Some(Erasure::Asked(anna())),
        },
        EventData::WebhookQuarantined(Quarantined {
            source: source(),
            reason: "unknown subscription".to_owned(),
            subscription: Some("contact.unheard".to_owned()),
            object: Some("1".to_owned()),
            of: Some("contacts".to_owned()),
        }),
        EventData::BehaviourSeen(BehaviourSeen {
            visitor: visitor(),
            behaviour: "viewed_pricing".to_owned(),
            at: noon(),
        }),
        EventData::RecordChanged {
            changed: vec!["owner".to_owned(), "account.country".to_owned()],
            modified: noon(),
            first: true,
            contact: Some(Contacted {
                at: noon(),
                by: Some(anna()),
            }),
            watched: false,
            left_domain: None,
        },
        EventData::RecordRouted {
            owner: anna(),
            rule: "dach".to_owned(),
            pool: Some("dach_account_executives".to_owned()),
        },
        EventData::RecordWaiting {
            rule: "private_mail".to_owned(),
        },
        EventData::ReassignRequested(contracts::ReassignRequested {
            from: anna(),
            clock: "first_response".to_owned(),
            instance: 1,
            step: 2,
            terms: terms(),
            at: noon(),
        }),
        EventData::GatePassed {
            from: None,
            to: "discovery".to_owned(),
        },
        EventData::GateTurnedBack {
            from: "discovery".to_owned(),
            to: "sql".to_owned(),
            unmet: vec!["budget".to_owned()],
            mode: GateMode::TurnBack,
        },
        EventData::GateHeld(GateHeld {
            from: "discovery".to_owned(),
            to: "sql".to_owned(),
            unmet: vec!["budget".to_owned()],
        }),
        EventData::HandOffMade(HandOffMade {
            clock: "won.hand_off".to_owned(),
            instance: 1,
            stage: "won".to_owned(),
            team: "customer_success".to_owned(),
            from: Some(anna()),
            to: anna(),
            due: noon(),
        }),
        EventData::HandOffAnswered(HandOffAnswered {
            clock: "won.hand_off".to_owned(),
            instance: 1,
            by: anna(),
            refused: Some("the scope is not what was sold".to_owned()),
        }),
        EventData::HandOffAccepted(HandOffAccepted {
            clock: "won.hand_off".to_owned(),
            instance: 1,
            by: None,
        }),
        EventData::HandOffRefused(HandOffRefused {
            clock: "won.hand_off".to_owned(),
            instance: 1,
            by: anna(),
            reason: "the scope is not what was sold".to_owned(),
        }),
        EventData::UndoRequested(Undo {
            decision: DecisionId::of(Function::DeviationWatch, &EventId::of(&["a tick"])),
            wrote: vec![FieldChange {
                field: "loss_reason".to_owned(),
                to: Some(Value::Text("no_decision".to_owned())),
                only_if: None,
            }],
            by: anna(),
            reason: "they have answered".to_owned(),
        }),
        EventData::HoldReleased(HoldReleased {
            record: record(RecordKind::Opportunity),
            of: anna(),
        }),
        EventData::OwnerLeft(OwnerLeft {
            record: record(RecordKind::Opportunity),
            person: anna(),
            archived: None,
            listed: true,
        }),
        EventData::StageEntered {
            stage: "sql".to_owned(),
            from: Some("discovery".to_owned()),
            since: noon(),
            by: Some(anna()),
            passage: Passage::Warned,
        },
        EventData::StageLeft {
            stage: "discovery".to_owned(),
            to: None,
            since: at("2026-11-20T12:00:00Z"),
            at: noon(),
            by: None,
            passage: Passage::NotJudged,
        },
        EventData::DeviationOpened {
            deviation: "no_contact".to_owned(),
            severity: Severity::High,
        },
        EventData::DeviationStepTaken(DeviationStepTaken {
            deviation: "early_stage_idle".to_owned(),
            step: 2,
            came: StepCame::Done,
            move_to: Some("lost".to_owned()),
            set: no_decision(),
        }),
        EventData::DeviationClosed {
            deviation: "no_contact".to_owned(),
        },
    ]
}

fn terms() -> Reassign {
    Reassign {
        at_most: 2,
        finally: Recipient::Manager,
    }
}

fn about_clocks() -> Vec<EventData> {
    let (clock, instance, due) = ("first_response".to_owned(), 1, noon());
    let clock = || clock.clone();
    vec![
        EventData::ClockStarted {
            clock: clock(),
            instance,
            due,
        },
        EventData::ClockMet {
            clock: clock(),
            instance,
            late: false,
        },
        EventData::ClockWarned {
            clock: clock(),
            instance,
            due,
        },
        EventData::ClockBreached {
            clock: clock(),
            instance,
            due,
        },
        EventData::ClockEscalated {
            clock: clock(),
            instance,
            step: 1,
            to: anna(),
        },
        EventData::ClockCancelled {
            clock: clock(),
            instance,
        },
        EventData::ClockPaused {
            clock: clock(),
            instance,
            left: 3_600,
        },
        EventData::ClockResumed {
            clock: clock(),
            instance,
            due,
        },
        EventData::ClockBreachWithdrawn {
            clock: clock(),
            instance,
            due,
        },
        EventData::ClockMoved {
            clock: clock(),
            instance,
            from: due,
            to: due,
        },
    ]
}

fn about_the_rest() -> Vec<EventData> {
    vec![
        EventData::DeadlineDue {
            kind: DeadlineKind::Clocks,
            due: noon(),
            at: noon(),
        },
        EventData::DeadlinesContinued(DeadlinesContinued {
            at: noon(),
            shard: "due#1".to_owned(),
            record: record(RecordKind::Opportunity),
            kind: DeadlineKind::Deviations,
            due: noon(),
            sweep: None,
        }),
        EventData::SweepAsked {
            look: SweepKind::Recount,
        },
        EventData::CrmWriteObserved(writes().remove(0)),
        EventData::CrmWriteRefused {
            write: writes().remove(0),
            why: "status 400, VALIDATION_ERROR".to_owned(),
        },
        EventData::DigestRequested(DigestRequested {
            to: anna(),
            digest: "seller".to_owned(),
            day: "2026-11-23".parse().unwrap(),
        }),
        EventData::ReviewRequested(reviews::requested()),
        EventData::AbsenceChanged {
            person: anna(),
            from: noon(),
            to: noon(),
            away: true,
        },
        EventData::Tick { at: noon() },
    ]
}

fn no_decision() -> BTreeMap<String, String> {
    BTreeMap::from([("loss_reason".to_owned(), "no_decision".to_owned())])
}

fn writes() -> Vec<CrmWrite> {
    vec![
        CrmWrite::Owner {
            to: anna(),
            only_if: None,
        },
        CrmWrite::Stage {
            to: "discovery".to_owned(),
            only_if: Some("sql".to_owned()),
        },
        CrmWrite::Fields {
            set: vec![
                FieldChange {
                    field: "stage".to_owned(),
                    to: Some(Value::Text("lost".to_owned())),
                    only_if: Some(Value::Text("discovery".to_owned())),
                },
                FieldChange {
                    field: "lost_on".to_owned(),
                    to: Some(Value::Date("2026-11-24".parse().unwrap())),
                    only_if: None,
                },
            ],
        },
        CrmWrite::Create {
            kind: RecordKind::Opportunity,
            journey: "renewal".to_owned(),
            by: "follows".to_owned(),
            key: "opportunity-7-renewal".to_owned(),
            with: BTreeMap::from([("stage".to_owned(), Value::Text("renewal.due".to_owned()))]),
            account: Some(record(RecordKind::Account)),
        },
        CrmWrite::Task {
            subject: "Criteria to meet".to_owned(),
            lines: vec!["budget".to_owned()],
            owner: Some(anna()),
        },
    ]
}

fn hold() -> Hold {
    Hold {
        since: noon(),
        moves: 12,
        turned_back: 3,
        let_stand: 2,
        settled: 1,
        again: false,
        by_rounds: true,
        answer: Some(HoldAnswered {
            answer: HoldAnswer::LetStand,
            by: anna(),
            at: noon(),
        }),
    }
}
