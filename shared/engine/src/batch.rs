//! Load, decide, commit, for a batch: as many decisions in one transaction as it takes.
//!
//! What a decision wrote the next one of the batch sees, as if it had been committed before. A
//! decision that is in the table already is dropped. Where somebody else was faster, or the table
//! throttles, what is not committed is read and decided anew, after a wait by the cycle's rule; what
//! could not be committed together is committed one by one.

mod group;

use std::collections::{BTreeMap, BTreeSet};

use contracts::{Event, Key, state::RecordState};
use futures_util::{StreamExt, stream};
use jiff::Timestamp;
use store::{CommitError, Item, MOST_IN_TRANSACTION, Store, StoreError};

use self::group::Group;
use crate::{
    clock::Clock,
    cycle::{CycleError, Table, Tries},
    decide::{Committed, Prepared, prepare},
    decider::{Decider, Planned, Read},
    facts::RecordFacts,
    handler::TimeLeft,
    inputs::Earlier,
};

/// How many partitions are read at a time.
const READS: usize = 16;

/// How often a batch is committed together before what is left is committed one by one.
const TOGETHER: u32 = 3;

/// What became of each event of a batch, in its order.
pub type Outcomes = Vec<Result<Committed, CycleError>>;

/// What was read for a batch, and what its decisions have made of it since.
struct World<P> {
    partitions: BTreeMap<String, Partition>,
    read: Read,
    known: BTreeSet<Key>,
    /// What the first step judged of each event, as long as nothing of its record was written.
    planned: BTreeMap<usize, Option<Planned<P>>>,
    touched: BTreeSet<String>,
}

/// What is kept of a record.
enum Partition {
    /// What is known of it.
    Facts(RecordFacts),
    /// There is no copy of it.
    NoCopy(Vec<Item>),
}

impl Partition {
    fn of(items: Vec<Item>) -> Result<Self, StoreError> {
        if !items.iter().any(|item| item.key.holds::<RecordState>()) {
            return Ok(Self::NoCopy(items));
        }
        let facts = RecordFacts::read(items)?;
        Ok(facts.map_or_else(|| Self::NoCopy(Vec::new()), Self::Facts))
    }

    const fn facts(&self) -> Option<&RecordFacts> {
        match self {
            Self::Facts(facts) => Some(facts),
            Self::NoCopy(_) => None,
        }
    }

    /// Puts an item in place of what was read under its key.
    fn replace(&mut self, item: Item) -> Result<(), StoreError> {
        match self {
            Self::Facts(facts) => facts.replace(item),
            Self::NoCopy(items) => {
                let mut items = std::mem::take(items);
                items.retain(|old| old.key != item.key);
                items.push(item);
                *self = Self::of(items)?;
                Ok(())
            }
        }
    }
}

impl<P> World<P> {
    fn apply(&mut self, items: Vec<Item>) -> Result<(), StoreError> {
        for item in items {
            if let Some(of_record) = self.partitions.get_mut(&item.key.pk) {
                self.touched.insert(item.key.pk.clone());
                of_record.replace(item)?;
            } else {
                self.known.insert(item.key.clone());
                self.read.replace(item);
            }
        }
        Ok(())
    }
}

impl<S: Store, C: Clock> Table<S, C> {
    /// Load, decide, commit, for each event of a batch in its order, with as few transactions as
    /// they fit into. No further round is begun, and no further event decided upon by itself, when there is
    /// no time for it.
    pub async fn decide_batch<D: Decider>(
        &self,
        decider: &D,
        events: &[(Event, Timestamp)],
        time_left: TimeLeft<'_>,
    ) -> Outcomes {
        let mut outcomes: BTreeMap<usize, Result<Committed, CycleError>> = BTreeMap::new();
        let mut tries = Tries::default();
        for _ in 0..TOGETHER {
            let pending = pending(events, &outcomes);
            if pending.len() < 2 || (!outcomes.is_empty() && !time_left()) {
                break;
            }
            match self.together(decider, events, &pending).await {
                Ok((ended, None)) => outcomes.extend(ended),
                Ok((ended, Some(error))) => {
                    outcomes.extend(ended);
                    let waited = tries.again(error, "batch", &self.clock).await;
                    if waited.is_err() {
                        break;
                    }
                }
                // One item of the batch spoils what was read or written for all: one by one then.
                Err(_) => break,
            }
        }
        for index in pending(events, &outcomes) {
            if let Some((event, now)) = events.get(index) {
                let outcome = if outcomes.is_empty() || time_left() {
                    self.decide(decider, event, *now).await
                } else {
                    Err(CycleError::OutOfTime)
                };
                outcomes.insert(index, outcome);
            }
        }
        outcomes.into_values().collect()
    }

