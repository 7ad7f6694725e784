mod live;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use ::model::{By, OperatingModel};
use clap::Args;
use decisions::Rules;
use export_audit::{
    AuditError, Findings, MetricReport, audit, changes_text, compare_signals, metric_changes,
    metrics_text,
};
use jiff::Timestamp;
use model_compiler::nearest;

use super::{
    CouldNotRun, Outcome,
    exports::{exports, is_there, layouts_in},
    options::{TableOptions, model_in},
    print_whole,
};
use crate::instant::Typed;

/// The metrics of an operating model: computed from exports of a CRM, or as they are counted live.
///
/// With files, they are computed from these; without, the running stack is asked what it has counted. Each has its value, of how many it is, a 95 % interval, and how it stands to its floor and target. What
/// cannot be known of a record is counted apart, and never as a no.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment, after_long_help = HELP)]
pub struct Arguments {
    /// The name of a metric, or several [default: all]; and behind them the files, if it is not the stack that tells.
    #[arg(value_name = "NAME|EXPORT", verbatim_doc_comment)]
    given: Vec<String>,
    /// By what they are broken down, in place of what the model says: a field of a closed list such as
    /// `account.segment`, or `stage`, `owner`, `team`, `week`, `month`, `quarter`; several times for several.
    #[arg(long, value_name = "BY", verbatim_doc_comment)]
    by: Vec<String>,
    /// The folder of the operating model.
    #[arg(long, value_name = "DIR", default_value = "config")]
    model: PathBuf,
    /// The file that says how the columns are read; `fairlead audit --guess` writes one.
    #[arg(long, value_name = "FILE", default_value = "audit-mapping.yaml")]
    mapping: PathBuf,
    /// The instant as of which is judged.
    #[arg(long, value_name = "TIME", default_value = "now")]
    at: Typed,
    /// An older export; several times for several. Each rate's change since then is split into mix, since there are more
    /// of other groups, and what changed within the groups.
    #[arg(
        long,
        value_name = "EXPORT",
        requires = "before_at",
        verbatim_doc_comment
    )]
    before: Vec<PathBuf>,
    /// The instant as of which the older exports are judged. What signals watch is compared with what it was then.
    #[arg(long, value_name = "TIME", requires = "before")]
    before_at: Option<Typed>,
    /// Print them as a list of JSON; with --before as an object of `metrics`, `before` and `changes`.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    table: TableOptions,
}

const HELP: &str = "\
Examples:
  fairlead metrics deals.csv companies.csv                                  all, as the model breaks them down
  fairlead metrics icp_adherence --by owner --by month deals.csv companies.csv
  fairlead metrics stage_conversion deals.csv stage_history.csv             by a log of stage moves; what is to be
      expected to be won, and what a better rate at each stage would add
  fairlead metrics win_rate october.csv companies.csv --before july.csv --before companies.csv --before-at 2026-07-01T00:00:00Z
  fairlead metrics                                                          as they stand by now, in the running stack
  fairlead metrics sql_integrity --stack .local                             one of them, beside a week before

Live are portions, counts, sums, ratios and the runs of clocks, how many were in time and how long they took: they
follow each change within a minute, and what time alone changes every night. Other quantiles, conversions and lengths
of stretches are told by exports. A signal of a metric is shown with both numbers and their intervals.

Exit codes: 0 not below a floor, 1 a metric is below its floor, 2 could not run.";

/// Computes and prints.
///
/// # Errors
/// If a file, the mapping or the model cannot be read, or there is no such metric or breakdown.
pub fn run(arguments: &Arguments) -> Outcome {
    let now = arguments.at.resolve(Timestamp::now()).timestamp();
    let mut model = model_in(&arguments.model)?;
    let paths = chosen(&mut model, arguments)?;
    let before = match &arguments.before_at {
        Some(at) => {
            let at = at.resolve(now).timestamp();
            let computed = computed(model.clone(), &arguments.before, &arguments.mapping, at)?;
            Some(computed)
        }
        None => None,
    };
    let mut metrics = if paths.is_empty() {
        live::counted(model, &arguments.by, &arguments.table, now)?
    } else {
        computed(model, &paths, &arguments.mapping, now)?
    };
    if let (Some(before), Some(at)) = (&before, &arguments.before_at) {
        let at = at.resolve(now).timestamp();
        compare_signals(&mut metrics, before, at);
    }
    print_whole(&told(&metrics, before.as_deref(), arguments.json)?)?;
    let below = metrics.iter().any(MetricReport::is_below_floor);
    Ok(ExitCode::from(if below { super::PROBLEMS } else { 0 }))
}

