//! A small history with everything that a story can show: a lead that is routed, told of and late; a
//! deal that is turned back; a digest. And the table that it leads to.

mod deal;
mod lead;
mod table;

use contracts::{
    AuditRecord, Cause, DecisionDraft, DigestRequested, Event, EventData, EventId, Finding, Found,
    Function, Reason, Subject, Verdict,
};
use crm::{PersonId, RecordId};
use jiff::Timestamp;
use model::{ModelFile, Place, Revision};

pub use crate::record_id as record;
pub use deal::of_deal;
pub use lead::of_lead;
pub use table::table;

/// An instant of the November in which all of it happens: `23T08:02:11`, in UTC.
///
/// # Panics
/// If the text is none.
#[must_use]
pub fn november(text: &str) -> Timestamp {
    crate::at(&format!("2026-11-{text}Z"))
}

/// Whose everything is.
#[must_use]
pub fn anna() -> PersonId {
    PersonId::new("anna")
}

/// The event that begins a chain.
#[must_use]
pub fn first(name: &str, of: &RecordId, time: Timestamp) -> Event {
    let id = EventId::of(&[name]);
    let data = EventData::RecordNoticed {
        property: None,
        occurred: time,
        deleted: false,
        merge: None,
        swept: None,
        erasure: None,
    };
    Event::new(id, time, &revision(7), data).about(of.clone(), 0)
}

/// What a function decides upon an event about a record, under the model's revision of this number.
///
/// # Panics
/// If the event is about no record.
#[must_use]
pub fn decide(
    function: Function,
    upon: &Event,
    number: u64,
    time: Timestamp,
    draft: DecisionDraft,
) -> AuditRecord {
    let subject = Subject::Record(upon.record.clone().expect("a record"));
    draft.into_audit(
        function,
        subject,
        &Cause::of(upon),
        1,
        &revision(number),
        time,
    )
}

/// The decision about a person's digest.
///
/// # Panics
/// Never.
#[must_use]
pub fn of_digest() -> AuditRecord {
    let at = november("24T07:05:00");
    let id = EventId::of(&["morning"]);
    let tick = Event::new(id, at, &revision(7), EventData::Tick { at });
    let note = "2026-11-24 at 08:00, 2 record(s) to show";
    let draft = DecisionDraft {
        outcome: "digest seller sent".to_owned(),
        reasons: vec![Reason::note(
            "digests.seller",
            place(ModelFile::Governance, 25),
            note,
        )],
        emits: vec![EventData::DigestRequested(DigestRequested {
            to: anna(),
            digest: "seller".to_owned(),
            day: "2026-11-24".parse().expect("a day"),
        })],
        ..DecisionDraft::default()
    };
    draft.into_audit(
        Function::DailyDigest,
        Subject::Person(anna()),
        &Cause::of(&tick),
        0,
        &revision(8),
        november("24T07:05:00"),
    )
}

fn revision(number: u64) -> Revision {
    Revision {
        number,
        hash: format!("{number:016x}"),
    }
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
    Finding {
        field: field.to_owned(),
        found,
        needed: needed.to_owned(),
        verdict,
        place: place(ModelFile::Processes, line),
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

/// The first copy of a record, and its event.
fn synced(upon: &Event, time: Timestamp, changed: &[&str]) -> (AuditRecord, Event) {
    let note = "the CRM's copy of 2026-11-23T08:02:09Z";
    let draft = DecisionDraft {
        outcome: "first copy kept".to_owned(),
        reasons: vec![Reason::note("sync", None, note)],
        emits: vec![EventData::RecordChanged {
            changed: changed.iter().map(ToString::to_string).collect(),
            modified: november("23T08:02:09"),
            first: true,
            contact: None,
            watched: false,
            left_domain: None,
        }],
        ..DecisionDraft::default()
    };
    let audit = decide(Function::CrmSync, upon, 7, time, draft);
    let event = event_of(&audit);
    (audit, event)
}

/// The first event of a decision.
fn event_of(audit: &AuditRecord) -> Event {
    audit.events.first().cloned().expect("an event")
}
