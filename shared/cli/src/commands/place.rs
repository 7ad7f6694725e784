use std::path::{Path, PathBuf};

use aws::DynamoStore;
use clap::Args;
use decisions::Rules;
use jiff::{Timestamp, tz::TimeZone};

use super::{CouldNotRun, texts};
use crate::{instant::zone_named, stack::Stack};

/// Which stack is asked, and how its answers are read.
#[derive(Debug, Args)]
pub struct Place {
    /// The folder of the operating model.
    #[arg(long, value_name = "FOLDER", default_value = "config")]
    config: PathBuf,
    /// The time zone to show times in [default: the company's].
    #[arg(long, value_name = "ZONE", value_parser = zone_named)]
    zone: Option<TimeZone>,
    /// The file that describes the stack [default: .local/endpoints.json].
    #[arg(long, value_name = "FILE")]
    endpoints: Option<PathBuf>,
    /// The table, if neither that file nor the variable TABLE names it.
    #[arg(long, value_name = "NAME")]
    table: Option<String>,
}

impl Place {
    /// The model, prepared for counting.
    ///
    /// # Errors
    /// If the folder does not hold a model.
    pub fn rules(&self, now: Timestamp) -> Result<Rules, CouldNotRun> {
        rules_in(&self.config, now)
    }

    /// The zone of whoever reads.
    pub fn zone(&self, rules: &Rules) -> TimeZone {
        let chosen = self.zone.clone();
        chosen.unwrap_or_else(|| rules.company_zone().clone())
    }

    /// The stack and its table.
    ///
    /// # Errors
    /// If there is none.
    pub fn table(&self) -> Result<(Stack, DynamoStore), CouldNotRun> {
        let stack = Stack::find(self.endpoints.as_deref())?;
        let table = stack.table(self.table.as_deref())?;
        Ok((stack, table))
    }
}

/// The model in a folder, prepared for counting.
///
/// # Errors
/// If the folder does not hold a model.
pub fn rules_in(folder: &Path, now: Timestamp) -> Result<Rules, CouldNotRun> {
    let model = model_compiler::read(&texts(folder)?, 0).map_err(|problems| {
        CouldNotRun(format!(
            "the model in {} has {} problem(s): `fairlead check` shows them",
            folder.display(),
            problems.len()
        ))
    })?;
    Rules::prepare(model, now).map_err(|why| CouldNotRun(why.to_string()))
}
