//! What another model routes elsewhere is found by made-up records, and told by the fewest values.
#![allow(clippy::indexing_slicing, reason = "a test may panic")]

use crm::{FieldRef, RecordKind, Value};
use decisions::{
    elsewhere::{Elsewhere, elsewhere},
    routing::Leads,
};
use jiff::Timestamp;

fn now() -> Timestamp {
    testkit::at("2026-11-25T10:00:00Z")
}

fn with(file: &str, piece: &str, replacement: &str) -> Vec<Elsewhere> {
    let after = testkit::rules(testkit::example_with(file, piece, replacement));
    let before = testkit::example_rules();
    elsewhere((&before, &after), RecordKind::Lead, now())
}

#[test]
fn the_same_model_moves_nothing() {
    let rules = testkit::example_rules();
    let found = elsewhere((&rules, &rules), RecordKind::Lead, now());
    assert_eq!(found, []);
}

#[test]
fn a_moved_border_is_found_with_the_fewest_values() {
    let found = with(
        "strategy.yaml",
        "dach:          { account.country: [\"DE\", \"AT\", \"CH\"] }",
        "dach: { account.country: [\"DE\", \"AT\"] }",
    );
    let one = &found[0];
    assert_eq!(one.before.0, "dach");
    assert_eq!(
        one.after,
        (
            "everyone_else".to_owned(),
            Leads::Pool("sales_development".to_owned())
        )
    );
    let country = FieldRef::new(RecordKind::Account, "country");
    assert_eq!(one.example[&country], Value::Text("CH".to_owned()));
    assert!(one.example.len() <= 3, "{:?}", one.example);
    assert_eq!(found.len(), 1, "{found:?}");
}
