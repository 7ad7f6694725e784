//! What was kept and known at any decision: every state is the fold of its owner's audit records, and a
//! record as it stood is rebuilt from crm-sync's.

use std::collections::BTreeMap;

use contracts::{
    AuditRecord, Change, ChangeError, EventData, Key, ReadAt,
    state::{Outline, RecordState},
};
use crm::RecordId;
use jiff::Timestamp;
use serde_json::Value;

/// The version that an item has since a change, and how many changes of the same transaction came before.
pub type Version = (u64, u32);

/// The changes of items, as audit records tell them.
#[derive(Debug, Clone, Default)]
pub struct Past<'a>(BTreeMap<Key, BTreeMap<Version, Step<'a>>>);

/// One change of an item.
#[derive(Debug, Clone)]
struct Step<'a> {
    at: Timestamp,
    /// When the CRM last changed the copy that was kept.
    modified: Option<Timestamp>,
    change: &'a Change,
}

/// Why it is not known how something was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotTold {
    /// The audit records before are not there any more, or were never read.
    #[error(
        "no audit record says what {item} was at version {version}: those before it are missing"
    )]
    Missing {
        /// What.
        item: String,
        /// At which version.
        version: u64,
    },
    /// A change cannot be applied.
    #[error("{item}, version {version}: {why}")]
    Change {
        /// What.
        item: String,
        /// Which version it led to.
        version: u64,
        /// Why.
        why: ChangeError,
    },
    /// What comes of the changes is no copy of a record.
    #[error("{item} cannot be rebuilt: {why}")]
    Unreadable {
        /// What.
        item: String,
        /// Why.
        why: String,
    },
}

fn name(key: &Key) -> String {
    format!("{}/{}", key.pk, key.sk)
}

impl<'a> Past<'a> {
    /// What these audit records tell; in any order.
    #[must_use]
    pub fn of(audits: impl IntoIterator<Item = &'a AuditRecord>) -> Self {
        let mut items: BTreeMap<Key, BTreeMap<Version, Step<'a>>> = BTreeMap::new();
        for audit in audits {
            let modified = audit.events.iter().find_map(|event| match &event.data {
                EventData::RecordChanged { modified, .. } => Some(*modified),
                _ => None,
            });
            for (key, change) in audit.items_changed() {
                let modified = modified.filter(|_| key.holds::<RecordState>());
                let step = Step {
                    at: audit.at,
                    modified,
                    change,
                };
                let steps = items.entry(key).or_default();
                steps.insert((change.version, change.nth), step);
            }
        }
        Self(items)
    }

    /// Every item that was changed.
    pub fn items(&self) -> impl Iterator<Item = &Key> {
        self.0.keys()
    }

    /// At which version the first change of an item left it, if one is told.
    #[must_use]
    pub fn first(&self, item: &Key) -> Option<u64> {
        let told = self.0.get(item)?;
        told.keys().next().map(|(version, _)| *version)
    }

    /// What an item was after each of its changes, by the version that it then had and by how many
    /// changes of the same transaction had come before.
    ///
    /// # Errors
    /// If something between them is missing.
    pub fn states(&self, item: &Key) -> Result<BTreeMap<Version, Value>, NotTold> {
        let mut states = BTreeMap::new();
        self.each_state(item, |at, _, state| {
            states.insert(at, state.clone());
        })?;
        Ok(states)
    }

    /// Tells what an item was after each of its changes, in their order, as [`Self::states`] does, and which is the
    /// next change. Nothing is kept of a state behind it.
    ///
    /// # Errors
    /// If something between them is missing.
    pub fn each_state(
        &self,
        item: &Key,
        mut tell: impl FnMut(Version, Option<Version>, &Value),
    ) -> Result<(), NotTold> {
        let mut steps = self.0.get(item).into_iter().flatten().peekable();
        let mut state = None;
        let mut before = (0, 0);
        while let Some((at, step)) = steps.next() {
            let is = applied(item, state, before, step)?;
            tell(*at, steps.peek().map(|(next, _)| **next), &is);
            before = *at;
            state = Some(is);
        }
        Ok(())
    }

    /// An item as a decision read it; none if there was none.
    ///
    /// # Errors
    /// If the audit records that tell it are missing.
    pub fn state(&self, item: &Key, read: ReadAt) -> Result<Option<Value>, NotTold> {
        let (version, until) = match read {
            ReadAt::Version(0) => return Ok(None),
            ReadAt::Version(version) => (version, (version, u32::MAX)),
            ReadAt::Within(version, changes) => (version, (version, changes.saturating_sub(1))),
        };
        let told = self.0.get(item);
        let steps = told.into_iter().flat_map(|it| it.range(..=until));
        let folded = fold(item, steps)?;
        if let Some(((last, _), state)) = folded {
            // A copy that is only newer has no audit record, and nothing new to tell.
            return match last == version || item.holds::<RecordState>() {
                true => Ok(Some(state)),
                false => Err(missing(item, version)),
            };
        }
        // The first change that is still told says what was before it.
        let first = told.and_then(|it| it.values().next());
        match first.and_then(|step| step.change.was.clone()) {
            Some(was) => Ok(Some(was)),
            None => Err(missing(item, version)),
        }
    }

