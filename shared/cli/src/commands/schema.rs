use std::{fs, path::PathBuf, process::ExitCode};

use clap::Args;
use model::ModelFile;
use model_compiler::schema;

use super::{CouldNotRun, Outcome, print_whole};

/// Print the JSON Schema of a file of the operating model, or write all six, for editors.
///
/// An editor with a YAML language server completes, explains and underlines while you type, if the
/// file names its schema: `# yaml-language-server: $schema=schema/strategy.json`.
#[derive(Debug, Args)]
#[command(
    verbatim_doc_comment,
    after_help = "Exit codes: 0 fine, 2 could not run."
)]
pub struct Arguments {
    /// The file whose schema is printed, for example strategy.yaml.
    #[arg(value_name = "FILE", value_parser = file, required_unless_present = "write")]
    file: Option<ModelFile>,
    /// Write the schemas of all six files into this folder, for example config/schema.
    #[arg(long, value_name = "DIR", conflicts_with = "file")]
    write: Option<PathBuf>,
}

fn file(text: &str) -> Result<ModelFile, String> {
    let name = text.trim_end_matches(".yaml");
    let found = ModelFile::ALL
        .into_iter()
        .find(|file| file.name().trim_end_matches(".yaml") == name);
    let names = ModelFile::ALL.map(ModelFile::name).join(", ");
    found.ok_or_else(|| format!("the files of an operating model are {names}"))
}

/// Prints or writes the schemas.
///
/// # Errors
/// If a file cannot be written.
pub fn run(arguments: &Arguments) -> Outcome {
    if let Some(file) = arguments.file {
        print_whole(&schema::of(file))?;
    }
    if let Some(folder) = &arguments.write {
        write(folder)?;
        say!("{}: {} schemas", folder.display(), ModelFile::ALL.len());
    }
    Ok(ExitCode::SUCCESS)
}

/// Writes the schemas of all six files.
///
/// # Errors
/// If one cannot be written.
pub fn write(folder: &std::path::Path) -> Result<(), CouldNotRun> {
    let cannot = |error| CouldNotRun(format!("{} cannot be written: {error}", folder.display()));
    fs::create_dir_all(folder).map_err(cannot)?;
    for file in ModelFile::ALL {
        fs::write(folder.join(schema::name(file)), schema::of(file)).map_err(cannot)?;
    }
    Ok(())
}
