use std::{path::PathBuf, process::ExitCode};

use clap::Args;
use crm::Decimal;
use export_audit::{AuditError, Costs, retention};

use super::{
    CouldNotRun, Outcome,
    exports::{layouts_in, one_export},
    print_whole,
};

/// How much recurring revenue stayed, from two exports of what customers pay.
///
/// Net and gross retention, and payback. A row is what a customer pays; several rows of one are summed. Opening, and what customers pay more, less what
/// they pay less and who left, and who is new, comes to the closing exactly.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment, after_long_help = HELP)]
pub struct Arguments {
    /// The older export.
    #[arg(value_name = "OLD")]
    old: PathBuf,
    /// The newer one.
    #[arg(value_name = "NEW")]
    new: PathBuf,
    /// The file that says how the columns are read: `id` is the customer, `amount` what is paid, and `currency` if there
    /// is such a column.
    #[arg(
        long,
        value_name = "FILE",
        default_value = "audit-mapping.yaml",
        verbatim_doc_comment
    )]
    mapping: PathBuf,
    /// What winning the new customers cost: then it is said after how many months they have brought it.
    #[arg(long, value_name = "AMOUNT")]
    cost: Option<Decimal>,
    /// What of the revenue is left after serving it, in percent.
    #[arg(long, value_name = "PERCENT", default_value_t = 100, value_parser = clap::value_parser!(u8).range(1..=100))]
    margin: u8,
    /// Of how many months an amount is: 1, or 12 where amounts are of a year.
    #[arg(long, value_name = "MONTHS", default_value_t = 12, value_parser = clap::value_parser!(u8).range(1..=60))]
    months: u8,
    /// Print everything as one object of JSON.
    #[arg(long)]
    json: bool,
}

const HELP: &str = "\
Example:
  fairlead retention 2025.csv 2026.csv --cost 900000 --margin 80

Exit codes: 0 told, 2 could not run.";

/// Compares and prints.
///
/// # Errors
/// If a file or the mapping cannot be read, or does not fit.
pub fn run(arguments: &Arguments) -> Outcome {
    let failed = |why: AuditError| CouldNotRun(why.to_string());
    let layouts = layouts_in(&arguments.mapping)?;
    let [old, new] = [&arguments.old, &arguments.new].map(|it| one_export(it));
    let (old, new) = (old?, new?);
    if old.name() == new.name() {
        return Err(CouldNotRun(format!(
            "both files are called {}, and the mapping says by the name how each is read: rename one",
            old.name()
        )));
    }
    let costs = arguments.cost.map(|cost| Costs {
        cost,
        margin: f64::from(arguments.margin) / 100.0,
        months: arguments.months,
    });
    let found = retention([&old, &new], &layouts, costs).map_err(failed)?;
    print_whole(&if arguments.json {
        format!("{}\n", found.json())
    } else {
        found.text()
    })?;
    Ok(ExitCode::SUCCESS)
}
