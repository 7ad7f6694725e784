use std::{path::PathBuf, process::ExitCode};

use clap::{Args, Subcommand};
use crm::SourceName;
use decisions::set_up::{Difference, differences};
use engine::Needs;
use model::{OperatingModel, Source};
use serde_json::json;

use super::{
    CouldNotRun, Outcome, PROBLEMS,
    options::{StackOptions, model_in},
    print_whole,
};
use crate::{
    portal::{self, Token},
    stack::wait,
};

/// The variable that holds an access token.
const TOKEN: &str = "CRM_ACCESS_TOKEN";

/// Compare how the CRM is set up with what the model says, or print what the model needs of it.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Check(Check),
    #[command(name = "setup")]
    SetUp(SetUp),
}

/// What one side names and the other does not know: properties, what they hold, their values, stages, pipelines and
/// owners, each with the rules that do not work because of it.
///
/// It asks the CRM of the local stack, or the vendor's service with the access token in CRM_ACCESS_TOKEN.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment, after_long_help = HELP)]
struct Check {
    #[command(flatten)]
    model: Model,
    /// Where the CRM is [default: that of the local stack; the vendor's, if CRM_ACCESS_TOKEN is set].
    #[arg(long, value_name = "URL")]
    address: Option<String>,
    #[command(flatten)]
    stack: StackOptions,
    /// Print an array of JSON.
    #[arg(long)]
    json: bool,
}

const HELP: &str = "\
Examples:
  fairlead crm check                                  the sandbox CRM of the local stack
  CRM_ACCESS_TOKEN=… fairlead crm check               the portal of that app

--json prints [{breaks, place, what, follows, fix}].

Exit codes: 0 nothing breaks, 1 something does, 2 could not ask.";

const SET_UP_HELP: &str = "\
--json prints {scopes, subscriptions, properties: [{object, name, holds, options, unique, field}], pipelines: [{object, id,
stages: [{id, label}]}], owners: [{id, name, email}]}.";

/// What somebody sets up in the CRM for this model: properties with what they hold, pipelines with their stages, who
/// can own a record, scopes of the app, and webhook subscriptions.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment, after_long_help = SET_UP_HELP)]
struct SetUp {
    #[command(flatten)]
    model: Model,
    /// Print an object of JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
pub(super) struct Model {
    /// The folder of the operating model.
    #[arg(long, value_name = "DIR", default_value = "config")]
    config: PathBuf,
    /// The source, if the model has several.
    #[arg(long, value_name = "NAME")]
    source: Option<String>,
}

impl Model {
    /// The model, and the source that is meant.
    ///
    /// # Errors
    /// If the model cannot be read, or has several sources and none of them is named.
    pub(super) fn read(&self) -> Result<(OperatingModel, SourceName), CouldNotRun> {
        let model = model_in(&self.config)?;
        let mut names = model.sources.keys();
        let found = match &self.source {
            Some(wanted) => names.find(|name| name.as_str() == wanted),
            None if model.sources.len() == 1 => names.next(),
            None => None,
        };
        let name = found.cloned().ok_or_else(|| {
            let names: Vec<&str> = model.sources.keys().map(SourceName::as_str).collect();
            CouldNotRun(format!(
                "say which source is meant: --source {}",
                names.join(" or ")
            ))
        })?;
        Ok((model, name))
    }
}

/// Runs the command.
///
/// # Errors
/// If the model cannot be read, or the CRM does not answer.
pub fn run(arguments: &Arguments) -> Outcome {
    match &arguments.what {
        What::Check(check) => compare(check),
        What::SetUp(set_up) => needs(set_up),
    }
}

fn source_of<'a>(model: &'a OperatingModel, name: &SourceName) -> Result<&'a Source, CouldNotRun> {
    let source = model.sources.get(name);
    source.ok_or_else(|| CouldNotRun(format!("the model has no source {name}")))
}

