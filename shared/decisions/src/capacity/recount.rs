//! The open leads of everybody are counted again each night, and by each new model, against the leads
//! that say whose they are.

use contracts::{
    DecisionDraft, Reason,
    state::{LoadState, RecountState},
};
use crm::PersonId;
use jiff::{Timestamp, civil::Time};

use super::counted;
use crate::{quiet::is_just_now, rules::Rules};

/// Of how many people one tick counts the leads.
pub const AT_ONCE: usize = 50;

/// From when on, where the company is, a day's recount may begin.
const FROM: Time = Time::constant(3, 0, 0, 0);

/// Who is to be counted now: what is left of a recount that was begun, or everybody with a capacity, once
/// a day from three in the morning on where the company is, and once by each later model. None if
/// nobody is.
#[must_use]
pub fn due(rules: &Rules, before: &RecountState, now: Timestamp) -> Option<RecountState> {
    let local = now.to_zoned(rules.company_zone().clone());
    let revision = &rules.model.revision;
    let other = before.model != revision.hash && before.revision <= revision.number;
    // Not "before today": a tick that was ahead by months must not stop the nights until then.
    let night = before.day != Some(local.date()) && local.time() >= FROM;
    if !other && !night {
        return (!before.left.is_empty()).then(|| before.clone());
    }
    // A model that comes before three leaves the night's recount to the night.
    let day = if local.time() >= FROM {
        Some(local.date())
    } else {
        before.day
    };
    Some(RecountState {
        day,
        revision: revision.number.max(before.revision),
        model: revision.hash.clone(),
        left: counted(rules, rules.model.people.keys())
            .into_iter()
            .collect(),
    })
}

/// The recount without those who were counted, or whom the model does not know.
#[must_use]
pub fn begun(mut recount: RecountState, done: &[PersonId]) -> RecountState {
    recount.left.retain(|person| !done.contains(person));
    recount
}

/// What came of counting somebody.
#[derive(Debug, Clone, PartialEq)]
pub enum Recounted {
    /// It is as it was counted all along.
    Right,
    /// Something of theirs has changed just now: to be counted later.
    NotYet,
    /// Another number is right; the decision, and what they have in hand.
    Wrong(DecisionDraft, LoadState),
}

/// Compares what somebody has in hand with how many open leads say that they are theirs.
#[must_use]
pub fn recount(
    rules: &Rules,
    person: &PersonId,
    before: Option<&LoadState>,
    found: u32,
    now: Timestamp,
) -> Recounted {
    let known = before.cloned().unwrap_or_default();
    if known.open == found {
        return Recounted::Right;
    }
    if known
        .changed
        .is_some_and(|changed| is_just_now(changed, now))
    {
        return Recounted::NotYet;
    }
    let place = rules.model.people.get(person).map(|known| known.place);
    let outcome = format!("{person} has {}, not {}", leads(found), known.open);
    let note = match before {
        Some(_) => "counted again: so many leads say that they are theirs",
        None => "counted for the first time",
    };
    let draft = DecisionDraft {
        outcome,
        reasons: vec![Reason::note(format!("people.{person}"), place, note)],
        ..DecisionDraft::default()
    };
    let load = LoadState {
        open: found,
        changed: Some(now),
        ..known
    };
    Recounted::Wrong(draft, load)
}

fn leads(count: u32) -> String {
    match count {
        1 => "1 open lead".to_owned(),
        many => format!("{many} open leads"),
    }
}
