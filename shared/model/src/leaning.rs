//! What a condition or a field leans on in the end: fields that the CRM fills.

use std::collections::BTreeSet;

use crm::{FieldRef, RecordKind};

use crate::{
    clocks::Budget,
    condition::{Condition, FirstMatch, Limit, Operator, Test, When},
    operating_model::OperatingModel,
    processes::{Lifecycle, PIPELINE, Which},
    technology::{Derived, Moment, Score},
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

    /// Every field that a condition asks for, near and far, be it declared, worked out or built in.
    #[must_use]
    pub fn condition_asks(&self, condition: &Condition) -> BTreeSet<FieldRef> {
        let mut leaning = Leaning::with_built_in(self);
        leaning.condition(condition);
        leaning.seen
    }

    /// Every test to which a condition comes down, near and far: its own, and those of the conditions, the lists and
    /// the derived fields that it asks for.
    #[must_use]
    pub fn condition_tests(&self, condition: &Condition) -> Vec<Test> {
        let mut leaning = Leaning::of(self);
        leaning.condition(condition);
        leaning.tests
    }

    /// Every field that a field comes down to, near and far: itself, and all that it is worked out from.
    #[must_use]
    pub fn field_asks(&self, field: &FieldRef) -> BTreeSet<FieldRef> {
        let mut leaning = Leaning::of(self);
        leaning.field(field);
        leaning.seen
    }

    /// The declared fields that a field leans on: itself, if it is one.
    #[must_use]
    pub fn field_leans_on(&self, field: &FieldRef) -> BTreeSet<FieldRef> {
        let mut leaning = Leaning::of(self);
        leaning.field(field);
        leaning.on
    }
}

pub(crate) struct Leaning<'m> {
    model: &'m OperatingModel,
    /// Whether what the language brings along is told as well: times, the stage, the limits of a lifecycle.
    built_in: bool,
    on: BTreeSet<FieldRef>,
    /// The fields that were followed. The checker lets none lean on itself.
    seen: BTreeSet<FieldRef>,
    tests: Vec<Test>,
}

impl<'m> Leaning<'m> {
    /// Also what is built in, as fields of their own.
    pub(crate) const fn with_built_in(model: &'m OperatingModel) -> Self {
        let mut leaning = Self::of(model);
        leaning.built_in = true;
        leaning
    }

    /// The fields that were found.
    pub(crate) fn found(self) -> BTreeSet<FieldRef> {
        self.on
    }

    const fn of(model: &'m OperatingModel) -> Self {
        Self {
            model,
            built_in: false,
            on: BTreeSet::new(),
            seen: BTreeSet::new(),
            tests: Vec::new(),
        }
    }

    pub(crate) fn condition(&mut self, condition: &Condition) {
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
            Condition::Test(test) => {
                self.tests.push(test.clone());
                self.field(&test.field);
                if self.built_in {
                    self.limit(test);
                }
            }
        }
    }

    /// What decides how long a limit of the lifecycle is.
    fn limit(&mut self, test: &Test) {
        let kind = test.field.kind;
        match test.operator {
            Operator::Past(Limit::Corridor) => self.field(&FieldRef::new(kind, "segment")),
            Operator::Past(Limit::Stay) => {
                self.field(&FieldRef::new(kind, "stage"));
                self.stays(kind);
            }
            _ => {}
        }
    }

    /// By what the longest stays go.
    fn stays(&mut self, kind: RecordKind) {
        let most = self
            .model
            .stages(kind)
            .filter_map(|it| it.stay.at_most.as_ref());
        let fields = most.filter_map(|most| match most {
            Budget::By { field, .. } => Some(field.clone()),
            Budget::Fixed(_) => None,
        });
        let fields: BTreeSet<FieldRef> = fields.collect();
        fields.iter().for_each(|field| self.field(field));
    }

    /// What the language brings along of a record.
    fn built_in(&mut self, field: &FieldRef) {
        match field.name.as_str() {
            "age" => self.field(&FieldRef::new(field.kind, "created")),
            "open" => self.field(&FieldRef::new(field.kind, "stage")),
            "created" | "last_contact" | "time_in_stage" => {
                self.on.insert(field.clone());
            }
            _ => {}
        }
    }

    pub(crate) fn field(&mut self, field: &FieldRef) {
        if !self.seen.insert(field.clone()) {
            return;
        }
        let declared = self.model.records.get(&field.kind);
        if declared.is_some_and(|fields| fields.contains_key(&field.name)) {
            self.on.insert(field.clone());
            if self.built_in && field.name == "stage" {
                self.journeys(field.kind);
            }
            return;
        }
        if let Some(derived) = self.model.derived.get(field) {
            if let (Derived::Count(count), true) = (derived, self.built_in) {
                // That there are such records is no field of any.
                self.on.insert(field.clone());
                count.when.iter().for_each(|when| self.condition(when));
            }
            if let (Derived::Behaviour(_) | Derived::Latest(_), true) = (derived, self.built_in) {
                self.on.insert(field.clone());
            }
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
            "journey" => self.journeys(field.kind),
            "stage_criteria" => {
                if self.built_in {
                    self.field(&FieldRef::new(field.kind, "stage"));
                }
                let model = self.model;
                for lifecycle in model.journeys(field.kind) {
                    self.criteria(lifecycle);
                }
            }
            name => {
                let deviation = name.strip_prefix("deviation.");
                if let Some(rule) = deviation.and_then(|it| self.model.deviations.get(it)) {
                    self.condition(&rule.when);
                }
                let approval = name.strip_prefix("approval.");
                if let Some(rule) = approval.and_then(|it| self.model.approvals.get(it)) {
                    self.condition(&rule.when);
                }
                if self.built_in {
                    self.built_in(field);
                }
            }
        }
    }

    fn derived(&mut self, derived: &Derived) {
        match derived {
            Derived::DomainOf(field) => self.field(field),
            // What it hangs on are fields of other records.
            Derived::Count(_) | Derived::Behaviour(_) | Derived::Latest(_) => {}
            Derived::Sum(sum) => sum.of.iter().for_each(|field| self.field(field)),
            Derived::Ratio(one, other) => {
                self.field(one);
                self.field(other);
            }
            Derived::Score(Score { lines, .. }) => {
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

    /// What says on which of its kind's journeys a record is.
    fn journeys(&mut self, kind: RecordKind) {
        let model = self.model;
        for journey in model.journeys(kind) {
            match &journey.which {
                Which::All => {}
                Which::Pipeline(_) => self.field(&FieldRef::new(kind, PIPELINE)),
                Which::When(condition) => self.condition(condition),
            }
        }
    }

    fn criteria(&mut self, lifecycle: &Lifecycle) {
        for criterion in lifecycle.stages.iter().flat_map(|stage| &stage.enter) {
            self.condition(&criterion.when);
        }
    }
}
