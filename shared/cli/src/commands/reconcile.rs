use std::{path::PathBuf, process::ExitCode};

use clap::Args;
use export_audit::{AuditError, WhatCounts, reconcile};
use jiff::civil::Date;

use super::{
    CouldNotRun, Outcome,
    exports::{layouts_in, one_export},
    print_whole,
};

/// Explain why two files give two figures, record by record: those of a CRM and of a warehouse.
///
/// A figure is the sum of the amounts that count. Each record that counts differently explains its part:
/// it is in one file only, stands there twice, or has another stage, date, currency or amount. The parts
/// come to the difference exactly.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment, after_long_help = HELP)]
pub struct Arguments {
    /// The one file.
    #[arg(value_name = "FIRST")]
    first: PathBuf,
    /// The other.
    #[arg(value_name = "SECOND")]
    second: PathBuf,
    /// The file that says how the columns are read: `amount`, and if they have them `stage`,
    /// `close_date` and `currency`.
    #[arg(
        long,
        value_name = "FILE",
        default_value = "audit-mapping.yaml",
        verbatim_doc_comment
    )]
    mapping: PathBuf,
    /// A stage that counts, as the mapping spells it; several times for several [default: every stage].
    #[arg(long = "stage", value_name = "STAGE")]
    stages: Vec<String>,
    /// The first day of closing that counts.
    #[arg(long, value_name = "DAY")]
    from: Option<Date>,
    /// The last.
    #[arg(long, value_name = "DAY")]
    to: Option<Date>,
    /// Print everything as one object of JSON.
    #[arg(long)]
    json: bool,
}

const HELP: &str = "\
Example:
  fairlead reconcile crm.csv warehouse.csv --stage won --from 2026-07-01 --to 2026-09-30

A mapping, with the headings of the columns:
  files:
    crm.csv:
      id: Deal ID
      columns: { amount: { column: Amount }, stage: { column: Stage }, close_date: { column: Closed } }
    warehouse.csv:
      id: deal_id
      columns: { amount: { column: amount_eur }, stage: { column: stage }, close_date: { column: closed_on } }

Exit codes: 0 explained, 2 could not run.";

/// Explains and prints.
///
/// # Errors
/// If a file or the mapping cannot be read, or does not fit.
pub fn run(arguments: &Arguments) -> Outcome {
    let failed = |why: AuditError| CouldNotRun(why.to_string());
    let layouts = layouts_in(&arguments.mapping)?;
    let counts = WhatCounts {
        stages: arguments.stages.clone(),
        from: arguments.from,
        to: arguments.to,
    };
    let [first, second] = [&arguments.first, &arguments.second].map(|it| one_export(it));
    let (first, second) = (first?, second?);
    if first.name() == second.name() {
        return Err(CouldNotRun(format!(
            "both files are called {}, and the mapping says by the name how each is read: rename one",
            first.name()
        )));
    }
    let found = reconcile(&first, &second, &layouts, &counts).map_err(failed)?;
    print_whole(&if arguments.json {
        format!("{}\n", found.json())
    } else {
        found.text()
    })?;
    Ok(ExitCode::SUCCESS)
}
