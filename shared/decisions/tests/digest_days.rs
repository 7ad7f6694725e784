//! On which days a digest is due, by small changes of the example company's model.
#![allow(clippy::expect_used, reason = "a test may panic")]

use decisions::digests::candidates;
use testkit::{at, example_with, staffing};

/// Whether the executive digest is due at half past seven in Berlin on this winter day.
fn due(every: &str, day: &str) -> bool {
    let model = example_with(
        "governance.yaml",
        "every: monday, at: \"07:30\"",
        &format!("every: {every}, at: \"07:30\""),
    );
    let now = at(&format!("{day}T06:30:00Z"));
    let candidates = candidates(&staffing(model), now);
    candidates.iter().any(|it| it.digest == "executive")
}

#[test]
fn the_first_monday_of_a_month_is_one_of_its_first_seven_days() {
    assert!(due("first monday", "2026-12-07"));
    assert!(!due("first monday", "2026-12-14"));
    assert!(!due("first monday", "2026-12-01"));
}

#[test]
fn a_quarter_begins_in_january_april_july_and_october() {
    assert!(due("first monday of quarter", "2027-01-04"));
    assert!(!due("first monday of quarter", "2026-12-07"));
    assert!(!due("first monday of quarter", "2027-01-11"));
}
