use std::{path::PathBuf, process::ExitCode};

use aws::MachineClock;
use clap::{Args, Subcommand};
use contracts::{Cause, EventId, Function, Indexes, Key, Link, Subject, state::LinksState};
use crm::PersonId;
use decisions::links::{Revocation, revoke};
use engine::{Clock, CycleError, Round, Table, claimed_by};
use jiff::Timestamp;
use model::Revision;
use store::{Item, Store, StoreError, Versioned, put_state};

use super::{
    CouldNotRun, Outcome,
    away::known,
    options::{TableOptions, rules_in},
};
use crate::stack::wait;

/// Revoke the signed links that people have in their mails.
///
/// Whoever has such a link may do what it says, so one that went astray is revoked: all of a person's
/// that were made until now, or those of one mail. It holds from the next use on, also for a page that
/// lies open. Links in later mails work again. Who leaves the company needs nothing of this: a link
/// works only for somebody of the model who may still act on its record.
#[derive(Debug, Args)]
#[command(
    verbatim_doc_comment,
    after_help = "Exit codes: 0 done, 2 not understood or could not run."
)]
pub struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Revoke links that were made until now.
    Revoke(Revoke),
}

#[derive(Debug, Args)]
struct Revoke {
    /// Whose: the name in people.yaml.
    person: String,
    /// Only those of one mail: the address of any link in it.
    #[arg(long, value_name = "LINK", value_parser = link)]
    mail_of: Option<Link>,
    /// The folder of the operating model.
    #[arg(long, value_name = "FOLDER", default_value = "config")]
    config: PathBuf,
    #[command(flatten)]
    table: TableOptions,
}

fn link(text: &str) -> Result<Link, String> {
    let link = claimed_by(text);
    link.ok_or_else(|| "this is no link of a mail: copy all of its address".to_owned())
}

/// The mail whose links are meant; none if all of them are.
fn mail_of(link: Option<&Link>, person: &PersonId) -> Result<Option<EventId>, CouldNotRun> {
    match link {
        Some(link) if link.person != *person => Err(CouldNotRun(format!(
            "that link was sent to {0}, not to {person}: `fairlead links revoke {0} --mail-of LINK` revokes it",
            link.person
        ))),
        link => Ok(link.map(|link| link.mail.clone())),
    }
}

/// Revokes links and says so.
///
/// # Errors
/// If the person is not known, or there is no stack that answers.
pub fn run(arguments: &Arguments) -> Outcome {
    let What::Revoke(arguments) = &arguments.what;
    let now = Timestamp::now();
    let rules = rules_in(&arguments.config, now)?;
    let person = known(&rules, &arguments.person)?;
    let (stack, table) = arguments.table.find()?;
    let table = Table::new(table, MachineClock).keeping_audits(rules.model.keep.audits);
    let mail = mail_of(arguments.mail_of.as_ref(), &person)?;
    let wanted = (&person, mail.as_ref());
    let revision = &rules.model.revision;
    let outcome = wait(stack.ask(change(&table, revision, wanted, now)))?;
    say!("{outcome}; links in later mails work again");
    say!("`fairlead explain person:{person}` shows this change");
    Ok(ExitCode::SUCCESS)
}

/// Commits the item of the whole company together with an audit record of the person. Somebody else's
/// change at the same moment is kept.
async fn change<S: Store, C: Clock>(
    table: &Table<S, C>,
    revision: &Revision,
    wanted: (&PersonId, Option<&EventId>),
    now: Timestamp,
) -> Result<String, CycleError> {
    let key = Key::links();
    table
        .change(std::slice::from_ref(&key), |found| {
            let before = found.into_iter().flatten().next();
            Ok(round(revision, wanted, before, now)?)
        })
        .await
}

fn round(
    revision: &Revision,
    (person, mail): (&PersonId, Option<&EventId>),
    before: Option<Item>,
    now: Timestamp,
) -> Result<Round<String>, StoreError> {
    let before = before.map(Versioned::<LinksState>::read).transpose()?;
    let empty = LinksState::default();
    let state = before.as_ref().map_or(&empty, |before| &before.state);
    let Revocation { draft, links } = revoke(state, person, mail, now);
    let outcome = draft.outcome.clone();
    let process = std::process::id().to_string();
    let (at, of) = (
        now.as_nanosecond().to_string(),
        mail.map_or("all", EventId::as_str),
    );
    let id = EventId::of(&["links", person.as_str(), of, &at, &process]);
    let command = Cause::command(id, "command.links");
    let subject = Subject::Person(person.clone());
    let audit = draft.into_audit(Function::CommandLine, subject, &command, 0, revision, now);
    let item = put_state(Key::links(), &links, before.as_ref(), Indexes::default());
    Ok(Round::writing(vec![item], outcome).recorded(audit))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]

    use contracts::LinkAction;
    use jiff::SignedDuration;
    use store::MemoryStore;
    use testkit::{TestClock, at, audits, record_id, state_of};

    use super::*;

    #[tokio::test]
    async fn what_is_revoked_stands_in_the_table_with_its_audit_record() {
        let now = at("2026-11-23T12:00:00Z");
        let table = Table::new(MemoryStore::new(), TestClock::at(now));
        let (anna, mail) = (PersonId::new("anna"), EventId::of(&["a mail"]));
        let link = Link {
            person: anna.clone(),
            record: Some(record_id("lead:1")),
            action: LinkAction::LookAgain,
            mail: mail.clone(),
            issued: now + SignedDuration::from_hours(1),
            until: now + SignedDuration::from_hours(2),
        };
        let revision = Revision::default();
        let all = change(&table, &revision, (&anna, None), now).await.unwrap();
        assert_eq!(all, "anna's links are revoked");
        let state = async || {
            state_of::<LinksState>(&table.store, Key::links())
                .await
                .unwrap()
        };
        assert!(!state().await.revokes(&link));
        let one = change(&table, &revision, (&anna, Some(&mail)), now)
            .await
            .unwrap();
        assert_eq!(one, format!("anna's links of the mail {mail} are revoked"));
        assert!(state().await.revokes(&link));
        let audits = audits(&table.store);
        for audit in &audits {
            let changed: Vec<Key> = audit.items_changed().map(|(key, _)| key).collect();
            assert_eq!(changed, [Key::links()]);
        }
        let told: Vec<String> = audits.into_iter().map(|audit| audit.outcome).collect();
        assert_eq!(told.len(), 2);
        assert!(told.contains(&all) && told.contains(&one));
    }

    #[test]
    fn a_link_of_somebody_else_is_not_taken_for_theirs() {
        let now = at("2026-11-23T12:00:00Z");
        let (anna, ben) = (PersonId::new("anna"), PersonId::new("ben"));
        let link = Link {
            person: anna.clone(),
            record: Some(record_id("lead:1")),
            action: LinkAction::LookAgain,
            mail: EventId::of(&["a mail"]),
            issued: now,
            until: now + SignedDuration::from_hours(1),
        };
        assert_eq!(
            mail_of(Some(&link), &anna).unwrap(),
            Some(link.mail.clone())
        );
        assert_eq!(mail_of(None, &ben).unwrap(), None);
        let why = mail_of(Some(&link), &ben).unwrap_err().0;
        assert!(
            why.starts_with("that link was sent to anna, not to ben"),
            "{why}"
        );
        assert!(super::link("lead:1").is_err());
    }
}
