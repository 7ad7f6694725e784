use std::collections::BTreeMap;

use contracts::{
    CrmWrite, DeadlineKind, DeviationStepTaken, DigestRequested, Erasure, EventData, FieldChange,
    Merge, Notice, Passage, StepCame,
};
use crm::{Contacted, Value};
use model::{GateMode, Reassign, Recipient, Severity};
use testkit::{
    history::{anna, november as at},
    record_id,
};

use super::{ben, name, said};

#[test]
fn what_is_heard_of_the_crm() {
    let noticed = |property: Option<&str>, deleted| EventData::RecordNoticed {
        property: property.map(str::to_owned),
        occurred: at("23T08:00:00"),
        deleted,
        merge: None,
        swept: None,
        erasure: None,
    };
    let changed = |first, contact| EventData::RecordChanged {
        changed: vec![name("stage"), name("owner")],
        modified: at("23T08:00:00"),
        first,
        contact,
        watched: false,
        left_domain: None,
    };
    let contact = |by| {
        let at = at("23T07:30:00");
        Some(Contacted { at, by })
    };
    let merged = |merge| EventData::RecordNoticed {
        property: None,
        occurred: at("23T08:00:00"),
        deleted: matches!(merge, Merge::Into(_)),
        merge: Some(merge),
        swept: None,
        erasure: None,
    };
    let erased = |erasure| EventData::RecordNoticed {
        property: None,
        occurred: at("23T08:00:00"),
        deleted: matches!(erasure, Erasure::Crm),
        merge: None,
        swept: None,
        erasure: Some(erasure),
    };
    let lead = |id: &str| record_id(&format!("lead:{id}"));
    for (data, words) in [
        (
            merged(Merge::Into(lead("5"))),
            "the CRM says that it was merged into lead:5",
        ),
        (
            merged(Merge::Of([lead("3"), lead("4")].into())),
            "the CRM says that lead:3, lead:4 was merged into it",
        ),
        (
            erased(Erasure::Crm),
            "the CRM says that it was erased for privacy",
        ),
        (
            erased(Erasure::Asked(anna())),
            "anna asked that the person be forgotten",
        ),
        (noticed(None, true), "the CRM says that it was deleted"),
        (
            noticed(Some("stage"), false),
            "the CRM says that stage was changed",
        ),
        (noticed(None, false), "the CRM says that it was changed"),
        (changed(true, None), "our first copy, of 2 fields"),
        (
            changed(false, contact(None)),
            "our copy changed: stage, owner; contacted 07:30",
        ),
        (
            changed(false, contact(Some(anna()))),
            "our copy changed: stage, owner; contacted by anna 07:30",
        ),
        (
            EventData::DeadlineDue {
                kind: DeadlineKind::Clocks,
                due: at("23T08:00:00"),
                at: at("23T08:01:00"),
            },
            "clocks fell due 08:00",
        ),
    ] {
        assert_eq!(said(&data), words);
    }
}

#[test]
fn what_was_decided_of_a_record() {
    let turned_back = |mode| EventData::GateTurnedBack {
        from: name("discovery"),
        to: name("sql"),
        unmet: vec![name("budget"), name("need")],
        mode,
    };
    let left = |to: Option<&str>| EventData::StageLeft {
        stage: name("qualification"),
        to: to.map(name),
        since: at("20T08:00:00"),
        at: at("23T08:00:00"),
        by: None,
        passage: Passage::NotJudged,
    };
    for (data, words) in [
        (
            EventData::RecordRouted {
                owner: anna(),
                rule: name("dach"),
                pool: Some(name("sellers")),
            },
            "anna has it, by rule dach from pool sellers",
        ),
        (
            EventData::RecordWaiting { rule: name("last") },
            "it has no owner, by rule last",
        ),
        (
            EventData::RecordWaiting {
                rule: name(contracts::state::AWAITS_FACTS),
            },
            "it waits for facts that usually come a moment later",
        ),
        (
            EventData::GatePassed {
                from: None,
                to: name("new"),
            },
            "passed the gate of new",
        ),
        (
            EventData::StageEntered {
                stage: name("proposal"),
                from: Some(name("qualification")),
                since: at("23T08:00:00"),
                by: Some(anna()),
                passage: Passage::Passed,
            },
            "entered proposal (was qualification), moved by anna",
        ),
        (
            EventData::StageEntered {
                stage: name("new"),
                from: None,
                since: at("23T08:00:00"),
                by: None,
                passage: Passage::NotJudged,
            },
            "entered new",
        ),
        (left(Some("proposal")), "left qualification for proposal"),
        (
            left(None),
            "left qualification for a stage that the model does not know",
        ),
        (
            turned_back(GateMode::TurnBack),
            "the move from discovery to sql is turned back for want of budget, need",
        ),
        (
            turned_back(GateMode::Warn),
            "the move from discovery to sql is warned of, and left, for want of budget, need",
        ),
        (
            turned_back(GateMode::Observe),
            "the move from discovery to sql is observed, and left, for want of budget, need",
        ),
        (
            EventData::DeviationOpened {
                deviation: name("no_contact"),
                severity: Severity::High,
            },
            "deviation no_contact opened (high)",
        ),
        (
            EventData::DeviationStepTaken(DeviationStepTaken {
                deviation: name("no_contact"),
                step: 2,
                came: StepCame::Done,
                move_to: Some(name("lost")),
                set: BTreeMap::from([(name("loss_reason"), name("no_decision"))]),
            }),
            "step 2 of deviation no_contact done (move to lost, loss_reason no_decision)",
        ),
        (
            EventData::AbsenceChanged {
                person: anna(),
                from: at("23T08:00:00"),
                to: at("23T12:00:00"),
                away: false,
            },
            "anna is not away from 08:00 to 12:00",
        ),
    ] {
        assert_eq!(said(&data), words);
    }
}

