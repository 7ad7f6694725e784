use crm::RecordId;
use jiff::Timestamp;
use model::Revision;
use serde::{Deserialize, Serialize};

use crate::{event_data::EventData, ids::EventId, key::is_same_hour, subject::Subject};

/// An event on the bus. It carries ids and the words of the model, never a personal value. It comes
/// about by [`Event::new`] only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Event {
    /// The same happening always has the same id.
    pub id: EventId,
    /// The version of the event's shape.
    pub version: u32,
    /// When it happened, by the business's time: that of the decision it follows from.
    pub time: Timestamp,
    /// The record it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<RecordId>,
    /// The record's sequence number when this was decided; 0 where there is none yet.
    pub sequence: u64,
    /// The model's revision when this was decided.
    pub revision: Revision,
    /// The event that led to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub causation: Option<EventId>,
    /// The first event of the chain.
    pub correlation: EventId,
    /// Whether it came with many others at once, or follows from what did: what comes alone does not wait
    /// behind it.
    #[serde(default, skip_serializing_if = "is_alone")]
    pub bulk: bool,
    /// The write into the CRM that must have come to its end before, if what this says holds only when the CRM has
    /// taken it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<EventId>,
    /// What happened.
    #[serde(flatten)]
    pub data: EventData,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
pub(crate) const fn is_alone(bulk: &bool) -> bool {
    !*bulk
}

impl Event {
    /// The present version of every event's shape.
    pub const VERSION: u32 = 2;

    /// An event about no record that begins a chain of its own: what a CRM, a schedule or somebody
    /// at the command line tells. The others are made of it, by [`Self::about`] and
    /// [`Self::because_of`].
    #[must_use]
    pub fn new(id: EventId, time: Timestamp, revision: &Revision, data: EventData) -> Self {
        Self {
            version: Self::VERSION,
            time,
            record: None,
            sequence: 0,
            revision: revision.clone(),
            causation: None,
            correlation: id.clone(),
            bulk: false,
            after: None,
            id,
            data,
        }
    }

    /// The same, about a record as it stood at this sequence number (0: not known).
    #[must_use]
    pub fn about(mut self, record: RecordId, sequence: u64) -> Self {
        self.record = Some(record);
        self.sequence = sequence;
        self
    }

    /// The same, as one of many that came at once.
    #[must_use]
    pub const fn in_bulk(mut self) -> Self {
        self.bulk = true;
        self
    }

    /// The same, as what follows from something else, in its chain and its lane.
    #[must_use]
    pub fn because_of(mut self, cause: &Cause) -> Self {
        self.causation = Some(cause.event.clone());
        self.correlation = cause.correlation.clone();
        self.bulk = cause.bulk;
        self
    }

    /// The same, led to by something else and beginning a chain of its own: a deadline that a tick
    /// finds belongs with what follows from it, not with every other deadline of that minute.
    #[must_use]
    pub fn found_by(mut self, cause: &Cause) -> Self {
        self.causation = Some(cause.event.clone());
        self
    }

    /// The record that is judged upon it: the one that it is about, or that what was decided of a person names.
    #[must_use]
    pub const fn judges(&self) -> Option<&RecordId> {
        match &self.data {
            EventData::HoldReleased(released) => Some(&released.record),
            EventData::OwnerLeft(left) => Some(&left.record),
            _ => self.record.as_ref(),
        }
    }

    /// The event's name, which is the bus' detail type.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.data.name()
    }
}

/// Upon what something is decided, and the chain it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    event: EventId,
    name: &'static str,
    correlation: EventId,
    revision: Revision,
    bulk: bool,
    /// What a decision told, of which record and when.
    told: Option<(RecordId, Timestamp)>,
}

impl Cause {
    /// Upon this event.
    #[must_use]
    pub fn of(event: &Event) -> Self {
        Self {
            event: event.id.clone(),
            name: event.name(),
            correlation: event.correlation.clone(),
            revision: event.revision.clone(),
            bulk: event.bulk,
            told: event
                .record
                .clone()
                .filter(|_| event.data.is_told_by_a_decision())
                .map(|record| (record, event.time)),
        }
    }

    /// Upon what somebody asked for at the command line, `command.away`: the first of its chain.
    #[must_use]
    pub fn command(id: EventId, name: &'static str) -> Self {
        Self {
            event: id.clone(),
            name,
            correlation: id,
            revision: Revision::default(),
            bulk: false,
            told: None,
        }
    }

    /// The same happening under an id that all who tell of it share: several webhooks of one copy
    /// of a record, or every tick of somebody's morning. Who decides upon it decides once.
    #[must_use]
    pub fn known_as(mut self, id: EventId) -> Self {
        self.event = id;
        self
    }

    /// The id of what it is decided upon.
    #[must_use]
    pub const fn event(&self) -> &EventId {
        &self.event
    }

    /// The name of that event.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Its revision, where a later deployment brought that than the one which decides upon it.
    #[must_use]
    pub fn ahead_of(&self, ours: &Revision) -> Option<&Revision> {
        Some(&self.revision).filter(|theirs| theirs.is_later_than(ours))
    }

    /// Whether a decision about the same subject told it within the hour of this instant.
    #[must_use]
    pub fn is_told_within(&self, subject: &Subject, at: Timestamp) -> bool {
        let told = self.told.as_ref();
        told.is_some_and(|(record, time)| {
            matches!(subject, Subject::Record(it) if it == record) && is_same_hour(*time, at)
        })
    }

    /// The first event of the chain.
    #[must_use]
    pub const fn correlation(&self) -> &EventId {
        &self.correlation
    }

    /// Whether it came with many others at once.
    #[must_use]
    pub const fn in_bulk(&self) -> bool {
        self.bulk
    }
}
