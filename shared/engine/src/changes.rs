//! Several changes of one run: what they want is committed together, as far as a transaction takes it.
//!
//! Each is one of the cycle's changes, and what cannot be committed together is committed as such, by
//! itself: whoever was outrun, and what reads or writes an item that another of them has written.

use std::collections::{BTreeMap, BTreeSet};

use contracts::Key;
use store::{Check, CommitError, Item, MOST_IN_TRANSACTION, Put, Store, StoreError, Transaction};

use crate::{
    clock::Clock,
    cycle::{CycleError, MOST_BYTES, Round, Table},
    inputs::ReadItem,
};

/// What follows of the items that were read.
type Decide<'a, T> =
    Box<dyn Fn(Vec<Option<Item>>) -> Result<Round<T>, CycleError> + Send + Sync + 'a>;

/// A change that is to be made, as `Table::change` takes it.
pub struct Change<'a, T> {
    keys: Vec<Key>,
    decide: Decide<'a, T>,
}

impl<T> std::fmt::Debug for Change<'_, T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Change").field(&self.keys).finish()
    }
}

impl<'a, T> Change<'a, T> {
    /// What `decide` says of the items of these keys.
    pub fn of(
        keys: Vec<Key>,
        decide: impl Fn(Vec<Option<Item>>) -> Result<Round<T>, CycleError> + Send + Sync + 'a,
    ) -> Self {
        Self {
            keys,
            decide: Box::new(decide),
        }
    }
}

/// One of a group: its place among the changes, and what comes of it.
struct Member<T> {
    index: usize,
    outcome: T,
    already: Option<(Key, T)>,
}

/// Changes that are committed together.
struct Group<T> {
    members: Vec<Member<T>>,
    puts: Vec<Put>,
    checks: BTreeMap<Key, u64>,
    /// The bytes of so many of the puts, the first ones: they are counted when another change comes.
    bytes: (usize, usize),
}

impl<T> Default for Group<T> {
    fn default() -> Self {
        Self {
            members: Vec::new(),
            puts: Vec::new(),
            checks: BTreeMap::new(),
            bytes: (0, 0),
        }
    }
}

impl<T> Group<T> {
    /// Whether another change still fits. The first one does.
    fn has_room_for(&mut self, transaction: &Transaction) -> bool {
        if self.members.is_empty() {
            return true;
        }
        let new = |check: &&Check| !self.checks.contains_key(&check.key);
        let checks = transaction.checks.iter().filter(new).count();
        let items = [
            self.puts.len(),
            self.checks.len(),
            transaction.puts.len(),
            checks,
        ];
        let items = items.into_iter().fold(0, usize::saturating_add);
        items <= MOST_IN_TRANSACTION
            && self.bytes().saturating_add(bytes_of(&transaction.puts)) <= MOST_BYTES
    }

    fn bytes(&mut self) -> usize {
        let (bytes, counted) = self.bytes;
        let new = self.puts.get(counted..).unwrap_or_default();
        let bytes = bytes.saturating_add(bytes_of(new));
        self.bytes = (bytes, self.puts.len());
        bytes
    }

    fn add(&mut self, member: Member<T>, transaction: Transaction) {
        self.puts.extend(transaction.puts);
        let checks = transaction.checks.into_iter();
        self.checks
            .extend(checks.map(|check| (check.key, check.version)));
        self.members.push(member);
    }
}

fn bytes_of(puts: &[Put]) -> usize {
    puts.iter().map(|put| put.body.bytes_at_most()).sum()
}

/// What became of those changes of which it is known.
type Known<T> = BTreeMap<usize, Result<T, CycleError>>;

