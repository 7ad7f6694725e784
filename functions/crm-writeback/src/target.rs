use contracts::{CrmWrite, FieldChange};
use crm::{ObjectMapping, RecordId};
use model::{Mappings, OperatingModel, WritePolicy};

/// Where a write goes.
pub(crate) struct Target<'a> {
    pub(crate) policy: &'a WritePolicy,
    pub(crate) mapping: &'a ObjectMapping,
    /// The stage at which a record without one stands: its lifecycle's first.
    pub(crate) first_stage: Option<&'a str>,
}

impl<'a> Target<'a> {
    /// The record's source, if it lets this be written; or why not.
    pub(crate) fn of(
        (model, mappings): (&'a OperatingModel, &'a Mappings),
        record: &RecordId,
        write: &CrmWrite,
    ) -> Result<Self, String> {
        let (kind, name) = (record.kind, &record.source);
        let source = model
            .sources
            .get(name)
            .ok_or_else(|| format!("technology.yaml has no source {name}"))?;
        let mapping = mappings
            .get(name, kind)
            .ok_or_else(|| format!("records of kind {kind} are not mapped for {name}"))?;
        let policy = &source.write;
        let words = match write {
            CrmWrite::Owner { .. } => vec![("owner", policy.owner)],
            CrmWrite::Stage { .. } => vec![("stage", policy.stage)],
            CrmWrite::Task { .. } => vec![("tasks", policy.tasks)],
            CrmWrite::Fields { set } => {
                let word = |change: &FieldChange| match change.field.as_str() {
                    "stage" => ("stage", policy.stage),
                    _ => ("fields", policy.fields),
                };
                set.iter().map(word).collect()
            }
        };
        if let Some((word, _)) = words.iter().find(|(_, allowed)| !allowed) {
            return Err(format!(
                "sources.{name}.write in technology.yaml says {word}: no"
            ));
        }
        let lifecycle = model.lifecycles.get(&kind);
        let first = lifecycle.and_then(|lifecycle| lifecycle.stages.first());
        Ok(Self {
            policy,
            mapping,
            first_stage: first.map(|stage| stage.name.as_str()),
        })
    }
}
