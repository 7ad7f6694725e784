pub mod failure;
pub mod kept;
pub mod letters;
mod masked;
mod repair;
#[cfg(test)]
mod tests;
mod told;
pub mod unpublished;

use std::process::ExitCode;

use aws::{Bucket, DynamoStore, MachineClock, Queues};
use clap::{Args, Subcommand};
use crm::PersonId;
use engine::Table;
use jiff::Timestamp;

use self::{
    failure::{Failure, Kind},
    repair::{Came, Tools},
};
use super::{
    CouldNotRun, Outcome, PROBLEMS,
    named::unknown,
    no,
    options::{ModelOptions, TableOptions},
    print_whole,
};
use crate::stack::{Stack, wait};

/// Show what has failed and lies somewhere, put it back, or give it up.
///
/// Dead letters of functions, events that the bus could not deliver, webhooks that could not be understood, mails and
/// writes that were refused, and events that never reached the bus.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment, after_long_help = HELP)]
pub struct Arguments {
    #[command(subcommand)]
    what: Option<What>,
    #[command(flatten)]
    usual: Usual,
}

#[derive(Debug, Subcommand)]
enum What {
    /// List everything that lies somewhere.
    List,
    /// Tell all that is known of one.
    Show(Named),
    /// Put what failed back to where it came from, once what was wrong with it is put right.
    Redrive(Chosen),
    /// Give what failed up for good. Who did and why is recorded.
    Drop(Dropped),
}

#[derive(Debug, Args)]
struct Named {
    /// Its id, as the list shows it.
    id: String,
}

#[derive(Debug, Args)]
struct Chosen {
    /// Their ids, as the list shows them.
    #[arg(value_name = "ID", required_unless_present = "all")]
    ids: Vec<String>,
    /// All of them; with --kind all of that kind.
    #[arg(long, conflicts_with = "ids")]
    all: bool,
}

#[derive(Debug, Args)]
struct Dropped {
    #[command(flatten)]
    chosen: Chosen,
    /// Why. It is kept: name no person of the customer's.
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// Who gives it up, by their name in people.yaml.
    #[arg(long, value_name = "PERSON")]
    by: String,
}

#[derive(Debug, Args)]
struct Usual {
    /// Only those that lie there.
    #[arg(long, value_name = "KIND", global = true)]
    kind: Option<Kind>,
    /// Print one array of JSON.
    #[arg(long, global = true)]
    json: bool,
    /// The bus, if neither the stack's file nor the variable BUS names it. The queues begin with its name.
    #[arg(long, value_name = "NAME", global = true)]
    bus: Option<String>,
    /// The bucket of unpublished events, if neither the stack's file nor the variable UNPUBLISHED names it.
    #[arg(long, value_name = "NAME", global = true)]
    bucket: Option<String>,
    #[command(flatten)]
    model: ModelOptions,
    #[command(flatten)]
    table: TableOptions,
}

const HELP: &str = "\
  fairlead failures                                          what lies where, and why
  fairlead failures show 3f9a2c71                            all that is known of one
  fairlead failures redrive 3f9a2c71                         put it back
  fairlead failures redrive --all --kind quarantine          after technology.yaml was corrected and deployed
  fairlead failures drop 3f9a2c71 --reason \"a test\" --by olga

To list changes nothing: what is looked at is out of sight for a moment only. What is put back keeps its id, so whoever
has dealt with it before does nothing again; what still fails comes back here. What was put aside is fetched from the
CRM again. A mail that is more than a day late is not sent any more.

--json prints an array: {id, kind, reason, function, event, record, first, tried, revision, payload}, with times in UTC.

Exit codes: 0 shown, put back or given up, 1 something is not (it says why) or no failure is called so, 2 could not ask.";

/// So many things that are put back at once still count as coming alone.
const ALONE: usize = 10;

/// Everything that lies somewhere, and what is to be said of that.
pub struct Lying {
    /// The failures.
    pub failures: Vec<Failure>,
    /// What could not be looked at, and why.
    pub notes: Vec<String>,
}

/// Where to look.
pub struct Places {
    /// The queues.
    pub queues: Queues,
    /// Their addresses, by name.
    pub named: letters::Named,
    /// The bucket of unpublished events, if it is known.
    pub bucket: Option<Bucket>,
}

impl Places {
    /// Those of a stack.
    ///
    /// # Errors
    /// If the queues cannot be listed.
    pub async fn of(
        stack: &Stack,
        prefix: &str,
        bucket: Option<&str>,
    ) -> Result<Self, CouldNotRun> {
        let queues = stack.queues();
        let named = stack.ask(queues.named(&format!("{prefix}-"))).await?;
        let bucket = stack.bucket(bucket);
        Ok(Self {
            queues,
            named,
            bucket,
        })
    }

    /// Looks everywhere. What lies in queues is out of sight until it is let go.
    ///
    /// # Errors
    /// If the stack does not answer.
    pub async fn look(
        &self,
        stack: &Stack,
        table: &DynamoStore,
        only: Option<Kind>,
        now: Timestamp,
    ) -> Result<Lying, CouldNotRun> {
        let wanted = |kind: Kind| only.is_none_or(|only| only == kind);
        let (mut failures, mut notes) =
            letters::gather(stack, &self.queues, &self.named, only).await?;
        if wanted(Kind::Quarantine) {
            failures.extend(stack.ask(kept::quarantined(table, now)).await?);
        }
        if wanted(Kind::Refused) {
            failures.extend(stack.ask(kept::refused(table)).await?);
        }
        match &self.bucket {
            Some(bucket) if wanted(Kind::Unpublished) => {
                let (found, more) = unpublished::gather(stack, bucket).await?;
                failures.extend(found);
                notes.extend(more);
            }
            None if wanted(Kind::Unpublished) => notes.push(
                "nothing names the bucket of unpublished events, so it is not looked at: give --bucket NAME, or set \
                 UNPUBLISHED"
                    .to_owned(),
            ),
            _ => {}
        }
        failures.sort_by(|one, other| {
            (one.kind(), one.first, &one.id).cmp(&(other.kind(), other.first, &other.id))
        });
        Ok(Lying { failures, notes })
    }
}

