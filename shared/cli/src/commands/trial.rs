mod seen;
mod told;

use std::{
    collections::BTreeMap,
    process::ExitCode,
    time::{Duration, Instant},
};

use clap::Args;
use contracts::Key;
use crm::{RecordId, RecordKind, SourceName, TRIAL_TAG};
use jiff::Timestamp;
use model::OperatingModel;
use store::Store;

use self::{seen::Seen, told::Told};
use super::{
    CouldNotRun, Outcome,
    crm::{Model, token_given},
    no,
    options::TableOptions,
};
use crate::{
    portal::{self, Token, Trials},
    stack::{Stack, wait},
};

/// How often the table is looked at.
const PAUSE: Duration = Duration::from_millis(250);

/// Try whether all is connected: a marked lead goes through the real CRM, is routed, and is cleaned away.
///
/// It is made in the CRM with the tag +fairlead-try in its mail address. Its webhook, its routing, the
/// write of its owner and the webhook of that are waited for, one after the other. It uses nobody's turn
/// and is counted nowhere; no clock starts, no deviation opens and nobody is told. At the end it is put
/// into the CRM's bin, whatever came of it.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment, after_long_help = HELP)]
pub struct Arguments {
    /// A mail address of yours, from which its own is made.
    #[arg(long, value_name = "ADDRESS")]
    email: String,
    /// A property that it has in the CRM, by the CRM's names; may be given several times.
    #[arg(long = "set", value_name = "PROPERTY=VALUE", value_parser = property)]
    properties: Vec<(String, String)>,
    /// How many seconds each step is waited for.
    #[arg(long, value_name = "SECONDS", default_value_t = 120, value_parser = clap::value_parser!(u64).range(1..=3_600))]
    wait: u64,
    #[command(flatten)]
    model: Model,
    /// Where the CRM is [default: that of the local stack, else the vendor's].
    #[arg(long, value_name = "URL")]
    address: Option<String>,
    #[command(flatten)]
    table: TableOptions,
}

const HELP: &str = "\
Examples:
  fairlead try --email you@company.example
  fairlead try --email you@company.example --set jobtitle=\"VP Sales\" --set country=Germany

The access token is read from CRM_ACCESS_TOKEN, or from the stack's secret where you may read that.

Where the rules wait for a company, a trial does not: it shows at once where it goes without one.

Exit codes: 0 it works, 1 a step did not come, 2 could not ask.";

fn property(text: &str) -> Result<(String, String), String> {
    let pair = text
        .split_once('=')
        .filter(|(name, _)| !name.trim().is_empty());
    let pair = pair.map(|(name, value)| (name.trim().to_owned(), value.to_owned()));
    pair.ok_or_else(|| format!("write PROPERTY=VALUE, such as country=Germany, and not {text}"))
}

/// Makes the lead, waits for each step, and cleans it away.
///
/// # Errors
/// If the model cannot be read, or the stack or the CRM does not answer.
pub fn run(arguments: &Arguments) -> Outcome {
    let (model, name) = arguments.model.read()?;
    let Some(email) = tagged(&arguments.email, Timestamp::now()) else {
        return Ok(no(&format!(
            "{} is no mail address: write one of yours, such as you@company.example",
            arguments.email
        )));
    };
    if !model.routing.contains_key(&RecordKind::Lead) {
        return Ok(no("the model routes no leads, and a trial is one"));
    }
    let (stack, table) = arguments.table.find()?;
    let trials = portal(arguments, (&model, &name), &stack)?;
    // What cannot be asked now could not be cleaned away later.
    wait(stack.ask(table.get(&[Key::heard()])))?;
    let properties: BTreeMap<String, String> = arguments.properties.iter().cloned().collect();
    let record = wait(trials.make(&email, &properties))?;
    let shown = model.name_of(&record);
    say!("made {shown} in the CRM as {email}; if this is interrupted, delete it there");
    let begun = Instant::now();
    let mut told = Told::new(&model, &shown, begun);
    let seen = walk(arguments, (&stack, &table, &record), &mut told);
    let cleaned = wait(trials.end(&record));
    let went = seen?;
    if let Err(CouldNotRun(why)) = cleaned {
        return Ok(no(&format!(
            "{shown} is still in the CRM, delete it there: {why}"
        )));
    }
    let gone = |seen: &Seen| seen.copy.as_ref().is_some_and(|it| it.record.archived);
    // Of what never came here nobody hears that it is gone.
    let heard = went.is_err() || until(arguments, (&stack, &table, &record), gone)?.is_some();
    told.cleaned(heard);
    Ok(match went {
        Ok(()) => {
            told.works();
            ExitCode::SUCCESS
        }
        Err(why) => no(&why),
    })
}

