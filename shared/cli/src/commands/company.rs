use std::path::Path;

use ::model::OperatingModel;
use contracts::Subject;
use crm::{RecordId, RecordName};

use super::{CouldNotRun, options::model_in};

/// The company's model, for a command that also tells something without it.
#[derive(Debug)]
pub enum Company {
    /// It can be read.
    Known(Box<OperatingModel>),
    /// There is none here.
    Absent,
    /// There is one that cannot be read: why, and what shows more.
    Unreadable(CouldNotRun),
}

impl Company {
    /// The one whose model lies in this folder.
    pub fn of(folder: &Path) -> Self {
        if !folder.is_dir() {
            return Self::Absent;
        }
        match model_in(folder) {
            Ok(model) => Self::Known(Box::new(model)),
            Err(why) => Self::Unreadable(why),
        }
    }

    /// Its model, if it can be read.
    pub const fn model(&self) -> Option<&OperatingModel> {
        match self {
            Self::Known(model) => Some(model),
            Self::Absent | Self::Unreadable(_) => None,
        }
    }

    /// The record that somebody means who typed `lead:123`; without a model, of the source that was
    /// typed.
    ///
    /// # Errors
    /// If the source is not clear. The message says how to write it, and what is wrong with the
    /// model.
    pub fn record(&self, name: &RecordName) -> Result<RecordId, CouldNotRun> {
        let with_source = format!("write it with its source, such as crm:{name}");
        match (self, &name.source) {
            (Self::Known(model), _) => record_in(model, name),
            (_, Some(source)) => RecordId::new(source, name.kind, name.id.clone())
                .map_err(|why| CouldNotRun(why.to_string())),
            (Self::Absent, None) => Err(CouldNotRun(format!(
                "there is no operating model in config/ to say which source {name} is of: \
                 {with_source}, or ask from the folder that has config/"
            ))),
            (Self::Unreadable(why), None) => Err(CouldNotRun(format!(
                "which source {name} is of is for the model to say, and {why}\n  Until it can be \
                 read, {with_source}"
            ))),
        }
    }

    /// A record so that its name, typed again, leads to it: with its source, unless the model says
    /// that there is but one.
    pub fn name_of(&self, record: &RecordId) -> String {
        match self.model() {
            Some(model) => model.name_of(record),
            None => record.to_string(),
        }
    }

    /// A record or a person, likewise.
    pub fn name_of_subject(&self, subject: &Subject) -> String {
        match subject {
            Subject::Record(record) => self.name_of(record),
            Subject::Person(_) => subject.to_string(),
        }
    }
}

/// The record that somebody means who typed `lead:123`, by the sources of the company's model.
///
/// # Errors
/// If the source is not clear. The message says how to write it.
pub fn record_in(model: &OperatingModel, name: &RecordName) -> Result<RecordId, CouldNotRun> {
    let record = model.record_named(name);
    record.map_err(|why| CouldNotRun(why.to_string()))
}

/// What tests of names need.
#[cfg(test)]
pub mod sample {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]

    use crm::SourceName;
    use model::OperatingModel;

    /// The example company's model, with a second source that has whatever the first has.
    pub fn of_two_sources() -> OperatingModel {
        let mut model = testkit::example_model();
        let one = model.sources.values().next().unwrap().clone();
        let other = SourceName::new("partners").unwrap();
        model.sources.insert(other, one);
        model
    }
}

#[cfg(test)]
mod tests;