impl<S: Store, C: Clock> Table<S, C> {
    /// Makes each of these changes, and says what came of it, in their order. Between two of them that
    /// have an item in common the order is not kept.
    pub async fn change_all<T: Send>(
        &self,
        changes: &[Change<'_, T>],
    ) -> Vec<Result<T, CycleError>> {
        let mut known = Known::new();
        if changes.len() > 1 {
            // What could not be read for all is read for each, whose own error is said then.
            if let Ok(found) = self.found(changes).await {
                self.grouped(changes, &found, &mut known).await;
            }
        }
        let mut all = Vec::with_capacity(changes.len());
        for (index, change) in changes.iter().enumerate() {
            all.push(match known.remove(&index) {
                Some(outcome) => outcome,
                None => self.change(&change.keys, &change.decide).await,
            });
        }
        all
    }

    /// The items that the changes read, each once.
    async fn found<T>(&self, changes: &[Change<'_, T>]) -> Result<BTreeMap<Key, Item>, StoreError> {
        let keys: BTreeSet<&Key> = changes.iter().flat_map(|change| &change.keys).collect();
        let keys: Vec<Key> = keys.into_iter().cloned().collect();
        let mut found = BTreeMap::new();
        for some in keys.chunks(MOST_IN_TRANSACTION) {
            let items = self.store.get(some).await?.into_iter().flatten();
            found.extend(items.map(|item| (item.key.clone(), item)));
        }
        Ok(found)
    }

    async fn grouped<T: Send>(
        &self,
        changes: &[Change<'_, T>],
        found: &BTreeMap<Key, Item>,
        known: &mut Known<T>,
    ) {
        let mut group = Group::default();
        // What is not any more as it was found.
        let mut written: BTreeSet<Key> = BTreeSet::new();
        for (index, change) in changes.iter().enumerate() {
            if change.keys.iter().any(|key| written.contains(key)) {
                continue;
            }
            let (transaction, member) = match round(index, change, found) {
                Ok((transaction, member)) => (transaction, member),
                Err(outcome) => {
                    known.insert(index, outcome);
                    continue;
                }
            };
            if !group.has_room_for(&transaction) {
                self.commit_changes(std::mem::take(&mut group), known).await;
            }
            let puts = transaction.puts.iter().map(|put| &put.key);
            let mut clashes = puts.clone().any(|key| group.checks.contains_key(key));
            let checks = transaction.checks.iter().map(|check| &check.key);
            clashes |= puts.clone().chain(checks).any(|key| written.contains(key));
            if clashes {
                continue;
            }
            written.extend(puts.cloned());
            group.add(member, transaction);
        }
        self.commit_changes(group, known).await;
    }

    /// Of a group that is not committed nothing is known, but of those that were committed before.
    async fn commit_changes<T>(&self, group: Group<T>, known: &mut Known<T>) {
        if group.members.is_empty() {
            return;
        }
        let checks = group.checks.into_iter();
        let transaction = Transaction {
            puts: group.puts,
            checks: checks
                .map(|(key, version)| Check { key, version })
                .collect(),
        };
        let committed = self.commit(transaction).await;
        for member in group.members {
            match (&committed, member.already) {
                (Ok(()), _) => {
                    known.insert(member.index, Ok(member.outcome));
                }
                (Err(CommitError::Stale(keys)), Some((key, already))) if keys.contains(&key) => {
                    known.insert(member.index, Ok(already));
                }
                (Err(_), _) => {}
            }
        }
    }
}

/// What a change wants to write by what was found; an outcome, where that is nothing or an error.
fn round<T>(
    index: usize,
    change: &Change<'_, T>,
    found: &BTreeMap<Key, Item>,
) -> Result<(Transaction, Member<T>), Result<T, CycleError>> {
    let items: Vec<Option<Item>> = change
        .keys
        .iter()
        .map(|key| found.get(key).cloned())
        .collect();
    let round = (change.decide)(items.clone()).map_err(Err)?;
    let read = change.keys.iter().zip(&items);
    let read: Vec<ReadItem<'_>> = read
        .map(|(key, item)| ReadItem::of(key, item.as_ref()))
        .collect();
    match round.complete(&read).map_err(|error| Err(error.into()))? {
        Round::Nothing(outcome) => Err(Ok(outcome)),
        Round::Commit {
            transaction,
            outcome,
            already,
            ..
        } => Ok((
            transaction,
            Member {
                index,
                outcome,
                already,
            },
        )),
    }
}