/// The address of a trial: one of the person's own, with the tag and a number that no other has.
fn tagged(email: &str, now: Timestamp) -> Option<String> {
    let (local, domain) = email.trim().split_once('@')?;
    let plain = local.split('+').next().unwrap_or_default();
    let fits = !plain.is_empty() && domain.contains('.') && !domain.contains(['@', ' ']);
    fits.then(|| format!("{plain}{TRIAL_TAG}-{}@{domain}", now.as_millisecond()))
}

fn portal(
    arguments: &Arguments,
    (model, name): (&OperatingModel, &SourceName),
    stack: &Stack,
) -> Result<Trials, CouldNotRun> {
    let (token, usual) = match token_given() {
        Some(token) => (Token::Given(token), portal::USUAL_ADDRESS),
        None => {
            let usual = stack.crm().unwrap_or(portal::USUAL_ADDRESS);
            (Token::Kept(stack.secrets()), usual)
        }
    };
    let address = arguments.address.as_deref().unwrap_or(usual);
    portal::trials(model, name, address, token)
}

type Where<'a, S> = (&'a Stack, &'a S, &'a RecordId);

/// Waits for each step; why it went no further, if it did not.
fn walk<S: Store>(
    arguments: &Arguments,
    at: Where<'_, S>,
    told: &mut Told<'_>,
) -> Result<Result<(), String>, CouldNotRun> {
    let Some(seen) = until(arguments, at, |seen| seen.copy.is_some())? else {
        return Ok(Err(told.never_copied(arguments.wait)));
    };
    told.copied(&seen);
    let Some(seen) = until(arguments, at, |seen| seen.routing.is_some())? else {
        return Ok(Err(told.never_routed(arguments.wait)));
    };
    let Some(owner) = told.routed(&seen) else {
        return Ok(Ok(()));
    };
    let shows = |seen: &Seen| {
        let copy = seen.copy.as_ref();
        copy.is_some_and(|it| it.record.owner() == Some(&owner))
    };
    let Some(_) = until(arguments, at, shows)? else {
        return Ok(Err(told.never_shown(&owner, arguments.wait)));
    };
    told.shown(&owner);
    Ok(Ok(()))
}

/// Looks until it is so; none if it is not in time.
fn until<S: Store>(
    arguments: &Arguments,
    (stack, table, record): Where<'_, S>,
    is_so: impl Fn(&Seen) -> bool,
) -> Result<Option<Seen>, CouldNotRun> {
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(arguments.wait) {
        let seen = wait(async {
            tokio::time::sleep(PAUSE).await;
            stack.ask(Seen::look(table, record)).await
        })?;
        if is_so(&seen) {
            return Ok(Some(seen));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_of_a_trial_is_marked_and_its_own() {
        let now = Timestamp::UNIX_EPOCH;
        let one = tagged("you+x@company.example", now);
        assert_eq!(one.as_deref(), Some("you+fairlead-try-0@company.example"));
        for none in [
            "you",
            "@company.example",
            "you@company",
            "a@b@c.example",
            "you@a b.example",
        ] {
            assert_eq!(tagged(none, now), None, "{none}");
        }
        assert!(property("country=Germany").is_ok());
        assert!(property("country").is_err() && property("=x").is_err());
    }
}
