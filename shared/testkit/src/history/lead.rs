use contracts::{
    AuditRecord, CrmWrite, DeadlineKind, DecisionDraft, Event, EventData, EventId, Function,
    Notice, Reason, Verdict,
};
use crm::{PersonId, RecordId};
use model::ModelFile;

use super::{anna, decide, event_of, finding, first, november, place, record, rule, synced};

/// The decisions about `lead:42`, in the order in which they were taken: the first copy, the routing,
/// the start of a clock, and its breach.
///
/// # Panics
/// Never.
#[must_use]
pub fn of_lead() -> Vec<AuditRecord> {
    let lead = record("lead:42");
    let noticed = first("webhook", &lead, november("23T08:02:09"));
    let (sync, changed) = synced(
        &noticed,
        november("23T08:02:10"),
        &["email", "stage", "title"],
    );
    let routing = routed(&changed);
    let clock = started(&event_of(&routing));
    vec![sync, routing, clock, breached(&lead)]
}

fn routed(upon: &Event) -> AuditRecord {
    let facts = [
        ("account.country", "DE"),
        ("account.employees", "1200"),
        ("account.industry", "software"),
    ];
    let draft = DecisionDraft {
        outcome: "routed to anna from pool dach by rule dach".to_owned(),
        facts: facts
            .map(|(field, value)| (field.to_owned(), value.to_owned()))
            .into(),
        reasons: reasons_of_routing(),
        emits: vec![
            EventData::RecordRouted {
                owner: anna(),
                rule: "dach".to_owned(),
                pool: Some("dach".to_owned()),
            },
            EventData::CrmWriteRequested {
                write: CrmWrite::Owner {
                    to: anna(),
                    only_if: None,
                },
            },
            EventData::NoticeRequested {
                to: anna(),
                notice: Notice::LeadAssigned {
                    rule: "dach".to_owned(),
                    respond_by: Some(november("23T12:02:11")),
                },
            },
        ],
    };
    decide(
        Function::LeadRouting,
        upon,
        7,
        november("23T08:02:11"),
        draft,
    )
}

fn reasons_of_routing() -> Vec<Reason> {
    let personal = finding(
        "lead.email",
        "personal",
        "text that ends with `@gmail.com`",
        Verdict::NotHeld,
        31,
    );
    let size = finding(
        "account.employees",
        "1200",
        "less than 250",
        Verdict::NotHeld,
        36,
    );
    let partner = finding("account.partner", "", "yes", Verdict::Unknown, 34);
    let country = finding("account.country", "DE", "DE, AT or CH", Verdict::Held, 41);
    vec![
        rule("routing.lead.private", 31, Verdict::NotHeld, vec![personal]),
        rule(
            "routing.lead.small_partners",
            33,
            Verdict::Unknown,
            vec![partner, size],
        ),
        rule("routing.lead.dach", 40, Verdict::Held, vec![country]),
        Reason::note(
            "pools.dach",
            place(ModelFile::People, 52),
            "pool dach: every member; counting this one: anna is owed 0.71 leads, uwe is owed 0.69 \
                 leads, ben is 0.04 leads ahead, and 17 others; anna is owed the most",
        ),
    ]
}

fn started(upon: &Event) -> AuditRecord {
    let note = "account.segment is enterprise, so it may run 4 business hours; Mon 23 Nov 09:02 + 4 h → 3 h 27 min \
                until 12:30, 32 min from 13:30 → Mon 23 Nov 14:02";
    let draft = DecisionDraft {
        outcome: "clock first_response started".to_owned(),
        reasons: vec![Reason::note(
            "clocks.first_response",
            place(ModelFile::Processes, 80),
            note,
        )],
        emits: vec![EventData::ClockStarted {
            clock: "first_response".to_owned(),
            instance: 1,
            due: november("23T13:02:11"),
        }],
        ..DecisionDraft::default()
    };
    decide(Function::SlaTimers, upon, 7, november("23T08:02:12"), draft)
}

fn breached(of: &RecordId) -> AuditRecord {
    let mut due = first("tick", of, november("24T13:03:00"));
    due.id = EventId::of(&["deadline", "1"]);
    due.data = EventData::DeadlineDue {
        kind: DeadlineKind::Clocks,
        due: november("23T13:02:11"),
        at: november("24T13:03:00"),
    };
    let note = "not met within 4 business hours (noticed 1 day later)";
    let late = |step| Notice::ClockLate {
        clock: "first_response".to_owned(),
        due: november("23T13:02:11"),
        step,
    };
    let (jonas, clock) = (PersonId::new("jonas"), "first_response".to_owned());
    let draft = DecisionDraft {
        outcome: "first_response breached; anna told; jonas told".to_owned(),
        reasons: vec![Reason::note(
            "clocks.first_response",
            place(ModelFile::Processes, 80),
            note,
        )],
        emits: vec![
            EventData::ClockBreached {
                clock: clock.clone(),
                instance: 1,
                due: november("23T13:02:11"),
            },
            EventData::NoticeRequested {
                to: anna(),
                notice: late(1),
            },
            EventData::ClockEscalated {
                clock,
                instance: 1,
                step: 2,
                to: jonas.clone(),
            },
            EventData::NoticeRequested {
                to: jonas,
                notice: late(2),
            },
        ],
        ..DecisionDraft::default()
    };
    decide(Function::SlaTimers, &due, 8, november("24T13:03:00"), draft)
}
