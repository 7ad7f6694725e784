use std::collections::BTreeMap;

use crm::{FieldRef, FieldType, Matched, RecordKind, Value};

use super::{
    circuit::{Circuit, Literal},
    fields::Field,
    links,
    needs::{Key, Need, Needs, Part, conditions_of},
    passes::passes,
    steps::{self, Outcomes, Step},
};
use model::{Condition, Derived, FirstMatch, OperatingModel, Operator, Test, When};

/// Conditions on one kind of record as a circuit, judged exactly as decisions judge them: a test
/// of a field without a value is unknown, and unknown survives negation.
#[derive(Debug)]
pub(super) struct Encoder<'m> {
    pub(super) model: &'m OperatingModel,
    pub(super) kind: RecordKind,
    pub(super) circuit: Circuit,
    pub(super) fields: BTreeMap<Key, Field>,
    needs: Needs<'m>,
    /// Of each named condition: it holds; it does not hold.
    named: BTreeMap<(usize, &'m str), (Literal, Literal)>,
}

impl<'m> Encoder<'m> {
    /// An encoder for conditions whose needs were gathered before.
    pub(super) fn new(model: &'m OperatingModel, kind: RecordKind, mut needs: Needs<'m>) -> Self {
        let fields = std::mem::take(&mut needs.fields);
        let parts = std::mem::take(&mut needs.parts);
        let mut encoder = Self {
            model,
            kind,
            circuit: Circuit::new(),
            fields: BTreeMap::new(),
            needs,
            named: BTreeMap::new(),
        };
        for (key, need) in fields {
            if encoder.needs.part_of(&key.field).is_none() {
                let field = encoder.field(&key, need);
                encoder.fields.insert(key, field);
            }
        }
        links::link(model, kind, &mut encoder.circuit, &encoder.fields);
        for (moment, part) in parts {
            encoder.part(moment, part);
        }
        encoder
    }

    /// A field that is not made of conditions.
    fn field(&mut self, key: &Key, mut need: Need) -> Field {
        let derived = self.model.derived.get(&key.field);
        let absent = if self.is_always_there(key) {
            Literal::FALSE
        } else {
            self.circuit.input()
        };
        if key.past.is_some() {
            return Field::yes_no(self.circuit.input(), absent);
        }
        match self.holds(key) {
            FieldType::Boolean => Field::yes_no(self.circuit.input(), absent),
            FieldType::Number | FieldType::Money | FieldType::Date | FieldType::Timestamp => {
                Field::order(&mut self.circuit, &need, absent)
            }
            FieldType::Integer => {
                let counted = self.moves(key)
                    || matches!(derived, Some(Derived::Count(_) | Derived::Behaviour(_)));
                let (least, most) = match derived.and_then(Derived::range) {
                    Some((least, most)) => (Some(least), Some(most)),
                    None => (counted.then_some(0), None),
                };
                let field = Field::order(&mut self.circuit, &need, absent);
                field.whole(&mut self.circuit, least, most);
                field
            }
            FieldType::OneOf | FieldType::Stage => {
                let allowed = self.allowed(key);
                need.values.extend(allowed.iter().cloned());
                let possible = |value: &Value| allowed.contains(value);
                let field = Field::choice(&mut self.circuit, need, absent, possible);
                field.closed(&mut self.circuit)
            }
            FieldType::Text | FieldType::Person | FieldType::Account => {
                let domain = self.model.is_domain(&key.field);
                let kept = |text: &str| crm::domain(text).as_deref() == Some(text);
                let possible = |value: &Value| !domain || value.text().is_some_and(kept);
                Field::choice(&mut self.circuit, need, absent, possible)
            }
        }
    }

    fn declared(&self, key: &Key) -> Option<FieldType> {
        let declared = self.model.records.get(&key.field.kind)?;
        declared.get(&key.field.name).map(|field| field.holds)
    }

    /// The values of a closed list: whoever reads a record holds it to them.
    fn allowed(&self, key: &Key) -> Vec<Value> {
        let kind = key.field.kind;
        let texts = |names: Vec<&String>| names.into_iter().cloned().map(Value::Text).collect();
        if self.holds(key) == FieldType::Stage {
            return texts(self.model.stages(kind).map(|stage| &stage.name).collect());
        }
        if self.is_match(key) {
            let words = Matched::WORDS.iter();
            return words.map(|word| Value::Text((*word).to_owned())).collect();
        }
        if self.declared(key).is_none() {
            return texts(self.model.journeys(kind).map(|it| &it.name).collect());
        }
        let declared = self.model.records.get(&key.field.kind);
        let field = declared.and_then(|fields| fields.get(&key.field.name));
        let allowed = field.into_iter().flat_map(|field| &field.allowed);
        allowed.cloned().map(Value::Text).collect()
    }

