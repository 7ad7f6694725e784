use std::collections::BTreeMap;

use contracts::state::{Clock, ClockStatus, ClocksState, DeviationsState, OpenDeviation};
use crm::{PersonId, RecordId};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use model::{Digest, Part};

/// What there is to choose from: the open work of everybody whose work the digest shows.
#[derive(Debug, Clone, Copy)]
pub struct Work<'a> {
    /// The clocks of each record.
    pub clocks: &'a BTreeMap<RecordId, ClocksState>,
    /// The deviations of each record, and whose they are.
    pub deviations: &'a BTreeMap<RecordId, (PersonId, DeviationsState)>,
}

/// The recipient's day, and the instant at which it is looked at.
#[derive(Debug, Clone)]
pub struct Morning {
    /// The day.
    pub day: Date,
    /// The recipient's time zone.
    pub zone: TimeZone,
    /// The instant.
    pub now: Timestamp,
}

/// A part of a digest and its lines; none is left out for being empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Which part.
    pub part: Part,
    /// What stands in it.
    pub lines: Vec<Line>,
}

/// One thing that a digest shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Of which record.
    pub record: RecordId,
    /// Whose it is.
    pub owner: PersonId,
    /// What it is.
    pub thing: Thing,
}

/// What a line is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Thing {
    /// A clock, late or due today.
    Clock {
        /// Its name.
        name: String,
        /// When it is, or was, due.
        due: Timestamp,
    },
    /// An open deviation.
    Deviation {
        /// Its name.
        name: String,
        /// Since when, how bad, by when to be resolved.
        open: OpenDeviation,
    },
}

/// What a digest shows, part by part in the model's order. What is longest due stands first, and
/// the worst deviations before the others.
#[must_use]
pub fn content(digest: &Digest, work: Work<'_>, morning: &Morning) -> Vec<Section> {
    let section = |part: &Part| {
        let lines = match part {
            Part::LateClocks => clocks(work, |clock| is_late(clock, morning.now)),
            Part::DueToday => clocks(work, |clock| is_due_today(clock, morning)),
            Part::Deviations => deviations(work),
            // Nothing gathers these yet, and a digest must not say that there are none.
            _ => return None,
        };
        Some(Section { part: *part, lines })
    };
    digest.parts.iter().filter_map(section).collect()
}

