use crm::PersonId;
use jiff::Timestamp;
use model::{ClockTerms, OwnerChanges, Start, Upon};

use super::context::Context;

impl Context<'_> {
    /// The record has got an owner. Clocks that this starts are started; one that was met stays
    /// met. A run that is open and another's goes on or starts anew, as the model says.
    ///
    /// Where the journey begins `anew`, one that is over and was started before runs again.
    pub(super) fn routed(&mut self, owner: &PersonId, at: Timestamp, anew: bool) {
        for (name, terms) in self.own_terms() {
            let Some(previous) = self.book.clocks.get(name) else {
                if terms.start == Start::Routed && self.has(name, terms, at) {
                    self.start_first(name, terms, owner, at);
                }
                continue;
            };
            if previous.ownerless {
                if terms.start == Start::Routed && self.has(name, terms, at) {
                    self.start(name, terms, owner, at);
                }
                continue;
            }
            if let (true, Some(of)) = (previous.status.is_open(), &terms.hand_off) {
                self.pass_on(name, of, Some(owner), at);
                continue;
            }
            if !previous.status.is_open() {
                let again = anew && terms.start == Start::Routed && previous.started < at;
                if again && self.has(name, terms, at) {
                    self.start(name, terms, owner, at);
                }
                continue;
            }
            let (early, others) = (at < previous.started, previous.owner != *owner);
            let kept = previous
                .kept
                .as_ref()
                .map(contracts::state::KeptTerms::meets);
            let mut ways = kept.iter().flatten();
            if !early && ways.any(|it| it.meet.upon == Upon::Routed) {
                self.met(name, at, format!("{owner} became the owner"));
            } else if others {
                self.anothers(name, terms, owner, at);
            }
        }
        self.start_owed(owner, at);
    }

    /// An open run is another's from now on: it goes on or starts anew, as the model said when it started.
    pub(super) fn anothers(
        &mut self,
        name: &str,
        terms: &ClockTerms,
        owner: &PersonId,
        at: Timestamp,
    ) {
        match self.policy(name).map(|policy| policy.owner_changes) {
            Some(OwnerChanges::Restart) => self.start(name, terms, owner, at),
            Some(OwnerChanges::Keep) => self.hand_over(name, owner, at),
            None => {}
        }
    }

    /// The record has got an owner, and was closed before that was heard of. Clocks that go on when
    /// it is opened again must have run: they are started, and cancelled with the record.
    pub(super) fn missed(&mut self, owner: &PersonId, at: Timestamp) {
        if self.record.archived {
            return;
        }
        for (name, terms) in self.own_terms() {
            let starts = terms.start == Start::Routed && terms.reopen.is_some();
            if starts && !self.book.clocks.contains_key(name) && self.has(name, terms, at) {
                self.start_first(name, terms, owner, at);
            }
        }
        self.close(at);
    }

    pub(super) fn hand_over(&mut self, name: &str, owner: &PersonId, at: Timestamp) {
        let Some((mut clock, mut kept)) = self.take(name) else {
            return;
        };
        self.hand_time_off(&mut clock, &mut kept, owner, at);
        let note = format!(
            "{} hands it over to {owner}; the time that was left stays",
            clock.owner
        );
        self.reason(name, note);
        self.say(format!("clock kept: {name} for {owner}"));
        clock.owner = owner.clone();
        self.put(name, clock, kept);
    }
}
