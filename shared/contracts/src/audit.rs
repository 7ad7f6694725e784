use std::{borrow::Cow, collections::BTreeMap};

use jiff::Timestamp;
use model::Revision;
use serde::{Deserialize, Serialize, Serializer};

use crate::{
    change::{Change, ReadAt},
    event::{Cause, Event, is_alone},
    event_data::EventData,
    ids::{DecisionId, EventId},
    key::Key,
    names::Function,
    reason::Reason,
    subject::Subject,
};

/// The fact of a record's first copy that says when the webhook came which told of it.
pub const NOTICED: &str = "noticed";

/// What was decided, when, upon what, by which rules, what was read for it, what it changes, and what
/// follows from it. It comes about by [`DecisionDraft::into_audit`] only.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "Written<'static>")]
#[non_exhaustive]
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
    pub ahead: Option<Revision>,
    /// The facts that were looked at; never a personal value.
    pub facts: BTreeMap<String, String>,
    /// The reasons, in the order in which they were weighed.
    pub reasons: Vec<Reason>,
    /// What was decided, in one sentence.
    pub outcome: String,
    /// The events that follow, each as [`DecisionDraft::into_audit`] makes it.
    pub events: Vec<Event>,
    /// The items that were read for it, as [`crate::Key::short`] names them.
    pub read: BTreeMap<String, ReadAt>,
    /// What it changed in states, by the same names.
    pub changes: BTreeMap<String, Change>,
    /// Whether it was decided upon one of many events that came at once: what follows goes the same way.
    pub bulk: bool,
    /// Whether it was decided upon what another decision about the same subject told within the same hour, or changes
    /// what such a one told: it is found with that one, and stands in the index over hours only by it.
    pub follows: bool,
}

impl AuditRecord {
    /// The items that were read for it. One that a later release names in another way is left out.
    pub fn items_read(&self) -> impl Iterator<Item = (Key, ReadAt)> {
        let read = self.read.iter();
        read.filter_map(|(name, at)| Some((Key::of_short(name, &self.subject)?, *at)))
    }

    /// What it changed, by item.
    pub fn items_changed(&self) -> impl Iterator<Item = (Key, &Change)> {
        let changes = self.changes.iter();
        changes.filter_map(|(name, made)| Some((Key::of_short(name, &self.subject)?, made)))
    }
}

/// An audit record as it is written: without what of its events it says itself. What is written is not copied
/// for it.
#[derive(Serialize, Deserialize)]
struct Written<'a> {
    decision: Cow<'a, DecisionId>,
    function: Function,
    subject: Cow<'a, Subject>,
    event: Cow<'a, EventId>,
    event_name: Cow<'a, str>,
    correlation: Cow<'a, EventId>,
    at: Timestamp,
    sequence: u64,
    revision: Cow<'a, Revision>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ahead: Option<Cow<'a, Revision>>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    facts: Cow<'a, BTreeMap<String, String>>,
    #[serde(default, skip_serializing_if = "<[_]>::is_empty")]
    reasons: Cow<'a, [Reason]>,
    outcome: Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    events: Vec<Cow<'a, EventData>>,
    /// The version of the events' shape, where there are any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    version: Option<u32>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    read: Cow<'a, BTreeMap<String, ReadAt>>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    changes: Cow<'a, BTreeMap<String, Change>>,
    #[serde(default, skip_serializing_if = "is_alone")]
    bulk: bool,
    #[serde(default, skip_serializing_if = "is_alone")]
    follows: bool,
}

impl Serialize for AuditRecord {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let events = self.events.iter();
        let written = Written {
            decision: Cow::Borrowed(&self.decision),
            function: self.function,
            subject: Cow::Borrowed(&self.subject),
            event: Cow::Borrowed(&self.event),
            event_name: Cow::Borrowed(&self.event_name),
            correlation: Cow::Borrowed(&self.correlation),
            at: self.at,
            sequence: self.sequence,
            revision: Cow::Borrowed(&self.revision),
            ahead: self.ahead.as_ref().map(Cow::Borrowed),
            facts: Cow::Borrowed(&self.facts),
            reasons: Cow::Borrowed(&self.reasons),
            outcome: Cow::Borrowed(&self.outcome),
            events: events.map(|event| Cow::Borrowed(&event.data)).collect(),
            version: self.events.first().map(|event| event.version),
            read: Cow::Borrowed(&self.read),
            changes: Cow::Borrowed(&self.changes),
            bulk: self.bulk,
            follows: self.follows,
        };
        written.serialize(serializer)
    }
}

impl From<Written<'_>> for AuditRecord {
    fn from(written: Written<'_>) -> Self {
        let mut audit = Self {
            decision: written.decision.into_owned(),
            function: written.function,
            subject: written.subject.into_owned(),
            event: written.event.into_owned(),
            event_name: written.event_name.into_owned(),
            correlation: written.correlation.into_owned(),
            at: written.at,
            sequence: written.sequence,
            revision: written.revision.into_owned(),
            ahead: written.ahead.map(Cow::into_owned),
            facts: written.facts.into_owned(),
            reasons: written.reasons.into_owned(),
            outcome: written.outcome.into_owned(),
            events: Vec::new(),
            read: written.read.into_owned(),
            changes: written.changes.into_owned(),
            bulk: written.bulk,
            follows: written.follows,
        };
        let events = written.events.into_iter();
        audit.emit(events.map(Cow::into_owned).collect());
        if let Some(version) = written.version {
            for event in &mut audit.events {
                event.version = version;
            }
        }
        audit
    }
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
        let follows = cause.is_told_within(&subject, at);
        let mut audit = AuditRecord {
            decision: DecisionId::of(function, cause.event()),
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
            events: Vec::new(),
            read: BTreeMap::new(),
            changes: BTreeMap::new(),
            bulk: cause.in_bulk(),
            follows,
        };
        audit.emit(self.emits);
        audit
    }
}

impl AuditRecord {
    /// The events that follow: all but what happened they have from the decision. Whoever is told whose the record
    /// is hears of it after the write of its owner, if there is one.
    fn emit(&mut self, data: Vec<EventData>) {
        let owner = data.iter().position(EventData::writes_the_owner);
        let owner = owner.map(|index| EventId::emitted(&self.decision, index));
        let emitted = |(index, data): (usize, EventData)| {
            let id = EventId::emitted(&self.decision, index);
            let after = owner.clone().filter(|_| data.tells_whose().is_some());
            let mut event = Event::new(id, self.at, &self.revision, data);
            event.after = after;
            event.causation = Some(self.event.clone());
            event.correlation = self.correlation.clone();
            event.bulk = self.bulk;
            match &self.subject {
                Subject::Record(record) => event.about(record.clone(), self.sequence),
                Subject::Person(_) => event,
            }
        };
        self.events = data.into_iter().enumerate().map(emitted).collect();
    }
}
