use std::{collections::BTreeMap, fmt};

use crm::{PersonId, RecordId};
use jiff::Timestamp;
use model::Revision;
use serde::{Deserialize, Serialize};

use crate::{
    event::{Cause, Event},
    event_data::EventData,
    ids::{DecisionId, EventId},
    names::Function,
    reason::Reason,
};

/// Whom a decision is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// A record.
    Record(RecordId),
    /// A person, for their digest and their absences.
    Person(PersonId),
}

impl Subject {
    /// As people write it: a record without its source.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Record(record) => record.name(),
            Self::Person(_) => self.to_string(),
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Record(record) => write!(f, "{record}"),
            Self::Person(person) => write!(f, "person:{person}"),
        }
    }
}

/// What was decided, when, upon what, by which rules, and what follows from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditRecord {
    /// The decision's id, made from `event` and `function`.
    pub decision: DecisionId,
    /// Who decided.
    pub function: Function,
    /// About whom.
    pub subject: Subject,
    /// Upon which event.
    pub event: EventId,
    /// That event's name.
    pub event_name: String,
    /// The CRM's event (or the tick) that began it all.
    pub correlation: EventId,
    /// When, by the clock that the deciding function was given.
    pub at: Timestamp,
    /// The sequence number of the record that was judged.
    pub sequence: u64,
    /// Under which revision of the model.
    pub revision: Revision,
    /// The revision of the event, where a later deployment brought that: it was taken back since, and the
    /// model at hand decides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ahead: Option<Revision>,
    /// The facts that were looked at; never a personal value.
    pub facts: BTreeMap<String, String>,
    /// The reasons, in the order in which they were weighed.
    pub reasons: Vec<Reason>,
    /// What was decided, in one sentence.
    pub outcome: String,
    /// The events that follow.
    pub events: Vec<Event>,
}

/// A decision before it is committed: what a pure function of (model, facts, now) says.
#[must_use]
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DecisionDraft {
    /// The facts that were looked at.
    pub facts: BTreeMap<String, String>,
    /// The reasons, in order.
    pub reasons: Vec<Reason>,
    /// What was decided, in one sentence.
    pub outcome: String,
    /// What follows.
    pub emits: Vec<EventData>,
}

impl DecisionDraft {
    /// The audit record of this draft, taken by `function` upon `cause` at `at`.
    #[must_use]
    pub fn into_audit(
        self,
        function: Function,
        subject: Subject,
        cause: &Cause,
        sequence: u64,
        revision: &Revision,
        at: Timestamp,
    ) -> AuditRecord {
        let decision = DecisionId::of(function, cause.event());
        let emitted = |(index, data)| {
            let event = Event::new(EventId::emitted(&decision, index), at, revision, data);
            match &subject {
                Subject::Record(record) => event.about(record.clone(), sequence),
                Subject::Person(_) => event,
            }
            .because_of(cause)
        };
        let events = self.emits.into_iter().enumerate().map(emitted).collect();
        AuditRecord {
            decision,
            function,
            subject,
            event: cause.event().clone(),
            event_name: cause.name().to_owned(),
            correlation: cause.correlation().clone(),
            at,
            sequence,
            revision: revision.clone(),
            ahead: cause.ahead_of(revision).cloned(),
            facts: self.facts,
            reasons: self.reasons,
            outcome: self.outcome,
            events,
        }
    }
}
