use std::{path::PathBuf, process::ExitCode};

use clap::Args;
use crm::PersonId;
use decisions::{Rules, digests::audience};
use engine::{RecordPages, Table};
use jiff::Timestamp;
use notify::Notify;

use super::{
    Outcome, PROBLEMS, mail,
    named::unknown,
    options::{ModelOptions, TableOptions},
};
use crate::{instant::Typed, stack::wait};

/// Show the digest that somebody would get, by what is open now; nothing is sent.
///
/// It is the mail that `notify` writes, by the model in the folder and without links: whoever has this file could act
/// by them.
#[derive(Debug, Args)]
#[command(
    verbatim_doc_comment,
    after_long_help = "\
  fairlead digest anna                                  the text of Anna's digest, on the terminal
  fairlead digest carla --digest executive --out m.html the HTML of it, to open in a browser

What is late and due today goes by the time that is given; what is open is what is open now.

Exit codes: 0 shown, 1 there would be none, nobody is called so, or the model has no such digest, 2 could not ask."
)]
pub struct Arguments {
    /// Whose, by their name in people.yaml.
    person: String,
    /// Which digest [default: the first of those they get that has something to show].
    #[arg(long, value_name = "NAME")]
    digest: Option<String>,
    /// As of this time: 2026-11-23T07:05:00Z, "2026-11-23 08:05 Europe/Berlin", or now.
    #[arg(long, value_name = "TIME", default_value = "now")]
    at: Typed,
    /// Write it to this file: HTML if it ends in .html, else the text.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    model: ModelOptions,
    #[command(flatten)]
    table: TableOptions,
}

/// Shows a digest.
///
/// # Errors
/// If there is no stack, it does not answer, the model cannot be read, or the file cannot be written.
pub fn run(arguments: &Arguments) -> Outcome {
    let now = Timestamp::now();
    let at = arguments.at.resolve(now).timestamp();
    let rules = arguments.model.rules(now)?;
    let digests = match asked(&rules, arguments) {
        Ok(digests) => digests,
        Err(why) => {
            eprintln!("fairlead: {why}");
            return Ok(ExitCode::from(PROBLEMS));
        }
    };
    let (stack, table) = arguments.table.find()?;
    let table = Table::new(table, aws::MachineClock);
    let notify = Notify::new(table, (), rules, RecordPages::default());
    let to = PersonId::new(arguments.person.as_str());
    let mail = wait(stack.ask(async {
        let mut found = Err(String::new());
        for digest in &digests {
            found = notify.digest_at(&to, digest, at).await?;
            if found.is_ok() {
                break;
            }
        }
        Ok::<_, engine::Failure>(found)
    }))?;
    let mail = match mail {
        Ok(mail) => mail,
        Err(why) => {
            eprintln!("fairlead: there would be no mail: {why}");
            return Ok(ExitCode::from(PROBLEMS));
        }
    };
    mail::show(&mail, arguments.out.as_deref())
}

/// The digests that are asked for, in the model's order; or why there is none.
fn asked(rules: &Rules, arguments: &Arguments) -> Result<Vec<String>, String> {
    let model = &rules.model;
    let people = model.people.keys().map(PersonId::as_str);
    if let Some(unknown) = unknown("person", people, Some(&arguments.person)) {
        return Err(unknown);
    }
    if let Some(digest) = &arguments.digest {
        let digests = model.digests.keys().map(String::as_str);
        return match unknown("digest", digests, Some(digest)) {
            Some(unknown) => Err(unknown),
            None => Ok(vec![digest.clone()]),
        };
    }
    let to = PersonId::new(arguments.person.as_str());
    let theirs = model.digests.iter();
    let theirs = theirs.filter(|(_, digest)| audience(rules, &digest.to).contains(&to));
    let theirs: Vec<String> = theirs.map(|(name, _)| name.clone()).collect();
    match theirs.is_empty() {
        true => Err(format!("governance.yaml names no digest that {to} gets")),
        false => Ok(theirs),
    }
}
