use std::collections::BTreeSet;

use contracts::{
    EventData,
    state::{Clock, ClockStatus, KeptMeet, KeptTerms},
};
use crm::{ActivityKind, Contacted, PersonId};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
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
            self.count(&name, contact, None);
            self.of_no_known_kind(&name, contact);
        }
        let owner = self.record.owner();
        let Some(owner) = owner.or(contact.by.as_ref()).cloned() else {
            return;
        };
        for (name, terms) in self.own_terms() {
            let first =
                terms.start == Start::ActivityLogged && !self.book.clocks.contains_key(name);
            if first && self.has(name, terms, contact.at) {
                self.start(name, terms, &owner, contact.at);
            }
        }
    }

    /// Everything that the copy shows of what was logged, of the kinds that the model asks for, in the order in which
    /// it was done. What was counted before is not counted again.
    pub(super) fn logged(&mut self) {
        let activities = &self.record.activities;
        let each = activities.iter();
        let each = each.flat_map(|(kind, all)| all.iter().map(move |it| (it, *kind)));
        let mut each: Vec<(&Contacted, ActivityKind)> = each.collect();
        each.sort_by_key(|(contact, kind)| (contact.at, *kind));
        for (contact, kind) in each {
            for name in self.names() {
                self.count(&name, contact, Some(kind));
            }
        }
    }

    /// A contact was logged, or an activity of a kind: it meets an open clock that asks for such, or counts for it.
    pub(super) fn count(&mut self, name: &str, contact: &Contacted, kind: Option<ActivityKind>) {
        let Some((clock, mut kept)) = self.take(name) else {
            return;
        };
        if !is_of_run(&clock, &kept, contact) {
            return;
        }
        let by = who_logged(contact, kind);
        let others = self.is_of_others(&clock, &kept, contact);
        let zone = self.staffing.company_zone();
        let mut meets = kept.meets();
        let counted = meets
            .iter_mut()
            .filter(|it| it.meet.counts(kind) && !(it.meet.by_owner && others))
            .map(|it| count(it, contact.at, zone));
        let counted: Vec<Counted> = counted.collect();
        kept.keep(meets);
        let last = counted.iter().filter_map(|it| match it {
            Counted::Last(at) => Some(*at),
            _ => None,
        });
        if let Some(at) = last.min() {
            self.put(name, clock, kept);
            self.taken_over(name, contact.by.as_ref());
            self.met(name, at, by);
            return;
        }
        for far in counted {
            if let Counted::So(far) = far {
                self.reason(name, format!("{by}: {far}"));
                self.say(format!("{name}: contact {far}"));
                self.put(name, clock.clone(), kept.clone());
            }
        }
    }

    /// A contact of which the CRM does not tell that it was of a kind that an open clock asks for: it does not meet
    /// it, and that is said.
    fn of_no_known_kind(&mut self, name: &str, contact: &Contacted) {
        let mut activities = self.record.activities.iter();
        let told = activities
            .any(|(kind, all)| kind.is_contact() && all.iter().any(|it| it.at == contact.at));
        let Some((clock, kept)) = self.take(name).filter(|_| !told) else {
            return;
        };
        let meets = kept.meets();
        let ways = || {
            let ways = meets.iter().map(|it| &it.meet);
            ways.filter(|it| it.upon == Upon::ActivityLogged)
        };
        let kinds: BTreeSet<ActivityKind> = ways().flat_map(|it| it.kinds.clone()).collect();
        let any = ways().any(|it| it.kinds.is_empty());
        if any || kinds.is_empty() || !is_of_run(&clock, &kept, contact) {
            return;
        }
        let by = who_logged(contact, None);
        let kinds = ActivityKind::any_of(kinds);
        self.reason(
            name,
            format!("{by}, of which the CRM does not tell that it was {kinds}: it does not count"),
        );
        self.say(format!(
            "{name}: a contact of another kind, or of none that is told"
        ));
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
            let open = previous.is_some_and(|previous| previous.status.is_open());
            if follows && !open && self.has(name, terms, at) {
                self.start(name, terms, owner, at);
            }
        }
    }
}

/// Whether a contact is one of a run that is open: made since its start, and not itself what started it.
fn is_of_run(clock: &Clock, kept: &KeptTerms, contact: &Contacted) -> bool {
    let starts_it = kept.policy.start != Start::Routed;
    let too_early = contact.at < clock.started || (starts_it && contact.at == clock.started);
    clock.status.is_open() && !too_early
}

/// What was logged, and by whom: `anna logged a call`.
fn who_logged(contact: &Contacted, kind: Option<ActivityKind>) -> String {
    let what = kind.map_or("a contact", ActivityKind::one);
    match &contact.by {
        Some(by) => format!("{by} logged {what}"),
        None => format!("{what} was logged"),
    }
}

enum Counted {
    /// It is the last that was needed; the clock is met at this instant.
    Last(Timestamp),
    /// So far it is: `2 of 6`, or `2 of 6, on 1 of 4 days`.
    So(String),
    /// It was counted before.
    Before,
}

/// Counts a contact. Days are those of this zone.
fn count(kept: &mut KeptMeet, at: Timestamp, zone: &TimeZone) -> Counted {
    if !kept.contacts.insert(at) {
        return Counted::Before;
    }
    let enough = |far: usize, of: u32| u32::try_from(far).is_ok_and(|far| far >= of);
    let (times, on_days) = (kept.meet.times, kept.meet.on_days);
    let mut days: BTreeSet<Date> = BTreeSet::new();
    for (far, contact) in (1_usize..).zip(&kept.contacts) {
        days.insert(contact.to_zoned(zone.clone()).date());
        if enough(far, times) && on_days.is_none_or(|of| enough(days.len(), of)) {
            return Counted::Last(*contact);
        }
    }
    let on = on_days.map(|of| format!(", on {} of {of} days", days.len()));
    Counted::So(format!(
        "{} of {times}{}",
        kept.contacts.len(),
        on.unwrap_or_default()
    ))
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
