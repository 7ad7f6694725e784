//! Clocks that every message of the customer starts anew.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use std::sync::LazyLock;

use contracts::state::{Clock, ClockStatus, ClocksState};
use crm::{Contacted, PersonId, Record};
use decisions::{
    Staffing,
    clocks::{Trigger, decide},
};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use testkit::{at, example_staffing, example_with, lead, staffing};

const CLOCK: &str = "next_reply";

static EXAMPLE: LazyLock<Staffing> = LazyLock::new(example_staffing);

/// Monday 10:00 in Berlin.
fn monday() -> Timestamp {
    at("2026-11-23T09:00:00Z")
}

/// A message of the customer, or an answer of Anna's.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Message {
    Customer(Timestamp),
    Anna(Timestamp),
}

/// Our copy of a lead of Anna's, and its clocks.
struct Lead<'r> {
    rules: &'r Staffing,
    record: Record,
    clocks: ClocksState,
}

impl<'r> Lead<'r> {
    fn new(rules: &'r Staffing) -> Self {
        let record = lead("1", monday())
            .account("DE", "software", 300)
            .owner("anna")
            .build();
        let owner = &PersonId::new("anna");
        let routed = Trigger::Routed {
            owner,
            at: monday(),
        };
        let clocks = decide(rules, &record, None, None, routed);
        Self {
            rules,
            record,
            clocks: clocks.expect("a clock").clocks,
        }
    }

    /// One copy of the record shows all of this; the CRM keeps only the latest of each.
    fn hears(&mut self, said: &[Message]) {
        let (mut contact, mut replied) = (None, None);
        for said in said {
            match *said {
                Message::Customer(at) if self.record.last_reply.is_none_or(|last| last < at) => {
                    self.record.last_reply = Some(at);
                    replied = Some(at);
                }
                Message::Anna(at)
                    if self
                        .record
                        .last_contact
                        .as_ref()
                        .is_none_or(|last| last.at < at) =>
                {
                    let by = Some(PersonId::new("anna"));
                    self.record.last_contact = Some(Contacted { at, by });
                    contact.clone_from(&self.record.last_contact);
                }
                _ => {}
            }
        }
        let changed = Trigger::Changed {
            modified: monday(),
            contact: contact.as_ref(),
            replied,
            fields: &[],
            sequence: 0,
        };
        self.happens(changed);
    }

    fn happens(&mut self, trigger: Trigger<'_>) {
        let clocked = decide(self.rules, &self.record, None, Some(&self.clocks), trigger);
        if let Some(clocked) = clocked {
            self.clocks = clocked.clocks;
        }
    }

    fn clock(&self) -> Option<&Clock> {
        self.clocks.clocks.get(CLOCK)
    }

    fn stands(&self) -> Option<(u32, ClockStatus, Timestamp, Option<Timestamp>)> {
        let clock = self.clock()?;
        Some((clock.instance, clock.status, clock.started, clock.met))
    }
}

#[test]
fn each_message_that_finds_no_open_run_starts_one_from_the_first_that_was_not_answered() {
    let mut lead = Lead::new(&EXAMPLE);
    assert_eq!(lead.stands(), None);
    let hour = |hour: i64| monday() + SignedDuration::from_hours(hour);
    lead.hears(&[Message::Customer(hour(1))]);
    let first = (1, ClockStatus::Running, hour(1), None);
    assert_eq!(lead.stands(), Some(first));
    // Monday 11:00 and 4 hours of work: 16:00, after lunch.
    assert_eq!(lead.clock().expect("a run").due, at("2026-11-23T15:00:00Z"));
    lead.hears(&[Message::Customer(hour(2))]);
    assert_eq!(
        lead.stands(),
        Some(first),
        "so long has the customer waited"
    );
    lead.hears(&[Message::Anna(hour(3))]);
    let met = (1, ClockStatus::MetInTime, hour(1), Some(hour(3)));
    assert_eq!(lead.stands(), Some(met));
    lead.hears(&[Message::Customer(hour(4))]);
    assert_eq!(
        lead.stands(),
        Some((2, ClockStatus::Running, hour(4), None)),
        "each message anew"
    );
    // An answer to the message before is none to this one.
    lead.hears(&[Message::Anna(hour(4))]);
    assert_eq!(
        lead.stands(),
        Some((2, ClockStatus::Running, hour(4), None))
    );
    let due = lead.clock().expect("a run").due;
    lead.happens(Trigger::Due { at: due });
    lead.hears(&[Message::Anna(due + SignedDuration::from_secs(1))]);
    assert_eq!(lead.clock().expect("a run").status, ClockStatus::MetLate);
}

#[test]
fn it_can_count_from_the_latest_message() {
    let rules = staffing(example_with(
        "processes.yaml",
        "{ upon: customer.replied }",
        "{ upon: customer.replied, counts_from: latest }",
    ));
    let mut lead = Lead::new(&rules);
    let later = monday() + SignedDuration::from_hours(1);
    lead.hears(&[Message::Customer(monday() + SignedDuration::from_mins(5))]);
    lead.hears(&[Message::Customer(later)]);
    assert_eq!(lead.stands(), Some((2, ClockStatus::Running, later, None)));
}

#[test]
fn what_the_customer_wrote_before_the_lead_had_an_owner_is_the_first_responses() {
    let mut record = lead("1", monday()).account("DE", "software", 300).build();
    record.last_reply = Some(monday() - SignedDuration::from_secs(1));
    let owner = &PersonId::new("anna");
    let routed = |record: &Record| {
        let routed = Trigger::Routed {
            owner,
            at: monday(),
        };
        let clocked = decide(&EXAMPLE, record, None, None, routed);
        clocked.expect("a clock").clocks.clocks
    };
    assert!(!routed(&record).contains_key(CLOCK));
    // Two queues keep no order: this one came after the owner, and was heard of before.
    record.last_reply = Some(monday() + SignedDuration::from_secs(1));
    assert!(routed(&record).contains_key(CLOCK));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// A message and an answer come out the same, whichever is heard of first, together or twice.
    #[test]
    fn the_order_of_hearing_makes_no_difference(
        message in 1_i64..200_000,
        answer in 1_i64..400_000,
    ) {
        let said = Message::Customer(monday() + SignedDuration::from_secs(message));
        let answered = Message::Anna(monday() + SignedDuration::from_secs(answer));
        let mut ends = Vec::new();
        for copies in [
            vec![vec![said], vec![answered]],
            vec![vec![answered], vec![said]],
            vec![vec![said, answered]],
            vec![vec![answered], vec![said], vec![said], vec![answered]],
        ] {
            let mut lead = Lead::new(&EXAMPLE);
            for copy in &copies {
                lead.hears(copy);
            }
            ends.push(lead.stands());
        }
        prop_assert!(ends.iter().all(|end| *end == ends[0]), "{ends:?}");
        let met = ends[0].is_some_and(|(_, status, ..)| !status.is_open());
        prop_assert_eq!(met, answer > message, "{:?}", ends[0]);
    }
}