    /// An item as it stood at an instant, by the times of the decisions; none if there was none yet.
    ///
    /// # Errors
    /// If the audit records that tell it are missing.
    pub fn state_at(&self, item: &Key, at: Timestamp) -> Result<Option<Value>, NotTold> {
        let Some(told) = self.0.get(item) else {
            return Ok(None);
        };
        let steps = told.iter().take_while(|(_, step)| step.at <= at);
        if let Some((_, state)) = fold(item, steps)? {
            return Ok(Some(state));
        }
        match told.iter().next() {
            Some(((1, 0), _)) | None => Ok(None),
            Some(((version, _), step)) => {
                let was = step.change.was.clone();
                was.map(Some).ok_or_else(|| missing(item, *version))
            }
        }
    }

    /// A record as a decision judged it, but for its personal values; none if there was no copy.
    ///
    /// # Errors
    /// If the audit records that tell it are missing.
    pub fn copy(&self, record: &RecordId, read: ReadAt) -> Result<Option<RecordState>, NotTold> {
        let key = Key::record(record);
        let until = match read {
            ReadAt::Version(version) | ReadAt::Within(version, _) => (version, u32::MAX),
        };
        let modified = |step: &Step<'_>| step.modified.unwrap_or(step.at);
        let steps = self
            .0
            .get(&key)
            .into_iter()
            .flat_map(|it| it.range(..=until));
        let modified = steps.map(|(_, step)| modified(step)).next_back();
        rebuilt(record, &key, self.state(&key, read)?, modified)
    }

    /// A record as it stood at an instant, but for its personal values; none if there was no copy yet.
    ///
    /// # Errors
    /// If the audit records that tell it are missing.
    pub fn copy_at(
        &self,
        record: &RecordId,
        at: Timestamp,
    ) -> Result<Option<RecordState>, NotTold> {
        let key = Key::record(record);
        let steps = self.0.get(&key).into_iter().flatten();
        let steps = steps.take_while(|(_, step)| step.at <= at);
        let modified = steps.filter_map(|(_, step)| step.modified).last();
        rebuilt(record, &key, self.state_at(&key, at)?, modified)
    }
}

fn rebuilt(
    record: &RecordId,
    key: &Key,
    state: Option<Value>,
    modified: Option<Timestamp>,
) -> Result<Option<RecordState>, NotTold> {
    let Some(state) = state else {
        return Ok(None);
    };
    let outline: Outline = serde_json::from_value(state).map_err(|why| NotTold::Unreadable {
        item: name(key),
        why: why.to_string(),
    })?;
    let modified = modified.unwrap_or(outline.created);
    Ok(Some(outline.into_copy(record.clone(), modified)))
}

fn missing(item: &Key, version: u64) -> NotTold {
    NotTold::Missing {
        item: name(item),
        version,
    }
}

/// What comes of these changes, and which was the last; it begins at the last that tells the item whole.
fn fold<'a>(
    item: &Key,
    steps: impl Iterator<Item = (&'a Version, &'a Step<'a>)>,
) -> Result<Option<(Version, Value)>, NotTold> {
    let steps: Vec<_> = steps.collect();
    let whole = steps
        .iter()
        .rposition(|(_, step)| step.change.was.is_some());
    let mut folded: Option<(Version, Value)> = None;
    for (at, step) in steps.into_iter().skip(whole.unwrap_or(0)) {
        let (before, state) = match folded {
            Some((before, state)) => (before, Some(state)),
            None => ((0, 0), None),
        };
        folded = Some((*at, applied(item, state, before, step)?));
    }
    Ok(folded)
}

/// The state after a change. The change before it must be there, unless this one tells what was.
fn applied(
    item: &Key,
    state: Option<Value>,
    (version, nth): Version,
    step: &Step<'_>,
) -> Result<Value, NotTold> {
    let change = step.change;
    let next = change.version == version.saturating_add(1) && change.nth == 0;
    let within = change.version == version && change.nth == nth.saturating_add(1);
    // Between two that are told a copy may have been replaced by others that were only newer.
    let follows = next || within || (item.holds::<RecordState>() && state.is_some());
    let before = match &change.was {
        Some(was) => Some(was.clone()),
        None if follows => state,
        None => return Err(missing(item, change.version.saturating_sub(1))),
    };
    change.made.apply(before).map_err(|why| NotTold::Change {
        item: name(item),
        version: change.version,
        why,
    })
}
