use std::collections::BTreeMap;

use contracts::{
    AuditRecord, Change, DecisionId, Event, EventId, Function, ReadAt, Reason, Subject,
};
use jiff::Timestamp;
use model::Revision;
use serde::{Serialize, Serializer};

/// An audit record as it is told: its events whole, which the table keeps without what the record says
/// itself, since what is told of them goes by their ids.
#[derive(Serialize)]
struct Whole<'a> {
    decision: &'a DecisionId,
    function: Function,
    subject: &'a Subject,
    event: &'a EventId,
    event_name: &'a str,
    correlation: &'a EventId,
    at: Timestamp,
    sequence: u64,
    revision: &'a Revision,
    #[serde(skip_serializing_if = "Option::is_none")]
    ahead: Option<&'a Revision>,
    facts: &'a BTreeMap<String, String>,
    reasons: &'a [Reason],
    outcome: &'a str,
    events: &'a [Event],
    read: &'a BTreeMap<String, ReadAt>,
    changes: &'a BTreeMap<String, Change>,
}

/// Writes an audit record with whole events.
pub(crate) fn whole<S: Serializer>(audit: &AuditRecord, serializer: S) -> Result<S::Ok, S::Error> {
    Whole {
        decision: &audit.decision,
        function: audit.function,
        subject: &audit.subject,
        event: &audit.event,
        event_name: &audit.event_name,
        correlation: &audit.correlation,
        at: audit.at,
        sequence: audit.sequence,
        revision: &audit.revision,
        ahead: audit.ahead.as_ref(),
        facts: &audit.facts,
        reasons: &audit.reasons,
        outcome: &audit.outcome,
        events: &audit.events,
        read: &audit.read,
        changes: &audit.changes,
    }
    .serialize(serializer)
}
