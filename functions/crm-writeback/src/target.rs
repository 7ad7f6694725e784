use contracts::{CrmWrite, FieldChange};
use crm::{ObjectMapping, RecordId, Value};
use engine::FieldStanding;
use model::{Lifecycle, Mappings, OperatingModel, WritePolicy};

/// Where a write goes.
pub(crate) struct Target<'a> {
    pub(crate) policy: &'a WritePolicy,
    pub(crate) mapping: &'a ObjectMapping,
    model: &'a OperatingModel,
}

impl<'a> Target<'a> {
    /// The record's source, if it lets this be written; or why not.
    pub(crate) fn of(
        (model, mappings): (&'a OperatingModel, &'a Mappings),
        record: &RecordId,
        write: &CrmWrite,
    ) -> Result<Self, String> {
        let kind = match write {
            CrmWrite::Create { kind, .. } => *kind,
            _ => record.kind,
        };
        let name = &record.source;
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
            CrmWrite::Create { .. } => vec![("fields", policy.fields)],
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
        Ok(Self {
            policy,
            mapping,
            model,
        })
    }

    /// The journey to which a stage belongs.
    fn journey_of(&self, stage: &str) -> Option<&'a Lifecycle> {
        let found = self.model.stage(self.mapping.kind, stage);
        found.map(|(journey, _)| journey)
    }

    /// The stage at which a record without one stands: the first of the journey to which another stage belongs.
    pub(crate) fn first_beside(&self, stage: &str) -> &'a str {
        let journey = self.journey_of(stage);
        let first = journey.and_then(|journey| journey.stages.first());
        first.map_or("", |stage| stage.name.as_str())
    }

    /// Gives the stages that the CRM shows their names: within one journey, a text is one stage.
    pub(crate) fn name_stages(&self, beside: &str, standing: &mut FieldStanding) {
        let Some(journey) = self.journey_of(beside) else {
            return;
        };
        let changes = standing.changes.iter_mut().map(|change| &mut change.value);
        for value in changes.chain([&mut standing.value]).flatten() {
            if let Some(stage) = value.text().and_then(|text| journey.stage_read_as(text)) {
                *value = Value::Text(stage.name.clone());
            }
        }
    }
}
