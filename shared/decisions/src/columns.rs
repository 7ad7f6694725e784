//! Which values a question reads of a record, and how finely they must be told apart.
//!
//! Whoever judges a million records at one instant need not judge each: two records whose values no test of
//! the model can tell apart are judged alike. [`Reads`] says of a question which [`Input`]s it looks at, through
//! named conditions, derived fields, segments and criteria; a [`Grain`] says which values of an input are the same
//! to it. The question itself is put to [`verdict`](crate::verdict) or [`Facts::look`](crate::Facts::look), once
//! for each combination that occurs, so that no operator is written here.

mod grain;

use std::collections::BTreeMap;

use crm::{FieldRef, FieldType, RecordKind};
use jiff::{SignedDuration, Timestamp, civil::Date};
use model::{
    Budget, Condition, Derived, FirstMatch, Limit, Moment, OperatingModel, Operator, PIPELINE,
    When, Which,
};

use crate::{condition::wall, rules::Rules};

pub use grain::Grain;

/// A value of a record that questions look at.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Input {
    /// A declared field of the record, or of its account.
    Field(FieldRef),
    /// When it was created.
    Created,
    /// When the latest contact was.
    LastContact,
    /// Since when it stands at its stage.
    StageSince,
    /// When a field of the record or of its account last changed.
    Changed(FieldRef),
    /// When anything of the record, or of its account, last changed.
    Modified(RecordKind),
}

/// What questions read of records of one kind, at one instant.
///
/// It is gathered of records of which nothing is known but their fields, their account's fields and the times above:
/// no routing, no clock, no history of a field, and a gate only for the time since which the stage stands.
#[derive(Debug)]
pub struct Reads<'a> {
    rules: &'a Rules,
    kind: RecordKind,
    now: Timestamp,
    inputs: BTreeMap<Input, Grain>,
}

impl<'a> Reads<'a> {
    /// What no question reads.
    #[must_use]
    pub const fn nothing(rules: &'a Rules, kind: RecordKind, now: Timestamp) -> Self {
        Self {
            rules,
            kind,
            now,
            inputs: BTreeMap::new(),
        }
    }

    /// The inputs, and how finely each must be told apart.
    #[must_use]
    pub const fn inputs(&self) -> &BTreeMap<Input, Grain> {
        &self.inputs
    }

    /// Adds what a condition reads.
    pub fn condition(&mut self, condition: &'a Condition) {
        match condition {
            Condition::All(parts) | Condition::Any(parts) | Condition::None(parts) => {
                parts.iter().for_each(|part| self.condition(part));
            }
            Condition::Is(name, _) => {
                if let Some(named) = self.model().conditions.get(name) {
                    self.condition(named);
                }
            }
            Condition::Test(test) if matches!(test.operator, Operator::CriteriaMet(_)) => {
                self.criteria();
            }
            Condition::Test(test) => self.asked(&test.field, Some(&test.operator)),
        }
    }

    /// Adds what the value of a field is made of, every value being kept apart.
    pub fn field(&mut self, field: &'a FieldRef) {
        self.asked(field, None);
    }

    /// Adds what the value of a built-in field of records of this kind is made of: `open`, `segment`, `in_icp` ….
    pub fn built_in(&mut self, name: &'a str) {
        self.of_built_in(name, None);
    }

    /// Adds whether a time is before an instant.
    pub fn since(&mut self, input: Input, at: Timestamp) {
        let grain = self.inputs.entry(input);
        let grain = grain.or_insert_with(|| Grain::of(FieldType::Timestamp));
        grain.since(at);
    }

    /// Adds whether a field has a value, and whether it is stale.
    pub fn freshness(&mut self, field: &'a FieldRef) {
        self.asked(field, Some(&Operator::Present(true)));
        let declared = self.model().records.get(&field.kind);
        let days = declared.and_then(|it| it.get(&field.name)?.fresh_for);
        let limit = days.and_then(|days| {
            let length = SignedDuration::from_hours(24 * i64::from(days));
            self.now.checked_sub(length).ok()
        });
        if let Some(limit) = limit {
            self.since(Input::Changed(field.clone()), limit);
            self.since(Input::Modified(field.kind), limit);
        }
    }

