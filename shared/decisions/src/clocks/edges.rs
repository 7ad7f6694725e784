//! What the stages and the fields of a record do to its clocks: they meet what runs, and start it, every time
//! anew.

use std::mem;

use contracts::{Reason, Verdict};
use crm::{FieldRef, PersonId};
use jiff::{SignedDuration, Timestamp};
use model::{ClockTerms, Start, Upon};

use super::context::Context;
use crate::{
    condition::{evaluate, verdict},
    facts::Facts,
};

/// How long ago a record that is seen for the first time may have come to its stage, so that this is news.
const NEWS: SignedDuration = SignedDuration::from_hours(24);

/// A record was let into a stage, or out of it.
#[derive(Debug, Clone, Copy)]
pub struct Moved<'a> {
    /// The stage.
    pub stage: &'a str,
    /// Whether it entered it; else it left it.
    pub entered: bool,
    /// Whether it is seen there for the first time, and entered it from no other.
    pub first: bool,
    /// When.
    pub at: Timestamp,
    /// Who moved it, where the CRM says so.
    pub by: Option<&'a PersonId>,
    /// When that was told.
    pub told: Timestamp,
    /// Whose it is, as routing has it.
    pub owner: Option<&'a PersonId>,
    /// The sequence of the copy that was judged.
    pub sequence: u64,
}

impl Moved<'_> {
    fn upon(&self) -> Upon {
        let stage = self.stage.to_owned();
        if self.entered {
            Upon::StageEntered(stage)
        } else {
            Upon::StageLeft(stage)
        }
    }
}

/// Something that can meet a clock and start one.
struct Edge<'e> {
    upon: Upon,
    at: Timestamp,
    by: Option<&'e PersonId>,
    /// The sequence of the copy that tells of it.
    sequence: u64,
}

/// Whether a record is one of those that have a clock, as it stands at that time; none where that is unknown.
pub(super) fn has_it(terms: &ClockTerms, facts: &Facts<'_>) -> Option<bool> {
    let Some(when) = &terms.when else {
        return Some(true);
    };
    match verdict(when, facts) {
        Verdict::Held => Some(true),
        Verdict::NotHeld => Some(false),
        Verdict::Unknown => None,
    }
}

