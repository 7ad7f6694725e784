use contracts::state::ClockStatus;
use crm::{Contacted, PersonId};
use jiff::Timestamp;
use model::{CountsFrom, Start};

use super::context::Context;

impl Context<'_> {
    /// What one copy of the record tells of contacts, in the order in which they were made.
    pub(super) fn heard(&mut self, contact: Option<&Contacted>, replied: Option<Timestamp>) {
        let answered = contact
            .zip(replied)
            .is_some_and(|(it, replied)| it.at > replied);
        if let Some(contact) = contact.filter(|_| !answered) {
            self.contacted(contact);
        }
        if let Some(replied) = replied {
            self.replied(replied);
        }
        if let Some(contact) = contact.filter(|_| answered) {
            self.contacted(contact);
        }
    }

    /// The customer wrote. It starts the clocks that messages start, unless this message was
    /// answered, as far as we know: what counts is when each was written, not when we heard of it.
    fn replied(&mut self, at: Timestamp) {
        let Some(owner) = self.owner_now() else {
            return;
        };
        if !self.is_open(at) {
            return;
        }
        for (name, terms) in self.own_terms() {
            let Start::CustomerReplied(counts_from) = terms.start else {
                continue;
            };
            if self.begins(name, counts_from, at) && self.has(name, terms, at) {
                self.start(name, terms, &owner, at);
                // The answer may have been heard of before the message.
                self.answered_by_now(name, at);
            }
        }
    }

    fn begins(&self, name: &str, counts_from: CountsFrom, at: Timestamp) -> bool {
        let Some(before) = self.book.clocks.get(name) else {
            return true;
        };
        let known = at <= before.started || before.met.is_some_and(|met| at <= met);
        if known {
            return false;
        }
        match before.status {
            ClockStatus::Running | ClockStatus::Paused | ClockStatus::Late => {
                counts_from == CountsFrom::Latest
            }
            _ => true,
        }
    }

    /// Whose the record is: as the CRM has it, or, until our write has arrived there, as the latest
    /// of its clocks has it.
    pub(super) fn owner_now(&self) -> Option<PersonId> {
        let latest = self.book.clocks.values().max_by_key(|clock| clock.started);
        let known = latest.filter(|clock| !clock.ownerless);
        let known = known.map(|clock| clock.owner.clone());
        self.record.owner().cloned().or(known)
    }
}
