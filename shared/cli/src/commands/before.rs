//! An export from before, beside those of now.

use clap::Args;
use decisions::Rules;
use export_audit::{Export, Layouts, Pipeline, PipelineMovement, moved_between};
use jiff::civil::Date;

use super::CouldNotRun;

/// Whose movement is told.
#[derive(Debug, Args)]
pub struct OfPipeline {
    /// The first day of closing of the deals whose movement is told [default: any].
    #[arg(long, value_name = "DAY", requires = "before")]
    from: Option<Date>,
    /// The last.
    #[arg(long, value_name = "DAY", requires = "before")]
    to: Option<Date>,
    /// A stage that is won; several times for several [default: the one called `won`].
    #[arg(long = "won", value_name = "STAGE", requires = "before")]
    won: Vec<String>,
}

impl OfPipeline {
    /// What is asked.
    pub fn asked(&self) -> Pipeline {
        Pipeline {
            from: self.from,
            to: self.to,
            won: self.won.clone(),
        }
    }
}

/// How the pipeline moved from an export from before to the one of opportunities among those of now.
///
/// # Errors
/// If there is none of opportunities or several, both are called the same, or they cannot be read.
pub fn moved(
    rules: &Rules,
    (before, exports): (&Export, &[Export]),
    layouts: &Layouts,
    pipeline: &Pipeline,
) -> Result<PipelineMovement, CouldNotRun> {
    let is_of_deals = |export: &&Export| {
        let layout = layouts.files.get(export.name());
        layout
            .is_some_and(|it| it.record == Some(crm::RecordKind::Opportunity) && it.event.is_none())
    };
    let deals: Vec<&Export> = exports.iter().filter(is_of_deals).collect();
    let [now] = deals.as_slice() else {
        let names: Vec<&str> = deals.iter().map(|it| it.name()).collect();
        return Err(CouldNotRun(match names.as_slice() {
            [] => "--before is an export of opportunities, and none of the files of now is one"
                .to_owned(),
            several => format!(
                "--before is compared with one export of opportunities, and there are several: {}; use `fairlead movement`",
                several.join(", ")
            ),
        }));
    };
    if now.name() == before.name() {
        return Err(CouldNotRun(format!(
            "both files are called {}, and the mapping says by the name how each is read: rename one",
            now.name()
        )));
    }
    let moved = moved_between(rules, [before, now], layouts, pipeline);
    moved.map_err(|why| CouldNotRun(why.to_string()))
}
