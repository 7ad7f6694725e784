use std::collections::{BTreeMap, BTreeSet};

use contracts::{DecisionId, Key};
use store::{Body, Check, Guard, Item, MOST_IN_TRANSACTION, Put, Transaction};

use crate::{cycle::MOST_BYTES, decide::Prepared, decider::item_after, inputs::Earlier};

/// Decisions that are committed together.
#[derive(Debug, Default)]
pub(super) struct Group {
    /// The decisions and the keys of their audit records.
    pub(super) members: Vec<(usize, DecisionId, Key)>,
    /// The events whose decision is in the group already: they came twice.
    pub(super) twins: Vec<usize>,
    /// What is written, each item once, as the last decision left it and guarded as the first
    /// found it.
    pub(super) puts: BTreeMap<Key, Put>,
    checks: BTreeMap<Key, u64>,
    /// How many of its decisions change each item.
    pub(super) changes: Earlier,
    /// The bytes of what is written, but for what is not counted yet: that is counted when another decision comes.
    bytes: usize,
    uncounted: Vec<Body>,
}

impl Group {
    /// Whether another decision still fits. The first one does.
    pub(super) fn has_room_for(&mut self, prepared: &Prepared) -> bool {
        if self.members.is_empty() {
            return true;
        }
        let new = |key: &&Key| !self.puts.contains_key(*key) && !self.checks.contains_key(*key);
        let puts = prepared.transaction.puts.iter().map(|put| &put.key);
        let checks = prepared.transaction.checks.iter().map(|check| &check.key);
        let keys: BTreeSet<&Key> = puts.chain(checks).filter(new).collect();
        let items = self.puts.len().saturating_add(self.checks.len());
        let its = prepared.transaction.puts.iter().map(|put| &put.body);
        items.saturating_add(keys.len()) <= MOST_IN_TRANSACTION
            && self.bytes().saturating_add(size(its)) <= MOST_BYTES
    }

    fn bytes(&mut self) -> usize {
        let new = std::mem::take(&mut self.uncounted);
        self.bytes = self.bytes.saturating_add(size(new.iter()));
        self.bytes
    }

    /// Adds a decision; what comes back are the items as they will be when the group is committed:
    /// each is written once, so its version grows by one however many decisions changed it.
    pub(super) fn add(&mut self, index: usize, prepared: Prepared) -> Vec<Item> {
        let Prepared {
            decision,
            audit,
            transaction: Transaction { puts, checks },
        } = prepared;
        let mut after = Vec::with_capacity(puts.len());
        for mut put in puts {
            // Checked before by another decision and written now: the write's guard is the check.
            let checked = self.checks.remove(&put.key);
            let first = self.puts.get(&put.key).map(|put| put.guard);
            put.guard = first.or(checked.map(Guard::Version)).unwrap_or(put.guard);
            after.push(item_after(&put));
            self.uncounted.push(put.body.clone());
            let changes = self.changes.entry(put.key.clone()).or_default();
            *changes = changes.saturating_add(1);
            self.puts.insert(put.key.clone(), put);
        }
        for check in checks {
            if !self.puts.contains_key(&check.key) {
                self.checks.insert(check.key, check.version);
            }
        }
        self.members.push((index, decision, audit));
        after
    }

    /// What is to be committed.
    pub(super) fn take_transaction(&mut self) -> Transaction {
        let checks = std::mem::take(&mut self.checks).into_iter();
        Transaction {
            puts: std::mem::take(&mut self.puts).into_values().collect(),
            checks: checks
                .map(|(key, version)| Check { key, version })
                .collect(),
        }
    }
}

fn size<'a>(bodies: impl Iterator<Item = &'a Body>) -> usize {
    bodies.map(Body::bytes_at_most).sum()
}
