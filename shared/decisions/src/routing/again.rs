//! A lead is routed again upon an edge that the model names: its owner was taken off, it has entered a
//! stage, or a field holds something else. The turn that it cost is given back to the pool that gave it.

use std::collections::{BTreeMap, BTreeSet};

use contracts::{
    Reason, Verdict,
    state::{RoutingState, RoutingStatus},
};
use crm::{PersonId, Record};
use jiff::Timestamp;
use model::{Reroute, RerouteUpon};

use super::choice::{Choice, Chosen, choose, destination};
use super::found::FOUND;
use crate::{
    behaviour::behind,
    condition::{length, verdict, wall},
    edges::Edge,
    facts::Facts,
    people::recipients,
    rules::Rules,
};

/// The rule's name where a lead was routed again to whom the edge itself names.
pub const REROUTED: &str = "rerouted";

/// What has happened to a lead.
#[derive(Debug, Clone, Copy)]
pub enum Happened<'a> {
    /// What a new copy of it tells.
    Changed(&'a [Edge<'a>]),
    /// It has entered this stage from another.
    Entered(&'a str),
}

/// A lead that is to be routed again, before any pool is read.
#[derive(Debug, Clone, PartialEq)]
pub struct Again {
    pub(super) upon: RerouteUpon,
    /// Whose it was.
    pub(super) from: Option<PersonId>,
    pub(super) choice: Choice,
    /// Whether it goes to whom the model names last.
    pub(super) finally: bool,
    /// Whether the CRM does not show its owner yet: then it waits for that first.
    pub(super) early: bool,
    pub(super) reasons: Vec<Reason>,
}

impl Again {
    /// The pool that gives it to somebody, if one does.
    #[must_use]
    pub fn pool(&self) -> Option<&str> {
        match &self.choice.chosen {
            Chosen::Pool(name) => Some(name),
            _ => None,
        }
    }

    /// Whom it names, if no pool gives it to somebody.
    #[must_use]
    pub fn person(&self) -> Option<&PersonId> {
        match &self.choice.chosen {
            Chosen::Person(person) => Some(person),
            _ => None,
        }
    }
}

/// Whether a lead is to be routed again upon what has happened to it, as a copy newer than the one by
/// which it was routed tells; and to whom, as far as no pool has to be asked.
///
/// The first line that fits decides. An owner whom a person named stays, unless it says otherwise. Where
/// the same owner, or the same pool, would have it, it stays where it is, but for a stage: who enters it
/// again takes the next turn.
#[must_use]
pub fn again(
    rules: &Rules,
    record: &Record,
    before: Option<&RoutingState>,
    (happened, sequence): (Happened<'_>, u64),
    now: Timestamp,
) -> Option<Again> {
    let before = before.filter(|before| sequence > before.sequence && before.waits.is_none())?;
    let facts = Facts::of(rules, record, now);
    let lines = rules.model.reroute.get(&record.id.kind)?;
    if !facts.is_open() {
        return None;
    }
    if before.rule == FOUND && record.is_past(record.modified) {
        // Nobody had it when the CRM was loaded, and it has not changed: what changed is its account.
        return None;
    }
    let owner = Owner::of(record, before);
    // What was put off until the CRM shows the owner comes first.
    let put_off = before.put_off.as_ref().filter(|_| !owner.is_early());
    let line = lines.iter().find(|line| {
        let has_happened = happens(&line.upon, happened) || put_off == Some(&line.upon.to_string());
        has_happened && fits(line, &facts, before, &owner)
    })?;
    let removed = line.upon == RerouteUpon::OwnerRemoved;
    let from = match removed {
        true => Some(before.owner.clone()?),
        false => owner.person.cloned(),
    };
    let mut finally = false;
    let choice = match last_of_all(rules, line, before, from.as_ref(), now) {
        Limit::Free => chosen(line, &facts)?,
        Limit::Last(person) => {
            finally = true;
            by_the_edge(Chosen::Person(person))
        }
        Limit::UsedUp => return None,
    };
    let again = Again {
        reasons: vec![upon(&facts, line, (from.as_ref(), finally))],
        upon: line.upon.clone(),
        early: owner.is_early() && !removed,
        from,
        choice,
        finally,
    };
    again.leads_elsewhere(before).then_some(again)
}

/// Whose a lead is, by the CRM and by us.
struct Owner<'a> {
    person: Option<&'a PersonId>,
    /// Whether a person named them in the CRM.
    by_hand: bool,
    /// Whether our write is on its way.
    shown: bool,
}

impl<'a> Owner<'a> {
    fn of(record: &'a Record, before: &'a RoutingState) -> Self {
        let ours = before.owner.as_ref();
        let shown = record.owner();
        let named =
            shown.filter(|shown| Some(*shown) != ours && !before.taken_from.contains(*shown));
        Self {
            person: named.or(ours),
            by_hand: named.is_some() || before.status == RoutingStatus::OwnedByHand,
            shown: named.is_some() || shown == ours,
        }
    }

    const fn is_early(&self) -> bool {
        !self.shown
    }
}