#[test]
fn what_happens_to_a_clock() {
    let (clock, instance, due) = (name("reply"), 1, at("23T12:10:00"));
    let c = || clock.clone();
    for (data, words) in [
        (
            EventData::ClockStarted {
                clock: c(),
                instance,
                due,
            },
            "clock reply runs, due 12:10",
        ),
        (
            EventData::ClockMet {
                clock: c(),
                instance,
                late: true,
            },
            "clock reply is met late",
        ),
        (
            EventData::ClockBreached {
                clock: c(),
                instance,
                due,
            },
            "clock reply ran out 12:10",
        ),
        (
            EventData::ClockPaused {
                clock: c(),
                instance,
                left: 60,
            },
            "clock reply stands still",
        ),
        (
            EventData::ClockMoved {
                clock: c(),
                instance,
                from: at("23T11:00:00"),
                to: due,
            },
            "clock reply is due 12:10 now",
        ),
        (
            EventData::ClockCancelled {
                clock: c(),
                instance,
            },
            "clock reply is cancelled",
        ),
    ] {
        assert_eq!(said(&data), words);
    }
}

#[test]
fn what_is_asked_for() {
    let mail = |notice| EventData::NoticeRequested { to: anna(), notice };
    let write = |write| EventData::CrmWriteRequested { write };
    for (data, words) in [
        (
            mail(Notice::LeadReassigned {
                from: ben(),
                clock: name("reply"),
                respond_by: Some(at("23T12:10:00")),
            }),
            "mail to anna: it is theirs, no longer ben's; respond by 12:10",
        ),
        (
            mail(Notice::ClockLate {
                clock: name("reply"),
                due: at("23T12:10:00"),
                step: 2,
            }),
            "mail to anna: reply was due 12:10 and is late (step 2)",
        ),
        (
            write(CrmWrite::Owner {
                to: anna(),
                only_if: Some(ben()),
            }),
            "in the CRM: owner anna, if it is still ben",
        ),
        (
            write(CrmWrite::Stage {
                to: name("new"),
                only_if: None,
            }),
            "in the CRM: stage new",
        ),
        (
            write(CrmWrite::Fields {
                set: vec![
                    FieldChange {
                        field: name("stage"),
                        to: Some(Value::Text(name("lost"))),
                        only_if: Some(Value::Text(name("discovery"))),
                    },
                    FieldChange {
                        field: name("loss_reason"),
                        to: Some(Value::Text(name("no_decision"))),
                        only_if: None,
                    },
                ],
            }),
            "in the CRM: stage lost, if it still is discovery; loss_reason no_decision, if it is still empty",
        ),
        (
            write(CrmWrite::Task {
                subject: name("Call them"),
                lines: Vec::new(),
                owner: Some(anna()),
            }),
            "in the CRM: a task for anna: Call them",
        ),
        (
            EventData::DigestRequested(DigestRequested {
                to: anna(),
                digest: name("seller"),
                day: "2026-11-24".parse().unwrap(),
            }),
            "mail to anna: digest seller of 2026-11-24",
        ),
    ] {
        assert_eq!(said(&data), words);
    }
}

#[test]
fn what_happens_to_a_clock_that_nears_its_end_or_is_late() {
    let (instance, due) = (1, at("23T12:10:00"));
    let clock = || name("reply");
    for (data, words) in [
        (
            EventData::ClockWarned {
                clock: clock(),
                instance,
                due,
            },
            "clock reply nears its end, 12:10",
        ),
        (
            EventData::ClockEscalated {
                clock: clock(),
                instance,
                step: 2,
                to: ben(),
            },
            "late clock reply goes to ben, step 2",
        ),
        (
            EventData::ClockResumed {
                clock: clock(),
                instance,
                due,
            },
            "clock reply runs again, due 12:10",
        ),
        (
            EventData::ClockBreachWithdrawn {
                clock: clock(),
                instance,
                due,
            },
            "clock reply had not run out after all",
        ),
        (
            EventData::ReassignRequested(contracts::ReassignRequested {
                from: anna(),
                clock: clock(),
                instance,
                step: 2,
                terms: Reassign {
                    at_most: 2,
                    finally: Recipient::Manager,
                },
                at: due,
            }),
            "another of the pool is to have it: anna let reply run out",
        ),
    ] {
        assert_eq!(said(&data), words);
    }
}
