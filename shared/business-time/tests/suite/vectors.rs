//! The cases that other projects' tests state.

use crate::runner::{Outcome, run};

/// Two peers decided otherwise on points where we had to choose:
/// - `bt022` moves work that is used up at closing time to the next opening; for
///   us it ends at closing time.
/// - `bt080` counts 24 hours on the wall clock on a day that really has 25; for
///   us real seconds count.
const OTHERWISE: [&str; 2] = [
    "bt022 2006-01-15T11:00:00Z 2006-01-08T12:00:00Z",
    "bt080 86400 90000",
];

#[test]
fn all_agree_but_the_two_that_decide_otherwise() {
    let outcomes = run(include_str!("../vectors/business_time.jsonl"));
    assert_eq!(outcomes.len(), 164);
    let failed: Vec<String> = outcomes
        .iter()
        .filter(|outcome| !matches!(outcome, Outcome::Passed))
        .map(ToString::to_string)
        .collect();
    assert_eq!(failed, OTHERWISE);
}

#[test]
fn a_line_that_is_no_case_is_a_failure_with_its_number() {
    let outcomes = run("\n{\"id\": 1}\n");
    assert_eq!(outcomes.len(), 1);
    assert!(outcomes[0].to_string().starts_with("line-2 a case line 2:"));
}
