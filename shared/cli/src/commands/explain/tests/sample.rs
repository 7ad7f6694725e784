//! A small history: a lead that is routed, told and late; a deal that is turned back.

use std::collections::BTreeMap;

use contracts::{
    AuditRecord, CrmWrite, DecisionDraft, Event, EventData, EventId, Finding, Found, Function,
    Keeper, Notice, Reason, Subject, Verdict,
};
use crm::{PersonId, RecordId};
use jiff::Timestamp;
use operating_model::{GateMode, ModelFile, Place, Revision};

pub(super) fn at(text: &str) -> Timestamp {
    format!("2026-11-{text}Z").parse().unwrap()
}

pub(super) fn record(text: &str) -> RecordId {
    text.parse().unwrap()
}

pub(super) fn anna() -> PersonId {
    PersonId::new("anna")
}

pub(super) fn revision(number: u64) -> Revision {
    Revision {
        number,
        hash: format!("{number:016x}"),
    }
}

/// The event that begins a chain.
pub(super) fn first(name: &str, of: &RecordId, time: Timestamp) -> Event {
    let id = EventId::of(&[name]);
    Event {
        id: id.clone(),
        version: Event::VERSION,
        time,
        record: Some(of.clone()),
        sequence: 0,
        revision: revision(7),
        causation: None,
        correlation: id,
        data: EventData::RecordNoticed {
            source: "hubspot".to_owned(),
            property: None,
            occurred: time,
            deleted: false,
        },
    }
}

pub(super) fn decide(
    function: Function,
    upon: &Event,
    number: u64,
    time: Timestamp,
    draft: DecisionDraft,
) -> AuditRecord {
    let subject = Subject::Record(upon.record.clone().unwrap());
    draft.into_audit(function, subject, upon, 1, &revision(number), time)
}

fn place(file: ModelFile, line: u32) -> Option<Place> {
    Some(Place {
        file,
        line,
        column: 5,
    })
}

fn finding(field: &str, found: &str, needed: &str, verdict: Verdict, line: u32) -> Finding {
    let found = match found {
        "" => Found::NoValue,
        "personal" => Found::Personal,
        value => Found::Value(value.to_owned()),
    };
    let place = place(ModelFile::Processes, line);
    Finding {
        field: field.to_owned(),
        found,
        needed: needed.to_owned(),
        verdict,
        place,
    }
}

fn rule(name: &str, line: u32, verdict: Verdict, findings: Vec<Finding>) -> Reason {
    Reason {
        rule: name.to_owned(),
        place: place(ModelFile::Processes, line),
        verdict,
        findings,
        note: None,
    }
}

fn synced(upon: &Event, time: Timestamp, changed: &[&str]) -> AuditRecord {
    let draft = DecisionDraft {
        outcome: "first copy kept".to_owned(),
        reasons: vec![Reason::note(
            "sync",
            None,
            "the CRM's copy of 2026-11-23T08:02:09Z",
        )],
        emits: vec![EventData::RecordChanged {
            changed: changed.iter().map(ToString::to_string).collect(),
            modified: at("23T08:02:09"),
            first: true,
            contact: None,
        }],
        ..DecisionDraft::default()
    };
    decide(Function::CrmSync, upon, 7, time, draft)
}

fn routed(upon: &Event) -> AuditRecord {
    let facts = [
        ("account.country", "DE"),
        ("account.employees", "1200"),
        ("account.industry", "software"),
    ];
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
    let draft = DecisionDraft {
        outcome: "routed to anna from pool dach by rule dach".to_owned(),
        facts: facts
            .map(|(field, value)| (field.to_owned(), value.to_owned()))
            .into(),
        reasons: vec![
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
        ],
        emits: vec![
            EventData::LeadRouted {
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
                    respond_by: Some(at("23T12:02:11")),
                },
            },
        ],
    };
    decide(Function::LeadRouting, upon, 7, at("23T08:02:11"), draft)
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
            due: at("23T13:02:11"),
        }],
        ..DecisionDraft::default()
    };
    decide(Function::SlaTimers, upon, 7, at("23T08:02:12"), draft)
}

