use std::collections::BTreeMap;

/// How a CRM is set up for one type of object.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ObjectSetUp {
    /// Its properties, by their names.
    pub properties: BTreeMap<String, PropertySetUp>,
    /// Its pipelines, in their order; none of what has no pipelines.
    pub pipelines: Vec<PipelineSetUp>,
}

/// A property of a CRM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PropertySetUp {
    /// How people call it there.
    pub label: String,
    /// What it holds.
    pub holds: Holds,
    /// The values that it can hold, with how people call them; none if it can hold any.
    pub options: Option<BTreeMap<String, String>>,
    /// Whether no two records hold the same.
    pub unique: bool,
    /// Whether nobody can set it: the CRM works it out.
    pub read_only: bool,
}

/// What a property holds, as far as it matters to a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// A text, or one of its options.
    Text,
    /// A number.
    Number,
    /// Yes or no.
    Boolean,
    /// A day or an instant.
    Time,
    /// Several of its options.
    Several,
}

impl std::fmt::Display for Holds {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Text => "a text",
            Self::Number => "a number",
            Self::Boolean => "yes or no",
            Self::Time => "a day or a time",
            Self::Several => "several values",
        })
    }
}

/// A pipeline of a CRM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PipelineSetUp {
    /// Its id.
    pub id: String,
    /// How people call it.
    pub label: String,
    /// Its stages, by their ids, with how people call them, in their order.
    pub stages: Vec<(String, String)>,
}
