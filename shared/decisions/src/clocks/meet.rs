use contracts::{
    EventData,
    state::{Clock, ClockStatus, KeptTerms},
};
use crm::{Contacted, PersonId};
use jiff::Timestamp;
use model::{Start, Upon};

use super::context::Context;
use crate::condition::length;

impl Context<'_> {
    /// A contact with the customer was logged. It meets the open clocks that contacts meet, and
    /// starts those that the first contact starts.
    ///
    /// What counts is when the contact was made, not when we heard of it: a contact made in time
    /// that is logged after the breach makes the clock met in time after all.
    pub(super) fn contacted(&mut self, contact: &Contacted) {
        for name in self.names() {
            self.count(&name, contact);
        }
        let owner = self.record.fields.get("owner").and_then(crm::Value::person);
        let Some(owner) = owner.or(contact.by.as_ref()).cloned() else {
            return;
        };
        for (name, terms) in self.own_terms() {
            if terms.start == Start::ActivityLogged && !self.book.clocks.contains_key(name) {
                self.start(name, terms, &owner, contact.at);
            }
        }
    }

    pub(super) fn count(&mut self, name: &str, contact: &Contacted) {
        let Some((clock, mut kept)) = self.take(name) else {
            return;
        };
        let by_contact = kept.policy.met_upon == Upon::ActivityLogged;
        let starts_it = kept.policy.start != Start::Routed;
        let too_early = contact.at < clock.started || (starts_it && contact.at == clock.started);
        if !by_contact || !clock.status.is_open() || too_early {
            return;
        }
        if kept.by_owner && contact.by.as_ref().is_some_and(|by| *by != clock.owner) {
            return;
        }
        let by = contact.by.as_ref().map_or_else(
            || "a contact was logged".to_owned(),
            |by| format!("{by} logged a contact"),
        );
        match last_of(&mut kept, contact.at) {
            Counted::Last(at) => {
                self.put(name, clock, kept);
                self.met(name, at, by);
            }
            Counted::Before => {}
            Counted::So(far, of) => {
                self.reason(name, format!("{by}: {far} of {of}"));
                self.say(format!("{name}: contact {far} of {of}"));
                self.put(name, clock, kept);
            }
        }
    }

    /// Ends a run that was met at `at`, and starts the clocks that this starts.
    pub(super) fn met(&mut self, name: &str, at: Timestamp, by: String) {
        let Some((mut clock, kept)) = self.take(name) else {
            return;
        };
        // A clock that stands still was not late when it came to stand.
        let late = clock.status != ClockStatus::Paused && at > clock.due;
        let withdrawn = clock.status == ClockStatus::Late && !late;
        self.reason(name, note(&clock, at, &by, late, withdrawn));
        if withdrawn {
            self.emit(EventData::ClockBreachWithdrawn {
                clock: name.to_owned(),
                instance: clock.instance,
                due: clock.due,
            });
        }
        self.emit(EventData::ClockMet {
            clock: name.to_owned(),
            instance: clock.instance,
            late,
        });
        let side = if late { "late" } else { "in time" };
        self.say(format!("clock met: {name} {side}"));
        clock.status = if late {
            ClockStatus::MetLate
        } else {
            ClockStatus::MetInTime
        };
        clock.met = Some(at);
        clock.warn_at = None;
        clock.steps.clear();
        let owner = clock.owner.clone();
        self.put(name, clock, kept);
        self.chain(name, &owner, at);
    }

    fn chain(&mut self, met: &str, owner: &PersonId, at: Timestamp) {
        for (name, terms) in self.own_terms() {
            let follows = matches!(&terms.start, Start::ClockMet(before) if before == met);
            let previous = self.book.clocks.get(name);
            if follows && !previous.is_some_and(|previous| previous.status.is_open()) {
                self.start(name, terms, owner, at);
            }
        }
    }
}

enum Counted {
    /// It is the last that was needed; the clock is met at this instant.
    Last(Timestamp),
    /// So many of so many.
    So(usize, u32),
    /// It was counted before.
    Before,
}

fn last_of(kept: &mut KeptTerms, at: Timestamp) -> Counted {
    if !kept.contacts.insert(at) {
        return Counted::Before;
    }
    let far = kept.contacts.len();
    match kept.contacts.last() {
        Some(last) if u32::try_from(far).is_ok_and(|far| far >= kept.times) => Counted::Last(*last),
        _ => Counted::So(far, kept.times),
    }
}

fn note(clock: &Clock, at: Timestamp, by: &str, late: bool, withdrawn: bool) -> String {
    if clock.status == ClockStatus::Paused {
        return format!("{by} while it stood still");
    }
    let distance = length(clock.due.duration_since(at).abs());
    let side = if late { "after" } else { "before" };
    let after_all = if withdrawn {
        "; we heard of it after the due time, so the breach is withdrawn"
    } else {
        ""
    };
    format!("{by} {distance} {side} it was due{after_all}")
}
