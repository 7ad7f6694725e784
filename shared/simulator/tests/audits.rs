//! How large audit records are, over stories about the example model.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use std::collections::BTreeMap;

use contracts::AuditRecord;
use simulator::Players;
use testkit::{at, example_rules};

/// The most bytes of the audit record in the middle, as JSON.
const MOST: usize = 1_024;

/// The table pays for each of them for as long as it is kept.
#[test]
fn half_of_all_audit_records_have_a_kilobyte_or_less() {
    let players = Players::strained(&example_rules(), at("2026-11-23T00:00:00Z")).expect("rules");
    let mut sizes: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for seed in 1..=40 {
        let ending = players.ending(&players.story(seed));
        for item in ending.items.iter().filter(|item| item.key.is_audit()) {
            let audit: AuditRecord = item.body.read().expect("an audit record");
            let size = item.body.text().expect("JSON").len();
            for of in [audit.function.to_string(), "all".to_owned()] {
                sizes.entry(of).or_default().push(size);
            }
        }
    }
    for (of, sizes) in &mut sizes {
        sizes.sort_unstable();
        let at = |percent: usize| sizes[(sizes.len() - 1) * percent / 100];
        println!(
            "{of:<16} {:>5} of p50 {:>4}, p95 {:>4} bytes",
            sizes.len(),
            at(50),
            at(95)
        );
    }
    let all = &sizes["all"];
    assert!(all.len() > 1_000, "{} are too few to say", all.len());
    let median = all[all.len() / 2];
    assert!(median <= MOST, "the median is {median} bytes");
}
