//! What is new since the digest before, and what is over.

use std::collections::{BTreeMap, BTreeSet};

use contracts::{
    Reminder,
    state::{DeviationsState, Told},
};
use crm::RecordId;
use jiff::Timestamp;

use super::content::{BY_PAIN, LONGEST_PART, Section, Thing, Work};

impl Thing {
    /// What sets it apart from everything else that was or will be open on its record; none of what is no trouble
    /// yet.
    fn key(&self) -> Option<String> {
        match self {
            Self::Clock { late: false, .. } => None,
            Self::Clock { name, instance, .. } => Some(late(name, *instance)),
            Self::Deviation { name, open } => Some(opened(name, open.since)),
        }
    }

    const fn since(&self) -> Timestamp {
        match self {
            Self::Clock { due, .. } => *due,
            Self::Deviation { open, .. } => open.since,
        }
    }
}

/// How a run of a clock is told that was late.
fn late(clock: &str, instance: u32) -> String {
    format!("late {clock} {instance}")
}

/// How the deviations are told that are open and were answered by somebody.
fn answered(state: &DeviationsState) -> impl Iterator<Item = String> {
    state.resting.iter().filter_map(|it| match &it.of {
        Reminder::Deviation { name, since } => {
            let open = state.open.get(name).filter(|open| open.since == *since)?;
            Some(opened(name, open.since))
        }
        Reminder::Clock { .. } => None,
    })
}

/// How a deviation is told that is open.
fn opened(deviation: &str, since: Timestamp) -> String {
    format!("open {deviation} {}", since.as_second())
}

/// What a digest with these sections tells, for the next one to compare itself with. What was told before and rests
/// stays told: it is not over, and no news when it goes on.
#[must_use]
pub fn told(sections: &[Section], news: &News<'_>, at: Timestamp) -> Told {
    let mut things: BTreeMap<RecordId, BTreeSet<String>> = BTreeMap::new();
    let by_pain = BY_PAIN.iter().filter_map(|part| of_part(sections, *part));
    let records = by_pain.flat_map(|section| &section.records);
    let all = records.flat_map(|it| it.things.iter().map(|thing| (&it.record, thing)));
    let keyed = all.filter_map(|(record, thing)| Some((record, thing.key()?)));
    let keyed = keyed.chain(news.resting());
    for (record, key) in keyed.take(Told::MOST) {
        things.entry(record.clone()).or_default().insert(key);
    }
    let first = sections
        .iter()
        .flat_map(|section| section.records.iter().take(LONGEST_PART));
    let named = first.map(|it| &it.record);
    let named = named.chain(news.0.into_iter().flat_map(|before| &before.shown));
    let named = named.filter(|record| things.contains_key(*record));
    let shown = named.take(Told::MOST).cloned().collect();
    Told { at, things, shown }
}

fn of_part(sections: &[Section], part: model::Part) -> Option<&Section> {
    sections.iter().find(|section| section.part == part)
}

/// What the digest before told, if there was one that is known, and what is open for the reader now.
#[derive(Debug, Clone, Copy)]
pub struct News<'a>(Option<&'a Told>, Work<'a>);

impl<'a> News<'a> {
    /// Compared with this one.
    #[must_use]
    pub const fn since(before: Option<&'a Told>, work: Work<'a>) -> Self {
        Self(before, work)
    }

    /// What was told and is open still, though no digest shows it: clocks of which nothing is late, most of them
    /// paused, and what somebody has answered.
    fn resting(&self) -> impl Iterator<Item = (&'a RecordId, String)> {
        let work = self.1;
        let before = self.0.into_iter().flat_map(|before| &before.things);
        before.flat_map(move |(record, keys)| {
            let clocks = work.clocks.get(record).into_iter();
            let open = clocks.flat_map(|of| of.clocks.iter().filter(|(_, it)| it.status.is_open()));
            let open = open.map(|(name, it)| late(name, it.instance));
            // What somebody has answered is open as well.
            let state = work.deviations.get(record).map(|(_, state)| state);
            let answered = state.into_iter().flat_map(answered);
            open.chain(answered)
                .filter(|key| keys.contains(key))
                .map(move |key| (record, key))
        })
    }

    /// When the one before was; none if it is not known what it told.
    #[must_use]
    pub fn last(&self) -> Option<Timestamp> {
        self.0.map(|before| before.at)
    }

    /// Whether something was not told before. Nothing is new where it is not known what was told.
    #[must_use]
    pub fn is_new(&self, record: &RecordId, thing: &Thing) -> bool {
        let (Some(before), Some(key)) = (self.0, thing.key()) else {
            return false;
        };
        let known = before.things.get(record);
        let told = known.is_some_and(|known| known.contains(&key));
        // Of a list that was cut, what is not on it may be old all the same.
        !told && (!before.is_full() || thing.since() >= before.at)
    }

    /// The records that a mail named and of which nothing is open for the reader any more: it was put right, or is
    /// somebody else's now. A clock that is paused is neither.
    #[must_use]
    pub fn over(&self, sections: &[Section]) -> BTreeSet<RecordId> {
        let records = sections.iter().flat_map(|section| &section.records);
        let open = records.map(|it| &it.record);
        let open: BTreeSet<&RecordId> = open.chain(self.resting().map(|(it, _)| it)).collect();
        let before = self.0.into_iter().flat_map(|before| &before.shown);
        before
            .filter(|record| !open.contains(record))
            .cloned()
            .collect()
    }
}

#[cfg(test)]
mod tests;
