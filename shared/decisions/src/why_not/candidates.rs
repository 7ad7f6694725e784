use std::collections::BTreeMap;

use business_time::BusinessAmount;
use crm::{AccountFacts, Decimal, FieldRef, FieldType, Record, RecordId, RecordKind, Value};
use jiff::{SignedDuration, Timestamp};
use model::{
    Condition, Derived, Destination, Field, OperatingModel, Operator, RoutingRule, Rows, Test,
    When, wording::needed,
};

use super::wanted::{Differs, Wanted};
use crate::rules::Rules;

/// The most values that are tried of one field.
pub(super) const MOST_VALUES: usize = 48;

/// The most values of a list that are told.
const MOST_TOLD: usize = 6;

/// A value that a field might have instead.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Candidate {
    /// The declared field that would hold it.
    pub(crate) holds: FieldRef,
    /// What; none empties it.
    pub(crate) value: Option<Value>,
    /// The field of which it is told: the one that is asked for, of which this is what it is worked out from.
    pub(super) told: FieldRef,
    /// What is told of it.
    pub(super) needed: String,
    /// Whether the value stands for others, of which it is not known whether each would do.
    pub(super) example: bool,
}

/// The values that fields might have instead, by the declared field.
pub(crate) type Candidates = BTreeMap<FieldRef, Vec<Candidate>>;

/// What may be tried so that a rule holds, or does not: the values on either side of each test on which it leans.
pub(super) fn of_rule(
    rules: &Rules,
    (rule, wanted): (&RoutingRule, &Wanted),
    now: Timestamp,
) -> Candidates {
    let mut all = Candidates::new();
    destined(&rules.model, rule, wanted, &mut all);
    if let When::Holds(condition) = &rule.when {
        of_condition(rules, condition, now, &mut all);
    }
    all
}

/// The same of a condition.
pub(super) fn of_condition(
    rules: &Rules,
    condition: &Condition,
    now: Timestamp,
    all: &mut Candidates,
) {
    let model = &rules.model;
    for test in model.condition_tests(condition) {
        let derived = model.derived.get(&test.field);
        match (derived, declared(model, &test.field)) {
            (_, Some(field)) => of_field(&test, field, (rules, now), all),
            (Some(Derived::DomainOf(of)), None) => of_domain(&test, of, model, all),
            _ => {}
        }
    }
}

/// What leads to somebody through a field, a table or pairs.
fn destined(model: &OperatingModel, rule: &RoutingRule, wanted: &Wanted, all: &mut Candidates) {
    let Wanted::Person(wanted) = wanted else {
        return;
    };
    match &rule.to {
        // What other records tell is not to be changed in this one.
        Destination::Field(field) if declared(model, field).is_some() => {
            add(all, candidate(field, Value::Person(wanted.clone())));
        }
        Destination::Table { table, by } => {
            let rows = model.tables.get(table).map(|it| &it.rows);
            let theirs = rows
                .into_iter()
                .flat_map(Rows::iter)
                .filter(|(_, it)| *it == wanted);
            for (text, _) in theirs {
                match model.derived.get(by) {
                    Some(Derived::DomainOf(of)) => add(all, domain(by, of, text)),
                    _ => add(all, candidate(by, Value::Text(text.to_owned()))),
                }
            }
        }
        Destination::PartnerOf { person, pairs } => {
            let partners = model.pairs.get(pairs).map(|it| &it.partners);
            let theirs = partners.into_iter().flatten();
            for (one, _) in theirs.filter(|(_, it)| *it == wanted) {
                add(all, candidate(person, Value::Person(one.clone())));
            }
        }
        _ => {}
    }
}

fn declared<'m>(model: &'m OperatingModel, field: &FieldRef) -> Option<&'m Field> {
    let fields = model.records.get(&field.kind)?;
    let declared = fields.get(&field.name)?;
    // Which account it is, the CRM says; and which stage, its journey.
    let is_value = !matches!(declared.holds, FieldType::Account | FieldType::Stage);
    is_value.then_some(declared)
}