/// Shows what has failed, puts it back, or gives it up.
///
/// # Errors
/// If there is no stack, it does not answer, or the model cannot be read.
pub fn run(arguments: &Arguments) -> Outcome {
    let usual = &arguments.usual;
    let now = Timestamp::now();
    let rules = usual.model.rules(now)?;
    let zone = usual.model.zone(&rules);
    let (stack, table) = usual.table.find()?;
    let (bus, prefix) = stack.bus(usual.bus.as_deref())?;
    if let Some(What::Drop(Dropped { by, reason, .. })) = &arguments.what {
        let people = rules.model.people.keys().map(PersonId::as_str);
        if let Some(unknown) = unknown("person", people, Some(by)) {
            return Ok(no(&unknown));
        }
        if reason.trim().is_empty() {
            return Ok(no("say why it is given up: --reason TEXT"));
        }
    }
    let table = Table::new(table, MachineClock).keeping_audits(rules.model.keep.audits);
    wait(async {
        let places = Places::of(&stack, &prefix, usual.bucket.as_deref()).await?;
        let lying = places.look(&stack, &table.store, usual.kind, now).await?;
        for note in &lying.notes {
            eprintln!("fairlead: {note}");
        }
        let tools = Tools {
            stack: &stack,
            table: &table,
            bus: &bus,
            queues: &places.queues,
            bucket: places.bucket.as_ref(),
            rules: &rules,
            now,
        };
        let done = match &arguments.what {
            None | Some(What::List) => show_all(&lying.failures, usual.json, &zone),
            Some(What::Show(Named { id })) => show(&lying.failures, id, usual.json, &zone),
            Some(What::Redrive(chosen)) => repair(&tools, &lying.failures, chosen, None).await,
            Some(What::Drop(it)) => {
                let by = PersonId::new(it.by.as_str());
                let why = Some((&by, it.reason.as_str()));
                repair(&tools, &lying.failures, &it.chosen, why).await
            }
        };
        // What was put back or given up is gone; of the rest the queue is told that nobody looks any more.
        let (gone, outcome) = done?;
        let left = lying.failures.iter().filter(|it| !gone.contains(&it.id));
        letters::let_go(&stack, &places.queues, left).await?;
        Ok(outcome)
    })
}

/// Which of them lie there no more, and how the command went.
type Done = Result<(Vec<String>, ExitCode), CouldNotRun>;

fn show_all(failures: &[Failure], json: bool, zone: &jiff::tz::TimeZone) -> Done {
    print_whole(&if json {
        format!("{:#}\n", told::as_json(failures))
    } else {
        told::as_text(failures, zone)
    })?;
    Ok((Vec::new(), ExitCode::SUCCESS))
}

fn show(failures: &[Failure], id: &str, json: bool, zone: &jiff::tz::TimeZone) -> Done {
    let outcome = match called(failures, id) {
        Ok(failure) => {
            print_whole(&if json {
                format!("{:#}\n", told::as_json(std::slice::from_ref(failure)))
            } else {
                told::whole(failure, zone)
            })?;
            ExitCode::SUCCESS
        }
        Err(why) => no(&why),
    };
    Ok((Vec::new(), outcome))
}

/// The one that somebody means.
fn called<'a>(failures: &'a [Failure], id: &str) -> Result<&'a Failure, String> {
    let found: Vec<&Failure> = failures.iter().filter(|it| it.is_called(id)).collect();
    match found.as_slice() {
        [one] => Ok(one),
        [] => Err(format!(
            "there is no failure {id}; `fairlead failures` lists those that there are"
        )),
        several => Err(format!(
            "{} failures are called {id}…: write more of the id",
            several.len()
        )),
    }
}

async fn repair(
    tools: &Tools<'_>,
    failures: &[Failure],
    chosen: &Chosen,
    drop: Option<(&PersonId, &str)>,
) -> Done {
    let mut meant: Vec<&Failure> = Vec::new();
    for id in &chosen.ids {
        match called(failures, id) {
            Ok(one) if meant.iter().all(|it| it.id != one.id) => meant.push(one),
            Ok(_) => {}
            Err(why) => return Ok((Vec::new(), no(&why))),
        }
    }
    if chosen.all {
        meant = failures.iter().collect();
    }
    if meant.is_empty() {
        print_whole(told::NOTHING)?;
        return Ok((Vec::new(), ExitCode::SUCCESS));
    }
    let (mut gone, mut left) = (Vec::new(), 0_usize);
    let many = meant.len() > ALONE;
    for failure in meant {
        let came: Came = match drop {
            Some(drop) => tools.drop(failure, drop).await?,
            None => tools.redrive(failure, many).await?,
        };
        match came {
            Ok(said) => {
                gone.push(failure.id.clone());
                say!("{}: {said}", failure.id);
            }
            Err(why) => {
                left = left.saturating_add(1);
                eprintln!("fairlead: {}: {why}", failure.id);
            }
        }
    }
    let outcome = match left {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::from(PROBLEMS),
    };
    Ok((gone, outcome))
}