fn told(
    metrics: &[MetricReport],
    before: Option<&[MetricReport]>,
    json: bool,
) -> Result<String, CouldNotRun> {
    let changes = before.map(|before| metric_changes(before, metrics));
    if !json {
        let text =
            metrics_text(metrics) + &changes.map_or_else(String::new, |it| changes_text(&it));
        return Ok(text.trim_start_matches('\n').to_owned());
    }
    let json = match before {
        None => serde_json::to_string_pretty(metrics),
        Some(before) => serde_json::to_string_pretty(&serde_json::json!({
            "metrics": metrics, "before": before, "changes": changes,
        })),
    };
    Ok(json.map_err(|why| CouldNotRun(why.to_string()))? + "\n")
}

/// The metrics of the model, computed from these files as the mapping in a file of its own says.
///
/// # Errors
/// If a file or the mapping cannot be read, or they do not fit the model.
pub(super) fn computed(
    model: OperatingModel,
    paths: &[PathBuf],
    mapping: &Path,
    now: Timestamp,
) -> Result<Vec<MetricReport>, CouldNotRun> {
    let failed = |why: AuditError| CouldNotRun(why.to_string());
    let exports = exports(paths)?;
    let layouts = layouts_in(mapping)?;
    let rules = Rules::prepare(model, now).map_err(|why| CouldNotRun(why.to_string()))?;
    let mut findings = Findings::keeping(0);
    let report = audit(&rules, &exports, &layouts, now, &mut findings, &mut |_| {});
    Ok(report.map_err(failed)?.metrics)
}

/// Leaves the metrics in the model that were named, broken down as was said, and gives back the files.
fn chosen(model: &mut OperatingModel, arguments: &Arguments) -> Result<Vec<PathBuf>, CouldNotRun> {
    let is_metric = |it: &&String| model.metrics.contains_key(*it);
    let (names, paths): (Vec<&String>, Vec<&String>) = arguments.given.iter().partition(is_metric);
    let paths: Vec<PathBuf> = paths.into_iter().map(PathBuf::from).collect();
    if let Some(path) = paths.iter().find(|it| !is_there(it)) {
        let given = path.to_string_lossy();
        let known = model.metrics.keys().map(String::as_str);
        let near =
            nearest(&given, known).map_or_else(String::new, |it| format!("; did you mean `{it}`?"));
        return Err(CouldNotRun(format!(
            "`{given}` is neither a metric of the model nor a file{near}"
        )));
    }
    if !paths.is_empty() && arguments.table.names_one() {
        return Err(CouldNotRun(
            "exports and a stack were named, and each tells other numbers: name the files, or the stack".to_owned(),
        ));
    }
    let names: Vec<String> = names.into_iter().cloned().collect();
    choose(model, &names, &arguments.by)?;
    Ok(paths)
}

/// Leaves only these metrics in the model, all if none is named, broken down as is said, else as the model says.
///
/// # Errors
/// If the model does not know what is to be broken down by.
pub(super) fn choose(
    model: &mut OperatingModel,
    names: &[String],
    by: &[String],
) -> Result<(), CouldNotRun> {
    if !names.is_empty() {
        model.metrics.retain(|name, _| names.contains(name));
    }
    if !by.is_empty() {
        let by = by.iter().map(|it| breakdown(model, it));
        let by = by.collect::<Result<Vec<By>, _>>()?;
        for metric in model.metrics.values_mut() {
            metric.by.clone_from(&by);
        }
    }
    Ok(())
}

/// By what is broken down, if the model knows it.
fn breakdown(model: &OperatingModel, text: &str) -> Result<By, CouldNotRun> {
    let by = By::read(text).filter(|by| match by {
        By::Field(field) => model.is_listed(field),
        _ => true,
    });
    by.ok_or_else(|| {
        CouldNotRun(format!(
            "`{text}` is nothing to break down by: write a field of a closed list such as `account.segment`, or one of \
             stage, owner, team, week, month, quarter"
        ))
    })
}
