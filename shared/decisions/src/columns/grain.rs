use std::collections::BTreeSet;

use crm::{Decimal, FieldType, PersonId, Value};
use jiff::{SignedDuration, Timestamp};
use model::{OperatingModel, Operator};

use crate::{
    condition::{instant_of, wall},
    facts::Facts,
    index::Constants,
};

/// How finely the values of one input must be told apart: into classes, numbered from 0, which is no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grain {
    holds: FieldType,
    each: bool,
    texts: BTreeSet<String>,
    people: BTreeSet<PersonId>,
    numbers: BTreeSet<Decimal>,
    /// The first instant of each stretch but the earliest.
    cuts: BTreeSet<Timestamp>,
}

impl Grain {
    pub(super) const fn of(holds: FieldType) -> Self {
        Self {
            holds,
            // A closed list is short, and a value that is not on it is none.
            each: matches!(holds, FieldType::OneOf | FieldType::Stage),
            texts: BTreeSet::new(),
            people: BTreeSet::new(),
            numbers: BTreeSet::new(),
            cuts: BTreeSet::new(),
        }
    }

    /// What the input holds.
    #[must_use]
    pub const fn holds(&self) -> FieldType {
        self.holds
    }

    /// Whether every value is a class of its own.
    #[must_use]
    pub const fn is_each(&self) -> bool {
        self.each
    }

    /// The numbers that values are compared with. One has a class of its own, and so has each stretch between two.
    #[must_use]
    pub const fn numbers(&self) -> &BTreeSet<Decimal> {
        &self.numbers
    }

    /// The instants at which a class of instants begins, but for the earliest.
    #[must_use]
    pub const fn cuts(&self) -> &BTreeSet<Timestamp> {
        &self.cuts
    }

    /// How many classes there are with that of no value; none if each value is its own.
    #[must_use]
    pub fn count(&self) -> Option<usize> {
        let classes = match self.holds {
            _ if self.each => return None,
            FieldType::Boolean => 2,
            FieldType::Number | FieldType::Integer | FieldType::Money => 2 * self.numbers.len() + 1,
            FieldType::Date | FieldType::Timestamp => self.cuts.len() + 1,
            FieldType::Person => self.people.len() + 1,
            FieldType::Text | FieldType::OneOf | FieldType::Stage | FieldType::Account => {
                self.texts.len() + 1
            }
        };
        Some(classes + 1)
    }

    /// The class of a value, from 1; none if each value is its own, or if it is not of the input's type.
    #[must_use]
    pub fn class_of(&self, value: &Value, facts: &Facts<'_>) -> Option<usize> {
        if self.each {
            return None;
        }
        let class = match (self.holds, value) {
            (FieldType::Boolean, Value::Boolean(yes)) => usize::from(*yes),
            (FieldType::Number | FieldType::Integer | FieldType::Money, Value::Number(number)) => {
                let below = self.numbers.range(..number).count();
                2 * below + usize::from(self.numbers.contains(number))
            }
            (FieldType::Date | FieldType::Timestamp, value) => {
                let at = instant_of(value, facts)?;
                self.cuts.range(..=at).count()
            }
            (FieldType::Person, Value::Person(person)) => place_of(&self.people, person),
            (_, Value::Text(text)) => place_of(&self.texts, text),
            _ => return None,
        };
        Some(class + 1)
    }

    pub(super) const fn each(&mut self) {
        self.each = true;
    }

    /// Takes a test into account.
    pub(super) fn tell_apart(
        &mut self,
        operator: &Operator,
        model: &OperatingModel,
        now: Timestamp,
    ) {
        match operator {
            // The limits of a lifecycle are added by whoever knows them.
            Operator::Present(_) | Operator::Past(_) | Operator::CriteriaMet(_) => {}
            Operator::Contains(_)
            | Operator::StartsWith(_)
            | Operator::EndsWith(_)
            | Operator::Matches(_) => self.each(),
            Operator::OlderThan(amount) | Operator::LongerThan(amount) => {
                self.longer_than(wall(*amount), now);
            }
            // A day begins and is over at different instants.
            Operator::InTheLast { .. } | Operator::InTheNext { .. } => self.each(),
            // A day or an instant that is compared with others.
            _ if self.is_of_time() => self.each(),
            operator => {
                let mut constants = Constants::default();
                constants.gather_from(operator, model);
                self.texts
                    .extend(constants.texts.into_iter().map(str::to_owned));
                self.people.extend(constants.people.into_iter().cloned());
                self.numbers.extend(constants.numbers);
            }
        }
    }

    /// Tells apart what is longer ago than these limits, to which the instant at the limit does not belong.
    pub(super) fn longer_than(
        &mut self,
        limits: impl IntoIterator<Item = SignedDuration>,
        now: Timestamp,
    ) {
        let cuts = limits.into_iter().filter_map(|it| now.checked_sub(it).ok());
        self.cuts.extend(cuts);
    }

    /// Tells apart what is before an instant.
    pub(super) fn since(&mut self, at: Timestamp) {
        self.cuts.insert(at);
    }

    const fn is_of_time(&self) -> bool {
        matches!(self.holds, FieldType::Date | FieldType::Timestamp)
    }
}

/// 0 for what is in no list, else from 1.
fn place_of<T: Ord>(all: &BTreeSet<T>, one: &T) -> usize {
    if all.contains(one) {
        all.range(..one).count() + 1
    } else {
        0
    }
}
