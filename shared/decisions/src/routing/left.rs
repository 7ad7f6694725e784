//! The owner of an open record has left: it is routed again, or somebody is asked whose it is to be.

use contracts::{
    DecisionDraft, EventData, Notice, Reason, RecordsLeft,
    state::{LeaverAsked, RoutingState},
};
use crm::{PersonId, Record};
use jiff::{Timestamp, civil::Date};
use model::{Leavers, LeaversThen, Recipient, RerouteUpon};

use super::{
    again::Again,
    choice::{Chosen, choose},
    routed::Routed,
};
use crate::{
    facts::Facts,
    people::{gone, recipients, said_gone},
    rules::Rules,
};

/// What follows since the owner of a record has left.
#[derive(Debug, Clone, PartialEq)]
pub struct OwnerGone {
    /// It is to be routed again.
    pub again: Option<Again>,
    /// What follows else, and where nobody can have it: somebody is asked.
    pub asked: Routed,
}

/// What follows since the owner of an open record has left, as the model says of its kind; nothing if it says
/// nothing, or if somebody was asked already. A record that waits for the CRM to show its owner waits for that
/// first. Where a mail that lists it was asked for already (`listed`), asking needs none of its own.
///
/// Whether a person or a rule gave it to them makes no difference: they are not there either way.
#[must_use]
pub fn owner_gone(
    rules: &Rules,
    record: &Record,
    before: Option<&RoutingState>,
    listed: bool,
    now: Timestamp,
) -> Option<OwnerGone> {
    let (owner, terms, left) = leaver_of(rules, record, now)?;
    let before = before.filter(|before| before.owner.as_ref() == Some(owner))?;
    let asked = before.asked.as_ref();
    if asked.is_some_and(|asked| asked.of == *owner) {
        return None;
    }
    let facts = Facts::of(rules, record, now);
    let said = said_gone(rules, owner, left);
    let reason = |what: &str| {
        let rule = format!("leavers.{}", record.id.kind);
        Reason::note(rule, Some(terms.place), format!("{said}; {what}"))
    };
    let (again, who, why) = match &terms.then {
        LeaversThen::Ask(who) => (None, who, "whoever is asked says whose it is to be"),
        LeaversThen::Reroute => (
            goes(&facts, owner, reason("it is routed again")),
            &Recipient::Manager,
            "it would be routed again, and nobody else can have it",
        ),
    };
    let whom = recipients(who, Some(owner), rules, now);
    let notice = || {
        Notice::RecordsLeft(RecordsLeft {
            of: owner.clone(),
            left,
            records: vec![record.id.clone()],
        })
    };
    let is_listed = listed && again.is_none() && matches!(terms.then, LeaversThen::Ask(_));
    let told = whom.iter().filter(|_| !is_listed);
    let emits = told.map(|to| EventData::NoticeRequested {
        to: to.clone(),
        notice: notice(),
    });
    let names: Vec<String> = whom.iter().map(ToString::to_string).collect();
    let draft = DecisionDraft {
        outcome: format!("{} is asked whose it is to be: {said}", names.join(", ")),
        emits: emits.collect(),
        reasons: vec![reason(why)],
        ..DecisionDraft::default()
    };
    let of = owner.clone();
    let asked = Routed {
        draft,
        routing: RoutingState {
            asked: Some(LeaverAsked { of, whom, at: now }),
            ..before.clone()
        },
        pool: None,
        left: None,
    };
    Some(OwnerGone { again, asked })
}

/// The owner of an open record who has left, what the model says becomes of it, and the day on which they left.
#[must_use]
pub fn leaver_of<'a>(
    rules: &'a Rules,
    record: &'a Record,
    now: Timestamp,
) -> Option<(&'a PersonId, &'a Leavers, Date)> {
    let terms = rules.model.leavers.get(&record.id.kind)?;
    let owner = record.owner()?;
    let left = gone(rules, owner, now)?;
    let is_open = Facts::of(rules, record, now).is_open();
    is_open.then_some((owner, terms, left))
}

/// To whom the rules lead, if that is somebody: we cannot take an owner off.
fn goes(facts: &Facts<'_>, owner: &PersonId, reason: Reason) -> Option<Again> {
    let choice = choose(facts);
    match choice.chosen {
        Chosen::Person(_) | Chosen::Pool(_) => Some(Again {
            upon: RerouteUpon::OwnerLeft,
            from: Some(owner.clone()),
            choice,
            finally: false,
            early: false,
            reasons: vec![reason],
        }),
        Chosen::Queue(_) | Chosen::Nobody | Chosen::NoRule => None,
    }
}
