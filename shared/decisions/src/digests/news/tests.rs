#![allow(clippy::unwrap_used, reason = "a test may panic")]

use contracts::state::{Clock, ClockStatus, ClocksState, DeviationsState};
use crm::PersonId;
use model::Part;

use super::{super::content::OpenRecord, *};

/// What is open, which a test changes as a day goes on.
#[derive(Default)]
struct Open {
    clocks: BTreeMap<RecordId, ClocksState>,
    deviations: BTreeMap<RecordId, (PersonId, DeviationsState)>,
}

impl Open {
    const fn work(&self) -> Work<'_> {
        Work {
            clocks: &self.clocks,
            deviations: &self.deviations,
        }
    }
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn record(id: &str) -> RecordId {
    format!("hubspot:lead:{id}").parse().unwrap()
}

fn late(instance: u32) -> Thing {
    Thing::Clock {
        name: "first_response".to_owned(),
        instance,
        due: at("2026-11-20T10:00:00Z"),
        late: true,
    }
}

fn section(of: &[(&str, u32)]) -> Vec<Section> {
    let records = of.iter().map(|(id, instance)| OpenRecord {
        answers: Vec::new(),
        record: record(id),
        owner: PersonId::new("anna"),
        things: vec![late(*instance)],
    });
    vec![Section {
        part: Part::LateClocks,
        records: records.collect(),
    }]
}

fn first(sections: &[Section]) -> Told {
    let open = Open::default();
    let news = News::since(None, open.work());
    told(sections, &news, at("2026-11-20T12:00:00Z"))
}

#[test]
fn what_was_told_is_not_new_and_what_is_gone_is_over() {
    let (before, open) = (first(&section(&[("1", 1), ("2", 1)])), Open::default());
    let now = section(&[("2", 1), ("3", 1)]);
    let news = News::since(Some(&before), open.work());
    assert!(!news.is_new(&record("2"), &late(1)));
    assert!(news.is_new(&record("2"), &late(2)), "another run");
    assert!(news.is_new(&record("3"), &late(1)));
    assert_eq!(news.over(&now), [record("1")].into());
}

#[test]
fn nothing_is_new_or_over_where_nothing_is_known() {
    let open = Open::default();
    let news = News::since(None, open.work());
    assert!(!news.is_new(&record("1"), &late(1)));
    assert!(news.over(&[]).is_empty());
}

#[test]
fn of_a_list_that_was_cut_only_what_began_since_is_new() {
    let many: Vec<String> = (0..Told::MOST + 9).map(|it| format!("{it:04}")).collect();
    let many: Vec<(&str, u32)> = many.iter().map(|it| (it.as_str(), 1)).collect();
    let (before, open) = (first(&section(&many)), Open::default());
    assert!(before.is_full());
    let news = News::since(Some(&before), open.work());
    assert!(!news.is_new(&record("9999"), &late(1)));
}

/// Of eleven that are late a mail names ten; and what it named stays named while it is open.
#[test]
fn what_no_mail_named_is_never_said_to_be_over() {
    let eleven: Vec<String> = (0..=LONGEST_PART).map(|it| format!("{it:02}")).collect();
    let eleven: Vec<(&str, u32)> = eleven.iter().map(|it| (it.as_str(), 1)).collect();
    let (before, open) = (first(&section(&eleven)), Open::default());
    let news = News::since(Some(&before), open.work());
    let over = news.over(&[]);
    assert_eq!(over.len(), LONGEST_PART);
    assert!(!over.contains(&record("10")));

    // The next morning another ten are worse than the first ones.
    let worse: Vec<String> = (20..30).map(|it| it.to_string()).collect();
    let mut worse: Vec<(&str, u32)> = worse.iter().map(|it| (it.as_str(), 1)).collect();
    worse.push(("00", 1));
    let next = told(&section(&worse), &news, at("2026-11-23T12:00:00Z"));
    let news = News::since(Some(&next), open.work());
    assert!(news.over(&[]).contains(&record("00")));
}

#[test]
fn a_clock_that_is_paused_is_not_put_right() {
    let (before, mut open) = (first(&section(&[("1", 1)])), Open::default());
    let clock = Clock {
        instance: 1,
        status: ClockStatus::Paused,
        owner: PersonId::new("anna"),
        started: at("2026-11-19T10:00:00Z"),
        budget: "4 business hours".to_owned(),
        calendar: "berlin".to_owned(),
        due: at("2026-11-20T10:00:00Z"),
        warn_at: None,
        steps: Vec::new(),
        met: None,
        ownerless: false,
        time_off: None,
        kept: None,
    };
    let clocks = ClocksState {
        clocks: [("first_response".to_owned(), clock)].into(),
        ..ClocksState::default()
    };
    open.clocks.insert(record("1"), clocks);
    let news = News::since(Some(&before), open.work());
    assert!(news.over(&[]).is_empty());
    // It stays told while it rests: it is no news when it goes on, and over when it is met.
    let rests = told(&[], &news, at("2026-11-23T12:00:00Z"));
    assert!(!News::since(Some(&rests), open.work()).is_new(&record("1"), &late(1)));
    let met = Open::default();
    let news = News::since(Some(&rests), met.work());
    assert_eq!(news.over(&[]), [record("1")].into());
}
