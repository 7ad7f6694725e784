use std::collections::BTreeMap;

use crm::{ObjectMapping, RecordKind, SourceName};

use crate::operating_model::OperatingModel;

/// What each source calls each kind of record and its fields: made once of a model, since every event
/// asks for it.
#[derive(Debug, Clone, Default)]
pub struct Mappings(BTreeMap<SourceName, BTreeMap<RecordKind, ObjectMapping>>);

impl Mappings {
    /// Those of a model.
    #[must_use]
    pub fn of(model: &OperatingModel) -> Self {
        let of_source = |name: &SourceName| {
            let kinds = model.sources.get(name)?.records.keys();
            let mapped = kinds.filter_map(|kind| Some((*kind, model.object_mapping(name, *kind)?)));
            Some((name.clone(), mapped.collect()))
        };
        Self(model.sources.keys().filter_map(of_source).collect())
    }

    /// What a source calls a kind of record; none if there is no such source, or if it does not have
    /// such records.
    #[must_use]
    pub fn get(&self, source: &SourceName, kind: RecordKind) -> Option<&ObjectMapping> {
        self.0.get(source)?.get(&kind)
    }

    /// What a source calls each kind of record that it has, in their order.
    pub fn of_source(&self, source: &SourceName) -> impl Iterator<Item = &ObjectMapping> {
        self.0.get(source).into_iter().flat_map(BTreeMap::values)
    }
}
