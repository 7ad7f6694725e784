use contracts::state::{
    Approval, ApprovalStatus, Exception, OpenDeviation, RoutingState, RoutingStatus,
};
use crm::{Matched, MatchedBy, PersonId, RecordId};

use super::clock;
use crate::{
    now::RecordNow,
    story::SummaryEntry,
    wording::{Tone, Wording},
};

/// What a record is now: stage, owner and routing first, then what is open on it.
pub(super) fn entries(record: &RecordNow) -> Vec<SummaryEntry> {
    let mut entries = vec![
        SummaryEntry::of("stage", stage(record)),
        SummaryEntry::of("owner", owner(record)),
    ];
    let routing = record.routing.as_ref();
    entries.extend(routing.map(|routing| SummaryEntry::of("routing", routed(routing))));
    let account = record.account.as_ref();
    let account = match &record.matched {
        Some(matched) => Some(found(matched, account)),
        None => account.map(|account| Wording::default().record(account)),
    };
    entries.extend(account.map(|account| SummaryEntry::of("account", account)));
    let clocks = record.clocks.iter();
    entries
        .extend(clocks.map(|(name, clock)| SummaryEntry::of("clock", clock::wording(name, clock))));
    entries.extend(deviations(record));
    let exceptions = record.exceptions.iter();
    entries.extend(exceptions.map(|(id, it)| SummaryEntry::of("exception", exception(id, it))));
    let approvals = record.approvals.iter();
    entries.extend(approvals.map(|(name, it)| SummaryEntry::of("approval", approval(name, it))));
    entries.extend(record.last_contact.map(|at| {
        let said = Wording::default().time(at);
        SummaryEntry::of("contacted", said)
    }));
    entries.push(SummaryEntry::of("copy", copy(record)));
    entries.extend(record.merged.iter().map(|gone| {
        let said = Wording::default()
            .record(gone)
            .then(", whose story is its own");
        SummaryEntry::of("merged with", said)
    }));
    entries
}

fn stage(record: &RecordNow) -> Wording {
    let in_crm = record.stage.as_deref();
    let Some(gate) = &record.gate else {
        return Wording::of(Tone::Main, in_crm.unwrap_or("the first of its lifecycle"));
    };
    let said = Wording::of(Tone::Main, gate.stage.clone())
        .say(Tone::Plain, " since ")
        .time(gate.since);
    if let Some(held) = &gate.held {
        let held = format!(" (the move to {} is held, of {})", held.to, held.of);
        return said.say(Tone::Unsure, held);
    }
    match in_crm.filter(|stage| *stage != gate.stage) {
        Some(other) => said.say(Tone::Unsure, format!(" (the CRM still shows {other})")),
        None => said,
    }
}

fn owner(record: &RecordNow) -> Wording {
    let ours = record.routing.as_ref().map(|routing| &routing.owner);
    match (&record.owner, ours) {
        (Some(owner), _) => Wording::of(Tone::Main, owner.as_str()),
        (None, Some(Some(ours))) => Wording::of(Tone::Main, ours.as_str())
            .say(Tone::Unsure, " (our copy of the CRM does not show it yet)"),
        (None, _) => "nobody".into(),
    }
}

fn routed(routing: &RoutingState) -> Wording {
    if let Some(waits) = &routing.waits {
        if let Some(person) = &waits.person {
            let rule = &routing.rule;
            let said =
                format!("waiting for {person}, who is away and whom rule {rule} names, until ");
            return Wording::from(said).time(waits.until);
        }
        if let Some(queue) = &waits.queue {
            let rule = &routing.rule;
            return Wording::from(format!("in queue {queue} by rule {rule}, until "))
                .time(waits.until);
        }
        let facts: Vec<String> = waits.facts.iter().map(ToString::to_string).collect();
        return Wording::from(format!("waiting for {} until ", facts.join(", "))).time(waits.until);
    }
    let pool = routing.pool.as_ref();
    let pool = pool.map(|pool| format!(" from pool {pool}"));
    let pool = pool.unwrap_or_default();
    let what = match routing.status {
        RoutingStatus::Routed if again(routing).is_some() => {
            let upon = again(routing).unwrap_or_default();
            format!("routed again{pool}, upon {upon}")
        }
        RoutingStatus::Routed => match routing.reassigned.last() {
            Some(last) if routing.owner.as_ref() == Some(&last.to) => {
                let (from, clock) = (&last.from, &last.clock);
                format!("reassigned{pool}, since {from} let {clock} run out")
            }
            _ => format!("by rule {}{pool}", routing.rule),
        },
        RoutingStatus::OwnedByHand => "the owner was set in the CRM by hand".to_owned(),
        RoutingStatus::Left => format!("left without an owner by rule {}", routing.rule),
        RoutingStatus::Waiting => "waiting: no rule names anybody who is there".to_owned(),
    };
    let said = Wording::from(what).then(", ").time(routing.at);
    match &routing.put_off {
        Some(upon) => said.then(format!(
            "; to be routed again, upon {upon}, once the CRM shows its owner"
        )),
        None => said,
    }
}

