//! Clocks that start on the day that stands in a field.

use contracts::state::Dated;
use crm::Value;
use jiff::Timestamp;
use model::{ClockTerms, Start};

use super::{calculate::zoned_in, context::Context};
use crate::facts::FieldValue;

impl Context<'_> {
    /// The record has changed: what is to start on a day starts on that which its field names now. A day that
    /// is past starts it from that day; another takes the place of a run that the one before has started, and
    /// no day ends it.
    pub(super) fn follow_dates(&mut self, now: Timestamp) {
        for (name, terms) in self.own_terms() {
            if !matches!(terms.start, Start::OnDate { .. }) {
                continue;
            }
            let wanted = self.day_of(terms, now);
            let before = self.book.dated.get(name).copied();
            if before.map(|before| before.at) == wanted {
                continue;
            }
            if before.is_some_and(|before| before.begun) {
                self.end_dated(name, terms, now);
            }
            self.book.owed.remove(name);
            match wanted {
                Some(at) => self.plan(name, at),
                None => {
                    self.book.dated.remove(name);
                    self.reason(
                        name,
                        "the day on which it was to start is not named any more",
                    );
                    self.say(format!("clock not planned: {name}"));
                }
            }
        }
        self.begin_dated(now);
    }

    fn plan(&mut self, name: &str, at: Timestamp) {
        let begins = zoned_in(self.staffing.company_zone(), at);
        self.reason(name, format!("it starts {begins}"));
        self.say(format!("clock planned: {name}"));
        self.book
            .dated
            .insert(name.to_owned(), Dated { at, begun: false });
    }

    /// Starts what is to start by `now`, counted from the day that was named.
    pub(super) fn begin_dated(&mut self, now: Timestamp) {
        let dated = self.book.dated.iter();
        let come: Vec<(String, Timestamp)> = dated
            .filter(|(_, dated)| !dated.begun && dated.at <= now)
            .map(|(name, dated)| (name.clone(), dated.at))
            .collect();
        for (name, at) in come {
            self.book
                .dated
                .insert(name.clone(), Dated { at, begun: true });
            let terms = self.terms(&name);
            let terms = terms.filter(|terms| matches!(terms.start, Start::OnDate { .. }));
            let begun = self.instance(&name);
            if let Some(terms) = terms.filter(|_| self.is_open(now)) {
                self.begin(&name, terms, (at, None), None);
            }
            // That its day has come is kept, also where it started nothing.
            if self.instance(&name) == begun && !self.book.owed.contains_key(&name) {
                self.reason(&name, "its day has come, and it did not start");
                self.say(format!("clock not started: {name}"));
            }
        }
    }

    fn instance(&self, name: &str) -> Option<u32> {
        self.book.clocks.get(name).map(|clock| clock.instance)
    }

    /// The run that another day had started ends, if it is open.
    fn end_dated(&mut self, name: &str, terms: &ClockTerms, at: Timestamp) {
        let Some((clock, mut kept)) = self.take(name) else {
            return;
        };
        if !clock.status.is_open() {
            return;
        }
        // Opening the record again is no reason to begin anew what the field has ended.
        kept.policy.reopen = None;
        let field = match &terms.start {
            Start::OnDate { field, .. } => field.to_string(),
            _ => String::new(),
        };
        self.cancel(
            name,
            clock,
            kept,
            (&format!("{field} names another day"), at),
        );
    }

    /// Nothing starts on a day while the record is closed.
    pub(super) fn forget_days(&mut self) {
        let dated = self.book.dated.iter().filter(|(_, dated)| !dated.begun);
        let planned: Vec<String> = dated.map(|(name, _)| name.clone()).collect();
        for name in planned {
            self.book.dated.remove(&name);
            self.reason(&name, "the record is closed, so it does not start");
            self.say(format!("clock not planned: {name}"));
        }
    }

    /// When the clock starts by the record at hand.
    fn day_of(&self, terms: &ClockTerms, now: Timestamp) -> Option<Timestamp> {
        let Start::OnDate { field, at } = &terms.start else {
            return None;
        };
        let FieldValue::Value(value) = self.facts(now).look(field) else {
            return None;
        };
        let Value::Date(date) = value.as_ref() else {
            return None;
        };
        let zone = self.staffing.company_zone().clone();
        let begins = date.to_datetime(*at).to_zoned(zone).ok()?;
        Some(begins.timestamp())
    }
}
