use std::collections::BTreeMap;

use contracts::{AuditRecord, DecisionId, Event, EventData, EventId, Function, Subject};
use serde::Serialize;

use crate::{effect::Effect, now::Now, wording::Wording};

/// What happened to a record or a person.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Story {
    /// To whom.
    #[serde(serialize_with = "as_text")]
    pub about: Subject,
    /// What it is now; none if nothing is kept of it.
    pub stands: Option<Now>,
    /// The same in words.
    pub summary: Vec<SummaryEntry>,
    /// The decision that was asked for, if one was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asked: Option<DecisionId>,
    /// How many earlier decisions are left out.
    pub left_out: usize,
    /// What happened, the earliest first.
    pub chapters: Vec<Chapter>,
}

/// One thing to know of a record or a person as it is now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SummaryEntry {
    /// What the entry is about, such as `owner`; empty if it goes on with the entry before.
    pub label: &'static str,
    /// What there is to know.
    pub wording: Wording,
}

/// Everything that one event of the CRM, or one tick, led to.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Chapter {
    /// The event that began it.
    pub correlation: EventId,
    /// What was decided: by time, and never before what it follows from.
    pub decisions: Vec<Decision>,
}

/// One decision, why it was taken, and what followed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Decision {
    /// The audit record: who decided upon what, the outcome, the reasons with the tests that made
    /// them so, the facts, and the events that follow.
    #[serde(flatten, serialize_with = "crate::whole::whole")]
    pub audit: AuditRecord,
    /// The decision that emitted the event upon which this one was taken, if it is of this story.
    pub caused_by: Option<Origin>,
    /// Whether the model is another than at the decision before. A deployment that brings the same one
    /// again does not count.
    pub new_revision: bool,
    /// What each of its events says.
    pub wording: BTreeMap<EventId, Wording>,
    /// What became of the mails and writes among its events.
    pub effects: BTreeMap<EventId, Effect>,
    /// Which functions decided upon its events, as far as this story goes.
    pub led_to: BTreeMap<EventId, Vec<Function>>,
}

/// Where a decision comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Origin {
    /// The decision.
    pub decision: DecisionId,
    /// Who took it.
    pub function: Function,
}

/// One thing that followed from a decision.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Consequence<'d> {
    /// The event.
    pub event: &'d Event,
    /// What it says.
    pub wording: &'d Wording,
    /// What became of it, if it is a mail or a write into the CRM.
    pub effect: Option<&'d Effect>,
    /// Which functions decided upon it, as far as this story goes.
    pub led_to: &'d [Function],
}

impl SummaryEntry {
    pub(crate) fn of(label: &'static str, wording: impl Into<Wording>) -> Self {
        let wording = wording.into();
        Self { label, wording }
    }
}

impl Decision {
    /// What followed, in order. That a stage was left is told by what was entered for it.
    pub fn consequences(&self) -> impl Iterator<Item = Consequence<'_>> {
        // Every event is put in words where the story is arranged, so none is lost here.
        let left = |data: &EventData| matches!(data, EventData::StageLeft { to: Some(_), .. });
        let told = self.audit.events.iter().filter(move |it| !left(&it.data));
        told.filter_map(|event| {
            Some(Consequence {
                event,
                wording: self.wording.get(&event.id)?,
                effect: self.effects.get(&event.id),
                led_to: self.led_to.get(&event.id).map_or(&[], Vec::as_slice),
            })
        })
    }
}

impl Story {
    /// All decisions that are told, in order.
    pub fn decisions(&self) -> impl DoubleEndedIterator<Item = &Decision> {
        self.chapters.iter().flat_map(|chapter| &chapter.decisions)
    }
}

fn as_text<S: serde::Serializer>(subject: &Subject, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(subject)
}
