//! What every field holds: those declared in `technology.yaml`, the derived and the built-in.

use std::collections::{BTreeMap, BTreeSet};

use crm::{FieldRef, FieldType, RecordKind};

use crate::{ModelFile, grammar::Names, names::Known, node::Node, sites::Trees};

/// What a field holds, as far as tests are concerned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Holds {
    Text,
    Number,
    Boolean,
    Date,
    Timestamp,
    Person,
    Account,
    /// One of these words; none if they are not known because their section could not be read.
    OneOf(Option<Vec<String>>),
    /// A length of time, and the limit of the lifecycle it can be past.
    Length(&'static str),
    /// Met or unmet.
    Criteria,
}

impl Holds {
    /// The word for it in messages.
    pub(crate) const fn word(&self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "a number",
            Self::Boolean => "yes or no",
            Self::Date => "a date",
            Self::Timestamp => "an instant",
            Self::Person => "a person",
            Self::Account => "an account",
            Self::OneOf(_) => "one of a closed list",
            Self::Length(_) => "a length of time",
            Self::Criteria => "met or unmet",
        }
    }
}

/// A field of the catalogue.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) holds: Holds,
    pub(crate) personal: bool,
}

/// Every field by kind of record. A kind whose fields could not be read is not complete.
#[derive(Debug)]
pub(crate) struct Catalogue {
    fields: BTreeMap<FieldRef, Entry>,
    readable: bool,
}

/// The names of the built-in fields.
pub(crate) const BUILT_IN: [&str; 9] = [
    "age",
    "created",
    "last_contact",
    "time_in_stage",
    "open",
    "in_icp",
    "segment",
    "territory",
    "stage_criteria",
];

impl Catalogue {
    pub(crate) fn of(trees: &Trees, known: &Known<'_>) -> Self {
        let mut fields = BTreeMap::new();
        for kind in RecordKind::ALL {
            for (name, holds) in built_in(kind, known) {
                fields.insert(
                    FieldRef::new(kind, name),
                    Entry {
                        holds,
                        personal: false,
                    },
                );
            }
        }
        let root = trees.get(&ModelFile::Technology);
        let records = root.and_then(|root| root.get("records"));
        for (kind, _, declared) in records.into_iter().flat_map(Node::entries) {
            let Ok(kind) = kind.parse::<RecordKind>() else {
                continue;
            };
            for (name, _, field) in declared.entries() {
                if let Some(holds) = declared_type(kind, field, known) {
                    let personal = field.text_of("personal") == Some("yes");
                    fields.insert(FieldRef::new(kind, name), Entry { holds, personal });
                }
            }
        }
        let derived = root.and_then(|root| root.get("derived"));
        for (name, ..) in derived.into_iter().flat_map(Node::entries) {
            if let Ok(field) = name.parse() {
                fields.insert(
                    field,
                    Entry {
                        holds: Holds::Text,
                        personal: false,
                    },
                );
            }
        }
        Self {
            fields,
            readable: records.is_some_and(Node::is_mapping),
        }
    }

    pub(crate) fn get(&self, field: &FieldRef) -> Option<&Entry> {
        self.fields.get(field)
    }

    /// Whether the declared fields could be read, so that an unknown field is a mistake.
    pub(crate) const fn is_readable(&self) -> bool {
        self.readable
    }

    /// Every field, in alphabetical order.
    pub(crate) fn fields(&self) -> impl Iterator<Item = (&FieldRef, &Entry)> {
        self.fields.iter()
    }
}

/// Whether conditions on records of `kind` can see fields of `other`: their own and their
/// account's.
pub(crate) fn sees(kind: RecordKind, other: RecordKind) -> bool {
    kind == other
        || other == RecordKind::Account
            && matches!(
                kind,
                RecordKind::Lead | RecordKind::Contact | RecordKind::Opportunity
            )
}

fn built_in(kind: RecordKind, known: &Known<'_>) -> Vec<(&'static str, Holds)> {
    let words = |family| {
        known
            .names(family, None)
            .map(|names| names.iter().map(|&name| name.to_owned()).collect())
    };
    let mut fields = vec![
        ("age", Holds::Length("corridor")),
        ("created", Holds::Timestamp),
    ];
    if sees(kind, RecordKind::Account) {
        fields.push(("in_icp", Holds::Boolean));
        fields.push(("segment", Holds::OneOf(words(Names::Segment))));
        fields.push(("territory", Holds::OneOf(words(Names::Territory))));
    }
    if matches!(
        kind,
        RecordKind::Lead | RecordKind::Contact | RecordKind::Opportunity
    ) {
        fields.push(("last_contact", Holds::Timestamp));
    }
    if known.names(Names::Stage, Some(kind)).is_some() {
        fields.push(("time_in_stage", Holds::Length("stay")));
        fields.push(("open", Holds::Boolean));
        fields.push(("stage_criteria", Holds::Criteria));
    }
    fields
}

fn declared_type(kind: RecordKind, field: &Node, known: &Known<'_>) -> Option<Holds> {
    Some(match field_type(field.text_of("type")?)? {
        FieldType::Text => Holds::Text,
        FieldType::Number | FieldType::Money => Holds::Number,
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

/// The field type of this word.
pub(crate) fn field_type(word: &str) -> Option<FieldType> {
    use FieldType::{Account, Boolean, Date, Money, Number, OneOf, Person, Stage, Text, Timestamp};
    [
        Text, Number, Money, Boolean, Date, Timestamp, OneOf, Person, Stage, Account,
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
    let spelt = values.entries().filter_map(|(_, _, ours)| ours.text());
    let mut seen = BTreeSet::new();
    listed
        .chain(spelt)
        .filter(|value| seen.insert(*value))
        .map(str::to_owned)
        .collect()
}
