use std::collections::BTreeMap;

use crm::{Decimal, FieldRef, FieldType, PersonId, RecordKind, Value};
use fastrand::Rng;
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use model::{
    Condition, Derived, FirstMatch, OperatingModel, Operator, PIPELINE, Score, When, Which,
};

use crate::world::after;

/// How every personal value begins, so that it is recognised wherever it does not belong.
pub(crate) const PERSONAL: &str = "someone-private-";

/// What the model's conditions ask of each field: the values that matter.
#[derive(Debug, Default)]
pub(crate) struct Values {
    of: BTreeMap<FieldRef, Vec<Value>>,
}

impl Values {
    pub(crate) fn of(model: &OperatingModel) -> Self {
        let mut values = Self::default();
        let lifecycles = model.lifecycles.values().flat_map(|it| &it.stages);
        let criteria = lifecycles.flat_map(|stage| stage.enter.iter().chain(&stage.leave.criteria));
        let criteria = criteria.chain(&model.icp);
        let stages = model.lifecycles.values().flat_map(|it| &it.stages);
        let journeys = model.lifecycles.values();
        let journeys = journeys.filter_map(|journey| match &journey.which {
            Which::When(condition) => Some(condition),
            Which::All | Which::Pipeline(_) => None,
        });
        let follows =
            stages.flat_map(|stage| stage.upon_entering.iter().chain(&stage.upon_leaving));
        let follows = follows.filter_map(|follow| follow.when.as_ref());
        let rules = model.routing.values().flatten().map(|rule| &rule.when);
        let rules = rules.filter_map(condition_of);
        let clocks = model.clocks.values();
        let clocks = clocks.flat_map(|it| it.when.iter().chain(&it.pause));
        let deviations = model.deviations.values().map(|it| &it.when);
        let conditions = criteria.map(|criterion| &criterion.when);
        let conditions = conditions
            .chain(model.conditions.values())
            .chain(rules)
            .chain(journeys)
            .chain(follows);
        let approvals = model.approvals.values().map(|it| &it.when);
        for condition in conditions.chain(clocks).chain(deviations).chain(approvals) {
            values.add(model, condition);
        }
        let approvers = model.approvals.values().flat_map(|it| &it.by);
        for (limit, field) in approvers.filter_map(|it| it.up_to.as_ref()) {
            let around = values_of(model, &Operator::AtMost(*limit));
            values.of.entry(field.clone()).or_default().extend(around);
        }
        values.add_all(model, &model.segments);
        values.add_all(model, &model.territories);
        for derived in model.derived.values() {
            match derived {
                Derived::Score(Score { lines, .. }) => {
                    for line in lines {
                        values.add(model, &line.when);
                    }
                }
                Derived::FirstMatch(first) => values.add_all(model, first),
                _ => {}
            }
        }
        values.domains(model);
        values
    }

    fn add_all(&mut self, model: &OperatingModel, first: &FirstMatch) {
        for entry in &first.entries {
            if let Some(condition) = condition_of(&entry.when) {
                self.add(model, condition);
            }
        }
    }

    fn add(&mut self, model: &OperatingModel, condition: &Condition) {
        match condition {
            Condition::All(all) | Condition::Any(all) | Condition::None(all) => {
                for one in all {
                    self.add(model, one);
                }
            }
            Condition::Is(..) => {}
            Condition::Test(test) => {
                let values = values_of(model, &test.operator);
                self.of
                    .entry(test.field.clone())
                    .or_default()
                    .extend(values);
            }
        }
    }

    /// What is asked of an address's domain is asked of the address.
    fn domains(&mut self, model: &OperatingModel) {
        for (name, derived) in &model.derived {
            let Derived::DomainOf(address) = derived else {
                continue;
            };
            let domains = self.of.get(name).cloned().unwrap_or_default();
            self.of.entry(address.clone()).or_default().extend(domains);
        }
    }

