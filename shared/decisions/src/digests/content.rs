use std::collections::BTreeMap;

use contracts::{
    Reminder, Resting,
    state::{Clock, ClockStatus, ClocksState, DeviationsState, OpenDeviation},
};
use crm::{PersonId, RecordId};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use model::{Digest, Part};

use crate::resting::{OnRecord, rests};

/// What there is to choose from: the open work of everybody whose work the digest shows.
#[derive(Debug, Clone, Copy)]
pub struct Work<'a> {
    /// The clocks of each record.
    pub clocks: &'a BTreeMap<RecordId, ClocksState>,
    /// The deviations of each record, and whose they are.
    pub deviations: &'a BTreeMap<RecordId, (PersonId, DeviationsState)>,
}

impl<'a> Work<'a> {
    /// What was answered to reminders of this, by anybody.
    fn answers(&self, record: &RecordId, of: &Reminder) -> impl Iterator<Item = &'a Resting> {
        let state = self.deviations.get(record).map(|(_, state)| state);
        let answers = state.into_iter().flat_map(|state| &state.resting);
        let of = of.clone();
        answers.filter(move |it| it.of == of)
    }

    /// What rests for somebody now.
    fn rests(&self, reader: &PersonId, record: &RecordId, of: &Reminder, now: Timestamp) -> bool {
        let state = self.deviations.get(record).map(|(_, state)| state);
        state.is_some_and(|state| rests(state, reader, of, now).is_some())
    }

    /// What of all this was answered by somebody and rests for them now, each record once, with their answers.
    #[must_use]
    pub fn resting(
        &self,
        reader: &PersonId,
        now: Timestamp,
    ) -> BTreeMap<&'a RecordId, Vec<&'a Resting>> {
        let mut found: BTreeMap<&RecordId, Vec<&Resting>> = BTreeMap::new();
        for (record, (_, state)) in self.deviations {
            let on = OnRecord {
                clocks: self.clocks.get(record).map(|it| &it.clocks),
                deviations: Some(state),
            };
            let theirs = state.resting.iter();
            let theirs = theirs.filter(|it| it.by == *reader && now < it.until && on.has(&it.of));
            for it in theirs {
                found.entry(record).or_default().push(it);
            }
        }
        found
    }
}

/// The recipient, their day, and the instant at which it is looked at.
#[derive(Debug, Clone)]
pub struct Morning {
    /// Who is reminded by it, so that what they have answered rests; nobody where everything is to be seen.
    pub reader: Option<PersonId>,
    /// The day.
    pub day: Date,
    /// The recipient's time zone.
    pub zone: TimeZone,
    /// The instant.
    pub now: Timestamp,
}

/// A part of a digest that shows records, and those of which it is the first that has something to say; none is left
/// out for being empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Which part.
    pub part: Part,
    /// The records, what hurts most first.
    pub records: Vec<OpenRecord>,
}

/// A record of which a digest has something to say. It stands in one part only, with everything about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenRecord {
    /// Which.
    pub record: RecordId,
    /// Whose the first of the things is.
    pub owner: PersonId,
    /// What there is to say, what hurts most first.
    pub things: Vec<Thing>,
    /// What was answered to it before, by anybody.
    pub answers: Vec<Resting>,
}

/// What is open on a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Thing {
    /// A clock, late or due today.
    Clock {
        /// Its name.
        name: String,
        /// Which run of it.
        instance: u32,
        /// When it is, or was, due.
        due: Timestamp,
        /// Whether it is late.
        late: bool,
    },
    /// An open deviation.
    Deviation {
        /// Its name.
        name: String,
        /// Since when, how bad, by when to be resolved.
        open: OpenDeviation,
    },
}

impl Thing {
    /// What somebody is reminded of by it.
    #[must_use]
    pub fn reminder(&self) -> Reminder {
        match self {
            Self::Clock { name, instance, .. } => Reminder::Clock {
                name: name.clone(),
                instance: *instance,
            },
            Self::Deviation { name, open } => Reminder::Deviation {
                name: name.clone(),
                since: open.since,
            },
        }
    }
}

/// The most records of one part that a mail names: what hurts most. Who has more open than this needs a list.
pub const LONGEST_PART: usize = 10;

/// The parts that show records, what hurts most first.
pub(super) const BY_PAIN: [Part; 3] = [Part::LateClocks, Part::Deviations, Part::DueToday];

