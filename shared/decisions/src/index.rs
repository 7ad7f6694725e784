//! First-match lists, made ready once so that a decision finds its rule without asking every rule.
//!
//! Of each field, `classes` numbers the values that the model's conditions can tell apart: each text
//! and number that is written somewhere, the stretches between the numbers, everything else, and
//! nothing. `parts` takes each rule apart into what it asks of one field and the rest. `outcome` says
//! for which classes a part holds, and `list` keeps that as one bit for each rule. A record then is
//! a class for each field: `asking` finds them, each at most once for a decision. The bits of these
//! classes laid over each other leave the rules that can hold. What no class can tell (parts of
//! texts, patterns, ages, a choice between fields) is asked of those alone.
//!
//! The index says what `evaluate` says, rule by rule, three-valued; `tests/index.rs` holds it to that.

mod asking;
mod classes;
mod field;
mod list;
mod outcome;
mod parts;

use std::collections::BTreeMap;

use crm::{FieldRef, RecordKind, Value};
use model::{Condition, FirstMatch, OperatingModel, When};

use classes::Classes;
use field::{IndexedField, Origin};
use list::List;
use parts::Row;

pub(crate) use asking::{Asking, Standing};
pub(crate) use classes::Constants;

/// The lists of a model, ready to be asked.
#[derive(Debug, Clone)]
pub(crate) struct Index {
    fields: Vec<IndexedField>,
    segments: List,
    territories: List,
    /// The criteria of the profile, as one rule.
    icp: List,
    routing: BTreeMap<RecordKind, List>,
}

impl Index {
    pub(crate) fn of(model: &OperatingModel) -> Self {
        let mut gathering = Gathering::new(model);
        let segments = gathering.list(&model.segments);
        let territories = gathering.list(&model.territories);
        let icp = vec![gathering.all(model.icp.iter().map(|criterion| &criterion.when))];
        let mut routing = BTreeMap::new();
        for (kind, rules) in &model.routing {
            let rows = rules.iter().map(|rule| gathering.routing_row(&rule.when));
            routing.insert(*kind, rows.collect::<Vec<_>>());
        }
        let fields = gathering.fields();
        let list = |rows: &[Row<'_>]| List::of(rows, &fields, model);
        Self {
            segments: list(&segments).catching(&model.segments),
            territories: list(&territories).catching(&model.territories),
            icp: list(&icp),
            routing: routing
                .iter()
                .map(|(kind, rows)| (*kind, list(rows)))
                .collect(),
            fields,
        }
    }
}

/// The fields and constants of every rule, while the rules are taken apart.
struct Gathering<'m> {
    model: &'m OperatingModel,
    numbers: BTreeMap<&'m FieldRef, usize>,
    constants: Vec<(&'m FieldRef, Constants<'m>)>,
}

impl<'m> Gathering<'m> {
    const fn new(model: &'m OperatingModel) -> Self {
        Self {
            model,
            numbers: BTreeMap::new(),
            constants: Vec::new(),
        }
    }

    /// The rows of a first-match list. What catches the unknown or the rest is asked by itself.
    fn list(&mut self, list: &'m FirstMatch) -> Vec<Row<'m>> {
        let rows = list.entries.iter().map(|entry| match &entry.when {
            When::Holds(condition) => self.all([condition]),
            When::Unknown | When::Otherwise => Row::Never,
        });
        rows.collect()
    }

    fn routing_row(&mut self, when: &'m When) -> Row<'m> {
        match when {
            When::Holds(condition) => self.all([condition]),
            When::Otherwise => Row::Always,
            When::Unknown => Row::Never,
        }
    }

    /// A row for conditions that must all hold.
    fn all(&mut self, conditions: impl IntoIterator<Item = &'m Condition>) -> Row<'m> {
        let mut found = Vec::new();
        for condition in conditions {
            parts::take_apart(condition, false, self.model, &mut found);
        }
        let (mut by_field, mut rest) = (Vec::new(), Vec::new());
        for part in found {
            match part.field(self.model) {
                Some(field) => {
                    let number = self.number(field);
                    if let Some((_, constants)) = self.constants.get_mut(number) {
                        constants.gather(part.condition, self.model);
                    }
                    by_field.push((number, part));
                }
                None => rest.push(part),
            }
        }
        Row::Asks { by_field, rest }
    }

    fn number(&mut self, field: &'m FieldRef) -> usize {
        let next = self.constants.len();
        let number = *self.numbers.entry(field).or_insert(next);
        if number == next {
            self.constants.push((field, Constants::default()));
        }
        number
    }

    fn fields(self) -> Vec<IndexedField> {
        let model = self.model;
        let fields = self.constants.into_iter().map(|(field, constants)| {
            let classes = Classes::of(constants);
            let source = Origin::of(field, model);
            let list = match source {
                Origin::Segment => Some(&model.segments),
                Origin::Territory => Some(&model.territories),
                Origin::InIcp | Origin::Computed => None,
            };
            let entries = list.into_iter().flat_map(|list| &list.entries);
            let names = entries.map(|entry| classes.of_value(&Value::Text(entry.name.clone())));
            IndexedField {
                field: field.clone(),
                source,
                names: names.collect(),
                classes,
            }
        });
        fields.collect()
    }
}
