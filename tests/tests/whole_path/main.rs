//! The whole path in one process: every function over the in-memory store, a CRM and a mailbox of
//! a few lines, and a bus that delivers as the template wires it. Something fails at every single
//! call in turn, before it is done and after it is done; nothing may be lost or doubled.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

mod faults;
mod flaky_store;
mod many;
mod town;

use std::collections::BTreeMap;

use contracts::Function;
use faults::{Faults, When};
use town::Town;

/// What is to be seen in the end, whatever failed on the way.
#[derive(Debug, PartialEq, Eq)]
struct Seen {
    decisions: BTreeMap<String, Vec<String>>,
    owner: Option<String>,
    stage: Option<String>,
    tasks: usize,
    mails: Vec<String>,
}

/// A lead comes in, three times over; a deal is moved too early; a clock runs out, and the lead goes
/// to another of the pool.
async fn play(faults: Faults) -> (Seen, u32) {
    let town = Town::new(faults);
    town.company("1", "DE", "software", 300);
    town.contact("10", "1");
    town.deal("20", "1", "anna");
    for _ in 0..3 {
        town.notice("lead:10");
    }
    town.notice("opportunity:20");
    town.settle().await;
    town.crm.text("opportunity:20", "stage", "sql");
    town.notice("opportunity:20");
    town.settle().await;
    let last = town.last_step("lead:10").await;
    town.tick(last);
    town.tick(last);
    town.settle().await;
    let seen = Seen {
        decisions: town.decisions().await,
        owner: town.shown("lead:10", "owner"),
        stage: town.shown("opportunity:20", "stage"),
        tasks: town.crm.tasks().len(),
        mails: town.mails(),
    };
    (seen, town.faults.calls())
}

#[tokio::test(start_paused = true)]
async fn without_faults_the_story_is_as_it_should_be() {
    let (seen, calls) = play(Faults::none()).await;
    println!("{calls} calls; {seen:#?}");
    assert_eq!(
        seen.owner.as_deref(),
        Some("ben"),
        "ben, since anna let the clock run out"
    );
    assert_eq!(seen.stage.as_deref(), Some("discovery"), "restored");
    assert_eq!(seen.tasks, 1);
    let of = |function: Function| {
        seen.decisions
            .get(&format!("lead:10 {function}"))
            .map_or(0, Vec::len)
    };
    assert_eq!(of(Function::LeadRouting), 2, "routed; reassigned");
    assert_eq!(
        of(Function::SlaTimers),
        3,
        "started; breached, escalated, to be reassigned; started for ben"
    );
    let mails = |part: &str| seen.mails.iter().filter(|mail| mail.contains(part)).count();
    let packs = mails(": Forecast, Tuesday 24 November 2026: 0 actions not done");
    assert_eq!(packs, 3, "everybody in the review: {:?}", seen.mails);
    assert_eq!(
        mails("anna@northwind.example"),
        seen.mails.len() - packs - 2,
        "{:?}",
        seen.mails
    );
    assert_eq!(
        mails("jonas@northwind.example: Late"),
        1,
        "the manager: {:?}",
        seen.mails
    );
    assert_eq!(mails("ben@northwind.example: Now yours"), 1);
    assert_eq!(mails("anna@northwind.example: Now Ben Huber's"), 1);
}

/// What a simulation or a test once told the time must not hold up anybody who comes after it: what
/// is about machines (limits of rate, leases, expiry) asks the machine's clock.
#[tokio::test(start_paused = true)]
async fn after_a_tick_of_a_month_ahead_an_ordinary_lead_is_owned_in_three_seconds() {
    let town = Town::new(Faults::none());
    town.company("1", "DE", "software", 300);
    town.contact("10", "1");
    town.notice("lead:10");
    town.settle().await;
    town.tick_ahead(testkit::at("2026-12-23T09:30:00Z"));
    town.settle().await;
    let before = town.delivered_again();
    let start = tokio::time::Instant::now();
    town.contact("11", "1");
    town.notice("lead:11");
    town.settle().await;
    assert!(town.shown("lead:11", "owner").is_some(), "it has an owner");
    let took = start.elapsed();
    assert!(took <= std::time::Duration::from_secs(3), "after {took:?}");
    assert_eq!(town.delivered_again(), before, "no message had to wait");
}

#[tokio::test(start_paused = true)]
async fn a_failure_at_any_call_loses_and_doubles_nothing() {
    let (expected, calls) = play(Faults::none()).await;
    assert!(calls > 50, "{calls} calls");
    for call in 0..calls {
        for when in [When::Before, When::After] {
            let (mut seen, _) = play(Faults::at(call, when)).await;
            // A mail whose sending succeeded and whose answer was lost may be sent again: the one
            // thing that is at least once, and said so.
            seen.mails.dedup();
            let mut expected_mails = expected.mails.clone();
            expected_mails.dedup();
            assert_eq!(
                seen.mails, expected_mails,
                "mails, with a failure {when:?} call {call}"
            );
            assert_eq!(
                seen.decisions, expected.decisions,
                "with a failure {when:?} call {call}"
            );
            assert_eq!(
                (seen.owner, seen.stage, seen.tasks),
                (
                    expected.owner.clone(),
                    expected.stage.clone(),
                    expected.tasks
                ),
                "with a failure {when:?} call {call}"
            );
        }
    }
    println!("{} faults, nothing lost, nothing doubled", calls * 2);
}