/// The records that a digest shows, part by part in the model's order. What is longest due stands first, and the
/// worst deviations before the others.
#[must_use]
pub fn content(digest: &Digest, work: Work<'_>, morning: &Morning) -> Vec<Section> {
    open_parts(&digest.parts, work, morning)
}

/// The records that have something to say in these parts, whichever digest has them: for pages as for mails.
#[must_use]
pub fn open_parts(parts: &[Part], work: Work<'_>, morning: &Morning) -> Vec<Section> {
    let mut of: BTreeMap<RecordId, (Part, usize)> = BTreeMap::new();
    let mut sections: BTreeMap<Part, Vec<OpenRecord>> = BTreeMap::new();
    for part in BY_PAIN {
        if !parts.contains(&part) {
            continue;
        }
        sections.entry(part).or_default();
        for (record, owner, thing) in lines(part, work, morning) {
            let reminder = thing.reminder();
            let rests = |who| work.rests(who, &record, &reminder, morning.now);
            if morning.reader.as_ref().is_some_and(rests) {
                continue;
            }
            let answers = work.answers(&record, &reminder);
            let answers: Vec<Resting> = answers.cloned().collect();
            let records = |part| sections.get(&part).map_or(0, Vec::len);
            let next = (part, records(part));
            let (part, at) = *of.entry(record.clone()).or_insert(next);
            let records = sections.entry(part).or_default();
            match records.get_mut(at) {
                Some(known) => {
                    known.things.push(thing);
                    known.answers.extend(answers);
                }
                None => records.push(OpenRecord {
                    record,
                    owner,
                    things: vec![thing],
                    answers,
                }),
            }
        }
    }
    let section = |part: &Part| {
        let records = sections.remove(part)?;
        Some(Section {
            part: *part,
            records,
        })
    };
    parts.iter().filter_map(section).collect()
}

/// How many records these sections show.
#[must_use]
pub fn count(sections: &[Section]) -> usize {
    sections.iter().map(|section| section.records.len()).sum()
}

type Line = (RecordId, PersonId, Thing);

/// What a part has to say, what hurts most first.
fn lines(part: Part, work: Work<'_>, morning: &Morning) -> Vec<Line> {
    match part {
        Part::LateClocks => clocks(work, true, |clock| is_late(clock, morning.now)),
        Part::DueToday => clocks(work, false, |clock| is_due_today(clock, morning)),
        Part::Deviations => deviations(work),
        _ => Vec::new(),
    }
}

/// Late by its state, or by the time: a deadline is acted upon up to a minute after it passes, and
/// the digest must not call such a clock due today.
fn is_late(clock: &Clock, now: Timestamp) -> bool {
    clock.status == ClockStatus::Late || (clock.status == ClockStatus::Running && clock.due <= now)
}

fn is_due_today(clock: &Clock, morning: &Morning) -> bool {
    clock.status == ClockStatus::Running
        && clock.due > morning.now
        && clock.due.to_zoned(morning.zone.clone()).date() == morning.day
}

fn clocks(work: Work<'_>, late: bool, shown: impl Fn(&Clock) -> bool) -> Vec<Line> {
    let mut found = Vec::new();
    for (record, state) in work.clocks {
        for (name, clock) in state.clocks.iter().filter(|(_, clock)| shown(clock)) {
            let thing = Thing::Clock {
                name: name.clone(),
                instance: clock.instance,
                due: clock.due,
                late,
            };
            found.push((clock.due, (record.clone(), clock.owner.clone(), thing)));
        }
    }
    // The sort is stable: what is due together stays in the order of the records.
    found.sort_by_key(|(due, _)| *due);
    found.into_iter().map(|(_, line)| line).collect()
}

fn deviations(work: Work<'_>) -> Vec<Line> {
    let mut found = Vec::new();
    for (record, (owner, state)) in work.deviations {
        for (name, open) in &state.open {
            let thing = Thing::Deviation {
                name: name.clone(),
                open: open.clone(),
            };
            let line = (record.clone(), owner.clone(), thing);
            found.push(((open.severity, open.since), line));
        }
    }
    found.sort_by_key(|(rank, _)| *rank);
    found.into_iter().map(|(_, line)| line).collect()
}

#[cfg(test)]
mod tests;
