//! Records of any model: each field has no value, a value that is written somewhere in the model, one
//! beside it, or one that is written nowhere.

use std::collections::{BTreeMap, BTreeSet};

use crm::{AccountFacts, Decimal, FieldType, PersonId, Record, RecordKind, Value};
use model::{Condition, Field, OperatingModel, Operator, When};
use testkit::{at, lead};

use crate::damage::Numbers;

pub struct Records<'m> {
    model: &'m OperatingModel,
    kind: RecordKind,
    words: Vec<String>,
    amounts: Vec<Decimal>,
    numbers: Numbers,
}

impl<'m> Records<'m> {
    pub fn of(model: &'m OperatingModel, kind: RecordKind, numbers: Numbers) -> Self {
        let mut written = BTreeSet::new();
        model.lists.values().flatten().for_each(|value| {
            written.insert(value);
        });
        let of_strategy = [&model.segments, &model.territories];
        let entries = of_strategy.into_iter().flat_map(|list| &list.entries);
        let rules = model.routing.values().flatten();
        let whens = entries.map(|it| &it.when).chain(rules.map(|it| &it.when));
        let held = whens.filter_map(|when| match when {
            When::Holds(condition) => Some(condition),
            When::Unknown | When::Otherwise => None,
        });
        let mut limits = vec![Decimal::ZERO];
        let icp = model.icp.iter().map(|criterion| &criterion.when);
        for condition in held.chain(model.conditions.values()).chain(icp) {
            gather(condition, &mut written, &mut limits);
        }
        let mut words = vec!["written nowhere".to_owned(), "lena@free.example".to_owned()];
        for value in written {
            match value {
                Value::Text(text) => words.push(text.clone()),
                Value::Number(number) => limits.push(*number),
                _ => {}
            }
        }
        let around = |limit: &Decimal| {
            let near = [
                limit.checked_sub(Decimal::ONE),
                Some(*limit),
                limit.checked_add(Decimal::ONE),
            ];
            near.into_iter().flatten()
        };
        Self {
            model,
            kind,
            words,
            amounts: limits.iter().flat_map(around).collect(),
            numbers,
        }
    }

    pub fn next(&mut self) -> Record {
        let created = at("2026-11-20T14:10:00Z");
        let mut record = lead("1", created).build();
        record.id = testkit::record_id(&format!("{}:1", self.kind));
        record.fields = self.fields(self.kind);
        if self.kind != RecordKind::Account && self.numbers.below(8) > 0 {
            record.account = Some(AccountFacts {
                others: None,
                behaviour: None,
                id: testkit::record_id("account:1"),
                modified: jiff::Timestamp::UNIX_EPOCH,
                fields: self.fields(RecordKind::Account),
            });
        }
        record
    }

    fn fields(&mut self, kind: RecordKind) -> BTreeMap<String, Value> {
        let declared = self.model.records.get(&kind).into_iter().flatten();
        let values = declared.filter_map(|(name, field)| {
            let value = (self.numbers.below(4) > 0).then(|| self.value(kind, field))?;
            Some((name.clone(), value?))
        });
        values.collect()
    }

    fn value(&mut self, kind: RecordKind, field: &Field) -> Option<Value> {
        let text = |text: &String| Value::Text(text.clone());
        match field.holds {
            FieldType::Text => self.one(&self.words.clone()).map(text),
            FieldType::OneOf => self.one(&field.allowed).map(text),
            FieldType::Number | FieldType::Money => {
                let half = Decimal::new(i64::try_from(self.numbers.below(2)).unwrap() * 5, 1);
                let amount = *self.one(&self.amounts.clone())?;
                Some(Value::Number(amount.checked_add(half).unwrap_or(amount)))
            }
            FieldType::Integer => self
                .one(&self.amounts.clone())
                .map(|it| Value::Number(it.trunc())),
            FieldType::Boolean => Some(Value::Boolean(self.numbers.below(2) == 0)),
            FieldType::Date => Some(Value::Date("2026-11-20".parse().unwrap())),
            FieldType::Timestamp => Some(Value::Timestamp(at("2026-11-22T09:00:00Z"))),
            FieldType::Person => {
                let known: Vec<PersonId> = self.model.people.keys().cloned().collect();
                let person = self.one(&known).cloned();
                let stranger = self.numbers.below(4) == 0;
                Some(Value::Person(
                    person
                        .filter(|_| !stranger)
                        .unwrap_or_else(|| PersonId::new("stranger")),
                ))
            }
            FieldType::Stage => {
                let stages = self.model.stages(kind);
                let names: Vec<String> = stages.map(|stage| stage.name.clone()).collect();
                self.one(&names).map(text)
            }
            FieldType::Account => None,
        }
    }

    fn one<'v, T>(&mut self, values: &'v [T]) -> Option<&'v T> {
        values.get(self.numbers.below(values.len()))
    }
}

fn gather<'m>(
    condition: &'m Condition,
    written: &mut BTreeSet<&'m Value>,
    limits: &mut Vec<Decimal>,
) {
    match condition {
        Condition::All(parts) | Condition::Any(parts) | Condition::None(parts) => {
            parts.iter().for_each(|part| gather(part, written, limits));
        }
        Condition::Is(..) => {}
        Condition::Test(test) => match &test.operator {
            Operator::OneOf(values) | Operator::NoneOf(values) => written.extend(values),
            Operator::AtLeast(limit)
            | Operator::AtMost(limit)
            | Operator::MoreThan(limit)
            | Operator::LessThan(limit) => limits.push(*limit),
            Operator::Between(low, high) => limits.extend([*low, *high]),
            _ => {}
        },
    }
}
