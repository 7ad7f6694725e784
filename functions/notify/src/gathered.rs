//! What a digest shows beside the open work of people: read only for the parts that the model names.

use std::collections::{BTreeMap, BTreeSet};

use contracts::{
    Key,
    state::{LoadState, MetricState},
};
use crm::PersonId;
use decisions::{
    Rules,
    digests::{Adherence, Count, Excepted, Work, adherence, by_team, excepted, loads},
};
use engine::{Failure, exceptions_in, metrics_kept};
use jiff::Timestamp;
use model::{Digest, Part};
use store::{Store, Versioned};

/// How many items the table gives in one read.
pub(crate) const AT_ONCE: usize = 100;

/// What was found.
#[derive(Debug, Default)]
pub(crate) struct Beside {
    pub(crate) excepted: Vec<Excepted>,
    pub(crate) by_team: Vec<Count>,
    pub(crate) loads: Vec<Count>,
    pub(crate) adherence: Vec<Adherence>,
}

/// Reads what the parts of a digest ask for beside clocks and deviations.
pub(crate) async fn beside<S: Store>(
    store: &S,
    rules: &Rules,
    digest: &Digest,
    (people, work): (&BTreeSet<PersonId>, Work<'_>),
    at: Timestamp,
) -> Result<Beside, Failure> {
    let mut found = Beside::default();
    let asks = |part: Part| digest.parts.contains(&part);
    if asks(Part::Exceptions) {
        let all = exceptions_in(store).await?;
        found.excepted = excepted((digest.shows, people), &all, at);
    }
    if asks(Part::DeviationsByTeam) {
        found.by_team = by_team(&rules.model, work);
    }
    if asks(Part::Adherence) {
        found.adherence = adherence(rules, &metrics(store, rules).await?);
    }
    if asks(Part::Load) {
        let limited = |id: &&PersonId| {
            let person = rules.model.people.get(*id);
            person.is_some_and(|person| person.capacity.is_some())
        };
        let limited: Vec<&PersonId> = people.iter().filter(limited).collect();
        let mut kept: BTreeMap<PersonId, LoadState> = BTreeMap::new();
        for some in limited.chunks(AT_ONCE) {
            let keys: Vec<Key> = some.iter().map(|person| Key::load(person)).collect();
            for (person, item) in some.iter().zip(store.get(&keys).await?) {
                let load = item.map(Versioned::<LoadState>::read).transpose()?;
                kept.extend(load.map(|load| ((*person).clone(), load.state)));
            }
        }
        found.loads = loads(&rules.model, people, &kept);
    }
    Ok(found)
}

/// What the metrics come to that have a floor or a target.
async fn metrics<S: Store>(
    store: &S,
    rules: &Rules,
) -> Result<BTreeMap<String, MetricState>, Failure> {
    let limited = rules.model.metrics.iter();
    let limited = limited.filter(|(_, it)| it.floor.is_some() || it.target.is_some());
    let names: Vec<&str> = limited.map(|(name, _)| name.as_str()).collect();
    Ok(metrics_kept(store, &names).await?)
}