impl Context<'_> {
    /// Whether the record is one of those that have this clock. Where that is unknown it is said.
    pub(super) fn has(&mut self, name: &str, terms: &ClockTerms, at: Timestamp) -> bool {
        let facts = self.facts(at);
        let found = has_it(terms, &facts);
        if let (None, Some(when)) = (found, &terms.when) {
            let evaluation = evaluate(when, &facts);
            self.because(Reason {
                rule: format!("clocks.{name}.when"),
                place: Some(terms.place),
                verdict: Verdict::Unknown,
                findings: evaluation.findings,
                note: Some("not started: whether the record is to have it is not known".to_owned()),
            });
        }
        found == Some(true)
    }

    /// The record has entered a stage, or left it.
    pub(super) fn moved(&mut self, moved: Moved<'_>) {
        let upon = moved.upon();
        let edge = Edge {
            upon: upon.clone(),
            at: moved.at,
            by: moved.by,
            sequence: moved.sequence,
        };
        self.meet_all(&edge);
        if !moved.entered {
            self.not_owed(|start| matches!(start, Start::StageEntered(it) if it == moved.stage));
            self.left_behind(&moved);
        }
        let past = moved.told.duration_since(moved.at) > NEWS || self.record.is_past(moved.at);
        let old = moved.first && past;
        if old || self.is_gone(moved.at) || (moved.entered && !self.stands_since(&moved)) {
            return;
        }
        self.hand_over_all(&edge.upon, &moved);
        if self.is_open_by_gate(moved.at) {
            self.start_all(&edge, moved.owner);
        }
    }

    /// Whether it stands at the stage that it entered, and has not left it for another since.
    fn stands_since(&self, moved: &Moved<'_>) -> bool {
        let gate = self.gate();
        gate.is_none_or(|gate| gate.stage == moved.stage && gate.since == moved.at)
    }

    /// Fields of the record or its account hold something else: that meets what runs.
    pub(super) fn met_by_fields(&mut self, fields: &[FieldRef], at: Timestamp, sequence: u64) {
        for field in fields {
            self.meet_all(&changed(field, at, sequence));
        }
    }

    /// The same: that starts what starts with it.
    pub(super) fn started_by_fields(&mut self, fields: &[FieldRef], at: Timestamp, sequence: u64) {
        for field in fields {
            self.start_all(&changed(field, at, sequence), None);
        }
        if let Some(owner) = self.record.owner().cloned() {
            self.start_owed(&owner, at);
        }
    }

    fn meet_all(&mut self, edge: &Edge<'_>) {
        for name in self.names() {
            self.meet_by(&name, edge);
        }
    }

    fn meet_by(&mut self, name: &str, edge: &Edge<'_>) {
        let Some((clock, kept)) = self.take(name) else {
            return;
        };
        let itself = clock.started == edge.at && kept.policy.start.is(&edge.upon);
        let known = !edge.upon.is_of_stages()
            && kept
                .sequence
                .is_some_and(|started| edge.sequence <= started);
        if !clock.status.is_open() || edge.at < clock.started || itself || known {
            return;
        }
        let others = edge.by.is_some_and(|by| *by != clock.owner);
        let ways = kept.meets();
        let mut ways = ways.iter().map(|kept| &kept.meet);
        if ways.any(|meet| meet.upon == edge.upon && !(meet.by_owner && others)) {
            self.met(name, edge.at, told(&edge.upon, edge.by));
        }
    }

    /// What the record shows already has happened to a run that begins: it may have been heard of before.
    pub(super) fn met_by_now(&mut self, name: &str) {
        let Some(gate) = self.gate() else { return };
        let edge = Edge {
            upon: Upon::StageEntered(gate.stage.clone()),
            at: gate.since,
            by: None,
            sequence: u64::MAX,
        };
        self.meet_by(name, &edge);
    }

    /// What is handed over at a stage is, also where the stage closes it.
    fn hand_over_all(&mut self, upon: &Upon, moved: &Moved<'_>) {
        for (name, terms) in self.own_terms() {
            if let Some(of) = terms.hand_off.as_ref().filter(|_| terms.start.is(upon)) {
                self.hand_to_team(name, (terms, of), moved);
            }
        }
    }

    fn start_all(&mut self, edge: &Edge<'_>, owner: Option<&PersonId>) {
        for (name, terms) in self.own_terms() {
            if terms.start.is(&edge.upon) && terms.hand_off.is_none() {
                self.begin(name, terms, (edge.at, Some(edge.sequence)), owner);
            }
        }
    }

    /// Starts a run that the record itself starts, of whoever owns it; if nobody does, it is owed to whoever
    /// will. What is older than the latest run has been told late, and starts none.
    pub(super) fn begin(
        &mut self,
        name: &str,
        terms: &ClockTerms,
        (at, sequence): (Timestamp, Option<u64>),
        owner: Option<&PersonId>,
    ) {
        let latest = self.book.clocks.get(name);
        // A day is no news that could come twice: what was begun of it is kept.
        let old = latest.is_some_and(|latest| sequence.is_some() && latest.started >= at);
        if old || !self.has(name, terms, at) {
            return;
        }
        if self.record.is_past(at) {
            self.reason(name, "not started: that was before the CRM was loaded");
            return;
        }
        let known = self.owner_now();
        let Some(owner) = owner.or(self.record.owner()).cloned().or(known) else {
            self.book.owed.insert(name.to_owned(), at);
            self.reason(
                name,
                "it starts for whoever gets the record, which nobody owns yet",
            );
            self.say(format!("clock owed: {name}"));
            return;
        };
        self.start(name, terms, &owner, at);
        if let Some((clock, mut kept)) = self.take(name)
            && clock.started == at
        {
            kept.sequence = sequence;
            self.put(name, clock, kept);
        }
        self.answered_by_now(name, at);
    }

    /// A contact that was made after the start may have been heard of before.
    pub(super) fn answered_by_now(&mut self, name: &str, at: Timestamp) {
        let contact = self.record.last_contact.as_ref();
        if let Some(contact) = contact.filter(|contact| contact.at > at) {
            self.count(name, contact, None);
        }
        self.logged();
    }

    /// Somebody has got the record: the clocks that were started while it was nobody's start for them.
    pub(super) fn start_owed(&mut self, owner: &PersonId, at: Timestamp) {
        for (name, since) in mem::take(&mut self.book.owed) {
            if let Some(terms) = self.terms(&name).filter(|_| self.is_open(at)) {
                let from = at.max(since);
                self.start(&name, terms, owner, from);
                self.reason(
                    &name,
                    format!("it is owed since {since}, when nobody owned the record"),
                );
                self.answered_by_now(&name, from);
            }
        }
    }

    /// What is owed no more.
    pub(super) fn not_owed(&mut self, by: impl Fn(&Start) -> bool) {
        let owed = self.book.owed.keys().cloned();
        let gone: Vec<String> = owed
            .filter(|name| self.terms(name).is_none_or(|terms| by(&terms.start)))
            .collect();
        for name in gone {
            self.book.owed.remove(&name);
            self.reason(&name, "it is not owed any more");
            self.say(format!("clock not owed: {name}"));
        }
    }

    /// Of a kind of record that routing does not give to anybody, the copy alone tells whose it is.
    pub(super) fn follow_owner(&mut self, at: Timestamp) {
        if self
            .staffing
            .model
            .routing
            .contains_key(&self.record.id.kind)
        {
            return;
        }
        self.follow_taker(at);
        let Some(owner) = self.record.owner().cloned() else {
            return;
        };
        for (name, terms) in self.own_terms() {
            let run = self.book.clocks.get(name);
            let open = run.filter(|run| run.status.is_open() && terms.hand_off.is_none());
            if open.is_some_and(|run| run.owner != owner) {
                self.anothers(name, terms, &owner, at);
            }
        }
    }
}

fn changed(field: &FieldRef, at: Timestamp, sequence: u64) -> Edge<'static> {
    Edge {
        upon: Upon::FieldChanged(field.clone()),
        at,
        by: None,
        sequence,
    }
}

/// What met a run: `anna moved it out of mql`.
fn told(upon: &Upon, by: Option<&PersonId>) -> String {
    let it = by.map_or_else(|| "it".to_owned(), ToString::to_string);
    match (upon, by) {
        (Upon::StageEntered(stage), None) => format!("it entered {stage}"),
        (Upon::StageLeft(stage), None) => format!("it left {stage}"),
        (Upon::StageEntered(stage), Some(_)) => format!("{it} moved it to {stage}"),
        (Upon::StageLeft(stage), Some(_)) => format!("{it} moved it out of {stage}"),
        (Upon::FieldChanged(field), _) => format!("{field} changed"),
        (Upon::Routed | Upon::ActivityLogged | Upon::HandOffAccepted, _) => {
            format!("{it} was heard of")
        }
    }
}
