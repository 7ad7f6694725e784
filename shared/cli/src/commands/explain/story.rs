use std::collections::BTreeMap;

use contracts::{
    AuditRecord, DecisionId, Event, EventData, EventId, Function, Subject, state::EffectState,
};
use jiff::Timestamp;
use serde::Serialize;

use super::standing::Standing;

/// What is told of a record or a person.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Story {
    /// Of whom.
    #[serde(serialize_with = "as_text")]
    pub about: Subject,
    /// What it is now; none if nothing is kept of it.
    pub stands: Option<Standing>,
    /// The decision that was asked for, if one was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asked: Option<DecisionId>,
    /// How many earlier decisions are not told.
    pub left_out: usize,
    /// What happened, the earliest first.
    pub chapters: Vec<Chapter>,
}

/// Everything that one event of the CRM, or one tick, led to.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Chapter {
    /// The event that began it.
    pub correlation: EventId,
    /// What was decided: by time, and never before what it follows from.
    pub decisions: Vec<StoryDecision>,
}

/// One decision and what became of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StoryDecision {
    /// The audit record.
    #[serde(flatten)]
    pub audit: AuditRecord,
    /// The decision that emitted the event upon which this one was taken, if it is of this story.
    pub caused_by: Option<Cause>,
    /// Whether the model's revision is another than at the decision told before.
    pub new_revision: bool,
    /// What became of the mails and writes among its events.
    pub effects: BTreeMap<EventId, Effect>,
    /// Which functions decided upon its events, as far as this story tells.
    pub led_to: BTreeMap<EventId, Vec<Function>>,
}

/// Where a decision comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cause {
    /// The decision.
    pub decision: DecisionId,
    /// Who took it.
    pub function: Function,
}

/// What became of a mail or of a write into the CRM.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum Effect {
    /// Nobody has taken it up yet, or it is so long ago that the table has forgotten it.
    Pending,
    /// Somebody is at it until `lease_until`, or gave up.
    Claimed {
        /// Since when.
        at: Timestamp,
        /// Until when.
        lease_until: Timestamp,
    },
    /// It is done.
    Done {
        /// When.
        at: Timestamp,
        /// What came of it.
        result: String,
    },
    /// It was no longer needed.
    Skipped {
        /// When that was found.
        at: Timestamp,
        /// Why.
        result: String,
    },
}

impl From<EffectState> for Effect {
    fn from(state: EffectState) -> Self {
        use contracts::state::EffectStatus;
        let (at, result, lease_until) = (state.at, state.result, state.lease_until);
        match state.status {
            EffectStatus::Claimed => Self::Claimed { at, lease_until },
            EffectStatus::Done => Self::Done { at, result },
            EffectStatus::Skipped => Self::Skipped { at, result },
        }
    }
}

/// Whether an event asks for a mail or a write, which leave a trace of their own.
pub(super) const fn asks_for_effect(event: &Event) -> bool {
    matches!(
        event.data,
        EventData::NoticeRequested { .. }
            | EventData::CrmWriteRequested { .. }
            | EventData::DigestRequested { .. }
    )
}

/// Puts decisions in order: those with one beginning together; in each chapter by time, but never
/// before what they follow from (two machines' clocks differ, and a story's tick tells any time).
pub(super) fn arrange(audits: Vec<AuditRecord>) -> Vec<Chapter> {
    let ranks = ranks(&audits);
    let caused: Vec<_> = audits
        .iter()
        .map(|audit| parent(&audits, audit).map(cause))
        .collect();
    let led_to: Vec<_> = audits
        .iter()
        .map(|audit| followers(&audits, audit))
        .collect();
    let mut told: Vec<(Rank, StoryDecision)> = Vec::new();
    for (((audit, rank), caused_by), led_to) in
        audits.into_iter().zip(ranks).zip(caused).zip(led_to)
    {
        let one = StoryDecision {
            audit,
            caused_by,
            new_revision: false,
            effects: BTreeMap::new(),
            led_to,
        };
        told.push((rank, one));
    }
    told.sort_by(|(rank, one), (other_rank, other)| {
        let tie = |told: &StoryDecision| (told.audit.function, told.audit.decision.clone());
        rank.cmp(other_rank).then_with(|| tie(one).cmp(&tie(other)))
    });
    let mut chapters: Vec<Chapter> = Vec::new();
    for (_, one) in told {
        let chapter = chapters
            .iter_mut()
            .find(|chapter| chapter.correlation == one.audit.correlation);
        match chapter {
            Some(chapter) => chapter.decisions.push(one),
            None => chapters.push(Chapter {
                correlation: one.audit.correlation.clone(),
                decisions: vec![one],
            }),
        }
    }
    mark_revisions(&mut chapters);
    chapters
}

/// Not before what it follows from, and after it at the same instant.
type Rank = (Timestamp, usize);

fn ranks(audits: &[AuditRecord]) -> Vec<Rank> {
    let rank = |audit: &AuditRecord| {
        let (mut latest, mut depth, mut at) = (audit.at, 0, audit);
        // A chain is never longer than the story; the bound holds even for a table that was
        // tampered with.
        while let Some(before) = parent(audits, at).filter(|_| depth < audits.len()) {
            latest = latest.max(before.at);
            depth += 1;
            at = before;
        }
        (latest, depth)
    };
    audits.iter().map(rank).collect()
}

fn parent<'a>(audits: &'a [AuditRecord], of: &AuditRecord) -> Option<&'a AuditRecord> {
    audits
        .iter()
        .find(|audit| audit.events.iter().any(|event| event.id == of.event))
}

fn cause(audit: &AuditRecord) -> Cause {
    Cause {
        decision: audit.decision.clone(),
        function: audit.function,
    }
}

fn followers(audits: &[AuditRecord], of: &AuditRecord) -> BTreeMap<EventId, Vec<Function>> {
    let mut found = BTreeMap::new();
    for event in &of.events {
        let mut upon: Vec<Function> = audits
            .iter()
            .filter(|audit| audit.event == event.id)
            .map(|audit| audit.function)
            .collect();
        upon.sort_unstable();
        if !upon.is_empty() {
            found.insert(event.id.clone(), upon);
        }
    }
    found
}

fn mark_revisions(chapters: &mut [Chapter]) {
    let mut before = None;
    for told in chapters
        .iter_mut()
        .flat_map(|chapter| &mut chapter.decisions)
    {
        told.new_revision = before
            .as_ref()
            .is_some_and(|before| *before != told.audit.revision);
        before = Some(told.audit.revision.clone());
    }
}

/// Keeps the last decisions only. How many were left out is returned.
pub(super) fn keep_last(chapters: &mut Vec<Chapter>, last: usize) -> usize {
    let all: usize = chapters.iter().map(|chapter| chapter.decisions.len()).sum();
    let left_out = all.saturating_sub(last);
    let mut rest = left_out;
    for chapter in chapters.iter_mut() {
        let here = rest.min(chapter.decisions.len());
        chapter.decisions.drain(..here);
        rest -= here;
    }
    chapters.retain(|chapter| !chapter.decisions.is_empty());
    left_out
}

/// Keeps the chapter of one decision only.
pub(super) fn keep_chapter_of(chapters: &mut Vec<Chapter>, decision: &DecisionId) {
    chapters.retain(|chapter| {
        chapter
            .decisions
            .iter()
            .any(|told| told.audit.decision == *decision)
    });
}

fn as_text<S: serde::Serializer>(subject: &Subject, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(subject)
}