    /// Whether it is how often a date moved.
    fn moves(&self, key: &Key) -> bool {
        self.declared(key).is_none() && key.field.name.ends_with("_moves")
    }

    /// Whether it is how the account was found, which is not known of copies from before the model said how.
    fn is_match(&self, key: &Key) -> bool {
        self.declared(key).is_none() && key.field.name == "match"
    }

    /// Whether every record has a value for the field.
    fn is_always_there(&self, key: &Key) -> bool {
        let field = &key.field;
        // Not known is how often a date moved where the CRM kept no history of it, and whether there
        // is a limit that something is past.
        let perhaps = self.moves(key) || self.is_match(key) || key.past.is_some();
        if self.model.derived.contains_key(field) || perhaps {
            return false;
        }
        let own = field.kind == self.kind;
        // What is outside of the journeys, or at a stage that the model does not know, is not judged.
        let judged = matches!(field.name.as_str(), "stage" | "open" | "journey");
        own && self.declared(key).is_none() && !judged
    }

    fn holds(&self, key: &Key) -> FieldType {
        let computed = || self.model.derived.get(&key.field).map(holds_of);
        let built_in = || match key.field.name.as_str() {
            _ if self.moves(key) => FieldType::Integer,
            "age" | "created" | "last_contact" | "time_in_stage" => FieldType::Timestamp,
            "open" | "in_icp" | "stage_criteria" => FieldType::Boolean,
            "journey" | "match" => FieldType::OneOf,
            _ => FieldType::Text,
        };
        let declared = self.declared(key).or_else(computed);
        declared.unwrap_or_else(built_in)
    }

    fn part(&mut self, moment: usize, part: Part<'m>) {
        let name = match part {
            Part::Named(name) => {
                if let Some(condition) = self.model.conditions.get(name) {
                    let both = (
                        self.held(moment, condition),
                        self.not_held(moment, condition),
                    );
                    self.named.insert((moment, name), both);
                }
                return;
            }
            Part::Icp => "in_icp",
            Part::Segments => "segment",
            Part::Territories => "territory",
            Part::Derived(field) => &field.name,
        };
        let key = match part {
            Part::Derived(field) => self.needs.key_of(moment, field),
            _ => Key {
                moment: 0,
                field: FieldRef::new(self.kind, name),
                past: None,
            },
        };
        if self.fields.contains_key(&key) {
            return;
        }
        let model = self.model;
        let field = match part {
            Part::Segments => self.list(&model.segments, moment),
            Part::Territories => self.list(&model.territories, moment),
            Part::Derived(field) => match model.derived.get(field) {
                Some(Derived::FirstMatch(list)) => self.list(list, moment),
                _ => return,
            },
            _ => {
                let criteria = conditions_of(self.model, part);
                let held: Vec<_> = criteria.iter().map(|it| self.held(moment, it)).collect();
                let not: Vec<_> = criteria
                    .iter()
                    .map(|it| self.not_held(moment, it))
                    .collect();
                let (yes, no) = (self.circuit.and(held), self.circuit.or(not));
                Field::yes_no(yes, self.circuit.and([!yes, !no]))
            }
        };
        self.fields.insert(key, field);
    }

    /// The name that a first-match list gives, as a field.
    fn list(&mut self, list: &'m FirstMatch, moment: usize) -> Field {
        let steps = self.steps(list, moment);
        let Outcomes { wins, nothing } = steps::outcomes(&mut self.circuit, list, steps);
        let names = list
            .entries
            .iter()
            .map(|entry| Value::Text(entry.name.clone()));
        Field::listed(names.zip(wins).collect(), nothing)
    }

    /// The steps of a list that gives names, one for each entry.
    pub(super) fn steps(&mut self, list: &FirstMatch, moment: usize) -> Vec<Step> {
        let stops = list.entries.iter().any(|entry| entry.when == When::Unknown);
        let mut step = |when: &When| match when {
            When::Otherwise => Step::OTHERWISE,
            When::Unknown => Step::NONE,
            When::Holds(condition) => {
                let take = self.held(moment, condition);
                if !stops {
                    return Step::sure(take);
                }
                let pass = self.not_held(moment, condition);
                let unknown = self.circuit.and([!take, !pass]);
                Step {
                    take,
                    unknown,
                    pass,
                }
            }
        };
        list.entries.iter().map(|entry| step(&entry.when)).collect()
    }

