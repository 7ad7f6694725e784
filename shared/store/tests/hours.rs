//! An hour's audit records are found by those of them that stand in its index.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use contracts::{AuditRecord, Cause, DecisionDraft, Event, EventData, EventId, Function, Subject};
use crm::RecordId;
use jiff::Timestamp;
use model::Revision;
use store::{MemoryStore, Store, Transaction, audit_put, audits_of_hour};

const HOUR: &str = "2026-11-23T09";

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn lead(id: &str) -> RecordId {
    format!("hubspot:lead:{id}").parse().unwrap()
}

/// A decision of a function about a record, and what it tells.
fn decided(function: Function, about: &RecordId, upon: &Event, when: &str) -> AuditRecord {
    let draft = DecisionDraft {
        emits: vec![EventData::RecordChanged {
            changed: Vec::new(),
            modified: at(when),
            first: true,
            contact: None,
            watched: false,
            left_domain: None,
        }],
        ..DecisionDraft::default()
    };
    let subject = Subject::Record(about.clone());
    draft.into_audit(
        function,
        subject,
        &Cause::of(upon),
        1,
        &Revision::default(),
        at(when),
    )
}

fn told_by_nobody(record: &RecordId) -> Event {
    let data = EventData::RecordNoticed {
        property: None,
        occurred: at("2026-11-23T09:00:00Z"),
        deleted: false,
        merge: None,
        swept: None,
        erasure: None,
    };
    let id = EventId::of(&["webhook"]);
    Event::new(id, at("2026-11-23T09:00:00Z"), &Revision::default(), data).about(record.clone(), 0)
}

async fn kept(audits: &[AuditRecord]) -> MemoryStore {
    let store = MemoryStore::default();
    for audit in audits {
        let puts = vec![audit_put(audit.clone())];
        let transaction = Transaction {
            puts,
            checks: Vec::new(),
        };
        store.commit(transaction).await.unwrap();
    }
    store
}

#[tokio::test]
async fn what_follows_within_the_hour_is_found_with_what_it_follows() {
    let one = lead("1");
    let copied = decided(
        Function::CrmSync,
        &one,
        &told_by_nobody(&one),
        "2026-11-23T09:00:01Z",
    );
    let routed = decided(
        Function::LeadRouting,
        &one,
        &copied.events[0],
        "2026-11-23T09:00:02Z",
    );
    let timed = decided(
        Function::SlaTimers,
        &one,
        &routed.events[0],
        "2026-11-23T09:59:59Z",
    );
    let later = decided(
        Function::DeviationWatch,
        &one,
        &timed.events[0],
        "2026-11-23T10:00:00Z",
    );
    let all = [copied, routed, timed, later];
    assert_eq!(
        all.each_ref().map(|it| it.follows),
        [false, true, true, false]
    );
    let store = kept(&all).await;
    assert_eq!(store.of_hour(HOUR).await.unwrap().len(), 1);
    assert_eq!(audits_of_hour(&store, HOUR).await.unwrap(), all[..3]);
    assert_eq!(
        audits_of_hour(&store, "2026-11-23T10").await.unwrap(),
        all[3..]
    );
}

/// What an account's copy tells of a lead is decided of another subject, and a deadline is told by no decision.
#[tokio::test]
async fn what_is_about_something_else_stands_for_itself() {
    let (one, two) = (lead("1"), lead("2"));
    let copied = decided(
        Function::CrmSync,
        &one,
        &told_by_nobody(&one),
        "2026-11-23T09:00:01Z",
    );
    let other = decided(
        Function::LeadRouting,
        &two,
        &copied.events[0],
        "2026-11-23T09:00:02Z",
    );
    assert!(!other.follows);
    let store = kept(&[copied.clone(), other.clone()]).await;
    assert_eq!(audits_of_hour(&store, HOUR).await.unwrap(), [copied, other]);
}
