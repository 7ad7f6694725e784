use std::{borrow::Cow, collections::BTreeMap, sync::OnceLock};

use model::{Condition, OperatingModel, Operator, When, Which};
use regex_lite::Regex;

/// What the conditions of a model look for in texts, made ready once.
#[derive(Debug, Clone, Default)]
pub(crate) struct Patterns {
    /// Parts of texts, in lower case.
    lower: BTreeMap<String, String>,
    /// Regular expressions, each compiled when it is first asked; none if it is none.
    expressions: BTreeMap<String, OnceLock<Option<Regex>>>,
}

impl Patterns {
    pub(crate) fn of(model: &OperatingModel) -> Self {
        let mut patterns = Self::default();
        conditions(model, &mut |condition| patterns.gather(condition));
        patterns
    }

    fn gather(&mut self, condition: &Condition) {
        match condition {
            Condition::All(parts) | Condition::Any(parts) | Condition::None(parts) => {
                parts.iter().for_each(|part| self.gather(part));
            }
            Condition::Is(..) => {}
            Condition::Test(test) => match &test.operator {
                Operator::Contains(part)
                | Operator::StartsWith(part)
                | Operator::EndsWith(part) => {
                    self.lower.insert(part.clone(), part.to_lowercase());
                }
                Operator::Matches(pattern) => {
                    self.expressions.entry(pattern.clone()).or_default();
                }
                _ => {}
            },
        }
    }

    /// A part of a text in lower case.
    pub(crate) fn lower<'p>(&'p self, part: &'p str) -> Cow<'p, str> {
        let known = self.lower.get(part);
        known.map_or_else(|| part.to_lowercase().into(), |lower| lower.into())
    }

    /// Whether a text matches a regular expression; none if it is none.
    pub(crate) fn is_match(&self, pattern: &str, text: &str) -> Option<bool> {
        let compile = || Regex::new(pattern).ok();
        match self.expressions.get(pattern) {
            Some(known) => Some(known.get_or_init(compile).as_ref()?.is_match(text)),
            None => Some(compile()?.is_match(text)),
        }
    }
}

/// Every condition that is written somewhere in a model.
fn conditions<'m>(model: &'m OperatingModel, each: &mut impl FnMut(&'m Condition)) {
    let held = |when: &'m When| match when {
        When::Holds(condition) => Some(condition),
        When::Unknown | When::Otherwise => None,
    };
    model.conditions.values().for_each(&mut *each);
    model.icp.iter().for_each(|criterion| each(&criterion.when));
    let entries = model
        .segments
        .entries
        .iter()
        .chain(&model.territories.entries);
    entries
        .filter_map(|entry| held(&entry.when))
        .for_each(&mut *each);
    let rules = model.routing.values().flatten();
    rules
        .filter_map(|rule| held(&rule.when))
        .for_each(&mut *each);
    let journeys = model.lifecycles.values();
    journeys
        .filter_map(|journey| match &journey.which {
            Which::When(condition) => Some(condition),
            Which::All | Which::Pipeline(_) => None,
        })
        .for_each(&mut *each);
    let stages = model
        .lifecycles
        .values()
        .flat_map(|lifecycle| &lifecycle.stages);
    let follows = stages
        .clone()
        .flat_map(|stage| stage.upon_entering.iter().chain(&stage.upon_leaving));
    follows
        .filter_map(|follow| follow.when.as_ref())
        .for_each(&mut *each);
    let criteria = stages.flat_map(|stage| stage.enter.iter().chain(&stage.leave.criteria));
    criteria.for_each(|criterion| each(&criterion.when));
    let pauses = model
        .clocks
        .values()
        .flat_map(|terms| terms.when.iter().chain(&terms.pause));
    pauses.for_each(&mut *each);
    model.deviations.values().for_each(|rule| each(&rule.when));
}