fn happens(upon: &RerouteUpon, happened: Happened<'_>) -> bool {
    match (upon, happened) {
        (RerouteUpon::OwnerRemoved, Happened::Changed(edges)) => {
            edges.contains(&Edge::OwnerRemoved)
        }
        (RerouteUpon::StageEntered(stage), Happened::Entered(entered)) => stage == entered,
        (RerouteUpon::FieldChanged(field), Happened::Changed(edges)) => {
            edges.contains(&Edge::FieldChanged {
                kind: field.kind,
                name: &field.name,
            })
        }
        _ => false,
    }
}

/// Whether a line says so of this lead now.
fn fits(line: &Reroute, facts: &Facts<'_>, before: &RoutingState, owner: &Owner<'_>) -> bool {
    let holds = |condition| verdict(condition, facts) == Verdict::Held;
    let removed = line.upon == RerouteUpon::OwnerRemoved;
    let may_be_taken = removed || line.also_by_hand || owner.person.is_none() || !owner.by_hand;
    let protected = line
        .not_within
        .and_then(wall)
        .is_some_and(|long| before.owner.is_some() && facts.now.duration_since(before.at) < long);
    line.when.as_ref().is_none_or(holds) && may_be_taken && !protected
}

/// Whether it may be routed again once more.
enum Limit {
    Free,
    /// It goes to this person.
    Last(PersonId),
    UsedUp,
}

fn last_of_all(
    rules: &Rules,
    line: &Reroute,
    before: &RoutingState,
    from: Option<&PersonId>,
    now: Timestamp,
) -> Limit {
    let Some((limit, long)) = line
        .limit
        .as_ref()
        .and_then(|it| Some((it, wall(it.within)?)))
    else {
        return Limit::Free;
    };
    let lately = || {
        let times = before.rerouted.iter();
        times.filter(|it| now.duration_since(it.at) < long)
    };
    if lately().any(|it| it.finally) {
        return Limit::UsedUp;
    }
    if lately().count() < usize::try_from(limit.at_most).unwrap_or(usize::MAX) {
        return Limit::Free;
    }
    let last = recipients(&limit.finally, from, rules, now).into_iter();
    let may_have = |person: &PersonId| Some(person) != from && !before.refused.contains(person);
    last.into_iter()
        .find(may_have)
        .map_or(Limit::UsedUp, Limit::Last)
}

/// To whom a line leads; none if it leads to nobody.
fn chosen(line: &Reroute, facts: &Facts<'_>) -> Option<Choice> {
    match &line.to {
        Some(to) => Some(by_the_edge(destination(to, facts).ok()?)),
        None => Some(choose(facts)),
    }
}

/// A choice that no rule of the list made.
fn by_the_edge(chosen: Chosen) -> Choice {
    Choice {
        rule: REROUTED.to_owned(),
        chosen,
        move_to: None,
        reasons: Vec::new(),
        facts: BTreeMap::new(),
    }
}

/// Upon what it is routed again.
fn upon(facts: &Facts<'_>, line: &Reroute, (from, finally): (Option<&PersonId>, bool)) -> Reason {
    let kind = facts.record.id.kind;
    let was = from.map_or_else(
        || "nobody had it".to_owned(),
        |from| format!("{from} had it"),
    );
    let what = match &line.upon {
        RerouteUpon::OwnerRemoved => "the CRM names no owner any more".to_owned(),
        RerouteUpon::StageEntered(stage) => format!("it has entered {stage}"),
        RerouteUpon::FieldChanged(field) => format!("{field} has changed"),
        RerouteUpon::OwnerLeft => "its owner has left".to_owned(),
    };
    let limit = line.limit.as_ref().filter(|_| finally);
    let last = limit.map(|limit| {
        let within = wall(limit.within).map(length).unwrap_or_default();
        let (times, finally) = (
            limit.at_most,
            recipients(&limit.finally, from, facts.rules, facts.now),
        );
        let asked = finally.first().map(ToString::to_string).unwrap_or_default();
        format!("; it was routed again {times} times within {within}, so {asked} is asked")
    });
    let done = done(facts, line).map(|done| format!("; {done}"));
    let note = format!(
        "{what}; {was}{}{}",
        done.unwrap_or_default(),
        last.unwrap_or_default()
    );
    Reason::note(
        format!("reroute.{kind}.{}", line.upon),
        Some(line.place),
        note,
    )
}

/// What the person has done, if the line goes by it.
fn done(facts: &Facts<'_>, line: &Reroute) -> Option<String> {
    let mut fields = BTreeSet::new();
    if let RerouteUpon::FieldChanged(field) = &line.upon {
        fields.insert(field.clone());
    }
    let asks = |condition| facts.rules.model.condition_asks(condition);
    fields.extend(line.when.iter().flat_map(asks));
    behind(facts, &fields)
}

impl Again {
    /// Whether somebody else would have it, or the same person anew.
    fn leads_elsewhere(&self, before: &RoutingState) -> bool {
        let entered = matches!(self.upon, RerouteUpon::StageEntered(_));
        match &self.choice.chosen {
            Chosen::Person(person) => {
                !before.refused.contains(person) && (entered || self.from.as_ref() != Some(person))
            }
            Chosen::Pool(name) => {
                let removed = self.upon == RerouteUpon::OwnerRemoved;
                entered || removed || before.pool.as_ref() != Some(name)
            }
            // The CRM's owner cannot be emptied by us.
            Chosen::Queue(_) | Chosen::Nobody | Chosen::NoRule => false,
        }
    }
}