    /// A value for a field of a record; none now and then, as people leave things out.
    pub(crate) fn draw(
        &self,
        model: &OperatingModel,
        field: &FieldRef,
        now: Timestamp,
        rng: &mut Rng,
    ) -> Option<Value> {
        let declared = model.records.get(&field.kind)?.get(&field.name)?;
        if rng.u8(0..10) == 0 {
            return None;
        }
        let asked = self.of.get(field).map_or(&[][..], Vec::as_slice);
        let asked = rng.choice(asked).cloned();
        let any = rng.u8(0..5) == 0;
        match declared.holds {
            FieldType::Text if declared.personal => {
                let domain = asked.filter(|_| rng.u8(0..8) == 0);
                let domain = domain.map_or_else(
                    || format!("firm-{}.invalid", rng.u8(0..20)),
                    |domain| domain.to_string(),
                );
                let who = rng.u32(0..1_000_000);
                // Some write more than once. No draw more, so that the stories of all seeds stay as they are.
                let who = if who.is_multiple_of(6) {
                    who / 6 % 2
                } else {
                    who
                };
                Some(Value::Text(format!("{PERSONAL}{who}@{domain}")))
            }
            // Some leads are of the same company as some accounts.
            FieldType::Text if model.is_domain(field) => {
                Some(Value::Text(format!("firm-{}.invalid", rng.u8(0..20))))
            }
            FieldType::Text => match asked.filter(|_| !any) {
                Some(asked) => Some(asked),
                None => Some(Value::Text(format!("words {}", rng.u8(0..10)))),
            },
            FieldType::Number | FieldType::Integer | FieldType::Money => {
                let asked = asked.filter(|_| !any);
                asked.or_else(|| Some(Value::Number(Decimal::from(rng.u32(0..6_000)))))
            }
            FieldType::Boolean => Some(Value::Boolean(rng.bool())),
            FieldType::OneOf => {
                let allowed = rng.choice(&declared.allowed)?;
                Some(Value::Text(allowed.clone()))
            }
            FieldType::Date => {
                let at = after(now, SignedDuration::from_hours(24 * rng.i64(-20..60)));
                Some(Value::Date(at.to_zoned(TimeZone::UTC).date()))
            }
            FieldType::Timestamp => Some(Value::Timestamp(after(
                now,
                SignedDuration::from_hours(rng.i64(-100..200)),
            ))),
            FieldType::Person | FieldType::Stage | FieldType::Account => None,
        }
    }
}

/// The fields of a kind that a CRM has and people fill in.
pub(crate) fn fields_of(model: &OperatingModel, kind: RecordKind) -> Vec<FieldRef> {
    let fields = model.records.get(&kind).into_iter().flatten();
    fields
        .filter(|(name, field)| {
            // In which pipeline a record is, goes by its journey.
            let drawn = name.as_str() != PIPELINE
                && !matches!(
                    field.holds,
                    FieldType::Person | FieldType::Stage | FieldType::Account
                );
            drawn && !field.properties.is_empty()
        })
        .map(|(name, _)| FieldRef::new(kind, name))
        .collect()
}

/// The people whom the CRM knows.
pub(crate) fn people_of(model: &OperatingModel) -> Vec<PersonId> {
    let people = model.people.iter();
    let known = people.filter(|(_, person)| !person.crm.is_empty());
    known.map(|(id, _)| id.clone()).collect()
}

const fn condition_of(when: &When) -> Option<&Condition> {
    match when {
        When::Holds(condition) => Some(condition),
        When::Unknown | When::Otherwise => None,
    }
}

/// Values on both sides of what a test asks for.
fn values_of(model: &OperatingModel, operator: &Operator) -> Vec<Value> {
    let around = |number: &Decimal| {
        [Decimal::NEGATIVE_ONE, Decimal::ZERO, Decimal::ONE]
            .into_iter()
            .filter_map(|by| number.checked_add(by))
            .map(Value::Number)
            .collect::<Vec<_>>()
    };
    match operator {
        Operator::OneOf(values) | Operator::NoneOf(values) => values.clone(),
        Operator::InList(list) => model.lists.get(list).cloned().unwrap_or_default(),
        Operator::AtLeast(number)
        | Operator::AtMost(number)
        | Operator::MoreThan(number)
        | Operator::LessThan(number) => around(number),
        Operator::Between(low, high) => {
            let mut values = around(low);
            values.extend(around(high));
            values
        }
        Operator::Contains(text) | Operator::StartsWith(text) | Operator::EndsWith(text) => {
            vec![Value::Text(text.clone())]
        }
        Operator::Matches(_)
        | Operator::Present(_)
        | Operator::InTheLast { .. }
        | Operator::InTheNext { .. }
        | Operator::OlderThan(_)
        | Operator::LongerThan(_)
        | Operator::Past(_)
        | Operator::CriteriaMet(_) => Vec::new(),
    }
}
