use std::collections::{BTreeMap, BTreeSet};

use crm::{Decimal, FieldRef, RecordKind, Value};

use model::{Condition, Derived, Limit, OperatingModel, Operator, Test, When};

/// A field at a moment of a record's life. Fields that change by themselves differ between
/// moments; of all others the moment is 0.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) moment: usize,
    pub(super) field: FieldRef,
    /// Not the length of time itself, but whether it is past this limit of the lifecycle.
    pub(super) past: Option<&'static str>,
}

/// A test of a text that is not "equals".
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Pattern {
    Contains(String),
    StartsWith(String),
    EndsWith(String),
    Matches(String),
}

/// Everything that the conditions at hand compare one field with.
#[derive(Debug, Default)]
pub(super) struct Need {
    pub(super) values: BTreeSet<Value>,
    pub(super) points: BTreeSet<Decimal>,
    pub(super) patterns: BTreeSet<Pattern>,
}

/// Something of the model that conditions refer to, and that is made of conditions itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part<'m> {
    Named(&'m str),
    Icp,
    Segments,
    Territories,
    /// A derived field that is a first-match list.
    Derived(&'m FieldRef),
}

/// What the conditions at hand need, with all that they refer to.
#[derive(Debug)]
pub(super) struct Needs<'m> {
    model: &'m OperatingModel,
    kind: RecordKind,
    pub(super) fields: BTreeMap<Key, Need>,
    /// Each after those that it refers to itself.
    pub(super) parts: Vec<(usize, Part<'m>)>,
    seen: BTreeSet<(usize, Part<'m>)>,
}

enum Step<'m> {
    Enter(Part<'m>),
    Leave(Part<'m>),
}

impl<'m> Needs<'m> {
    pub(super) const fn new(model: &'m OperatingModel, kind: RecordKind) -> Self {
        Self {
            model,
            kind,
            fields: BTreeMap::new(),
            parts: Vec::new(),
            seen: BTreeSet::new(),
        }
    }

    /// Adds what a condition needs. Chains of references may be long, so they are not followed by
    /// recursion.
    pub(super) fn gather(&mut self, moment: usize, condition: &'m Condition) {
        let mut steps: Vec<Step<'m>> = Vec::new();
        steps.extend(self.scan(moment, condition).into_iter().map(Step::Enter));
        while let Some(step) = steps.pop() {
            match step {
                Step::Leave(part) => self.parts.push((moment, part)),
                Step::Enter(part) if self.seen.insert((moment, part)) => {
                    steps.push(Step::Leave(part));
                    for condition in conditions_of(self.model, part) {
                        let below = self.scan(moment, condition);
                        steps.extend(below.into_iter().map(Step::Enter));
                    }
                }
                Step::Enter(_) => {}
            }
        }
    }

    /// The tests of one condition; gives what it refers to.
    fn scan(&mut self, moment: usize, condition: &'m Condition) -> Vec<Part<'m>> {
        let mut parts = Vec::new();
        let mut rest = vec![condition];
        while let Some(condition) = rest.pop() {
            match condition {
                Condition::All(inner) | Condition::Any(inner) | Condition::None(inner) => {
                    rest.extend(inner);
                }
                Condition::Is(name, _) => parts.push(Part::Named(name)),
                Condition::Test(test) => {
                    self.test(moment, test);
                    parts.extend(self.part_of(&test.field));
                }
            }
        }
        parts
    }

    /// The list or the criteria that a built-in field stands for.
    pub(super) fn part_of(&self, field: &FieldRef) -> Option<Part<'m>> {
        if let Some((field, Derived::FirstMatch(_))) = self.model.derived.get_key_value(field) {
            return Some(Part::Derived(field));
        }
        let field = &self.canonical(field);
        if field.kind != self.kind || self.is_declared(field) {
            return None;
        }
        match field.name.as_str() {
            "in_icp" => Some(Part::Icp),
            "segment" => Some(Part::Segments),
            "territory" => Some(Part::Territories),
            _ => None,
        }
    }

    /// The field under the one name it has here: what an account is, its leads and opportunities
    /// are too.
    fn canonical(&self, field: &FieldRef) -> FieldRef {
        let shared = matches!(field.name.as_str(), "in_icp" | "segment" | "territory");
        let kind = if shared && field.kind == RecordKind::Account && !self.is_declared(field) {
            self.kind
        } else {
            field.kind
        };
        FieldRef::new(kind, field.name.clone())
    }

    /// Whether the field is read from the record, not computed.
    pub(super) fn is_declared(&self, field: &FieldRef) -> bool {
        let fields = self.model.records.get(&field.kind);
        fields.is_some_and(|fields| fields.contains_key(&field.name))
            || self.model.derived.contains_key(field)
    }

    /// The key of a field as it is asked at a moment.
    pub(super) fn key(&self, moment: usize, test: &Test) -> Key {
        let past = match test.operator {
            Operator::Past(Limit::Corridor) => Some("corridor"),
            Operator::Past(Limit::Stay) => Some("stay"),
            _ => None,
        };
        Key {
            past,
            ..self.key_of(moment, &test.field)
        }
    }

    /// The key of a field's value at a moment.
    pub(super) fn key_of(&self, moment: usize, field: &FieldRef) -> Key {
        let mut field = self.canonical(field);
        let own = field.kind == self.kind;
        let derived = self.model.derived.get(&field);
        // What is computed changes with what it is computed from, and with the day.
        let computed = derived.is_some_and(|it| !matches!(it, Derived::DomainOf(_)));
        let changes = computed
            || own
                && matches!(
                    field.name.as_str(),
                    "age"
                        | "created"
                        | "last_contact"
                        | "time_in_stage"
                        | "stage"
                        | "open"
                        | "journey"
                        | "stage_criteria"
                        | "owner"
                );
        // Both are the time since the record was created.
        if own && field.name == "created" && !self.is_declared(&field) {
            field.name = "age".to_owned();
        }
        Key {
            moment: if changes { moment } else { 0 },
            field,
            past: None,
        }
    }

    fn test(&mut self, moment: usize, test: &'m Test) {
        let key = self.key(moment, test);
        let list = match &test.operator {
            Operator::InList(name) => self.model.lists.get(name),
            Operator::OneOf(values) | Operator::NoneOf(values) => Some(values),
            _ => None,
        };
        let need = self.fields.entry(key).or_default();
        for value in list.into_iter().flatten() {
            match value {
                Value::Number(number) => need.points.insert(*number),
                other => need.values.insert(other.clone()),
            };
        }
        need.points.extend(points(&test.operator));
        need.patterns.extend(pattern(&test.operator));
    }

    /// Adds all people to what a person's field is compared with.
    pub(super) fn people(&mut self, field: &FieldRef) {
        let key = Key {
            moment: 0,
            field: field.clone(),
            past: None,
        };
        let need = self.fields.entry(key).or_default();
        let people = self.model.people.keys().cloned().map(Value::Person);
        need.values.extend(people);
    }
}

/// The conditions that a part of the model is made of.
pub(super) fn conditions_of<'m>(model: &'m OperatingModel, part: Part<'_>) -> Vec<&'m Condition> {
    let held = |when: &'m When| match when {
        When::Holds(condition) => Some(condition),
        When::Unknown | When::Otherwise => None,
    };
    let list = match part {
        Part::Named(name) => return model.conditions.get(name).into_iter().collect(),
        Part::Icp => return model.icp.iter().map(|it| &it.when).collect(),
        Part::Segments => &model.segments,
        Part::Territories => &model.territories,
        Part::Derived(field) => match model.derived.get(field) {
            Some(Derived::FirstMatch(list)) => list,
            _ => return Vec::new(),
        },
    };
    let entries = list.entries.iter();
    entries.filter_map(|entry| held(&entry.when)).collect()
}

/// The numbers at which the answer of a test changes; for dates and instants, how many seconds
/// ago.
fn points(operator: &Operator) -> Vec<Decimal> {
    match operator {
        Operator::AtLeast(it)
        | Operator::AtMost(it)
        | Operator::MoreThan(it)
        | Operator::LessThan(it) => vec![*it],
        Operator::Between(low, high) => vec![*low, *high],
        Operator::InTheLast { length, days } => {
            let begins = if *days { -a_day() } else { Decimal::ZERO };
            seconds(*length).map_or(Vec::new(), |it| vec![begins, it])
        }
        Operator::InTheNext { length, days } => {
            let day = if *days { a_day() } else { Decimal::ZERO };
            seconds(*length).map_or(Vec::new(), |it| vec![-it - day, Decimal::ZERO])
        }
        Operator::OlderThan(amount) | Operator::LongerThan(amount) => {
            seconds(*amount).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

/// How long a day lasts, in seconds, as far as proofs go: those on which clocks change are not told apart.
pub(super) fn a_day() -> Decimal {
    Decimal::from(86_400)
}

/// Conditions use no other amounts than of wall-clock time.
pub(super) fn seconds(amount: business_time::BusinessAmount) -> Option<Decimal> {
    match amount {
        business_time::BusinessAmount::Wall(seconds) => Some(Decimal::from(seconds)),
        _ => None,
    }
}

/// The pattern of a test, in the case in which it is compared.
pub(super) fn pattern(operator: &Operator) -> Option<Pattern> {
    Some(match operator {
        Operator::Contains(text) => Pattern::Contains(text.to_lowercase()),
        Operator::StartsWith(text) => Pattern::StartsWith(text.to_lowercase()),
        Operator::EndsWith(text) => Pattern::EndsWith(text.to_lowercase()),
        Operator::Matches(text) => Pattern::Matches(text.clone()),
        _ => return None,
    })
}
