//! What is asked to be approved of a record, and what came of it.

use contracts::{
    EventData,
    state::{Approval, ApprovalStatus},
};
use crm::PersonId;
use jiff::Timestamp;
use model::Recipient;
use story::RecordNow;

use decisions::shown::capital;

use super::reader::Reader;

/// An approval that waits for an answer or has one, in a sentence; what counts no more says nothing of how the record
/// stands.
pub(super) fn sentence(reader: &Reader<'_>, name: &str, it: &Approval) -> Option<String> {
    let called = reader.approval(name);
    let said = match it.status {
        ApprovalStatus::Lapsed => return None,
        ApprovalStatus::Pending => {
            let still = it.of.iter().chain(&it.last);
            let mut people: Vec<&PersonId> = Vec::new();
            for person in still.filter(|person| !it.given.contains_key(*person)) {
                if !people.contains(&person) {
                    people.push(person);
                }
            }
            let given = names(reader, it.given.keys(), " and ");
            let given = match it.given.is_empty() {
                true => String::new(),
                false => format!("; given so far by {given}"),
            };
            let whom = match people.is_empty() {
                true => "and nobody is left who may give it".to_owned(),
                false => format!("asked of {}", names(reader, people, or_and(reader, name))),
            };
            let since = reader.moment(it.since);
            return Some(format!(
                "It waits for the approval {called}, {whom}, since {since}{given}."
            ));
        }
        ApprovalStatus::Given => "given",
        ApprovalStatus::Refused => "refused",
    };
    let by = it.by.as_ref().map(|by| format!(" by {}", reader.name(by)));
    let at = it.at.map(|at| format!(" on {}", reader.moment(at)));
    let why = it.reason.as_ref().map(|why| format!(": {why}"));
    Some(format!(
        "The approval {called} was {said}{}{}{}.",
        by.unwrap_or_default(),
        at.unwrap_or_default(),
        why.unwrap_or_default()
    ))
}

/// Whether an event says how an asking stands.
pub(super) fn is_of(data: &EventData, name: &str, run: u32) -> bool {
    match data {
        EventData::ApprovalAsked(asked) => asked.approval == name && asked.run == run,
        EventData::ApprovalGiven(settled) | EventData::ApprovalRefused(settled) => {
            settled.approval == name && settled.run == run
        }
        _ => false,
    }
}

/// Who is asked besides, and when, if nobody answers.
pub(super) fn next(reader: &Reader<'_>, stands: &RecordNow) -> Vec<(Timestamp, String)> {
    let waiting = stands.approvals.iter().filter(|(_, it)| it.is_pending());
    let next = waiting.filter_map(|(name, it)| {
        let rule = reader.model.approvals.get(name)?;
        let (_, named) = rule.within.as_ref()?;
        let whom = match stands.owner.as_ref().filter(|owner| *owner == named) {
            Some(owner) => reader.recipient(&Recipient::Manager, owner),
            None => reader.name(named),
        };
        let are = if whom == "you" { "are" } else { "is" };
        let called = reader.approval(name);
        let words = format!("if the approval {called} has no answer, {whom} {are} asked besides");
        Some((it.due?, words))
    });
    next.collect()
}

/// What an event says of an approval; none of any other.
pub(super) fn happened(reader: &Reader<'_>, data: &EventData) -> Option<String> {
    let why = |reason: &Option<String>| {
        let why = reason.iter().map(|why| format!(": {why}"));
        why.collect::<String>()
    };
    Some(match data {
        EventData::ApprovalAsked(it) => {
            let whom = match it.of.is_empty() {
                true => "nobody, since nobody is left who may give it".to_owned(),
                false => names(reader, &it.of, or_and(reader, &it.approval)),
            };
            let due = it.due.map(|due| format!(", by {}", reader.moment(due)));
            let called = reader.approval(&it.approval);
            format!(
                "The approval {called} is asked of {whom}{}",
                due.unwrap_or_default()
            )
        }
        EventData::ApprovalAnswered(it) => {
            let (by, called) = (reader.name(&it.by), reader.approval(&it.approval));
            let word = if it.given { "yes" } else { "no" };
            let said = format!("{word} to the approval {called}{}", why(&it.reason));
            let say = if by == "you" { "say" } else { "says" };
            format!("{} {say} {said}", capital(&by))
        }
        EventData::ApprovalGiven(it) => {
            let (by, called) = (reader.name(&it.by), reader.approval(&it.approval));
            format!(
                "{} gave the approval {called}{}",
                capital(&by),
                why(&it.reason)
            )
        }
        EventData::ApprovalRefused(it) => {
            let (by, called) = (reader.name(&it.by), reader.approval(&it.approval));
            format!(
                "{} refused the approval {called}{}",
                capital(&by),
                why(&it.reason)
            )
        }
        EventData::ApprovalLapsed(it) => {
            format!(
                "The approval {} counts no more",
                reader.approval(&it.approval)
            )
        }
        _ => return None,
    })
}

/// "you or Carla Ruiz".
fn names<'p>(
    reader: &Reader<'_>,
    people: impl IntoIterator<Item = &'p PersonId>,
    join: &str,
) -> String {
    let names = people.into_iter().map(|it| reader.name(it));
    names.collect::<Vec<_>>().join(join)
}

/// How those who are asked are joined: one is enough, or all are to give it.
fn or_and(reader: &Reader<'_>, approval: &str) -> &'static str {
    let rule = reader.model.approvals.get(approval);
    match rule.is_some_and(|rule| rule.all) {
        true => " and ",
        false => " or ",
    }
}
