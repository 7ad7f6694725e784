//! What hangs on values that are not kept.

use std::collections::BTreeSet;

use contracts::Verdict;
use crm::FieldRef;
use model::{Condition, Derived, FirstMatch, Moment, OperatingModel, Operator, Score, Test, When};

use crate::{
    condition::verdict,
    facts::Facts,
    verdict::{all_held, not},
};

/// The fields whose values are not kept.
#[derive(Debug, Clone, Default)]
pub(super) struct Hidden {
    pub(super) fields: BTreeSet<FieldRef>,
    /// Those of which the domain is kept.
    pub(super) with_domain: BTreeSet<FieldRef>,
}

/// The verdict, or the hidden fields on which it hangs.
type Judged = Result<Verdict, BTreeSet<FieldRef>>;

impl Hidden {
    /// The verdict about a condition, if it is the same whatever the hidden fields held.
    pub(super) fn verdict(&self, condition: &Condition, facts: &Facts<'_>) -> Judged {
        match condition {
            Condition::All(parts) => self.all(parts, facts, |it| it),
            Condition::None(parts) => self.all(parts, facts, not),
            Condition::Any(parts) => self.all(parts, facts, not).map(not),
            Condition::Is(name, _) => match facts.rules.model.conditions.get(name) {
                Some(named) => self.verdict(named, facts),
                None => Ok(Verdict::Unknown),
            },
            Condition::Test(test) => {
                let under = self.under_test(&facts.rules.model, test);
                if under.is_empty() {
                    Ok(verdict(condition, facts))
                } else {
                    Err(under)
                }
            }
        }
    }

    /// Whether all hold of what `turned` makes of each: what does not hold decides, whatever else is hidden.
    fn all(
        &self,
        parts: &[Condition],
        facts: &Facts<'_>,
        turned: impl Fn(Verdict) -> Verdict,
    ) -> Judged {
        let mut verdicts = Vec::new();
        let mut hidden = BTreeSet::new();
        for part in parts {
            match self.verdict(part, facts) {
                Ok(verdict) => verdicts.push(turned(verdict)),
                Err(under) => hidden.extend(under),
            }
        }
        if hidden.is_empty() || verdicts.contains(&Verdict::NotHeld) {
            return Ok(all_held(verdicts));
        }
        Err(hidden)
    }

    /// The hidden fields on which a test hangs. That there was a value is known of each.
    fn under_test(&self, model: &OperatingModel, test: &Test) -> BTreeSet<FieldRef> {
        match test.operator {
            Operator::Present(_) if self.fields.contains(&test.field) => BTreeSet::new(),
            _ => self.under(model, &test.field),
        }
    }

    /// The hidden fields on which a field hangs, near or far.
    pub(super) fn under(&self, model: &OperatingModel, field: &FieldRef) -> BTreeSet<FieldRef> {
        if self.fields.contains(field) {
            return BTreeSet::from([field.clone()]);
        }
        match (model.derived.get(field), field.name.as_str()) {
            (Some(Derived::DomainOf(of)), _) if self.with_domain.contains(of) => BTreeSet::new(),
            (Some(Derived::DomainOf(of)), _) => self.under(model, of),
            (Some(Derived::Count(_) | Derived::Behaviour(_) | Derived::Latest(_)), _) => {
                BTreeSet::new()
            }
            (Some(Derived::Sum(sum)), _) => {
                let fields = sum.of.iter();
                fields.flat_map(|field| self.under(model, field)).collect()
            }
            (Some(Derived::Ratio(one, other)), _) => {
                let fields = [one, other].into_iter();
                fields.flat_map(|field| self.under(model, field)).collect()
            }
            (Some(Derived::Score(Score { lines, .. })), _) => {
                self.under_all(model, lines.iter().map(|line| &line.when))
            }
            (Some(Derived::DaysBetween(from, to)), _) => {
                let fields = [from, to].into_iter().filter_map(|moment| match moment {
                    Moment::Field(field) => Some(field),
                    Moment::Today => None,
                });
                fields.flat_map(|field| self.under(model, field)).collect()
            }
            (Some(Derived::Compare { field, than, .. }), _) => {
                let fields = [field, than].into_iter();
                fields.flat_map(|field| self.under(model, field)).collect()
            }
            (Some(Derived::FirstMatch(list)), _) => self.under_list(model, list),
            (None, "segment") => self.under_list(model, &model.segments),
            (None, "territory") => self.under_list(model, &model.territories),
            (None, "in_icp") => self.under_all(model, model.icp.iter().map(|it| &it.when)),
            (None, _) => BTreeSet::new(),
        }
    }

    fn under_list(&self, model: &OperatingModel, list: &FirstMatch) -> BTreeSet<FieldRef> {
        let held = list.entries.iter().filter_map(|entry| match &entry.when {
            When::Holds(condition) => Some(condition),
            When::Unknown | When::Otherwise => None,
        });
        self.under_all(model, held)
    }

    fn under_all<'m>(
        &self,
        model: &'m OperatingModel,
        conditions: impl Iterator<Item = &'m Condition>,
    ) -> BTreeSet<FieldRef> {
        let mut found = BTreeSet::new();
        for condition in conditions {
            match condition {
                Condition::All(parts) | Condition::Any(parts) | Condition::None(parts) => {
                    found.extend(self.under_all(model, parts.iter()));
                }
                Condition::Is(name, _) => {
                    let named = model.conditions.get(name);
                    found.extend(self.under_all(model, named.into_iter()));
                }
                Condition::Test(test) => found.extend(self.under_test(model, test)),
            }
        }
        found
    }
}
