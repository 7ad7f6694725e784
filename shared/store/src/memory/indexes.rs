use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    ops::Bound,
    sync::Arc,
};

use contracts::Key;
use jiff::Timestamp;

use super::{
    kept::Kept,
    pages::{pages_of, whole},
};
use crate::{
    port::{DueItem, Item},
    size::{size_of_instant, size_of_projected},
};

/// An item before a commit and after it.
#[derive(Debug)]
pub(super) struct Change {
    pub(super) before: Option<Arc<Kept>>,
    pub(super) after: Option<Arc<Kept>>,
}

/// The table's indexes. They learn of a commit when so many more have happened.
#[derive(Debug, Default)]
pub(super) struct SparseIndexes {
    due: BTreeMap<String, BTreeSet<(Timestamp, Key)>>,
    /// When the first of them is due, as long as none has changed since that was asked.
    first_due: Option<Option<Timestamp>>,
    account: BTreeSet<(String, Key)>,
    person: BTreeMap<(String, Key), Arc<Kept>>,
    hour: BTreeMap<(String, Timestamp, Key), Arc<Kept>>,
    /// The commits that the indexes do not show yet.
    to_come: VecDeque<Vec<Change>>,
    lag: usize,
}

impl SparseIndexes {
    /// Indexes that show the table as it was so many commits ago.
    pub(super) fn lagging(lag: usize) -> Self {
        Self {
            lag,
            ..Self::default()
        }
    }

    pub(super) fn add(&mut self, commit: Vec<Change>) {
        self.to_come.push_back(commit);
        self.show_up_to(self.lag);
    }

    pub(super) fn catch_up(&mut self) {
        self.show_up_to(0);
    }

    fn show_up_to(&mut self, lag: usize) {
        while self.to_come.len() > lag {
            for change in self.to_come.pop_front().unwrap_or_default() {
                if let Some(before) = &change.before {
                    self.remove(before);
                }
                if let Some(after) = &change.after {
                    self.insert(after);
                }
            }
        }
    }

    fn remove(&mut self, kept: &Kept) {
        let (key, indexes) = (&kept.key, &kept.indexes);
        if let Some((shard, at)) = &indexes.due
            && let Some(due) = self.due.get_mut(shard)
        {
            due.remove(&(*at, key.clone()));
            self.first_due = None;
        }
        if let Some(account) = &indexes.account {
            self.account.remove(&(account.clone(), key.clone()));
        }
        if let Some(person) = &indexes.person {
            self.person.remove(&(person.clone(), key.clone()));
        }
        if let Some((hour, at)) = &indexes.hour {
            self.hour.remove(&(hour.clone(), *at, key.clone()));
        }
    }

    fn insert(&mut self, kept: &Arc<Kept>) {
        let (key, indexes) = (&kept.key, &kept.indexes);
        if let Some((shard, at)) = &indexes.due {
            let due = self.due.entry(shard.clone()).or_default();
            due.insert((*at, key.clone()));
            self.first_due = None;
        }
        if let Some(account) = &indexes.account {
            self.account.insert((account.clone(), key.clone()));
        }
        if let Some(person) = &indexes.person {
            let at = (person.clone(), key.clone());
            self.person.insert(at, Arc::clone(kept));
        }
        if let Some((hour, at)) = &indexes.hour {
            let at = (hour.clone(), *at, key.clone());
            self.hour.insert(at, Arc::clone(kept));
        }
    }

    /// When the first of all deadlines is due.
    pub(super) fn earliest_due(&mut self) -> Option<Timestamp> {
        let due = &self.due;
        *self.first_due.get_or_insert_with(|| {
            let firsts = due.values().filter_map(BTreeSet::first);
            firsts.map(|(at, _)| *at).min()
        })
    }

    /// What is due by an instant, whatever its shard.
    pub(super) fn due_by(&self, until: Timestamp) -> Vec<DueItem> {
        let due = self.due.values().flatten();
        let due = due.filter(|(at, _)| *at <= until);
        due.map(|(due, key)| DueItem {
            key: key.clone(),
            due: *due,
        })
        .collect()
    }

    /// What is due, and in how many pages it comes.
    pub(super) fn due(
        &self,
        shard: &str,
        after: Option<&DueItem>,
        until: Timestamp,
        limit: usize,
    ) -> (Vec<DueItem>, u64) {
        let from = match after {
            Some(after) => Bound::Excluded((after.due, after.key.clone())),
            None => Bound::Included((Timestamp::MIN, first_key())),
        };
        let of_shard = self.due.get(shard);
        let found = of_shard.map(|due| due.range((from, Bound::Unbounded)));
        let found = found.into_iter().flatten();
        let found = found.take_while(|(at, _)| *at <= until).take(limit);
        let found = found.map(|(due, key)| DueItem {
            key: key.clone(),
            due: *due,
        });
        let found: Vec<DueItem> = found.collect();
        let (hash, range) = (
            "due_shard".len().saturating_add(shard.len()),
            size_of_instant("due_at"),
        );
        let sizes = found.iter();
        let pages = pages_of(sizes.map(|item| size_of_projected(&item.key, hash, range)));
        (found, pages)
    }

    /// The keys of what depends on an account, and in how many pages they come.
    pub(super) fn of_account(&self, account: &str) -> (Vec<Key>, u64) {
        let found = self.account.range((account.to_owned(), first_key())..);
        let found = found.take_while(|(of, _)| of == account);
        let found: Vec<Key> = found.map(|(_, key)| key.clone()).collect();
        let hash = "account".len().saturating_add(account.len());
        let pages = pages_of(found.iter().map(|key| size_of_projected(key, hash, 0)));
        (found, pages)
    }

    /// What a person must see, and in how many pages it comes.
    pub(super) fn of_person(&self, person: &str) -> (Vec<Item>, u64) {
        let found = self.person.range((person.to_owned(), first_key())..);
        let found = found.take_while(|((of, _), _)| of == person);
        whole(found.map(|(_, kept)| kept))
    }

    /// The audit records of an hour, and in how many pages they come.
    pub(super) fn of_hour(&self, hour: &str) -> (Vec<Item>, u64) {
        let from = (hour.to_owned(), Timestamp::MIN, first_key());
        let found = self.hour.range(from..);
        let found = found.take_while(|((of, _, _), _)| of == hour);
        whole(found.map(|(_, kept)| kept))
    }
}

/// Before it there is no key.
fn first_key() -> Key {
    Key {
        pk: String::new(),
        sk: String::new(),
    }
}
