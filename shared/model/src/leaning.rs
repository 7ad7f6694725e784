//! What a condition or a field leans on in the end: fields that the CRM fills.

use std::collections::BTreeSet;

use crm::FieldRef;

use crate::{
    condition::{Condition, FirstMatch, When},
    operating_model::OperatingModel,
    processes::Lifecycle,
    technology::{Derived, Moment},
};

impl OperatingModel {
    /// The declared fields that a condition leans on, near and far: through named conditions, derived
    /// fields, the profile, segments and territories.
    #[must_use]
    pub fn condition_leans_on(&self, condition: &Condition) -> BTreeSet<FieldRef> {
        let mut leaning = Leaning::of(self);
        leaning.condition(condition);
        leaning.on
    }

    /// The declared fields that a field leans on: itself, if it is one.
    #[must_use]
    pub fn field_leans_on(&self, field: &FieldRef) -> BTreeSet<FieldRef> {
        let mut leaning = Leaning::of(self);
        leaning.field(field);
        leaning.on
    }
}

struct Leaning<'m> {
    model: &'m OperatingModel,
    on: BTreeSet<FieldRef>,
    /// The fields that were followed. The checker lets none lean on itself.
    seen: BTreeSet<FieldRef>,
}

impl<'m> Leaning<'m> {
    const fn of(model: &'m OperatingModel) -> Self {
        Self {
            model,
            on: BTreeSet::new(),
            seen: BTreeSet::new(),
        }
    }

    fn condition(&mut self, condition: &Condition) {
        match condition {
            Condition::All(parts) | Condition::Any(parts) | Condition::None(parts) => {
                for part in parts {
                    self.condition(part);
                }
            }
            Condition::Is(name, _) => {
                if let Some(condition) = self.model.conditions.get(name) {
                    self.condition(condition);
                }
            }
            Condition::Test(test) => self.field(&test.field),
        }
    }

    fn field(&mut self, field: &FieldRef) {
        if !self.seen.insert(field.clone()) {
            return;
        }
        let declared = self.model.records.get(&field.kind);
        if declared.is_some_and(|fields| fields.contains_key(&field.name)) {
            self.on.insert(field.clone());
            return;
        }
        if let Some(derived) = self.model.derived.get(field) {
            return self.derived(derived);
        }
        match field.name.as_str() {
            "in_icp" => {
                for criterion in &self.model.icp {
                    self.condition(&criterion.when);
                }
            }
            "segment" => self.list(&self.model.segments),
            "territory" => self.list(&self.model.territories),
            "stage_criteria" => {
                if let Some(lifecycle) = self.model.lifecycles.get(&field.kind) {
                    self.criteria(lifecycle);
                }
            }
            name => {
                let deviation = name.strip_prefix("deviation.");
                if let Some(rule) = deviation.and_then(|it| self.model.deviations.get(it)) {
                    self.condition(&rule.when);
                }
            }
        }
    }

    fn derived(&mut self, derived: &Derived) {
        match derived {
            Derived::DomainOf(field) => self.field(field),
            Derived::Count(_) => {}
            Derived::Score(lines) => {
                for line in lines {
                    self.condition(&line.when);
                }
            }
            Derived::DaysBetween(from, to) => {
                for moment in [from, to] {
                    if let Moment::Field(field) = moment {
                        self.field(field);
                    }
                }
            }
            Derived::Compare { field, than, .. } => {
                self.field(field);
                self.field(than);
            }
            Derived::FirstMatch(list) => self.list(list),
        }
    }

    fn list(&mut self, list: &FirstMatch) {
        for entry in &list.entries {
            if let When::Holds(condition) = &entry.when {
                self.condition(condition);
            }
        }
    }

    fn criteria(&mut self, lifecycle: &Lifecycle) {
        for criterion in lifecycle.stages.iter().flat_map(|stage| &stage.enter) {
            self.condition(&criterion.when);
        }
    }
}
