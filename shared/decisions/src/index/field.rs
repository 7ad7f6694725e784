use crm::FieldRef;
use model::OperatingModel;

use super::classes::Classes;

/// A field that some rule asks for.
#[derive(Debug, Clone)]
pub(super) struct IndexedField {
    pub(super) field: FieldRef,
    pub(super) source: Origin,
    pub(super) classes: Classes,
    /// For a segment or territory, the class of each entry's name.
    pub(super) names: Vec<usize>,
}

/// Where the value of a field comes from, if the record itself does not have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    Segment,
    Territory,
    InIcp,
    /// Whatever `Facts::look` says.
    Computed,
}

impl Origin {
    pub(super) fn of(field: &FieldRef, model: &OperatingModel) -> Self {
        if model.derived.contains_key(field) {
            return Self::Computed;
        }
        match field.name.as_str() {
            "segment" => Self::Segment,
            "territory" => Self::Territory,
            "in_icp" => Self::InIcp,
            _ => Self::Computed,
        }
    }
}
