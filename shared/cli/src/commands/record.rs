use crm::{RecordId, RecordName};
use model::OperatingModel;

use super::CouldNotRun;

/// The record that somebody means who typed `lead:123`, by the sources of the company's model; of
/// the source that was typed where there is no model at hand.
///
/// # Errors
/// If the source is not clear. The message says how to write it.
pub fn record_in(
    model: Option<&OperatingModel>,
    name: &RecordName,
) -> Result<RecordId, CouldNotRun> {
    match (model, &name.source) {
        (Some(model), _) => model
            .record_named(name)
            .map_err(|why| CouldNotRun(why.to_string())),
        (None, Some(source)) => RecordId::new(source, name.kind, name.id.clone())
            .map_err(|why| CouldNotRun(why.to_string())),
        (None, None) => Err(CouldNotRun(format!(
            "there is no operating model in config/ to say which source {name} is of: write it with \
             its source, such as crm:{name}, or ask from the folder that has config/"
        ))),
    }
}