fn breached(of: &RecordId) -> AuditRecord {
    let mut due = first("tick", of, at("24T13:03:00"));
    due.id = EventId::of(&["deadline", "1"]);
    due.data = EventData::DeadlineDue {
        keeper: Keeper::Clocks,
        due: at("23T13:02:11"),
        at: at("24T13:03:00"),
    };
    let note = "not met within 4 business hours (noticed 1 day later)";
    let late = |step| Notice::ClockLate {
        clock: "first_response".to_owned(),
        due: at("23T13:02:11"),
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
                due: at("23T13:02:11"),
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
    decide(Function::SlaTimers, &due, 8, at("24T13:03:00"), draft)
}

/// The decisions about the lead, in the order in which they were taken.
pub(super) fn lead_history() -> Vec<AuditRecord> {
    let lead = record("lead:42");
    let sync = synced(
        &first("webhook", &lead, at("23T08:02:09")),
        at("23T08:02:10"),
        &["email", "stage", "title"],
    );
    let routing = routed(&sync.events[0]);
    let clock = started(&routing.events[0]);
    vec![sync, routing, clock, breached(&lead)]
}

/// The decisions about the deal.
pub(super) fn deal_history() -> Vec<AuditRecord> {
    let deal = record("opportunity:9");
    let sync = synced(
        &first("moved", &deal, at("23T09:00:00")),
        at("23T09:00:01"),
        &["stage"],
    );
    let amount = finding(
        "opportunity.amount",
        "12000",
        "at least 20000",
        Verdict::NotHeld,
        22,
    );
    let pain = finding(
        "opportunity.the_business_problem_in_their_own_words",
        "",
        "a value",
        Verdict::Unknown,
        23,
    );
    let close = finding(
        "opportunity.close_date",
        "2026-12-01",
        "less than 60 days ago or ahead",
        Verdict::Held,
        24,
    );
    let mut may = rule(
        "lifecycles.opportunity.discovery.may_move_to",
        18,
        Verdict::Held,
        Vec::new(),
    );
    may.note = Some("from discovery it may move to sql, lost".to_owned());
    let unmet = vec!["budget".to_owned(), "need".to_owned()];
    let words = vec!["budget: opportunity.amount is 12000, needed: at least 20000".to_owned()];
    let (from, to, mode) = ("discovery".to_owned(), "sql".to_owned(), GateMode::TurnBack);
    let write = |write| EventData::CrmWriteRequested { write };
    let draft = DecisionDraft {
        outcome: "turned back: from sql to discovery, not met: budget, need".to_owned(),
        facts: BTreeMap::from([("opportunity.amount".to_owned(), "12000".to_owned())]),
        reasons: vec![
            may,
            rule(
                "lifecycles.opportunity.sql.enter.budget",
                22,
                Verdict::NotHeld,
                vec![amount],
            ),
            rule(
                "lifecycles.opportunity.sql.enter.need",
                23,
                Verdict::Unknown,
                vec![pain],
            ),
            rule(
                "lifecycles.opportunity.sql.enter.soon",
                24,
                Verdict::Held,
                vec![close],
            ),
        ],
        emits: vec![
            EventData::GateTurnedBack {
                from: from.clone(),
                to: to.clone(),
                unmet,
                mode,
            },
            write(CrmWrite::Stage {
                to: from.clone(),
                only_if: Some(to.clone()),
            }),
            write(CrmWrite::Task {
                subject: "Not ready for sql".to_owned(),
                lines: words.clone(),
                owner: Some(anna()),
            }),
            EventData::NoticeRequested {
                to: anna(),
                notice: Notice::GateNotMet {
                    from,
                    to,
                    unmet: words,
                    mode,
                },
            },
        ],
    };
    let gate = decide(
        Function::StageGates,
        &sync.events[0],
        7,
        at("23T09:00:02"),
        draft,
    );
    vec![sync, gate]
}

/// The decision about a person's digest.
pub(super) fn digest_history() -> Vec<AuditRecord> {
    let mut tick = first("morning", &record("lead:1"), at("24T07:05:00"));
    tick.record = None;
    tick.data = EventData::Tick {
        at: at("24T07:05:00"),
    };
    let note = "2026-11-24 at 08:00, 2 thing(s) to show";
    let draft = DecisionDraft {
        outcome: "digest seller sent".to_owned(),
        reasons: vec![Reason::note(
            "digests.seller",
            place(ModelFile::Governance, 25),
            note,
        )],
        emits: vec![EventData::DigestRequested {
            to: anna(),
            digest: "seller".to_owned(),
            day: "2026-11-24".parse().unwrap(),
        }],
        ..DecisionDraft::default()
    };
    vec![draft.into_audit(
        Function::DailyDigest,
        Subject::Person(anna()),
        &tick,
        0,
        &revision(8),
        at("24T07:05:00"),
    )]
}
