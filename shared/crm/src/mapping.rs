use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{field::FieldType, kind::RecordKind, person::PersonId, source::SourceName};

/// What one source calls one kind of record, its fields and their values. The operating model
/// makes it from `technology.yaml`; the crate that knows the vendor reads and writes by it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectMapping {
    /// The source.
    pub source: SourceName,
    /// The kind of record.
    pub kind: RecordKind,
    /// The source's name for such objects, for example `contacts`.
    pub object: String,
    /// The fields that are mapped in this source.
    pub fields: Vec<FieldMapping>,
    /// The field that says whose such a record is, if that is not `owner`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner_in: Option<String>,
    /// The person for each of the source's owner ids.
    pub people: BTreeMap<String, PersonId>,
    /// The currency in which amounts are compared, by its three letters of ISO 4217.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub currency: String,
}

/// What one source calls one field and its values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldMapping {
    /// The field's name in the model.
    pub field: String,
    /// The property's name in the source.
    pub property: String,
    /// What it holds.
    pub holds: FieldType,
    /// The source's spelling of a value → ours. What becomes of one that is not listed is said
    /// by `otherwise`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, String>,
    /// Our value for every spelling that is not listed; none if such a value is kept as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub otherwise: Option<String>,
    /// Of a field that is one of a closed list: our values.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allowed: Vec<String>,
    /// Whether its text is kept in [the one form of a domain](crate::domain).
    #[serde(default)]
    pub domain: bool,
    /// Whether past values are kept.
    #[serde(default)]
    pub history: bool,
}

impl FieldMapping {
    /// The source's text in our words, letter for letter as `values` spells it; the text itself if
    /// nothing is said of it. None if the field is one of a closed list, and that is not in it.
    #[must_use]
    pub fn in_our_words<'a>(&'a self, text: &'a str) -> Option<&'a str> {
        let spelled = self.values.get(text).or(self.otherwise.as_ref());
        let ours = spelled.map_or(text, String::as_str);
        let closed = self.holds == FieldType::OneOf;
        (!closed || self.allowed.iter().any(|it| it == ours)).then_some(ours)
    }

    /// Our value in the source's spelling: the first in alphabetical order of those that stand
    /// for it, the value itself if none does. Of a stage of a journey, `renewal.won`, that of `won` is taken where
    /// it has none of its own.
    #[must_use]
    pub fn in_crm_words<'a>(&'a self, ours: &'a str) -> &'a str {
        let spelled = |ours: &str| {
            let mut values = self.values.iter();
            let found = values.find(|(_, value)| value.as_str() == ours);
            found.map(|(crm, _)| crm.as_str())
        };
        // Of the journey's name the CRM knows nothing: its pipeline says which journey is meant.
        let alone = match (self.holds, ours.split_once('.')) {
            (FieldType::Stage, Some((_, stage))) => stage,
            _ => ours,
        };
        spelled(ours).or_else(|| spelled(alone)).unwrap_or(alone)
    }
}

impl ObjectMapping {
    /// The mapping of a field, if it is mapped.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&FieldMapping> {
        self.fields.iter().find(|field| field.field == name)
    }

    /// The source's owner id of a person: a stranger's own, or the one mapped.
    #[must_use]
    pub fn owner_id(&self, person: &PersonId) -> Option<String> {
        if let Some(id) = person.id_in(&self.source) {
            return Some(id.to_owned());
        }
        self.people
            .iter()
            .find(|(_, known)| *known == person)
            .map(|(id, _)| id.clone())
    }
}
