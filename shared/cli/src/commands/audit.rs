use std::{
    fs::{self, File},
    io::{BufWriter, IsTerminal, Write},
    path::{Path, PathBuf},
    process::ExitCode,
    time::Instant,
};

use clap::Args;
use decisions::Rules;
use export_audit::{AuditError, Export, Findings, Layouts, Report, audit, propose, starter};
use jiff::Timestamp;
use model::OperatingModel;
use model_compiler::Texts;

use super::{
    CouldNotRun, Outcome,
    before::{OfPipeline, moved},
    exports::{exports, is_none_of, layouts_in, one_export},
    options::model_in,
    print_whole,
};
use crate::instant::Typed;

/// Judge exports of a CRM by an operating model: the three questions, and every deviation with its reasons.
///
/// What percentage of the pipeline meets the SQL criteria? What is the ICP adherence? How many open
/// deals have exceeded the longest sales cycle of their segment? Nothing is asked but the files. Records
/// are judged by the code that the functions run.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment, after_long_help = HELP)]
pub struct Arguments {
    /// The files: opportunities, accounts, leads; CSV in any encoding, with any separator, or Excel: each sheet of a
    /// workbook, or the one named as in `crm.xlsx:Deals`.
    #[arg(value_name = "EXPORT", required = true)]
    exports: Vec<PathBuf>,
    /// The folder of the operating model [default: one made from the data].
    #[arg(long, value_name = "DIR")]
    model: Option<PathBuf>,
    /// Keep the model that was made from the data in this folder, to go on from.
    #[arg(long, value_name = "DIR", conflicts_with = "model")]
    write_model: Option<PathBuf>,
    /// The file that says how the columns are read.
    #[arg(long, value_name = "FILE", default_value = "audit-mapping.yaml")]
    mapping: PathBuf,
    /// Propose the mapping, write it into that file and go on by it. It overwrites nothing.
    #[arg(long)]
    guess: bool,
    /// The instant as of which is judged.
    #[arg(long, value_name = "TIME", default_value = "now")]
    at: Typed,
    /// An export of the opportunities from before: how the pipeline came from that to this is told as well.
    #[arg(long, value_name = "EXPORT")]
    before: Option<PathBuf>,
    #[command(flatten)]
    pipeline: OfPipeline,
    /// How many findings are told with their reasons.
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    reasons: usize,
    /// Print the report as one object of JSON.
    #[arg(long)]
    json: bool,
    /// Write every finding into this file, a line each.
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
    /// Write the report into this file as a page that needs nothing else.
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
}

const HELP: &str = "\
Examples:
  fairlead audit deals.csv companies.csv --guess --html audit.html     no model yet: one is made from the data
  fairlead audit deals.csv companies.csv --model config                by the mapping in audit-mapping.yaml
  fairlead audit crm.xlsx --guess                                      each sheet is a file, `crm.xlsx:Deals` in the mapping
  fairlead audit receipt.csv --guess                                   a log alone: each case is an opportunity, each activity a stage
  fairlead audit deals.csv --model config --csv findings.csv --json    for programs
  fairlead audit october.csv companies.csv --model config --before july.csv --from 2026-07-01 --to 2026-09-30 --html audit.html
      and how the pipeline of that quarter came from what it was to what it is, each part with its deals

What is guessed is written down first, with what is not sure; nothing else is read. Rows that cannot be
read are listed by their lines and stop nothing. What an export cannot tell, such as clocks, or how
often a date moved, is said to be unknown, and counted.

Exit codes: 0 audited, whatever was found, 2 could not run.";

