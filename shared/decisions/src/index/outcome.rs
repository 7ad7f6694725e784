use crm::Value;
use model::{Condition, OperatingModel, Operator};
use smallvec::SmallVec;

use super::{
    classes::{Classes, LENGTH, NOTHING},
    parts::Part,
};

/// A set of values that can be told apart, by their numbers. Of most fields fewer than 256 can be;
/// thousands of these sets are made and thrown away at every cold start, so they are kept in place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Set(SmallVec<[u64; 4]>);

impl Set {
    fn none(count: usize) -> Self {
        Self(SmallVec::from_elem(0, count.div_ceil(64)))
    }

    fn put(&mut self, number: usize) {
        if let Some(word) = self.0.get_mut(number / 64) {
            *word |= 1 << (number % 64);
        }
    }

    fn join(&mut self, other: &Self) {
        for (word, other) in self.0.iter_mut().zip(&other.0) {
            *word |= other;
        }
    }

    fn meet(&mut self, other: &Self) {
        for (word, other) in self.0.iter_mut().zip(&other.0) {
            *word &= other;
        }
    }

    /// The numbers up to `count` that are not in it.
    fn others(&self, count: usize) -> Self {
        let mut others = Self(self.0.iter().map(|word| !word).collect());
        let over = others.0.len() * 64 - count;
        if let Some(last) = others.0.last_mut() {
            *last &= u64::MAX >> over;
        }
        others
    }

    /// The numbers in it, in order.
    pub(super) fn numbers(&self) -> impl Iterator<Item = usize> {
        let words = self.0.iter().enumerate();
        words.flat_map(|(at, word)| bits(*word).map(move |bit| at * 64 + bit))
    }
}

/// The bits that are set, from the lowest.
pub(super) fn bits(word: u64) -> impl Iterator<Item = usize> {
    let mut rest = word;
    std::iter::from_fn(move || {
        let bit = rest.trailing_zeros() as usize;
        // What has no bit left ends here; else the lowest is taken off.
        rest = rest & rest.checked_sub(1)?;
        Some(bit)
    })
}

/// For which values of its field a part holds, and for which it holds or is unknown.
#[derive(Debug, Clone)]
pub(super) struct Outcome {
    held: Set,
    possible: Set,
    count: usize,
}

impl Outcome {
    /// What comes of several parts that must all hold.
    pub(super) fn of_parts<'p>(
        parts: impl Iterator<Item = &'p Part<'p>>,
        classes: &Classes,
        model: &OperatingModel,
    ) -> Self {
        let outcomes = parts.map(|part| {
            let outcome = Self::of(part.condition, classes, model);
            if part.negated {
                outcome.opposite()
            } else {
                outcome
            }
        });
        Self::all(outcomes, classes.exact())
    }

    /// Where it holds.
    pub(super) const fn held(&self) -> &Set {
        &self.held
    }

    /// Where it holds or is unknown.
    pub(super) const fn possible(&self) -> &Set {
        &self.possible
    }

    fn of(condition: &Condition, classes: &Classes, model: &OperatingModel) -> Self {
        let count = classes.exact();
        let inner = |parts: &[Condition]| {
            let outcomes = parts.iter().map(|part| Self::of(part, classes, model));
            outcomes.collect::<Vec<_>>()
        };
        match condition {
            Condition::All(parts) => Self::all(inner(parts), count),
            Condition::Any(parts) => Self::any(inner(parts), count),
            Condition::None(parts) => Self::any(inner(parts), count).opposite(),
            Condition::Is(name, _) => match model.conditions.get(name) {
                Some(condition) => Self::of(condition, classes, model),
                None => Self::unknown(count),
            },
            Condition::Test(test) => Self::of_test(&test.operator, classes, model),
        }
    }

    fn of_test(operator: &Operator, classes: &Classes, model: &OperatingModel) -> Self {
        let among = |values: &[Value]| Self::among(values, classes);
        let number = |limit| classes.of_number(limit);
        match operator {
            Operator::OneOf(values) => among(values),
            Operator::NoneOf(values) => among(values).opposite(),
            Operator::InList(list) => match model.lists.get(list) {
                Some(values) => among(values),
                None => Self::unknown(classes.exact()),
            },
            Operator::AtLeast(limit) => Self::stretch(number(limit), usize::MAX, classes),
            Operator::AtMost(limit) => Self::stretch(0, number(limit), classes),
            Operator::MoreThan(limit) => Self::stretch(number(limit) + 1, usize::MAX, classes),
            Operator::LessThan(limit) => Self::stretch(0, number(limit) - 1, classes),
            Operator::Between(low, high) => Self::stretch(number(low), number(high), classes),
            Operator::Present(wanted) => Self::present(*wanted, classes.exact()),
            // `parts` lets no other test come here.
            _ => Self::unknown(classes.exact()),
        }
    }

    fn unknown(count: usize) -> Self {
        let held = Set::none(count);
        Self {
            possible: held.others(count),
            held,
            count,
        }
    }

    /// Holds of these values; not of any other; of nothing, and of a length of time, unknown.
    fn among(values: &[Value], classes: &Classes) -> Self {
        let count = classes.exact();
        let mut held = Set::none(count);
        for value in values {
            held.put(classes.exact_of(value));
        }
        let mut possible = held.clone();
        possible.put(NOTHING);
        possible.put(LENGTH);
        Self {
            held,
            possible,
            count,
        }
    }

    /// Holds of the numbers from `first` to `last`, not of other numbers; else unknown.
    fn stretch(first: usize, last: usize, classes: &Classes) -> Self {
        let count = classes.exact();
        let numbers = classes.first_number();
        let mut held = Set::none(count);
        (first.max(numbers)..=last.min(count - 1)).for_each(|number| held.put(number));
        let mut possible = held.clone();
        (0..numbers).for_each(|other| possible.put(other));
        Self {
            held,
            possible,
            count,
        }
    }

    fn present(wanted: bool, count: usize) -> Self {
        let mut nothing = Set::none(count);
        nothing.put(NOTHING);
        let held = if wanted {
            nothing.others(count)
        } else {
            nothing
        };
        Self {
            possible: held.clone(),
            held,
            count,
        }
    }

    fn opposite(self) -> Self {
        Self {
            held: self.possible.others(self.count),
            possible: self.held.others(self.count),
            count: self.count,
        }
    }

    fn all(outcomes: impl IntoIterator<Item = Self>, count: usize) -> Self {
        let all = outcomes.into_iter().reduce(|mut all, outcome| {
            all.held.meet(&outcome.held);
            all.possible.meet(&outcome.possible);
            all
        });
        all.unwrap_or_else(|| Self::unknown(count).certain())
    }

    fn any(outcomes: impl IntoIterator<Item = Self>, count: usize) -> Self {
        let any = outcomes.into_iter().reduce(|mut any, outcome| {
            any.held.join(&outcome.held);
            any.possible.join(&outcome.possible);
            any
        });
        any.unwrap_or_else(|| Self::unknown(count).certain().opposite())
    }

    /// Held wherever it is possible.
    fn certain(mut self) -> Self {
        self.held.clone_from(&self.possible);
        self
    }
}
