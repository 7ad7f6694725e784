use std::{path::PathBuf, process::ExitCode};

use ::model::{
    OperatingModel,
    lineage::{FieldOrigin, Lineage, Reader},
};
use clap::Args;
use model_compiler::nearest;

use super::{CouldNotRun, Outcome, options::model_in, print_whole};

/// Where a metric comes from: its fields, the CRM's properties, and every rule that reads the same ones.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment, after_long_help = HELP)]
pub struct Arguments {
    /// A metric, or a field such as `opportunity.amount`, `account.segment` or `lead.priority`.
    #[arg(value_name = "NAME")]
    name: String,
    /// The folder of the operating model.
    #[arg(long, value_name = "DIR", default_value = "config")]
    model: PathBuf,
    /// Print it as one object of JSON.
    #[arg(long)]
    json: bool,
}

const HELP: &str = "\
Examples:
  fairlead lineage icp_adherence         what the number stands on, and what else would change with it
  fairlead lineage account.employees     who reads this field

Exit codes: 0 told, 2 could not run.";

/// Tells the lineage.
///
/// # Errors
/// If the model cannot be read, or has neither such a metric nor such a field.
pub fn run(arguments: &Arguments) -> Outcome {
    let model = model_in(&arguments.model)?;
    let lineage = model.lineage(&arguments.name);
    let lineage = lineage.ok_or_else(|| unknown(&model, &arguments.name))?;
    let text = if arguments.json {
        let json = serde_json::to_string_pretty(&lineage);
        json.map_err(|why| CouldNotRun(why.to_string()))? + "\n"
    } else {
        text(&model, &lineage)
    };
    print_whole(&text)?;
    Ok(ExitCode::SUCCESS)
}

fn unknown(model: &OperatingModel, name: &str) -> CouldNotRun {
    let declared = model.records.iter().flat_map(|(kind, fields)| {
        let of_kind = move |field: &String| format!("{kind}.{field}");
        fields.keys().map(of_kind)
    });
    let fields = declared.chain(model.derived.keys().map(ToString::to_string));
    let names: Vec<String> = fields.chain(model.metrics.keys().cloned()).collect();
    let near = nearest(name, names.iter().map(String::as_str));
    let near = near.map_or_else(String::new, |it| format!("; did you mean `{it}`?"));
    CouldNotRun(format!(
        "the model has neither a metric nor a field `{name}`{near}"
    ))
}

fn text(model: &OperatingModel, lineage: &Lineage) -> String {
    let mut text = format!("{}\n", lineage.name);
    if let Some(metric) = model.metrics.get(&lineage.name) {
        text += &format!(
            "  of {} · owner {} · {}\n",
            metric.of.words(),
            metric.owner,
            metric.place
        );
        text += &metric
            .definition
            .as_ref()
            .map_or_else(String::new, |it| format!("  {it}\n"));
        let against = metric.against.as_ref();
        if let Some((name, target)) = against.and_then(|it| model.targets.get_key_value(it)) {
            text += &format!("  held against the target {name} · {}\n", target.place);
        }
    }
    text += "\n  comes from\n";
    let fields = lineage.fields.iter().map(|it| {
        let properties = match it.properties.as_slice() {
            [] if model.derived.contains_key(&it.field) => {
                "counted from the records that belong together in the CRM".to_owned()
            }
            [] => "kept by the CRM of every record".to_owned(),
            all => all.join(", "),
        };
        [it.field.to_string(), properties, terms(it)]
    });
    text += &table(&fields.collect::<Vec<_>>());
    if !lineage.mails.is_empty() {
        text += "\n  told in\n";
        let mails = lineage.mails.iter();
        let mails = mails.map(|it| [it.what.clone(), it.place.to_string(), String::new()]);
        text += &table(&mails.collect::<Vec<_>>());
    }
    if lineage.readers.is_empty() {
        return text + "\n  nothing else reads these fields\n";
    }
    text += "\n  the same fields are read by\n";
    let row = |it: &Reader| {
        let fields: Vec<String> = it.fields.iter().map(ToString::to_string).collect();
        [
            format!("{} {}", it.what, it.name),
            it.place.to_string(),
            fields.join(", "),
        ]
    };
    let rows: Vec<_> = lineage.readers.iter().map(row).collect();
    text + &table(&rows)
}

/// Who answers for a field, and how long a value is taken to be true.
fn terms(field: &FieldOrigin) -> String {
    let owner = field.owner.as_ref();
    let owner = owner.map(|it| format!("{} answers for it", it.words()));
    let stale = field
        .fresh_for
        .map(|days| format!("stale after {days} days"));
    let terms: Vec<String> = owner.into_iter().chain(stale).collect();
    terms.join(", ")
}

/// Rows in columns, each as wide as it must be.
fn table(rows: &[[String; 3]]) -> String {
    let width = |at: usize| {
        let cells = rows.iter().filter_map(|row| row.get(at));
        cells.map(|it| it.chars().count()).max().unwrap_or(0)
    };
    let (first, second) = (width(0), width(1));
    let line = |[one, two, three]: &[String; 3]| {
        let line = format!("    {one:first$}  {two:second$}  {three}");
        format!("{}\n", line.trim_end())
    };
    rows.iter().map(line).collect()
}