/// Audits and prints.
///
/// # Errors
/// If a file, the mapping or the model cannot be read, or an output cannot be written.
pub fn run(arguments: &Arguments) -> Outcome {
    let now = arguments.at.resolve(Timestamp::now()).timestamp();
    let began = Instant::now();
    let outputs = [&arguments.csv, &arguments.html].into_iter().flatten();
    for output in outputs.chain([&arguments.mapping]) {
        is_none_of(output, &arguments.exports)?;
    }
    let exports = exports(&arguments.exports)?;
    let model = model(arguments, &exports)?;
    let before = arguments.before.as_deref().map(one_export).transpose()?;
    let layouts = layouts(arguments, (&exports, before.as_ref()), &model)?;
    let rules = Rules::prepare(model, now).map_err(|why| CouldNotRun(why.to_string()))?;
    let mut findings = Findings::keeping(arguments.reasons);
    if let Some(path) = &arguments.csv {
        findings = findings.written_to(created(path)?).map_err(failed)?;
    }
    let shows = !arguments.json && std::io::stderr().is_terminal();
    let mut progress = |rows: u64| {
        if shows {
            eprint!("\r{rows} rows");
        }
    };
    let report = audit(
        &rules,
        &exports,
        &layouts,
        now,
        &mut findings,
        &mut progress,
    );
    if shows {
        eprint!("\r\x1b[K");
    }
    let mut report = report.map_err(failed)?;
    if let Some(before) = &before {
        let pipeline = arguments.pipeline.asked();
        report.movement = Some(moved(&rules, (before, &exports), &layouts, &pipeline)?);
    }
    print(arguments, &report, began)?;
    Ok(ExitCode::SUCCESS)
}

fn print(arguments: &Arguments, report: &Report, began: Instant) -> Result<(), CouldNotRun> {
    if let Some(path) = &arguments.html {
        written(path, &report.page())?;
    }
    if arguments.json {
        return print_whole(&format!("{}\n", report.json()));
    }
    print_whole(&format!(
        "{}\n{}\n",
        report.text(),
        report.last_line(began.elapsed())
    ))
}

/// The model of the folder, or one made from the data.
fn model(arguments: &Arguments, exports: &[Export]) -> Result<OperatingModel, CouldNotRun> {
    if let Some(folder) = &arguments.model {
        return model_in(folder);
    }
    let made = starter(exports).map_err(failed)?;
    if let Some(folder) = &arguments.write_model {
        fs::create_dir_all(folder)
            .map_err(|why| CouldNotRun(format!("{} cannot be made: {why}", folder.display())))?;
        for (name, text) in &made.files {
            written_anew(&folder.join(name), text)?;
        }
    }
    for remark in &made.remarks {
        eprintln!("{remark}");
    }
    let texts = Texts::from_iter(made.files);
    model_compiler::read(&texts).map_err(|problems| {
        let first = problems
            .first()
            .map_or_else(String::new, ToString::to_string);
        CouldNotRun(format!(
            "no model can be made from these data; write one with `fairlead init`: {first}"
        ))
    })
}

fn layouts(
    arguments: &Arguments,
    (exports, before): (&[Export], Option<&Export>),
    model: &OperatingModel,
) -> Result<Layouts, CouldNotRun> {
    let path = &arguments.mapping;
    if !arguments.guess {
        return layouts_in(path);
    }
    let mut proposal = propose(exports, model).map_err(failed)?;
    if let Some(before) = before {
        let of_before = propose(std::slice::from_ref(before), model).map_err(failed)?;
        proposal.layouts.files.extend(of_before.layouts.files);
        proposal.remarks.extend(of_before.remarks);
    }
    written_anew(path, &proposal.to_yaml())?;
    eprintln!(
        "{}: how the columns are read; correct it, and go on without --guess",
        path.display()
    );
    for (file, remarks) in &proposal.remarks {
        remarks
            .iter()
            .for_each(|remark| eprintln!("  {file}: {remark}"));
    }
    Ok(proposal.layouts)
}

fn failed(why: AuditError) -> CouldNotRun {
    CouldNotRun(why.to_string())
}

fn unwritten(path: &Path, why: &std::io::Error) -> CouldNotRun {
    CouldNotRun(format!("{} cannot be written: {why}", path.display()))
}

fn created(path: &Path) -> Result<impl Write + use<>, CouldNotRun> {
    File::create(path)
        .map(BufWriter::new)
        .map_err(|why| unwritten(path, &why))
}

fn written(path: &Path, text: &str) -> Result<(), CouldNotRun> {
    fs::write(path, text).map_err(|why| unwritten(path, &why))
}

/// Writes a file that is not there yet, or is the same.
fn written_anew(path: &Path, text: &str) -> Result<(), CouldNotRun> {
    match fs::read_to_string(path) {
        Ok(there) if there != text => Err(CouldNotRun(format!(
            "{} is there already, and is not overwritten: name another file, or take it away",
            path.display()
        ))),
        Ok(_) => Ok(()),
        Err(_) => written(path, text),
    }
}
