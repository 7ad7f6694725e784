//! The options that several commands have: the model, the stack, and how times are shown.

use std::path::{Path, PathBuf};

use ::model::OperatingModel;
use aws::DynamoStore;
use clap::Args;
use decisions::Rules;
use jiff::{Timestamp, tz::TimeZone};

use super::{CouldNotRun, counted_by_severity, texts};
use crate::{instant::zone_named, stack::Stack};

/// Which stack is asked.
#[derive(Debug, Args)]
pub struct StackOptions {
    /// The folder of the local stack, as `make run STATE_DIR=…` had it [default: that of the
    /// variable FAIRLEAD_STACK; without it .local here or above, unless the environment has
    /// AWS_ENDPOINT_URL or TABLE].
    #[arg(long, value_name = "FOLDER", verbatim_doc_comment, global = true)]
    stack: Option<PathBuf>,
    /// The file that describes the stack, instead of a folder.
    #[arg(long, value_name = "FILE", conflicts_with = "stack", global = true)]
    endpoints: Option<PathBuf>,
}

impl StackOptions {
    /// The stack.
    ///
    /// # Errors
    /// If there is none.
    pub fn find(&self) -> Result<Stack, CouldNotRun> {
        Stack::find(self.endpoints.as_deref(), self.stack.as_deref())
    }
}

/// Which stack is asked, for a command that reads its table.
#[derive(Debug, Args)]
pub struct TableOptions {
    #[command(flatten)]
    stack: StackOptions,
    /// The table, if neither that file nor the variable TABLE names it.
    #[arg(long, value_name = "NAME", global = true)]
    table: Option<String>,
}

impl TableOptions {
    /// Whether a stack or a table was typed.
    pub const fn names_one(&self) -> bool {
        self.table.is_some() || self.stack.stack.is_some() || self.stack.endpoints.is_some()
    }

    /// The stack and its table.
    ///
    /// # Errors
    /// If there is none.
    pub fn find(&self) -> Result<(Stack, DynamoStore), CouldNotRun> {
        let stack = self.stack.find()?;
        let table = stack.table(self.table.as_deref())?;
        Ok((stack, table))
    }
}

/// By whose model something is counted, and in which zone it is shown.
#[derive(Debug, Args)]
pub struct ModelOptions {
    /// The folder of the operating model.
    #[arg(long, value_name = "FOLDER", default_value = "config", global = true)]
    config: PathBuf,
    /// The time zone to show times in [default: the company's].
    #[arg(long, value_name = "ZONE", value_parser = zone_named, global = true)]
    zone: Option<TimeZone>,
}

impl ModelOptions {
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
}

/// The model in a folder, prepared for counting.
///
/// # Errors
/// If the folder does not hold a model.
pub fn rules_in(folder: &Path, now: Timestamp) -> Result<Rules, CouldNotRun> {
    Rules::prepare(model_in(folder)?, now).map_err(|why| CouldNotRun(why.to_string()))
}

/// The model in a folder.
///
/// # Errors
/// If the folder does not hold one, or it has problems. The message says what shows them.
pub fn model_in(folder: &Path) -> Result<OperatingModel, CouldNotRun> {
    model_compiler::read(&texts(folder)?).map_err(|problems| {
        let shown = folder.display();
        let problems = counted_by_severity(&problems);
        CouldNotRun(format!(
            "the model in {shown} has {problems}: `fairlead check {shown}` shows them"
        ))
    })
}
