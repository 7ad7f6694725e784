use std::{path::PathBuf, process::ExitCode};

use clap::Args;
use decisions::Rules;
use export_audit::{AuditError, Pipeline, moved_between, moved_since};
use jiff::{Timestamp, civil::Date};

use super::{
    CouldNotRun, Outcome,
    exports::{layouts_in, one_export},
    options::model_in,
    print_whole,
};
use crate::instant::Typed;

/// How the pipeline came from what it was to what it is, deal by deal.
///
/// Opening, and what is new, pulled in, up or reopened, less what slipped, went down, was won, lost or is gone,
/// comes to the closing exactly. It is read from two exports of the deals, the older one first, or from one log of
/// their changes.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment, after_long_help = HELP)]
pub struct Arguments {
    /// The older export and the newer one; or a log of changes alone.
    #[arg(value_name = "EXPORT", required = true, num_args = 1..=2)]
    exports: Vec<PathBuf>,
    /// The first instant, of a log.
    #[arg(long, value_name = "TIME")]
    since: Option<Typed>,
    /// The last instant, of a log.
    #[arg(long, value_name = "TIME", default_value = "now")]
    until: Typed,
    /// The first day of closing that is looked at [default: any].
    #[arg(long, value_name = "DAY")]
    from: Option<Date>,
    /// The last.
    #[arg(long, value_name = "DAY")]
    to: Option<Date>,
    /// A stage that is won; several times for several [default: the one called `won`].
    #[arg(long = "won", value_name = "STAGE")]
    won: Vec<String>,
    /// The folder of the operating model.
    #[arg(long, value_name = "DIR", default_value = "config")]
    model: PathBuf,
    /// The file that says how the columns are read; `fairlead audit --guess` writes one.
    #[arg(long, value_name = "FILE", default_value = "audit-mapping.yaml")]
    mapping: PathBuf,
    /// Print everything as one object of JSON, with every deal.
    #[arg(long)]
    json: bool,
}

const HELP: &str = "\
Examples:
  fairlead movement july.csv october.csv --from 2026-07-01 --to 2026-09-30     the pipeline of a quarter
  fairlead movement changes.csv --since 2026-07-01T00:00+02:00                 by a log: `event: change` in the mapping

A log tells more than two exports: a date that slipped and came back is in both parts.

Exit codes: 0 told, 2 could not run.";

/// Tells how the pipeline moved.
///
/// # Errors
/// If a file, the mapping or the model cannot be read, or they do not fit.
pub fn run(arguments: &Arguments) -> Outcome {
    let failed = |why: AuditError| CouldNotRun(why.to_string());
    let now = Timestamp::now();
    let until = arguments.until.resolve(now).timestamp();
    let layouts = layouts_in(&arguments.mapping)?;
    let model = model_in(&arguments.model)?;
    let rules = Rules::prepare(model, until).map_err(|why| CouldNotRun(why.to_string()))?;
    let pipeline = Pipeline {
        from: arguments.from,
        to: arguments.to,
        won: arguments.won.clone(),
    };
    let exports = arguments.exports.iter().map(|it| one_export(it));
    let exports = exports.collect::<Result<Vec<_>, _>>()?;
    let found = match (exports.as_slice(), &arguments.since) {
        ([old, new], None) if old.name() == new.name() => {
            return Err(CouldNotRun(format!(
                "both files are called {}, and the mapping says by the name how each is read: rename one",
                old.name()
            )));
        }
        ([old, new], None) => moved_between(&rules, [old, new], &layouts, &pipeline),
        ([log], Some(since)) => {
            let since = since.resolve(now).timestamp();
            moved_since(&rules, log, &layouts, &pipeline, [since, until])
        }
        ([_], None) => {
            return Err(CouldNotRun(
                "one file tells how deals stand and not how they stood: name an older export before it, or, of a log of \
                 changes, say --since"
                    .to_owned(),
            ));
        }
        _ => {
            return Err(CouldNotRun(
                "--since is for one log of changes; two exports are taken as they stand".to_owned(),
            ));
        }
    };
    let found = found.map_err(failed)?;
    print_whole(&if arguments.json {
        format!("{}\n", found.json())
    } else {
        found.text()
    })?;
    Ok(ExitCode::SUCCESS)
}
