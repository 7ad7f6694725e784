mod templates;

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Args;
use model::ModelFile;
use model_compiler::{Texts, check, schema};

use super::{CouldNotRun, Outcome, print_whole, summary};
use templates::{Company, Stage};

/// Write an operating model to start from, for a company of some maturity.
///
/// Six files with comments, which check clean as they are, their schemas for editors, and the first
/// scenarios. Nothing is ever overwritten.
#[derive(Debug, Args)]
#[command(
    verbatim_doc_comment,
    after_help = "Exit codes: 0 fine, 2 could not run."
)]
pub struct Arguments {
    /// The folder to write into; it is made if it is not there.
    #[arg(value_name = "DIR", default_value = "config")]
    folder: PathBuf,
    /// How far the company has come in selling.
    #[arg(long, value_enum, default_value_t = Stage::Early)]
    stage: Stage,
    /// The company's name, as it stands in mails.
    #[arg(long, value_name = "NAME", default_value = "Our Company")]
    company: String,
    /// The time zone of the company and of its first calendar, for example Europe/Berlin.
    #[arg(long, value_name = "ZONE", default_value = "UTC")]
    time_zone: String,
    /// The currency of amounts, by its three letters of ISO 4217.
    #[arg(long, value_name = "CODE", default_value = "EUR")]
    currency: String,
    /// The id of the account of the CRM whose events are yours; the CRM may call it portal or hub id.
    #[arg(long, value_name = "ID", default_value = "0")]
    crm_portal: String,
}

/// Writes the files, and says what to do next.
///
/// # Errors
/// If a file is there already or cannot be written, or an option does not fit.
pub fn run(arguments: &Arguments) -> Outcome {
    let company = Company {
        name: &arguments.company,
        time_zone: &arguments.time_zone,
        currency: &arguments.currency,
        portal: &arguments.crm_portal,
    };
    let files = ModelFile::ALL.map(|file| {
        let text = templates::file(arguments.stage, file, &company);
        (file.name().to_owned(), text)
    });
    let checked = check(&Texts::from_iter(files.clone()));
    let Some(model) = checked.model else {
        let first = checked.problems.first();
        let why = first.map_or_else(String::new, |it| format!("{}; {}", it.what, it.fix));
        return Err(CouldNotRun(format!("an option does not fit: {why}")));
    };
    let mut all: Vec<(String, String)> = files.into();
    all.extend(ModelFile::ALL.map(|it| (format!("schema/{}", schema::name(it)), schema::of(it))));
    let scenarios = templates::scenarios(arguments.stage);
    all.push(("scenarios/first.yaml".to_owned(), scenarios.to_owned()));
    refuse_to_overwrite(&arguments.folder, &all)?;
    for (name, text) in &all {
        write(&arguments.folder.join(name), text)?;
    }
    say!("{}: {}\n", arguments.folder.display(), summary(&model));
    print_whole(&next(arguments))?;
    Ok(ExitCode::SUCCESS)
}

fn refuse_to_overwrite(folder: &Path, files: &[(String, String)]) -> Result<(), CouldNotRun> {
    let names = files.iter().map(|(name, _)| name.as_str());
    let there: Vec<&str> = names.filter(|name| folder.join(name).exists()).collect();
    if there.is_empty() {
        return Ok(());
    }
    Err(CouldNotRun(format!(
        "{} has {} already, and nothing is overwritten: name another folder",
        folder.display(),
        there.join(", ")
    )))
}

fn write(path: &Path, text: &str) -> Result<(), CouldNotRun> {
    let cannot = |error| CouldNotRun(format!("{} cannot be written: {error}", path.display()));
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(cannot)?;
    }
    fs::write(path, text).map_err(cannot)
}

/// What to do with the files.
fn next(arguments: &Arguments) -> String {
    let folder = arguments.folder.display();
    let mut steps = vec![
        format!("put your people into {folder}/people.yaml, with their ids in the CRM"),
        format!("compare the fields in {folder}/technology.yaml with the properties of your CRM"),
        format!(
            "read {folder}/strategy.yaml and {folder}/processes.yaml, and say what is true of you"
        ),
        format!(
            "run `fairlead check {folder}` after each change; `fairlead model {folder}` shows the whole"
        ),
        format!(
            "write what must be so into {folder}/scenarios/first.yaml; `fairlead test {folder}` plays it"
        ),
        "look words up in the reference: `fairlead reference`".to_owned(),
    ];
    if arguments.crm_portal == "0" {
        let portal =
            format!("write the id of your CRM account as `portal` into {folder}/technology.yaml");
        steps.insert(0, portal);
    }
    let steps = steps.iter().zip(1..);
    let steps: Vec<String> = steps
        .map(|(step, number)| format!("  {number}. {step}\n"))
        .collect();
    format!("What to do next:\n{}", steps.concat())
}
