//! What every field holds: those declared in `technology.yaml`, the derived and the built-in.

mod built_in;
mod entry;

use std::collections::{BTreeMap, BTreeSet};

use crm::{FieldRef, FieldType, RecordKind};

pub(crate) use entry::{Asked, Entry, Holds, sees};

use crate::{
    grammar::{Names, names::Known, sites::Trees},
    yaml::node::Node,
};
use model::ModelFile;

/// Every field by kind of record. A kind whose fields could not be read is not complete.
#[derive(Debug)]
pub(crate) struct Catalogue {
    fields: BTreeMap<FieldRef, Entry>,
    /// What is written in another way than a kind, a dot and a name: `clock.first_response`.
    written: BTreeMap<String, FieldRef>,
    /// Declared in a way that does not say what they hold, which is reported as such.
    unclear: BTreeSet<FieldRef>,
    readable: bool,
}

/// The names of the built-in fields.
pub(crate) const BUILT_IN: [&str; 11] = [
    "age",
    "created",
    "last_contact",
    "time_in_stage",
    "open",
    "in_icp",
    "segment",
    "territory",
    "stage_criteria",
    "routing",
    "match",
];

impl Catalogue {
    pub(crate) fn of(trees: &Trees, known: &Known<'_>) -> Self {
        let mut catalogue = Self {
            fields: BTreeMap::new(),
            written: BTreeMap::new(),
            unclear: BTreeSet::new(),
            readable: false,
        };
        for kind in RecordKind::ALL {
            for (name, holds, asked) in built_in::fields(kind, known) {
                catalogue
                    .fields
                    .insert(FieldRef::new(kind, name), Entry::new(holds, asked));
            }
        }
        for (written, field, entry) in built_in::states(trees) {
            catalogue.written.insert(written, field.clone());
            catalogue.fields.insert(field, entry);
        }
        let root = trees.get(&ModelFile::Technology);
        let records = root.and_then(|root| root.get("records"));
        catalogue.readable = records.is_some_and(Node::is_mapping);
        for (kind, _, declared) in records.into_iter().flat_map(Node::entries) {
            if let Ok(kind) = kind.parse() {
                catalogue.declare(kind, declared, root, known);
            }
        }
        let derived = root.and_then(|root| root.get("derived"));
        for (name, _, formula) in derived.into_iter().flat_map(Node::entries) {
            if let Ok(field) = name.parse() {
                let entry = Entry::new(derived_type(formula), Asked::Anywhere);
                catalogue.fields.insert(field, entry);
            }
        }
        catalogue
    }

    /// The fields that are declared for a kind of record, and how often its dates moved.
    fn declare(
        &mut self,
        kind: RecordKind,
        declared: &Node,
        technology: Option<&Node>,
        known: &Known<'_>,
    ) {
        for (name, _, field) in declared.entries() {
            let Some(holds) = declared_type(kind, field, technology, known) else {
                self.unclear.insert(FieldRef::new(kind, name));
                self.unclear
                    .insert(FieldRef::new(kind, format!("{name}_moves")));
                continue;
            };
            if matches!(holds, Holds::Date | Holds::Timestamp)
                && field.text_of("history") == Some("yes")
            {
                let moves = FieldRef::new(kind, format!("{name}_moves"));
                let entry = || Entry::new(Holds::Number, Asked::OfItself);
                self.fields.entry(moves).or_insert_with(entry);
            }
            let entry = Entry {
                personal: field.text_of("personal") == Some("yes"),
                ..Entry::new(holds, Asked::Anywhere)
            };
            self.fields.insert(FieldRef::new(kind, name), entry);
        }
    }

    pub(crate) fn get(&self, field: &FieldRef) -> Option<&Entry> {
        self.fields.get(field)
    }

    /// Whether there is such a field; also yes if it may be one of those that could not be read.
    pub(crate) fn has(&self, field: &FieldRef) -> bool {
        !self.readable || self.fields.contains_key(field) || self.unclear.contains(field)
    }

    /// Whether there may be such a field, though it cannot be told what it holds.
    pub(crate) fn is_unclear(&self, field: &FieldRef) -> bool {
        self.unclear.contains(field)
    }

    /// The field that is written so, whether or not it exists.
    pub(crate) fn field(&self, written: &str) -> Option<FieldRef> {
        if let Some(field) = self.written.get(written) {
            return Some(field.clone());
        }
        let field: FieldRef = written.parse().ok()?;
        (!field.name.contains('.')).then_some(field)
    }

    /// Every field, in alphabetical order.
    pub(crate) fn fields(&self) -> impl Iterator<Item = (&FieldRef, &Entry)> {
        self.fields.iter()
    }
}

/// A field as it is written in a condition.
pub(crate) fn written(field: &FieldRef) -> String {
    if field.name.contains('.') {
        field.name.clone()
    } else {
        field.to_string()
    }
}

fn declared_type(
    kind: RecordKind,
    field: &Node,
    technology: Option<&Node>,
    known: &Known<'_>,
) -> Option<Holds> {
    Some(match field_type(field.text_of("type")?)? {
        FieldType::Text => match (field.text_of("tags"), technology) {
            (Some(section), Some(root)) => Holds::OneOf(names(root.get(section))),
            _ => Holds::Text,
        },
        FieldType::Number | FieldType::Integer | FieldType::Money => Holds::Number,
        FieldType::Boolean => Holds::Boolean,
        FieldType::Date => Holds::Date,
        FieldType::Timestamp => Holds::Timestamp,
        FieldType::Person => Holds::Person,
        FieldType::Account => Holds::Account,
        FieldType::OneOf => Holds::OneOf(Some(allowed(field))),
        FieldType::Stage => {
            let stages = known.names(Names::Stage, Some(kind));
            Holds::OneOf(stages.map(|names| names.iter().map(|&name| name.to_owned()).collect()))
        }
    })
}

/// What a formula gives.
fn derived_type(formula: &Node) -> Holds {
    let has = |word| formula.get(word).is_some();
    if has("compare") {
        Holds::Boolean
    } else if let Some(entries) = formula.get("first_match") {
        Holds::OneOf(names(Some(entries)))
    } else if has("latest") {
        Holds::Person
    } else if ["count", "score", "sum", "ratio", "days_between"]
        .into_iter()
        .any(has)
    {
        Holds::Number
    } else {
        Holds::Text
    }
}

/// The names that a mapping gives, if it could be read.
fn names(mapping: Option<&Node>) -> Option<Vec<String>> {
    let mapping = mapping.filter(|node| node.is_mapping())?;
    Some(
        mapping
            .entries()
            .map(|(name, ..)| name.to_owned())
            .collect(),
    )
}

/// The field type of this word.
pub(crate) fn field_type(word: &str) -> Option<FieldType> {
    use FieldType::{
        Account, Boolean, Date, Integer, Money, Number, OneOf, Person, Stage, Text, Timestamp,
    };
    [
        Text, Number, Integer, Money, Boolean, Date, Timestamp, OneOf, Person, Stage, Account,
    ]
    .into_iter()
    .find(|holds| holds.word() == word)
}

/// The values a `one_of` field allows, each once, in the order of the file.
pub(crate) fn allowed(field: &Node) -> Vec<String> {
    let Some(values) = field.get("values") else {
        return Vec::new();
    };
    let listed = values.items().iter().filter_map(Node::text);
    let written = values.entries().filter_map(|(_, _, ours)| ours.text());
    let mut seen = BTreeSet::new();
    listed
        .chain(written)
        .filter(|value| seen.insert(*value))
        .map(str::to_owned)
        .collect()
}
