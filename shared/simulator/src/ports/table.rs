mod planted;
mod planted_behaviour;
mod planted_former;
mod planted_hours;
mod planted_metrics;
mod planted_people;
mod planted_reviews;
mod planted_shadow;

use std::{future::Future, sync::Arc};

use contracts::{
    Key,
    state::{EffectState, EffectStatus},
};
use jiff::Timestamp;
use store::{CommitError, DueItem, Item, MemoryStore, Store, StoreError, Transaction};

use super::Ports;
use crate::{
    fault::{FaultKind, Peer},
    world::{Fate, Inside, Turn},
};

fn gone() -> StoreError {
    StoreError::Unavailable("the table is away".to_owned())
}

impl Ports {
    /// A call of the table: it takes its time, and then it is turned away, fails, or is done.
    async fn table<T, E, F>(&self, work: impl FnOnce(Arc<MemoryStore>) -> F + Send) -> Result<T, E>
    where
        E: From<StoreError>,
        F: Future<Output = Result<T, E>> + Send,
    {
        self.0.step(Peer::Store).await;
        let (store, fate) = {
            let mut inside = self.0.lock();
            let throttles = inside.rate(|kind| match kind {
                FaultKind::Throttles { rate } => Some(*rate),
                _ => None,
            });
            if inside.chance(throttles) {
                inside.note_fault();
                return Err(StoreError::Throttled("too much at a time".to_owned()).into());
            }
            planted::second_attempt(&mut inside)?;
            (Arc::clone(&inside.store), inside.fate(Peer::Store))
        };
        match fate {
            Fate::Well => work(store).await,
            Fate::Never => Err(gone().into()),
            Fate::AnswerLost => {
                let _ = work(store).await;
                Err(gone().into())
            }
        }
    }
}

/// The effects that a transaction claims or marks, and whether it marks them.
fn effects_of(transaction: &Transaction) -> Vec<(Key, bool)> {
    let effects = transaction.puts.iter();
    let effects = effects.filter(|put| put.key.sk == "effect");
    effects
        .map(|put| {
            let state = put.body.read_shared::<EffectState>();
            let marks = state.is_ok_and(|state| state.status != EffectStatus::Claimed);
            (put.key.clone(), marks)
        })
        .collect()
}

/// Keeps with the process which effect it is at, and which of those that it has done are not marked. Where
/// somebody else took the claim over, their mark stands.
fn note_effects(turn: &mut Turn, effects: &[(Key, bool)], committed: &Result<(), CommitError>) {
    for (effect, marks) in effects {
        let taken_over =
            matches!(committed, Err(CommitError::Stale(keys)) if keys.contains(effect));
        if *marks && (committed.is_ok() || taken_over) {
            turn.unmarked.retain(|it| it != effect);
        }
        if committed.is_ok() && !marks {
            turn.effect = Some(effect.clone());
        }
    }
}

fn contended(inside: &mut Inside) -> bool {
    let contends = inside.rate(|kind| match kind {
        FaultKind::Contends { rate } => Some(*rate),
        _ => None,
    });
    let contended = inside.chance(contends);
    if contended {
        inside.note_fault();
    }
    contended
}

impl Store for Ports {
    async fn partition(&self, pk: &str) -> Result<Vec<Item>, StoreError> {
        let items = self.table(|store| async move { store.partition(pk).await });
        let items = items.await?;
        let inside = self.0.lock();
        let items = planted::as_the_index_showed(&inside, items);
        Ok(planted::with_nobody_removed(&inside, items))
    }

    async fn get(&self, keys: &[Key]) -> Result<Vec<Option<Item>>, StoreError> {
        let items = self.table(|store| async move { store.get(keys).await });
        let items = items.await?;
        let inside = self.0.lock();
        let items = planted_people::with_nobody_archived(&inside, items);
        let items = planted::of_any_age(&inside, items);
        let items = planted_reviews::without_an_action(&inside, items);
        let items = planted_behaviour::told_anew(&inside, items);
        let items = planted_behaviour::stays(&inside, items);
        let items = planted_former::forgotten(&inside, items);
        Ok(planted_metrics::forgotten(&inside, items))
    }

    async fn commit(&self, transaction: Transaction) -> Result<(), CommitError> {
        let world = &self.0;
        let committed = self
            .table(|store| async move {
                if contended(&mut world.lock()) {
                    return Err(CommitError::Contended);
                }
                let transaction = planted::unguarded(world, &store, transaction).await?;
                let transaction = planted_hours::without_heads(world, transaction);
                let transaction = planted_shadow::forgotten(world, transaction);
                let states = transaction.puts.iter().filter(|put| put.key.is_state());
                let states =
                    states.map(|put| (put.key.clone(), put.next_version(), put.body.clone()));
                let states: Vec<_> = states.collect();
                let effects = effects_of(&transaction);
                let committed = store.commit(transaction).await;
                let mut inside = world.lock();
                note_effects(&mut inside.turn, &effects, &committed);
                committed?;
                inside.states.extend(states);
                Ok(())
            })
            .await;
        if matches!(
            committed,
            Err(CommitError::Stale(_) | CommitError::Contended)
        ) {
            let turn = &mut world.lock().turn;
            turn.lost_races = turn.lost_races.saturating_add(1);
        }
        committed
    }

    async fn due(
        &self,
        shard: &str,
        after: Option<&DueItem>,
        until: Timestamp,
        limit: usize,
    ) -> Result<Vec<DueItem>, StoreError> {
        let due = self.table(|store| async move { store.due(shard, after, until, limit).await });
        let due = due.await?;
        planted::found(&self.0, due).await
    }

    async fn of_account(&self, account: &str) -> Result<Vec<Key>, StoreError> {
        self.table(|store| async move { store.of_account(account).await })
            .await
    }

    async fn of_person(&self, person: &str) -> Result<Vec<Item>, StoreError> {
        self.table(|store| async move { store.of_person(person).await })
            .await
    }

    async fn of_hour(&self, hour: &str) -> Result<Vec<Item>, StoreError> {
        self.table(|store| async move { store.of_hour(hour).await })
            .await
    }
}