    /// Adds whether the day of a field lies before a day or not, and of an instant the same, where the company is.
    pub fn days_from(&mut self, field: &'a FieldRef, day: Date) {
        let declared = self.model().records.get(&field.kind);
        let declared = declared.and_then(|fields| fields.get(&field.name));
        let Some(declared) = declared else {
            return self.field(field);
        };
        let grain = self.inputs.entry(Input::Field(field.clone()));
        let grain = grain.or_insert_with(|| Grain::of(declared.holds));
        // A day is over when the next one begins; that is its instant.
        for day in [Some(day), day.tomorrow().ok()].into_iter().flatten() {
            if let Ok(begins) = day.to_zoned(self.rules.company_zone().clone()) {
                grain.since(begins.timestamp());
            }
        }
    }

    fn model(&self) -> &'a OperatingModel {
        let rules: &'a Rules = self.rules;
        &rules.model
    }

    /// A field put to a test; without one, its value is read as it is.
    fn asked(&mut self, field: &'a FieldRef, operator: Option<&'a Operator>) {
        let own = field.kind == self.kind;
        let declared = self.model().records.get(&field.kind);
        let declared = declared.and_then(|fields| fields.get(&field.name));
        if own && field.name == "stage" {
            self.journeys();
        }
        if let Some(declared) = declared {
            if own || field.kind == RecordKind::Account {
                self.input(Input::Field(field.clone()), declared.holds, operator);
            }
            return;
        }
        if let Some(derived) = self.model().derived.get(field) {
            return self.derived(derived);
        }
        let of_account = matches!(field.name.as_str(), "in_icp" | "segment" | "territory");
        if own || (of_account && field.kind == RecordKind::Account) {
            self.of_built_in(&field.name, operator);
        }
    }

    fn derived(&mut self, derived: &'a Derived) {
        let mut moment = |moment: &'a Moment| match moment {
            Moment::Field(field) => self.field(field),
            Moment::Today => {}
        };
        match derived {
            Derived::DomainOf(field) => self.field(field),
            Derived::Count(_) | Derived::Behaviour(_) | Derived::Latest(_) => {}
            Derived::Score(score) => {
                let lines = score.lines.iter();
                lines.for_each(|line| self.condition(&line.when));
            }
            Derived::Sum(sum) => sum.of.iter().for_each(|field| self.field(field)),
            Derived::Ratio(one, other) => {
                self.field(one);
                self.field(other);
            }
            Derived::DaysBetween(from, to) => {
                moment(from);
                moment(to);
            }
            Derived::Compare { field, than, .. } => {
                self.field(field);
                self.field(than);
            }
            Derived::FirstMatch(list) => self.list(list),
        }
    }

    fn list(&mut self, list: &'a FirstMatch) {
        for entry in &list.entries {
            if let When::Holds(condition) = &entry.when {
                self.condition(condition);
            }
        }
    }

    fn of_built_in(&mut self, name: &'a str, operator: Option<&'a Operator>) {
        let at = FieldType::Timestamp;
        match name {
            "age" | "created" => self.input(Input::Created, at, operator),
            "last_contact" => {
                self.input(Input::LastContact, at, operator);
                self.input(Input::Created, at, operator);
            }
            "time_in_stage" => self.input(Input::StageSince, at, operator),
            "open" => self.stage(),
            "journey" => self.journeys(),
            "in_icp" => {
                let criteria = self.model().icp.iter();
                criteria.for_each(|criterion| self.condition(&criterion.when));
            }
            "segment" => self.list(&self.model().segments),
            "territory" => self.list(&self.model().territories),
            "stage_criteria" => self.criteria(),
            // Routing and clocks are known of no record here, and a history of no field: whether it has a
            // value decides.
            name => {
                if let Some(name) = name.strip_prefix("deviation.") {
                    self.deviation(name);
                } else if let Some(field) = name.strip_suffix("_moves") {
                    self.input(
                        Input::Field(FieldRef::new(self.kind, field)),
                        FieldType::Text,
                        Some(&Operator::Present(true)),
                    );
                }
            }
        }
    }

    /// What is judged of a deviation, and whether the record is open.
    fn deviation(&mut self, name: &str) {
        if let Some(rule) = self.model().deviations.get(name) {
            self.stage();
            self.condition(&rule.when);
        }
    }

    /// The criteria of every stage, and the stage itself.
    fn criteria(&mut self) {
        self.stage();
        for criterion in self
            .model()
            .stages(self.kind)
            .flat_map(|stage| &stage.enter)
        {
            self.condition(&criterion.when);
        }
    }

    fn stage(&mut self) {
        let stage = FieldRef::new(self.kind, "stage");
        self.input(Input::Field(stage), FieldType::Stage, None);
        self.journeys();
    }

    /// What says on which journey a record is.
    fn journeys(&mut self) {
        for journey in self.model().journeys(self.kind) {
            match &journey.which {
                Which::All => {}
                Which::When(condition) => self.condition(condition),
                Which::Pipeline(_) => {
                    let pipeline = FieldRef::new(self.kind, PIPELINE);
                    self.input(Input::Field(pipeline), FieldType::Text, None);
                }
            }
        }
    }

    fn input(&mut self, input: Input, holds: FieldType, operator: Option<&'a Operator>) {
        let mut limits = Vec::new();
        if let Some(Operator::Past(limit)) = operator {
            limits = self.limits(*limit);
            match limit {
                Limit::Corridor => self.list(&self.model().segments),
                Limit::Stay => {
                    self.stage();
                    self.stays();
                }
            }
        }
        let by_calendar =
            matches!(operator, Some(Operator::Past(Limit::Stay))) && self.counts_hours();
        let (model, now) = (self.model(), self.now);
        let declared = match &input {
            Input::Field(field) => model
                .records
                .get(&field.kind)
                .and_then(|fields| fields.get(&field.name))
                .map(|field| field.holds),
            _ => None,
        };
        let grain = self.inputs.entry(input);
        let grain = grain.or_insert_with(|| Grain::of(declared.unwrap_or(holds)));
        match operator {
            Some(operator) => grain.tell_apart(operator, model, now),
            None => grain.each(),
        }
        grain.longer_than(limits, now);
        if by_calendar {
            grain.each();
        }
    }

    /// The fields by which the longest stays go.
    fn stays(&mut self) {
        let model = self.model();
        let most = model
            .stages(self.kind)
            .filter_map(|it| it.stay.at_most.as_ref());
        for budget in most {
            if let Budget::By { field, .. } = budget {
                self.field(field);
            }
        }
    }

    /// Whether a longest stay is in business time: from when on it is past is not the same length ago for all.
    fn counts_hours(&self) -> bool {
        let mut most = self.model().stages(self.kind);
        most.any(|it| it.stay.at_most.is_some() && it.stay.calendar.is_some())
    }

    /// Every length that a limit of the lifecycle can have.
    fn limits(&self, limit: Limit) -> Vec<SignedDuration> {
        let model = self.model();
        let stays = model
            .stages(self.kind)
            .filter_map(|it| it.stay.at_most.as_ref());
        let stays = stays.flat_map(|budget| match budget {
            Budget::Fixed(amount) => vec![*amount],
            Budget::By {
                amounts,
                otherwise,
                unknown,
                ..
            } => amounts
                .values()
                .chain(otherwise)
                .chain(unknown)
                .copied()
                .collect(),
        });
        let corridors = model
            .journeys(self.kind)
            .flat_map(|it| it.corridor.values());
        let amounts: Vec<_> = match limit {
            Limit::Corridor => corridors.copied().collect(),
            Limit::Stay => stays.collect(),
        };
        amounts.into_iter().filter_map(wall).collect()
    }
}