    /// The condition holds.
    pub(super) fn held(&mut self, moment: usize, condition: &Condition) -> Literal {
        match condition {
            Condition::All(parts) => {
                let parts: Vec<_> = parts.iter().map(|it| self.held(moment, it)).collect();
                self.circuit.and(parts)
            }
            Condition::Any(parts) => {
                let parts: Vec<_> = parts.iter().map(|it| self.held(moment, it)).collect();
                self.circuit.or(parts)
            }
            Condition::None(parts) => {
                let parts: Vec<_> = parts.iter().map(|it| self.not_held(moment, it)).collect();
                self.circuit.and(parts)
            }
            Condition::Is(name, _) => self.is(moment, name).0,
            Condition::Test(test) => self.test(moment, test, true),
        }
    }

    /// The condition is known, and does not hold.
    pub(super) fn not_held(&mut self, moment: usize, condition: &Condition) -> Literal {
        match condition {
            Condition::All(parts) => {
                let parts: Vec<_> = parts.iter().map(|it| self.not_held(moment, it)).collect();
                self.circuit.or(parts)
            }
            Condition::Any(parts) => {
                let parts: Vec<_> = parts.iter().map(|it| self.not_held(moment, it)).collect();
                self.circuit.and(parts)
            }
            Condition::None(parts) => {
                let parts: Vec<_> = parts.iter().map(|it| self.held(moment, it)).collect();
                self.circuit.or(parts)
            }
            Condition::Is(name, _) => self.is(moment, name).1,
            Condition::Test(test) => self.test(moment, test, false),
        }
    }

    fn is(&self, moment: usize, name: &str) -> (Literal, Literal) {
        let never = (Literal::FALSE, Literal::FALSE);
        self.named.get(&(moment, name)).copied().unwrap_or(never)
    }

    /// The test comes out so, and is not unknown.
    fn test(&mut self, moment: usize, test: &Test, wanted: bool) -> Literal {
        let key = self.needs.key(moment, test);
        let Some(field) = self.fields.get(&key) else {
            return Literal::FALSE;
        };
        let absent = field.absent;
        if let Operator::Present(present) = test.operator {
            return if present == wanted { !absent } else { absent };
        }
        match passes(&mut self.circuit, field, &test.operator, self.model) {
            Some(passes) => {
                let outcome = if wanted { passes } else { !passes };
                self.circuit.and([outcome, !absent])
            }
            None => Literal::FALSE,
        }
    }

    /// Something that may or may not be, of records that have a value for the field.
    pub(super) fn free_with(&mut self, field: &FieldRef) -> Literal {
        let key = Key {
            moment: 0,
            field: field.clone(),
            past: None,
        };
        let free = self.circuit.input();
        if let Some(field) = self.fields.get(&key) {
            self.circuit.require(&[!free, !field.absent]);
        }
        free
    }

    /// The field has one of these values.
    pub(super) fn is_one_of(&mut self, field: &FieldRef, values: &[Value]) -> Literal {
        let key = Key {
            moment: 0,
            field: field.clone(),
            past: None,
        };
        let Some(field) = self.fields.get(&key) else {
            return Literal::FALSE;
        };
        let absent = field.absent;
        let any: Vec<_> = values
            .iter()
            .map(|it| field.equals(&mut self.circuit, it))
            .collect();
        let any = self.circuit.or(any);
        self.circuit.and([any, !absent])
    }
}

/// What a derived field holds, as far as it is not seen through.
fn holds_of(derived: &Derived) -> FieldType {
    match derived {
        Derived::DomainOf(_) | Derived::FirstMatch(_) => FieldType::Text,
        Derived::Count(_) | Derived::Behaviour(_) | Derived::DaysBetween(..) => FieldType::Integer,
        Derived::Score(_) if derived.range().is_some() => FieldType::Integer,
        Derived::Score(_) | Derived::Sum(_) | Derived::Ratio(..) => FieldType::Number,
        Derived::Compare { .. } => FieldType::Boolean,
        Derived::Latest(_) => FieldType::Person,
    }
}
