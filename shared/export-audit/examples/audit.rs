//! `fairlead audit` without the rest of `fairlead`, to try it out and to measure it.
//!
//! `audit EXPORT… [--model DIR] [--mapping FILE] [--guess] [--at INSTANT] [--no-metrics] [--json] [--csv FILE] [--html FILE]`
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    reason = "an example reads files and the clock"
)]

use std::{
    env,
    error::Error,
    fs::{self, File},
    io::{self, Read},
    path::PathBuf,
    time::Instant,
};

use decisions::Rules;
use export_audit::{Export, Findings, Layouts, audit, propose, starter};
use jiff::Timestamp;
use model_compiler::Texts;

#[derive(Default)]
struct Arguments {
    exports: Vec<PathBuf>,
    model: Option<PathBuf>,
    mapping: Option<PathBuf>,
    guess: bool,
    at: Option<Timestamp>,
    json: bool,
    no_metrics: bool,
    csv: Option<PathBuf>,
    html: Option<PathBuf>,
}

fn arguments() -> Result<Arguments, Box<dyn Error>> {
    let mut read = Arguments::default();
    let mut given = env::args().skip(1);
    while let Some(argument) = given.next() {
        let mut value = || {
            given
                .next()
                .ok_or_else(|| format!("{argument} needs a value"))
        };
        match argument.as_str() {
            "--model" => read.model = Some(value()?.into()),
            "--mapping" => read.mapping = Some(value()?.into()),
            "--guess" => read.guess = true,
            "--at" => read.at = Some(value()?.parse()?),
            "--json" => read.json = true,
            "--no-metrics" => read.no_metrics = true,
            "--csv" => read.csv = Some(value()?.into()),
            "--html" => read.html = Some(value()?.into()),
            export => read.exports.push(export.into()),
        }
    }
    Ok(read)
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = arguments()?;
    let now = arguments.at.unwrap_or_else(Timestamp::now);
    let began = Instant::now();
    let exports: Vec<Export> = arguments
        .exports
        .iter()
        .map(|path| {
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            let path = path.clone();
            Export::new(name, move || {
                File::open(&path).map(|file| Box::new(file) as Box<dyn Read>)
            })
        })
        .collect();
    let texts: Texts = match &arguments.model {
        Some(folder) => testkit::files_in(folder).into_iter().collect(),
        None => {
            let made = starter(&exports)?;
            made.remarks.iter().for_each(|it| eprintln!("{it}"));
            Texts::from_iter(made.files)
        }
    };
    let mut model = model_compiler::read(&texts).map_err(|problems| format!("{problems:?}"))?;
    if arguments.no_metrics {
        model.metrics.clear();
    }
    let layouts = if arguments.guess {
        let proposal = propose(&exports, &model)?;
        eprintln!("{}", proposal.to_yaml());
        proposal.layouts
    } else {
        Layouts::parse(&fs::read_to_string(
            arguments.mapping.clone().expect("a mapping"),
        )?)?
    };
    let rules = Rules::prepare(model, now)?;
    let mut findings = Findings::keeping(10_000);
    if let Some(path) = &arguments.csv {
        findings = findings.written_to(io::BufWriter::new(File::create(path)?))?;
    }
    let report = audit(&rules, &exports, &layouts, now, &mut findings, &mut |_| {})?;
    if let Some(path) = &arguments.html {
        fs::write(path, report.page())?;
    }
    if arguments.json {
        println!("{}", report.json());
    } else {
        print!("{}", report.text());
        println!("\n{}", report.last_line(began.elapsed()));
    }
    Ok(())
}
