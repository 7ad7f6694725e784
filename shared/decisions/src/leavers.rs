//! Whoever has left: whose records are gone through, once, and who is asked of which.

use std::collections::BTreeMap;

use contracts::{
    DecisionDraft, EventData, Notice, OwnerLeft, Reason, RecordsLeft,
    state::{LeaverUnderWay, LeaversState},
};
use crm::{PersonId, Record, RecordId};
use jiff::{SignedDuration, Timestamp, civil::Date};
use model::{Leavers, LeaversThen};

use crate::{
    people::{gone, recipients, said_gone},
    quiet::QUIET,
    routing::leaver_of,
    rules::Rules,
};

/// Of how many records one decision tells at most.
pub const AT_ONCE: usize = 100;

/// For how long a record may still be on its way to somebody whom a CRM has archived: what the CRM shows as theirs
/// only later, nobody hears of. So theirs are gone through once more.
const UNDER_WAY: SignedDuration = SignedDuration::from_hours(1);

/// Somebody whose records are to be gone through now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaver {
    /// Who.
    pub person: PersonId,
    /// The first day on which they are not there.
    pub left: Date,
    /// Behind which record.
    pub after: Option<RecordId>,
    /// Upon what: the day, and what the model says becomes of their records.
    upon: String,
}

/// Whose records are to be gone through now: somebody who has left, once, and again where the day or what the
/// model says has changed since. None if nobody's are.
#[must_use]
pub fn due(rules: &Rules, before: &LeaversState, now: Timestamp) -> Option<Leaver> {
    let mut all = all(rules, now);
    all.find_map(|(person, left)| {
        let upon = upon(rules, person, left, now);
        let done = before.done.get(person);
        if done.is_some_and(|done| done.contains(&upon)) {
            return None;
        }
        let under_way = before.under_way.as_ref();
        let under_way = under_way.filter(|it| it.person == *person && it.upon == upon);
        Some(Leaver {
            person: person.clone(),
            left,
            after: under_way.map(|it| it.after.clone()),
            upon,
        })
    })
}

fn all(rules: &Rules, now: Timestamp) -> impl Iterator<Item = (&PersonId, Date)> {
    let quiet = now.checked_sub(QUIET).unwrap_or(now);
    let people = rules.model.people.keys();
    let people = people.filter(|_| !rules.model.leavers.is_empty());
    people.filter_map(move |person| Some((person, gone(rules, person, quiet)?)))
}

fn upon(rules: &Rules, person: &PersonId, left: Date, now: Timestamp) -> String {
    let terms = rules.model.leavers.iter();
    let said = terms.map(|(kind, terms)| match &terms.then {
        LeaversThen::Reroute => format!(" {kind} reroute"),
        LeaversThen::Ask(_) => match terms.then.person() {
            Some(person) => format!(" {kind} ask {person}"),
            None => format!(" {kind} ask manager"),
        },
    });
    // In a shadow month nothing is routed again: when it is over, theirs are gone through anew.
    let routes = |it: &Leavers| it.then == LeaversThen::Reroute;
    let observed = rules.observes_until(now).is_some() && rules.model.leavers.values().any(routes);
    let observed = observed.then(|| " observed".to_owned());
    let since = rules.archived_since(person);
    let again = since.is_some_and(|since| now.duration_since(since) >= UNDER_WAY);
    let again = again.then(|| " again".to_owned());
    said.chain(observed)
        .chain(again)
        .fold(left.to_string(), |all, it| all + &it)
}

/// The decision about some of the records of a leaver, in their order, and how far it has come then. `more`
/// says whether others follow. No decision if there is none of which the model says what becomes of it.
#[must_use]
pub fn tell(
    rules: &Rules,
    before: &LeaversState,
    leaver: &Leaver,
    (records, more): (&[Record], bool),
    now: Timestamp,
) -> (Option<DecisionDraft>, LeaversState) {
    let mut after = before.clone();
    let last = records.last().filter(|_| more);
    after.under_way = last.map(|last| LeaverUnderWay {
        person: leaver.person.clone(),
        upon: leaver.upon.clone(),
        after: last.id.clone(),
    });
    if after.under_way.is_none() {
        let known = |person: &PersonId| gone(rules, person, now).is_some();
        after.done.retain(|person, _| known(person));
        let (person, upon) = (leaver.person.clone(), leaver.upon.clone());
        after.done.entry(person).or_default().insert(upon);
    }
    (told(rules, leaver, records, now), after)
}

fn told(
    rules: &Rules,
    leaver: &Leaver,
    records: &[Record],
    now: Timestamp,
) -> Option<DecisionDraft> {
    let mut emits = Vec::new();
    let mut asked: BTreeMap<PersonId, Vec<RecordId>> = BTreeMap::new();
    for record in records {
        let of = leaver_of(rules, record, now).filter(|(owner, ..)| **owner == leaver.person);
        let Some((owner, terms, _)) = of else {
            continue;
        };
        let asks = match &terms.then {
            LeaversThen::Reroute => None,
            LeaversThen::Ask(who) => Some(who),
        };
        for to in asks
            .map(|who| recipients(who, Some(owner), rules, now))
            .unwrap_or_default()
        {
            asked.entry(to).or_default().push(record.id.clone());
        }
        emits.push(EventData::OwnerLeft(OwnerLeft {
            record: record.id.clone(),
            person: owner.clone(),
            archived: rules.archived_since(owner),
            listed: asks.is_some(),
        }));
    }
    let count = match emits.len() {
        0 => return None,
        1 => "1 open record of theirs is".to_owned(),
        many => format!("{many} open records of theirs are"),
    };
    let said = said_gone(rules, &leaver.person, leaver.left);
    let names: Vec<String> = asked.keys().map(ToString::to_string).collect();
    let note = match names.is_empty() {
        true => "the model says what becomes of their records".to_owned(),
        false => format!(
            "{} is asked about those that are not routed again",
            names.join(", ")
        ),
    };
    emits.extend(asked.into_iter().map(|(to, records)| {
        let of = leaver.person.clone();
        let left = leaver.left;
        let notice = Notice::RecordsLeft(RecordsLeft { of, left, records });
        EventData::NoticeRequested { to, notice }
    }));
    let place = rules.model.people.get(&leaver.person).map(|it| it.place);
    let rule = format!("people.{}", leaver.person);
    Some(DecisionDraft {
        outcome: format!("{said}: {count} to be somebody else's"),
        reasons: vec![Reason::note(rule, place, note)],
        emits,
        ..DecisionDraft::default()
    })
}
