//! What a digest shows beside single records: what is excepted, and how much each team and person has.

use std::collections::{BTreeMap, BTreeSet};

use contracts::state::{ExceptionsState, LoadState};
use crm::{PersonId, RecordId};
use jiff::Timestamp;
use model::{OperatingModel, Scope};

use super::content::Work;
use crate::shown::{name_of, spoken};

/// How much there is of something for a team or a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// Whose, as people call them.
    pub whose: String,
    /// How much.
    pub count: u32,
    /// How much at most, if the model says it.
    pub most: Option<u32>,
}

/// A record that is excused from something for a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excepted {
    /// Which.
    pub record: RecordId,
    /// Whose it was when the exception was granted.
    pub owner: Option<PersonId>,
    /// From what: criteria with their stage, deviations.
    pub of: Vec<String>,
    /// By whom.
    pub by: PersonId,
    /// Until when.
    pub until: Timestamp,
    /// Why, in the words of who granted it.
    pub reason: Option<String>,
}

/// The exceptions that count now, of the records of these people, or of everybody's; what ends first stands first.
#[must_use]
pub fn excepted(
    (scope, people): (Scope, &BTreeSet<PersonId>),
    all: &[(RecordId, ExceptionsState)],
    now: Timestamp,
) -> Vec<Excepted> {
    let everybody = matches!(scope, Scope::Company | Scope::All);
    let theirs = |owner: Option<&PersonId>| owner.is_some_and(|owner| people.contains(owner));
    let mut found = Vec::new();
    for (record, state) in all {
        let counting = state.granted.values().filter(|it| it.counts(now));
        let shown = counting.filter(|it| everybody || theirs(it.owner.as_ref()));
        found.extend(shown.map(|it| Excepted {
            record: record.clone(),
            owner: it.owner.clone(),
            of: it.of().map(str::to_owned).collect(),
            by: it.by.clone(),
            until: it.until,
            reason: it.reason.clone(),
        }));
    }
    found.sort_by(|a, b| (a.until, &a.record).cmp(&(b.until, &b.record)));
    found
}

/// How many deviations are open for the people of each team, the most first; a team that has none is left out.
#[must_use]
pub fn by_team(model: &OperatingModel, work: Work<'_>) -> Vec<Count> {
    let mut counts: BTreeMap<String, u32> = BTreeMap::new();
    for (owner, state) in work.deviations.values() {
        let known = model.people.get(owner);
        let team = known.and_then(|known| known.team.as_deref());
        let team = team.map_or_else(|| name_of(model, owner), spoken);
        let open = u32::try_from(state.open.len()).unwrap_or(u32::MAX);
        let count = counts.entry(team).or_default();
        *count = count.saturating_add(open);
    }
    let counts = counts.into_iter().filter(|(_, count)| *count > 0);
    let mut counts: Vec<Count> = counts
        .map(|(whose, count)| Count {
            whose,
            count,
            most: None,
        })
        .collect();
    counts.sort_by(|a, b| (b.count, &a.whose).cmp(&(a.count, &b.whose)));
    counts
}

/// How many open leads these people have in hand; only of those whose capacity the model says it is counted.
#[must_use]
pub fn loads(
    model: &OperatingModel,
    people: &BTreeSet<PersonId>,
    found: &BTreeMap<PersonId, LoadState>,
) -> Vec<Count> {
    let counted = people.iter().filter_map(|id| {
        let capacity = model.people.get(id)?.capacity.as_ref()?;
        Some(Count {
            whose: name_of(model, id),
            count: found.get(id).map_or(0, |load| load.open),
            most: capacity.open_leads,
        })
    });
    counted.collect()
}