/// How many things these sections show.
#[must_use]
pub fn count(sections: &[Section]) -> usize {
    sections.iter().map(|section| section.lines.len()).sum()
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

fn clocks(work: Work<'_>, shown: impl Fn(&Clock) -> bool) -> Vec<Line> {
    let mut found = Vec::new();
    for (record, state) in work.clocks {
        for (name, clock) in state.clocks.iter().filter(|(_, clock)| shown(clock)) {
            let line = Line {
                record: record.clone(),
                owner: clock.owner.clone(),
                thing: Thing::Clock {
                    name: name.clone(),
                    due: clock.due,
                },
            };
            found.push((clock.due, line));
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
            let line = Line {
                record: record.clone(),
                owner: owner.clone(),
                thing: Thing::Deviation {
                    name: name.clone(),
                    open: open.clone(),
                },
            };
            found.push(((open.severity, open.since), line));
        }
    }
    found.sort_by_key(|(rank, _)| *rank);
    found.into_iter().map(|(_, line)| line).collect()
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        reason = "a test may panic"
    )]
    use model::{Audience, ModelFile, Place, Recurrence, Scope, Severity};

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("an instant")
    }

    fn clock(status: ClockStatus, due: &str) -> ClocksState {
        let clock = Clock {
            instance: 1,
            status,
            owner: PersonId::new("maya"),
            started: at("2026-11-20T12:00:00Z"),
            budget: "4 business hours".to_owned(),
            calendar: "new_york".to_owned(),
            due: at(due),
            warn_at: None,
            steps: Vec::new(),
            met: None,
            ownerless: false,
            time_off: None,
            kept: None,
        };
        ClocksState {
            clocks: BTreeMap::from([("first_response".to_owned(), clock)]),
            ..ClocksState::default()
        }
    }

    fn deviation(name: &str, severity: Severity, since: &str) -> (PersonId, DeviationsState) {
        let open = OpenDeviation {
            steps: None,
            since: at(since),
            severity,
            resolve_by: None,
        };
        let state = DeviationsState {
            open: BTreeMap::from([(name.to_owned(), open)]),
            ..DeviationsState::default()
        };
        (PersonId::new("maya"), state)
    }

    fn shown(parts: &[Part]) -> Vec<(Part, Vec<String>)> {
        let digest = Digest {
            to: Audience::Owners,
            shows: Scope::Own,
            parts: parts.to_vec(),
            every: Recurrence::WorkingDay,
            at: jiff::civil::time(8, 0, 0, 0),
            skip_when_empty: true,
            place: Place {
                file: ModelFile::Governance,
                line: 1,
                column: 1,
            },
        };
        let id = |text: &str| {
            format!("hubspot:{text}")
                .parse::<RecordId>()
                .expect("a record")
        };
        // It is 08:00 on Monday in New York; its Monday lasts until 05:00 UTC of Tuesday.
        let clocks = BTreeMap::from([
            (
                id("lead:1"),
                clock(ClockStatus::Running, "2026-11-24T04:59:00Z"),
            ),
            (
                id("lead:2"),
                clock(ClockStatus::Running, "2026-11-24T05:00:00Z"),
            ),
            (
                id("lead:3"),
                clock(ClockStatus::Late, "2026-11-23T10:00:00Z"),
            ),
            (
                id("lead:4"),
                clock(ClockStatus::Late, "2026-11-20T10:00:00Z"),
            ),
            (
                id("lead:5"),
                clock(ClockStatus::Running, "2026-11-23T13:00:00Z"),
            ),
            (
                id("lead:6"),
                clock(ClockStatus::MetLate, "2026-11-23T10:00:00Z"),
            ),
            (
                id("lead:7"),
                clock(ClockStatus::Cancelled, "2026-11-23T20:00:00Z"),
            ),
        ]);
        let deviations = BTreeMap::from([
            (
                id("opportunity:1"),
                deviation("a", Severity::Low, "2026-11-01T00:00:00Z"),
            ),
            (
                id("opportunity:2"),
                deviation("b", Severity::High, "2026-11-09T00:00:00Z"),
            ),
            (
                id("opportunity:3"),
                deviation("c", Severity::High, "2026-11-08T00:00:00Z"),
            ),
        ]);
        let work = Work {
            clocks: &clocks,
            deviations: &deviations,
        };
        let morning = Morning {
            day: "2026-11-23".parse().expect("a day"),
            zone: TimeZone::get("America/New_York").expect("a zone"),
            now: at("2026-11-23T13:00:00Z"),
        };
        let sections = content(&digest, work, &morning);
        let ids = |section: Section| {
            let lines = section.lines.iter().map(|line| line.record.name());
            (section.part, lines.collect())
        };
        sections.into_iter().map(ids).collect()
    }

    #[test]
    fn late_is_what_is_past_due_the_longest_first() {
        let late = ["lead:4", "lead:3", "lead:5"].map(str::to_owned).to_vec();
        assert_eq!(shown(&[Part::LateClocks]), [(Part::LateClocks, late)]);
    }

    #[test]
    fn today_is_the_recipients_day() {
        let today = vec!["lead:1".to_owned()];
        assert_eq!(shown(&[Part::DueToday]), [(Part::DueToday, today)]);
    }

    #[test]
    fn the_worst_deviations_stand_first_and_of_them_the_oldest() {
        let order = ["opportunity:3", "opportunity:2", "opportunity:1"];
        let order = order.map(str::to_owned).to_vec();
        assert_eq!(shown(&[Part::Deviations]), [(Part::Deviations, order)]);
    }

    #[test]
    fn the_parts_stand_in_the_models_order() {
        let parts = [Part::DueToday, Part::LateClocks];
        let found: Vec<Part> = shown(&parts).into_iter().map(|(part, _)| part).collect();
        assert_eq!(found, parts);
    }
}
