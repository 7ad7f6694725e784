//! What may come of a condition, whatever the facts that are wanting turn out to be.
//!
//! Where a fact is wanting, a test may hold, not hold, or stay unknown. What follows from it is worked
//! out for each of these, also through lists that say `unknown:` of what they cannot know and so make a
//! value of a gap. Tests are taken as if they had nothing to do with each other, so more may seem
//! possible than is; what is said to be certain is.

use std::collections::BTreeSet;

use contracts::Verdict;
use crm::{FieldRef, Value};
use model::{Condition, Derived, FirstMatch, Operator, Test, When};

use crate::{
    condition::{judge_field, verdict},
    facts::{Facts, FieldValue},
    look::look,
    verdict::{all_held, not},
    waited::Waited,
};

const ALL: [Verdict; 3] = [Verdict::Held, Verdict::NotHeld, Verdict::Unknown];

/// The verdicts to which a condition may come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Possible([bool; 3]);

impl Possible {
    const ANY: Self = Self([true; 3]);

    /// This and nothing else.
    pub(crate) fn only(verdict: Verdict) -> Self {
        Self(ALL.map(|it| it == verdict))
    }

    /// Whether it may come to this.
    pub(crate) fn may_be(self, verdict: Verdict) -> bool {
        self.verdicts().any(|it| it == verdict)
    }

    /// Whether it comes to this for certain.
    pub(crate) fn is_only(self, verdict: Verdict) -> bool {
        self == Self::only(verdict)
    }

    fn verdicts(self) -> impl Iterator<Item = Verdict> {
        let all = ALL.into_iter().zip(self.0);
        all.filter_map(|(verdict, may)| may.then_some(verdict))
    }

    fn or(self, other: Self) -> Self {
        self.verdicts().chain(other.verdicts()).collect()
    }

    /// Whether both hold.
    fn and(self, other: Self) -> Self {
        let pairs = self.verdicts().flat_map(|one| {
            let others = other.verdicts();
            others.map(move |other| all_held([one, other]))
        });
        pairs.collect()
    }

    fn not(self) -> Self {
        self.verdicts().map(not).collect()
    }
}

impl FromIterator<Verdict> for Possible {
    fn from_iter<I: IntoIterator<Item = Verdict>>(verdicts: I) -> Self {
        let mut may = Self::default();
        for verdict in verdicts {
            for (held, it) in may.0.iter_mut().zip(ALL) {
                *held |= it == verdict;
            }
        }
        may
    }
}

/// A record of which some facts are wanting.
#[derive(Debug)]
pub(crate) struct Wanting<'a> {
    pub(crate) facts: &'a Facts<'a>,
    pub(crate) waited: &'a Waited,
    /// The facts.
    pub(crate) facts_wanting: BTreeSet<&'a FieldRef>,
}

impl<'a> Wanting<'a> {
    /// The facts that are wanting under a field.
    pub(crate) fn under(&self, field: &FieldRef) -> BTreeSet<&'a FieldRef> {
        let under = self.waited.under(field);
        let wanting = under.filter_map(|fact| self.facts_wanting.get(fact).copied());
        wanting.collect()
    }

    /// What may come of a condition.
    pub(crate) fn possible(&self, condition: &Condition) -> Possible {
        match condition {
            Condition::All(parts) => self.all(parts.iter().map(|part| self.possible(part))),
            Condition::Any(parts) => self.none(parts).not(),
            Condition::None(parts) => self.none(parts),
            Condition::Is(name, _) => match self.facts.rules.model.conditions.get(name) {
                Some(named) => self.possible(named),
                None => Possible::only(Verdict::Unknown),
            },
            Condition::Test(test) if self.under(&test.field).is_empty() => {
                Possible::only(verdict(condition, self.facts))
            }
            Condition::Test(test) => self.test(test),
        }
    }

    fn all(&self, parts: impl Iterator<Item = Possible>) -> Possible {
        parts.fold(Possible::only(Verdict::Held), Possible::and)
    }

    fn none(&self, parts: &[Condition]) -> Possible {
        self.all(parts.iter().map(|part| self.possible(part).not()))
    }

    /// A test of a field under which a fact is wanting.
    fn test(&self, test: &Test) -> Possible {
        let model = &self.facts.rules.model;
        let derived = model.derived.get(&test.field);
        match (derived, test.field.name.as_str()) {
            (Some(Derived::FirstMatch(list)), _) => self.of_list(list, &test.operator),
            (Some(_), _) => self.anything(test),
            (None, "segment") => self.of_list(&model.segments, &test.operator),
            (None, "territory") => self.of_list(&model.territories, &test.operator),
            (None, "in_icp") => {
                let criteria = model.icp.iter();
                let fits = self.all(criteria.map(|it| self.possible(&it.when)));
                let judged = fits.verdicts().map(|fits| {
                    let found = match fits {
                        Verdict::Held => value(Value::Boolean(true)),
                        Verdict::NotHeld => value(Value::Boolean(false)),
                        Verdict::Unknown => FieldValue::Nothing,
                    };
                    judge_field(&test.operator, &found, self.facts)
                });
                judged.collect()
            }
            (None, _) => self.anything(test),
        }
    }

    /// A test of a field that may hold anything, or nothing. Whether it is there, `present` answers as it
    /// stands, as it does everywhere, but of a field that is itself waited for.
    fn anything(&self, test: &Test) -> Possible {
        match test.operator {
            Operator::Present(_) if self.facts_wanting.contains(&test.field) => {
                [Verdict::Held, Verdict::NotHeld].into_iter().collect()
            }
            Operator::Present(_) => {
                let found = look(self.facts, &test.field);
                Possible::only(judge_field(&test.operator, &found, self.facts))
            }
            _ => Possible::ANY,
        }
    }

    /// A test of the name that a list gives: of each that it may give.
    fn of_list(&self, list: &FirstMatch, operator: &Operator) -> Possible {
        let entry = |when: When| list.entries.iter().find(|entry| entry.when == when);
        let (unknown, otherwise) = (entry(When::Unknown), entry(When::Otherwise));
        let judged = |name: Option<&str>| {
            let found = name.map_or(FieldValue::Nothing, |it| value(Value::Text(it.to_owned())));
            Possible::only(judge_field(operator, &found, self.facts))
        };
        let mut may = Possible::default();
        for entry in &list.entries {
            let When::Holds(condition) = &entry.when else {
                continue;
            };
            let possible = self.possible(condition);
            if possible.may_be(Verdict::Held) {
                may = may.or(judged(Some(&entry.name)));
            }
            let mut goes_on = possible.may_be(Verdict::NotHeld);
            if possible.may_be(Verdict::Unknown) {
                match unknown {
                    Some(unknown) => may = may.or(judged(Some(&unknown.name))),
                    None => goes_on = true,
                }
            }
            if !goes_on {
                return may;
            }
        }
        may.or(judged(otherwise.map(|entry| entry.name.as_str())))
    }
}

fn value(value: Value) -> FieldValue<'static> {
    FieldValue::Value(std::borrow::Cow::Owned(value))
}