/// Upon what it was routed again, if that was last.
fn again(routing: &RoutingState) -> Option<&str> {
    let last = routing.rerouted.last();
    last.filter(|last| last.at == routing.at)
        .map(|last| last.upon.as_str())
}

/// The open deviations, and those that cannot be judged.
fn deviations(record: &RecordNow) -> Vec<SummaryEntry> {
    let open = record.deviations.iter();
    let mut entries: Vec<SummaryEntry> = open
        .map(|(name, open)| SummaryEntry::of("deviation", deviation(name, open)))
        .collect();
    if entries.is_empty() {
        entries.push(SummaryEntry::of("deviations", "none open"));
    }
    if !record.unjudged.is_empty() {
        let names = record.unjudged.join(", ");
        let said = format!("not known, for want of a value: {names}");
        entries.push(SummaryEntry::of("", Wording::of(Tone::Unsure, said)));
    }
    entries
}

fn deviation(name: &str, open: &OpenDeviation) -> Wording {
    let said = Wording::of(Tone::Bad, format!("{name} ({})", open.severity.word()))
        .say(Tone::Plain, " since ")
        .time(open.since);
    match open.resolve_by {
        Some(by) => said.then(", to be resolved by ").time(by),
        None => said,
    }
}

fn exception(id: &str, exception: &Exception) -> Wording {
    let of: Vec<&str> = exception.of().collect();
    let said = Wording::of(Tone::Unsure, format!("from {}", of.join(", ")))
        .say(Tone::Plain, " until ")
        .time(exception.until);
    let why = exception.reason.iter().map(|why| format!(": {why}"));
    said.then(format!(
        ", by {}{} ({id})",
        exception.by,
        why.collect::<String>()
    ))
}

fn approval(name: &str, approval: &Approval) -> Wording {
    let tone = match approval.status {
        ApprovalStatus::Given => Tone::Good,
        ApprovalStatus::Pending | ApprovalStatus::Lapsed => Tone::Unsure,
        ApprovalStatus::Refused => Tone::Bad,
    };
    let said = Wording::of(tone, format!("{name} {}", approval.status.word()));
    let people: Vec<&str> = approval
        .of
        .iter()
        .chain(&approval.last)
        .map(PersonId::as_str)
        .collect();
    let said = match (approval.status, &approval.by) {
        (ApprovalStatus::Pending, _) if people.is_empty() => {
            said.then(", and nobody is left who may answer")
        }
        (ApprovalStatus::Pending, _) => said
            .then(format!(", asked of {} ", people.join(" and ")))
            .time(approval.since),
        (ApprovalStatus::Lapsed, _) | (_, None) => said,
        (_, Some(by)) => said.then(format!(" by {by}")),
    };
    let why = approval.reason.iter().map(|why| format!(": {why}"));
    said.then(why.collect::<String>())
}

fn copy(record: &RecordNow) -> Wording {
    let said = Wording::from(format!("{}, as changed in the CRM ", record.sequence));
    let said = said.time(record.modified);
    match &record.merged_into {
        Some(stays) if record.archived => said.then("; merged into ").record(stays),
        None if record.archived => said.then("; deleted there"),
        _ => said,
    }
}

/// How its account was found, where the CRM associates none.
fn found(matched: &Matched, account: Option<&RecordId>) -> Wording {
    let by = |by: MatchedBy| match by {
        MatchedBy::EmailDomain => "the domain of its mail address",
        MatchedBy::Domain => "its domain",
        MatchedBy::Name => "its name",
    };
    match (matched, account) {
        (Matched::One { by: found, alike }, Some(account)) => {
            let strength = match found {
                MatchedBy::Name => format!(", {alike} % alike"),
                MatchedBy::EmailDomain | MatchedBy::Domain => String::new(),
            };
            let found = by(*found);
            Wording::default()
                .record(account)
                .then(format!(", found by {found}{strength}"))
        }
        (
            Matched::Several {
                by: found,
                accounts,
            },
            _,
        ) => {
            let ids: Vec<String> = accounts.iter().map(|id| format!("account:{id}")).collect();
            let which = match ids.as_slice() {
                [] => "more than can be read".to_owned(),
                ids => ids.join(", "),
            };
            let said = format!(
                "none is taken, since several fit by {}: {which}",
                by(*found)
            );
            Wording::of(Tone::Unsure, said)
        }
        (Matched::One { .. } | Matched::Nothing, _) => Wording::from("none, and none fits"),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]

    use crm::PersonId;
    use testkit::history::november as at;

    use super::*;

    #[test]
    fn an_exception_says_from_what_until_when_by_whom_and_why() {
        let told = exception(
            "3f9a2c71",
            &Exception {
                by: PersonId::new("carla"),
                owner: None,
                criteria: ["sql.budget".to_owned()].into(),
                deviations: ["past_corridor".to_owned()].into(),
                from: at("23T08:00:00"),
                until: at("25T08:00:00"),
                reason: Some("legal is on leave".to_owned()),
            },
        );
        let words = told.in_words(|at| at.to_string(), |record| record.to_string());
        assert_eq!(
            words,
            "from sql.budget, past_corridor until 2026-11-25T08:00:00Z, by carla: legal is on leave (3f9a2c71)"
        );
    }
}