fn of_field(
    test: &Test,
    declared: &Field,
    (rules, now): (&Rules, Timestamp),
    all: &mut Candidates,
) {
    let field = &test.field;
    let time = |at: Timestamp| match declared.holds {
        FieldType::Date => Value::Date(at.to_zoned(rules.company_zone().clone()).date()),
        _ => Value::Timestamp(at),
    };
    let said = |value, needed: String| Candidate {
        holds: field.clone(),
        value: Some(value),
        told: field.clone(),
        needed,
        example: false,
    };
    let number = |value: Decimal| Candidate {
        example: true,
        ..candidate(field, Value::Number(value))
    };
    let one = Decimal::ONE;
    match &test.operator {
        Operator::OneOf(values) => {
            if declared.holds == FieldType::Text {
                add(
                    all,
                    said(Value::Text("another".to_owned()), none_of(values)),
                );
            }
            values
                .iter()
                .for_each(|it| add(all, candidate(field, it.clone())));
            others(declared, values).for_each(|it| add(all, candidate(field, it)));
        }
        Operator::NoneOf(values) => {
            if declared.holds == FieldType::Text {
                add(
                    all,
                    said(Value::Text("another".to_owned()), none_of(values)),
                );
            }
            others(declared, values).for_each(|it| add(all, candidate(field, it)));
            values
                .iter()
                .for_each(|it| add(all, candidate(field, it.clone())));
        }
        Operator::InList(name) => {
            let values = rules.model.lists.get(name).and_then(|list| list.first());
            values
                .into_iter()
                .for_each(|it| add(all, in_list(said(it.clone(), needed(&test.operator)))));
        }
        Operator::AtLeast(least) => {
            add(all, number(*least));
            add(all, number(*least - one));
        }
        Operator::AtMost(most) => {
            add(all, number(*most));
            add(all, number(*most + one));
        }
        Operator::MoreThan(most) => {
            add(all, number(*most + one));
            add(all, number(*most));
        }
        Operator::LessThan(least) => {
            add(all, number(*least - one));
            add(all, number(*least));
        }
        Operator::Between(low, high) => {
            add(all, number(*low));
            add(all, number(*low - one));
            add(all, number(*high + one));
        }
        Operator::Contains(text) | Operator::StartsWith(text) | Operator::EndsWith(text) => {
            add(all, said(Value::Text(text.clone()), needed(&test.operator)));
        }
        Operator::InTheLast { .. } | Operator::InTheNext { .. } => {
            add(all, said(time(now), needed(&test.operator)));
        }
        Operator::OlderThan(amount) => {
            if let Some(at) = longer_ago(*amount, now) {
                add(all, said(time(at), needed(&test.operator)));
            }
        }
        Operator::Present(_) => {
            let value = any_value(declared, &time(now));
            add(all, said(value, needed(&Operator::Present(true))));
        }
        Operator::Matches(_)
        | Operator::LongerThan(_)
        | Operator::Past(_)
        | Operator::CriteriaMet(_) => {}
    }
    add(all, without(field, field));
}

/// What is asked of the domain of a mail address.
fn of_domain(test: &Test, of: &FieldRef, model: &OperatingModel, all: &mut Candidates) {
    let told = &test.field;
    let as_told = |text: &str, needed: String| Candidate {
        needed,
        ..domain(told, of, text)
    };
    match &test.operator {
        Operator::OneOf(values) | Operator::NoneOf(values) => {
            add(all, as_told("another.example", none_of(values)));
            let texts = values.iter().filter_map(Value::text);
            texts.for_each(|text| add(all, domain(told, of, text)));
        }
        Operator::InList(name) => {
            let first = model.lists.get(name).and_then(|list| list.first());
            if let Some(text) = first.and_then(Value::text) {
                add(all, in_list(as_told(text, needed(&test.operator))));
            }
            add(
                all,
                as_told("another.example", format!("none of the list {name}")),
            );
        }
        Operator::EndsWith(text) => {
            let host = text.trim_start_matches('.');
            add(
                all,
                as_told(&format!("another.{host}"), needed(&test.operator)),
            );
        }
        Operator::Present(_) => {
            add(
                all,
                as_told("another.example", needed(&Operator::Present(true))),
            );
        }
        _ => {}
    }
    add(all, without(of, told));
}

pub(super) fn domain(told: &FieldRef, of: &FieldRef, text: &str) -> Candidate {
    Candidate {
        holds: of.clone(),
        value: Some(Value::Text(format!("someone@{text}"))),
        told: told.clone(),
        needed: text.to_owned(),
        example: false,
    }
}

/// One of a list stands for the others.
fn in_list(candidate: Candidate) -> Candidate {
    Candidate {
        example: true,
        ..candidate
    }
}

