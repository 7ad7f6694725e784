use contracts::{
    DecisionDraft, EventData, Reason,
    state::{Clock, ClocksState, GateState, KeptTerms, RunPolicy},
};
use crm::Record;
use jiff::Timestamp;
use model::ClockTerms;

use crate::{facts::Facts, journey::Stands, rules::Staffing};

/// A decision about clocks and the state it leads to.
#[must_use]
#[derive(Debug, Clone, PartialEq)]
pub struct Clocked {
    /// The decision.
    pub draft: DecisionDraft,
    /// sla-timers' item.
    pub clocks: ClocksState,
}

/// Where one decision about a record's clocks is put together.
pub(super) struct Context<'a> {
    pub(super) staffing: &'a Staffing,
    pub(super) record: &'a Record,
    gate: Option<&'a GateState>,
    pub(super) book: ClocksState,
    draft: DecisionDraft,
    parts: Vec<String>,
}

impl<'a> Context<'a> {
    pub(super) fn new(
        staffing: &'a Staffing,
        record: &'a Record,
        gate: Option<&'a GateState>,
        before: Option<&ClocksState>,
    ) -> Self {
        Self {
            staffing,
            record,
            gate,
            book: before.cloned().unwrap_or_default(),
            draft: DecisionDraft::default(),
            parts: Vec::new(),
        }
    }

    /// Where the record's gate says that it stands.
    pub(super) const fn gate(&self) -> Option<&'a GateState> {
        self.gate
    }

    pub(super) fn facts(&self, now: Timestamp) -> Facts<'a> {
        Facts {
            gate: self.gate,
            ..Facts::of(self.staffing, self.record, now)
        }
    }

    pub(super) fn is_open(&self, now: Timestamp) -> bool {
        self.facts(now).is_open()
    }

    /// Whether the record's journey goes on where its gate says that it stands: a move that would close it may be
    /// turned back yet.
    pub(super) fn is_open_by_gate(&self, now: Timestamp) -> bool {
        let facts = self.facts(now);
        let stage = facts.rightful_stage();
        let stage = stage.and_then(|it| facts.model().stage(self.record.id.kind, it));
        !self.record.archived
            && facts.stands() != Stands::Outside
            && !stage.is_some_and(|(_, stage)| stage.closes)
    }

    /// The clock's terms in today's model, if it still has that clock.
    pub(super) fn terms(&self, name: &str) -> Option<&'a ClockTerms> {
        self.staffing.model.clocks.get(name)
    }

    /// The clocks of the model that are of this kind of record.
    pub(super) fn own_terms(&self) -> impl Iterator<Item = (&'a String, &'a ClockTerms)> + use<'a> {
        let kind = self.record.id.kind;
        let clocks = self.staffing.model.clocks.iter();
        clocks.filter(move |(_, terms)| terms.record == kind)
    }

    /// The names of the clocks that have run.
    pub(super) fn names(&self) -> Vec<String> {
        self.book.clocks.keys().cloned().collect()
    }

    /// Copies of a clock and its terms, to be changed and put back.
    pub(super) fn take(&self, name: &str) -> Option<(Clock, KeptTerms)> {
        let mut clock = self.book.clocks.get(name)?.clone();
        let kept = clock.kept.take()?;
        Some((clock, kept))
    }

    pub(super) fn put(&mut self, name: &str, mut clock: Clock, kept: KeptTerms) {
        clock.kept = Some(kept);
        self.book.clocks.insert(name.to_owned(), clock);
    }

    /// How a clock's latest run behaves: as the model said when it started.
    pub(super) fn policy(&self, name: &str) -> Option<&RunPolicy> {
        let kept = self.book.clocks.get(name)?.kept.as_ref();
        kept.map(|kept| &kept.policy)
    }

    /// Whether a clock's latest run has not ended.
    pub(super) fn is_under_way(&self, name: &str) -> bool {
        let clock = self.book.clocks.get(name);
        clock.is_some_and(|clock| clock.status.is_open())
    }

    pub(super) fn reason(&mut self, name: &str, note: impl Into<String>) {
        let place = self.terms(name).map(|terms| terms.place);
        self.because(Reason::note(format!("clocks.{name}"), place, note));
    }

    pub(super) fn because(&mut self, reason: Reason) {
        self.draft.reasons.push(reason);
    }

    pub(super) fn emit(&mut self, data: EventData) {
        self.draft.emits.push(data);
    }

    /// One part of the outcome.
    pub(super) fn say(&mut self, part: String) {
        self.parts.push(part);
    }

    /// The decision, if there is anything to say.
    pub(super) fn done(mut self) -> Option<Clocked> {
        if self.parts.is_empty() {
            if self.draft.reasons.is_empty() {
                return None;
            }
            self.say("no clock could be started".to_owned());
        }
        self.draft.outcome = self.parts.join("; ");
        Some(Clocked {
            draft: self.draft,
            clocks: self.book,
        })
    }
}