    /// Decides about the pending events and commits as many groups as it takes. What ended is
    /// told, and why a group could not be committed, if one could not.
    async fn together<D: Decider>(
        &self,
        decider: &D,
        events: &[(Event, Timestamp)],
        pending: &[usize],
    ) -> Result<
        (
            BTreeMap<usize, Result<Committed, CycleError>>,
            Option<CommitError>,
        ),
        StoreError,
    > {
        let mut ended = BTreeMap::new();
        let mut world = self.world(decider, events, pending).await?;
        let mut group = Group::default();
        for index in pending {
            let Some((event, now)) = events.get(*index) else {
                continue;
            };
            let mut prepared = match one(decider, &mut world, *index, (event, *now), &group.changes)
            {
                Ok(One::Nothing) => {
                    ended.insert(*index, Ok(Committed::Nothing));
                    continue;
                }
                // It needs what was not read: the next round reads it.
                Ok(One::NotRead) => continue,
                Ok(One::Prepared(prepared)) => prepared,
                Err(error) => {
                    ended.insert(*index, Err(error.into()));
                    continue;
                }
            };
            if group.puts.contains_key(&prepared.audit) {
                group.twins.push(*index);
                continue;
            }
            if !group.has_room_for(&prepared) {
                let full = std::mem::take(&mut group);
                if let Some(error) = self.commit_group(full, &mut ended).await? {
                    return Ok((ended, Some(error)));
                }
                // It is the first of the next transaction now, and says so in its audit record.
                match one(decider, &mut world, *index, (event, *now), &group.changes) {
                    Ok(One::Prepared(anew)) => prepared = anew,
                    // The next round decides about it by itself.
                    Ok(One::Nothing | One::NotRead) | Err(_) => continue,
                }
            }
            world.apply(group.add(*index, *prepared))?;
        }
        let error = self.commit_group(group, &mut ended).await?;
        Ok((ended, error))
    }

    /// Reads what the pending decisions need, each thing once.
    async fn world<D: Decider>(
        &self,
        decider: &D,
        events: &[(Event, Timestamp)],
        pending: &[usize],
    ) -> Result<World<D::Plan>, StoreError> {
        let of = |index: &usize| events.get(*index);
        let records = pending.iter().filter_map(of);
        let records = records.filter_map(|(event, _)| event.judges());
        let partitions: BTreeSet<String> = records.map(Key::partition_of).collect();
        let read: Vec<(String, Result<Vec<Item>, StoreError>)> = stream::iter(partitions)
            .map(|pk| async move {
                let items = self.store.partition(&pk).await;
                (pk, items)
            })
            .buffered(READS)
            .collect()
            .await;
        let mut world = World {
            partitions: BTreeMap::new(),
            read: Read::default(),
            known: BTreeSet::new(),
            planned: BTreeMap::new(),
            touched: BTreeSet::new(),
        };
        for (pk, items) in read {
            world.partitions.insert(pk, Partition::of(items?)?);
        }
        for index in pending {
            let Some((event, now)) = of(index) else {
                continue;
            };
            let planned = match facts_of(&world.partitions, event) {
                Some(facts) => decider.plan(facts, event, *now)?,
                None => None,
            };
            let needs = planned.iter().flat_map(|planned| &planned.needs);
            world.known.extend(needs.cloned());
            world.planned.insert(*index, planned);
        }
        let keys: Vec<Key> = world.known.iter().cloned().collect();
        self.read_into(&mut world, &keys).await?;
        let mut also = BTreeSet::new();
        for (index, planned) in &world.planned {
            let (Some(planned), Some((_, now))) = (planned, of(index)) else {
                continue;
            };
            world.read.name(planned.needs.clone());
            also.extend(decider.also_needs(&planned.plan, &world.read, *now)?);
        }
        let also = also.into_iter().filter(|key| !world.known.contains(key));
        let also: Vec<Key> = also.collect();
        self.read_into(&mut world, &also).await?;
        world.known.extend(also);
        Ok(world)
    }