fn compare(arguments: &Check) -> Outcome {
    let (model, name) = arguments.model.read()?;
    let source = source_of(&model, &name)?;
    let given = token_given();
    let (token, address) = match given {
        Some(token) => (Token::Given(token), portal::USUAL_ADDRESS.to_owned()),
        None => {
            let stack = arguments.stack.find()?;
            let address = stack.crm().unwrap_or(portal::USUAL_ADDRESS).to_owned();
            (Token::Kept(stack.secrets()), address)
        }
    };
    let address = arguments.address.clone().unwrap_or(address);
    let set_up = wait(portal::set_up(&model, (&name, source), &address, token))?;
    let found = differences(&model, &name, &set_up);
    print_whole(&if arguments.json {
        format!("{:#}\n", as_json(&found))
    } else {
        as_text(&name, &address, &found)
    })?;
    let breaks = found.iter().any(|it| it.breaks);
    Ok(if breaks {
        ExitCode::from(PROBLEMS)
    } else {
        ExitCode::SUCCESS
    })
}

/// The access token of the environment, if there is one.
pub(super) fn token_given() -> Option<String> {
    let given = std::env::var(TOKEN).ok();
    given.filter(|token| !token.trim().is_empty())
}

fn needs(arguments: &SetUp) -> Outcome {
    let (model, name) = arguments.model.read()?;
    let needs = portal::needs(&model, &name, source_of(&model, &name)?)?;
    if arguments.json {
        print_whole(&format!("{:#}\n", json!(needs)))?;
        return Ok(ExitCode::SUCCESS);
    }
    print_whole(&set_up_as_text(&name, &needs))?;
    Ok(ExitCode::SUCCESS)
}

fn set_up_as_text(name: &SourceName, needs: &Needs) -> String {
    let properties = needs.properties.iter().map(|it| {
        let options = match it.options.as_slice() {
            [] => String::new(),
            some => format!(" of {}", some.join(", ")),
        };
        let unique = if it.unique { ", unique" } else { "" };
        let (object, property) = (&it.object, &it.name);
        format!(
            "{object}.{property}: {}{options}{unique}    ({})",
            it.holds, it.field
        )
    });
    let pipelines = needs.pipelines.iter().map(|it| {
        let stages: Vec<&str> = it.stages.iter().map(|stage| stage.id.as_str()).collect();
        format!("{}, {}: {}", it.object, it.id, stages.join(", "))
    });
    let owners = needs.owners.iter();
    let owners = owners.map(|it| format!("{}: {} <{}>", it.id, it.name, it.email));
    let parts: [(&str, Vec<String>); 5] = [
        ("properties", properties.collect()),
        ("pipelines", pipelines.collect()),
        ("owners", owners.collect()),
        ("scopes of the app", needs.scopes.clone()),
        ("webhook subscriptions", needs.subscriptions.clone()),
    ];
    let mut text = String::new();
    for (heading, lines) in parts.iter().filter(|(_, lines)| !lines.is_empty()) {
        text.push_str(&format!("{heading} of {name}\n"));
        for line in lines {
            text.push_str(&format!("  {line}\n"));
        }
        text.push('\n');
    }
    text.push_str("`fairlead crm check` says which of these are there already.\n");
    text
}

fn as_text(name: &SourceName, address: &str, found: &[Difference]) -> String {
    let mut text = String::new();
    for it in found {
        let place = it
            .place
            .map_or_else(String::new, |place| format!("{place}: "));
        let word = if it.breaks { "breaks" } else { "note" };
        text.push_str(&format!(
            "{word}  {place}{}\n        {}\n        fix: {}\n",
            it.what, it.follows, it.fix
        ));
    }
    let breaks = found.iter().filter(|it| it.breaks).count();
    let notes = found.len() - breaks;
    text.push_str(&match (breaks, notes) {
        (0, 0) => format!("{name} at {address} is set up as the model says\n"),
        _ => format!("{name} at {address}: {breaks} that break something, {notes} to know of\n"),
    });
    text
}

fn as_json(found: &[Difference]) -> serde_json::Value {
    let each = found.iter().map(|it| {
        json!({
            "breaks": it.breaks,
            "place": it.place.map(|place| place.to_string()),
            "what": it.what,
            "follows": it.follows,
            "fix": it.fix,
        })
    });
    each.collect()
}
