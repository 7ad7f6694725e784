#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use contracts::{AuditRecord, DecisionId, EventId, Function};
use jiff::Timestamp;

use crate::{
    story::{Chapter, Decision, Origin},
    words::events,
};

/// Puts decisions in order: those with one beginning together; in each chapter by time, but never
/// before what they follow from (two machines' clocks differ, and a tick can tell any time).
pub(crate) fn arrange(audits: Vec<AuditRecord>) -> Vec<Chapter> {
    let mut decisions = ranked(audits);
    decisions.sort_by(|(rank, one), (other_rank, other)| {
        let tie = |it: &Decision| (it.audit.function, it.audit.decision.clone());
        rank.cmp(other_rank).then_with(|| tie(one).cmp(&tie(other)))
    });
    let mut chapters: Vec<Chapter> = Vec::new();
    for (_, one) in decisions {
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

/// Each decision with its rank, in the order in which they were read.
fn ranked(audits: Vec<AuditRecord>) -> Vec<(Rank, Decision)> {
    let links = Links::of(&audits);
    let found: Vec<_> = audits
        .iter()
        .map(|audit| {
            let caused_by = links.parent(audit).map(origin);
            (links.rank(audit), caused_by, links.followers(audit))
        })
        .collect();
    let all = audits.into_iter().zip(found);
    all.map(|(audit, (rank, caused_by, led_to))| (rank, decision(audit, caused_by, led_to)))
        .collect()
}

fn decision(
    audit: AuditRecord,
    caused_by: Option<Origin>,
    led_to: BTreeMap<EventId, Vec<Function>>,
) -> Decision {
    let events = audit.events.iter();
    let wording = events.map(|event| (event.id.clone(), events::wording(&event.data)));
    Decision {
        wording: wording.collect(),
        audit,
        caused_by,
        new_revision: false,
        effects: BTreeMap::new(),
        led_to,
    }
}

/// Which decision emitted an event, and which were taken upon it.
struct Links<'a> {
    emitted_by: BTreeMap<&'a EventId, &'a AuditRecord>,
    taken_upon: BTreeMap<&'a EventId, Vec<Function>>,
}

impl<'a> Links<'a> {
    fn of(audits: &'a [AuditRecord]) -> Self {
        let (mut emitted_by, mut taken_upon) = (BTreeMap::new(), BTreeMap::new());
        for audit in audits {
            for event in &audit.events {
                emitted_by.entry(&event.id).or_insert(audit);
            }
            let upon: &mut Vec<Function> = taken_upon.entry(&audit.event).or_default();
            upon.push(audit.function);
        }
        for functions in taken_upon.values_mut() {
            functions.sort_unstable();
        }
        Self {
            emitted_by,
            taken_upon,
        }
    }

    fn parent(&self, of: &AuditRecord) -> Option<&'a AuditRecord> {
        self.emitted_by.get(&of.event).copied()
    }

    fn rank(&self, audit: &AuditRecord) -> Rank {
        let (mut latest, mut depth, mut at) = (audit.at, 0, audit);
        // A chain is never longer than the story; the bound holds even for a table that was
        // tampered with.
        while let Some(before) = self.parent(at).filter(|_| depth < self.emitted_by.len()) {
            latest = latest.max(before.at);
            depth += 1;
            at = before;
        }
        (latest, depth)
    }

    fn followers(&self, of: &AuditRecord) -> BTreeMap<EventId, Vec<Function>> {
        let events = of.events.iter();
        events
            .filter_map(|event| Some((event.id.clone(), self.taken_upon.get(&event.id)?.clone())))
            .collect()
    }
}

fn origin(audit: &AuditRecord) -> Origin {
    Origin {
        decision: audit.decision.clone(),
        function: audit.function,
    }
}

fn mark_revisions(chapters: &mut [Chapter]) {
    let mut before = None;
    let all = chapters.iter_mut().flat_map(|it| &mut it.decisions);
    for decision in all {
        let hash = &decision.audit.revision.hash;
        decision.new_revision = before.as_ref().is_some_and(|before| before != hash);
        before = Some(hash.clone());
    }
}

/// Keeps the last decisions only. How many were left out is returned.
pub(crate) fn keep_last(chapters: &mut Vec<Chapter>, last: usize) -> usize {
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
pub(crate) fn keep_chapter_of(chapters: &mut Vec<Chapter>, decision: &DecisionId) {
    chapters.retain(|chapter| {
        chapter
            .decisions
            .iter()
            .any(|it| it.audit.decision == *decision)
    });
}