    async fn read_into<P>(&self, world: &mut World<P>, keys: &[Key]) -> Result<(), StoreError> {
        for chunk in keys.chunks(MOST_IN_TRANSACTION) {
            for item in self.store.get(chunk).await?.into_iter().flatten() {
                world.read.replace(item);
            }
        }
        Ok(())
    }

    async fn commit_group(
        &self,
        mut group: Group,
        ended: &mut BTreeMap<usize, Result<Committed, CycleError>>,
    ) -> Result<Option<CommitError>, StoreError> {
        if group.members.is_empty() {
            return Ok(None);
        }
        match self.commit(group.take_transaction()).await {
            Ok(()) => {
                for (index, decision, _) in group.members {
                    ended.insert(index, Ok(Committed::Decided(decision)));
                }
                let twins = group.twins.into_iter();
                ended.extend(twins.map(|index| (index, Ok(Committed::Already))));
                Ok(None)
            }
            Err(CommitError::Stale(keys)) => {
                for (index, _, audit) in group.members {
                    if keys.contains(&audit) {
                        ended.insert(index, Ok(Committed::Already));
                    }
                }
                Ok(Some(CommitError::Stale(keys)))
            }
            Err(
                error @ (CommitError::Contended | CommitError::Store(StoreError::Throttled(_))),
            ) => Ok(Some(error)),
            Err(CommitError::Store(error)) => Err(error),
        }
    }
}

fn pending(
    events: &[(Event, Timestamp)],
    outcomes: &BTreeMap<usize, Result<Committed, CycleError>>,
) -> Vec<usize> {
    let all = 0..events.len();
    all.filter(|index| !outcomes.contains_key(index)).collect()
}

enum One {
    Nothing,
    NotRead,
    Prepared(Box<Prepared>),
}

fn one<D: Decider>(
    decider: &D,
    world: &mut World<D::Plan>,
    index: usize,
    (event, now): (&Event, Timestamp),
    earlier: &Earlier,
) -> Result<One, StoreError> {
    let Some(facts) = facts_of(&world.partitions, event) else {
        return Ok(One::Nothing);
    };
    let touched = world.touched.contains(&Key::partition_of(facts.id()));
    let planned = match world.planned.remove(&index) {
        Some(planned) if !touched => planned,
        _ => decider.plan(facts, event, now)?,
    };
    let Some(planned) = planned else {
        return Ok(One::Nothing);
    };
    if !planned.needs.iter().all(|key| world.known.contains(key)) {
        return Ok(One::NotRead);
    }
    // What the plans of others named is there as well, and no business of this one.
    world.read.name(planned.needs);
    let also = decider.also_needs(&planned.plan, &world.read, now)?;
    if !also.iter().all(|key| world.known.contains(key)) {
        return Ok(One::NotRead);
    }
    world.read.name_too(also);
    let proposal = decider.decide(facts, planned.plan, &world.read, event, now)?;
    let Some(proposal) = proposal else {
        return Ok(One::Nothing);
    };
    let read = (facts, &world.read);
    let prepared = prepare(decider, (event, now), read, proposal, earlier)?;
    Ok(One::Prepared(Box::new(prepared)))
}

fn facts_of<'w>(
    partitions: &'w BTreeMap<String, Partition>,
    event: &Event,
) -> Option<&'w RecordFacts> {
    partitions.get(&Key::partition_of(event.judges()?))?.facts()
}
