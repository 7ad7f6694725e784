use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{field::FieldType, kind::RecordKind, person::PersonId, source::SourceName};

/// How one kind of record is spelt in one CRM. The operating model makes it from
/// `technology.yaml`; the crate that knows the vendor reads and writes by it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectMapping {
    /// The source.
    pub source: SourceName,
    /// The kind of record.
    pub kind: RecordKind,
    /// The CRM's name for such objects, for example `contacts`.
    pub object: String,
    /// Its fields.
    pub fields: Vec<FieldMapping>,
    /// The person for each of the CRM's owner ids.
    pub people: BTreeMap<String, PersonId>,
}

/// How one field is spelt in one CRM.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldMapping {
    /// The field's name in the model.
    pub field: String,
    /// The property's name in the CRM.
    pub property: String,
    /// What it holds.
    pub holds: FieldType,
    /// The CRM's spelling of a value → ours. What becomes of one that is not
    /// listed is said by `otherwise`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, String>,
    /// Our value for every spelling that is not listed; none if such a value is kept as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub otherwise: Option<String>,
    /// Whether past values are kept.
    #[serde(default)]
    pub history: bool,
}

impl FieldMapping {
    /// Our value in the CRM's spelling.
    #[must_use]
    pub fn in_crm_words<'a>(&'a self, ours: &'a str) -> &'a str {
        self.values
            .iter()
            .find(|(_, value)| value.as_str() == ours)
            .map_or(ours, |(crm, _)| crm.as_str())
    }
}

impl ObjectMapping {
    /// The mapping of a field, if it is mapped.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&FieldMapping> {
        self.fields.iter().find(|field| field.field == name)
    }

    /// The CRM's owner id of a person: the one mapped, or a stranger's own.
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
