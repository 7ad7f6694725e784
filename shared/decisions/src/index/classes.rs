use std::collections::BTreeSet;

use crm::{Decimal, PersonId, Value};
use model::{Condition, OperatingModel, Operator};

/// No value.
pub(super) const NOTHING: usize = 0;
/// A length of time that grows.
pub(super) const LENGTH: usize = 1;
/// A value that no indexed test compares: a day or an instant.
pub(super) const ELSE: usize = 2;
pub(super) const NO: usize = 3;
pub(super) const YES: usize = 4;
/// A text that is written nowhere.
pub(super) const OTHER_TEXT: usize = 5;
/// A person who is written nowhere.
pub(super) const OTHER_PERSON: usize = 6;
/// The first class of a constant.
const FIRST: usize = 7;

/// The most classes of constants that are kept apart. Beyond it, neighbours share one, and rules
/// that tell them apart are asked again; so no model makes the index large.
const MOST: usize = 512;

/// What the conditions on one field compare it with.
#[derive(Debug, Default)]
pub(crate) struct Constants<'m> {
    pub(crate) texts: BTreeSet<&'m str>,
    pub(crate) people: BTreeSet<&'m PersonId>,
    pub(crate) numbers: BTreeSet<Decimal>,
}

impl<'m> Constants<'m> {
    /// Takes what a part of a rule compares its field with.
    pub(super) fn gather(&mut self, condition: &'m Condition, model: &'m OperatingModel) {
        match condition {
            Condition::All(parts) | Condition::Any(parts) | Condition::None(parts) => {
                parts.iter().for_each(|part| self.gather(part, model));
            }
            Condition::Is(name, _) => {
                if let Some(condition) = model.conditions.get(name) {
                    self.gather(condition, model);
                }
            }
            Condition::Test(test) => self.gather_from(&test.operator, model),
        }
    }

    /// Takes what a test compares its field with.
    pub(crate) fn gather_from(&mut self, operator: &'m Operator, model: &'m OperatingModel) {
        match operator {
            Operator::OneOf(values) | Operator::NoneOf(values) => self.values(values),
            Operator::InList(list) => {
                self.values(model.lists.get(list).map_or(&[], Vec::as_slice));
            }
            Operator::AtLeast(number)
            | Operator::AtMost(number)
            | Operator::MoreThan(number)
            | Operator::LessThan(number) => self.numbers.extend([*number]),
            Operator::Between(low, high) => self.numbers.extend([*low, *high]),
            _ => {}
        }
    }

    fn values(&mut self, values: &'m [Value]) {
        for value in values {
            match value {
                Value::Text(text) => self.texts.extend([text.as_str()]),
                Value::Person(person) => self.people.extend([person]),
                Value::Number(number) => self.numbers.extend([*number]),
                Value::Boolean(_) | Value::Date(_) | Value::Timestamp(_) => {}
            }
        }
    }
}

/// The values of one field that conditions can tell apart, numbered.
///
/// Constants are kept in sorted slices and found by binary search: no hash whose order could differ
/// from run to run, nothing to be hashed again at every start, and eight comparisons for 200 texts.
#[derive(Debug, Clone)]
pub(super) struct Classes {
    texts: Vec<String>,
    people: Vec<PersonId>,
    numbers: Vec<Decimal>,
    /// How many constants share a class.
    width: usize,
}

impl Classes {
    pub(super) fn of(constants: Constants<'_>) -> Self {
        let mut classes = Self {
            texts: constants.texts.into_iter().map(str::to_owned).collect(),
            people: constants.people.into_iter().cloned().collect(),
            numbers: constants.numbers.into_iter().collect(),
            width: 1,
        };
        classes.width = (classes.exact() - FIRST).div_ceil(MOST);
        classes
    }

    /// How many values can be told apart.
    pub(super) const fn exact(&self) -> usize {
        self.first_number() + 2 * self.numbers.len() + 1
    }

    /// How many classes there are.
    pub(super) const fn count(&self) -> usize {
        self.shared(self.exact() - 1) + 1
    }

    /// Whether each class stands for one value that can be told apart.
    pub(super) const fn is_exact(&self) -> bool {
        self.width == 1
    }

    /// The class that stands for a value that can be told apart.
    pub(super) const fn shared(&self, exact: usize) -> usize {
        if exact < FIRST {
            exact
        } else {
            FIRST + (exact - FIRST) / self.width
        }
    }

    /// The class of a value.
    pub(super) fn of_value(&self, value: &Value) -> usize {
        self.shared(self.exact_of(value))
    }

    /// The number of a value among those that can be told apart.
    pub(super) fn exact_of(&self, value: &Value) -> usize {
        match value {
            Value::Text(text) => {
                let found = self.texts.binary_search_by(|it| it.as_str().cmp(text));
                found.map_or(OTHER_TEXT, |at| FIRST + at)
            }
            Value::Person(person) => {
                let found = self.people.binary_search(person);
                found.map_or(OTHER_PERSON, |at| FIRST + self.texts.len() + at)
            }
            Value::Number(number) => self.of_number(number),
            Value::Boolean(true) => YES,
            Value::Boolean(false) => NO,
            Value::Date(_) | Value::Timestamp(_) => ELSE,
        }
    }

    /// The number of a number. One that is no constant has that of the stretch in which it lies.
    pub(super) fn of_number(&self, number: &Decimal) -> usize {
        self.first_number()
            + match self.numbers.binary_search(number) {
                Ok(at) => 2 * at + 1,
                Err(at) => 2 * at,
            }
    }

    pub(super) const fn first_number(&self) -> usize {
        FIRST + self.texts.len() + self.people.len()
    }
}
