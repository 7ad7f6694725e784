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
        reader: None,
        day: "2026-11-23".parse().expect("a day"),
        zone: TimeZone::get("America/New_York").expect("a zone"),
        now: at("2026-11-23T13:00:00Z"),
    };
    let sections = content(&digest, work, &morning);
    let ids = |section: Section| {
        let lines = section.records.iter().map(|it| it.record.name());
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