/// None of these, as it is told of a few.
fn none_of(values: &[Value]) -> String {
    let told = values.get(..MOST_TOLD).unwrap_or(values);
    let words = needed(&Operator::NoneOf(told.to_vec()));
    match values.len().saturating_sub(told.len()) {
        0 => words,
        more => format!("{words} nor {more} others"),
    }
}

pub(super) fn candidate(field: &FieldRef, value: Value) -> Candidate {
    Candidate {
        holds: field.clone(),
        needed: value.to_string(),
        value: Some(value),
        told: field.clone(),
        example: false,
    }
}

pub(super) fn without(holds: &FieldRef, told: &FieldRef) -> Candidate {
    Candidate {
        holds: holds.clone(),
        value: None,
        told: told.clone(),
        needed: needed(&Operator::Present(false)),
        example: false,
    }
}

/// The values of a closed list beside these.
fn others<'a>(declared: &'a Field, these: &'a [Value]) -> impl Iterator<Item = Value> + 'a {
    let words = declared.allowed.iter().cloned().map(Value::Text);
    let flags = [true, false].map(Value::Boolean);
    let flags = flags
        .into_iter()
        .filter(|_| declared.holds == FieldType::Boolean);
    words.chain(flags).filter(|it| !these.contains(it))
}

fn any_value(declared: &Field, time: &Value) -> Value {
    match declared.holds {
        FieldType::Number | FieldType::Integer | FieldType::Money => Value::Number(Decimal::ONE),
        FieldType::Boolean => Value::Boolean(true),
        FieldType::Date | FieldType::Timestamp => time.clone(),
        FieldType::OneOf => Value::Text(declared.allowed.first().cloned().unwrap_or_default()),
        FieldType::Person => Value::Person(crm::PersonId::new("somebody")),
        FieldType::Text | FieldType::Stage | FieldType::Account => {
            Value::Text("someone@another.example".to_owned())
        }
    }
}

/// A day longer ago than this; none of business time, of which no calendar is named here.
fn longer_ago(amount: BusinessAmount, now: Timestamp) -> Option<Timestamp> {
    let BusinessAmount::Wall(seconds) = amount else {
        return None;
    };
    let ago = SignedDuration::from_secs(seconds).checked_add(SignedDuration::from_hours(24))?;
    now.checked_sub(ago).ok()
}

pub(super) fn add(all: &mut Candidates, candidate: Candidate) {
    let of_field = all.entry(candidate.holds.clone()).or_default();
    let known = |it: &Candidate| it.value == candidate.value;
    // The last place is for what empties the field.
    let room = of_field.len() < MOST_VALUES || candidate.value.is_none();
    if room && !of_field.iter().any(known) {
        of_field.push(candidate);
    }
}

impl Candidate {
    /// Puts the value into a record. An account that it does not have comes with it.
    pub(crate) fn put(&self, record: &mut Record) {
        let fields = if self.holds.kind == record.id.kind {
            &mut record.fields
        } else {
            let account = record.account.get_or_insert_with(|| AccountFacts {
                id: RecordId {
                    source: record.id.source.clone(),
                    kind: RecordKind::Account,
                    id: "1".to_owned(),
                },
                modified: record.modified,
                fields: BTreeMap::new(),
                others: None,
                behaviour: None,
            });
            &mut account.fields
        };
        match &self.value {
            Some(value) => fields.insert(self.holds.name.clone(), value.clone()),
            None => fields.remove(&self.holds.name),
        };
    }

    /// What the record holds in its place.
    pub(crate) fn stands<'a>(&self, record: &'a Record) -> Option<&'a Value> {
        let fields = if self.holds.kind == record.id.kind {
            &record.fields
        } else {
            &record.account.as_ref()?.fields
        };
        fields.get(&self.holds.name)
    }

    /// As it is told.
    pub(super) fn differs(&self, model: &OperatingModel, record: &Record) -> Differs {
        let found = self.stands(record).cloned();
        let found = if self.told == self.holds {
            found
        } else {
            let domain = found.as_ref().and_then(crate::derived::domain_in);
            domain.map(Value::Text)
        };
        let declared = model.records.get(&self.told.kind);
        let declared = declared.and_then(|fields| fields.get(&self.told.name));
        let is_personal = declared.is_some_and(|it| it.personal);
        Differs {
            field: self.told.clone(),
            found: found.filter(|_| !is_personal),
            needed: self.needed.clone(),
            example: self.example,
        }
    }
}
