//! A field that is one of a closed list has no other value: what reads a record holds it to its list.

use model_compiler::Texts;
use testkit::example_files;

use super::{problems, routed};

/// The example with leads of a tier, and these rules.
fn tiered(rules: &[&str]) -> Texts {
    let mut texts = routed(rules);
    let whole = String::from_utf8(example_files()["technology.yaml"].clone()).unwrap();
    let title = "    title:   {";
    let tier = "    tier: { type: one_of, values: [gold, silver], hubspot: tier }\n";
    assert!(whole.contains(title));
    let changed = whole.replacen(title, &format!("{tier}{title}"), 1);
    texts.insert("technology.yaml", changed.as_bytes());
    texts
}

fn messages(rules: &[&str]) -> Vec<String> {
    let found = problems(&tiered(rules)).into_iter();
    found.map(|problem| problem.what).collect()
}

const NONE: &str = "none: { lead.tier: { present: no } }";
const GOLD: &str = "gold: { lead.tier: gold }";
const SILVER: &str = "silver: { lead.tier: silver }";

#[test]
fn a_line_for_each_value_and_for_none_catches_everything() {
    assert_eq!(messages(&[NONE, GOLD, SILVER]), Vec::<String>::new());
    let other = "other: { lead.tier: { none_of: [gold] } }";
    assert_eq!(messages(&[NONE, GOLD, other]), Vec::<String>::new());
}

#[test]
fn a_value_without_a_line_is_named() {
    let [what] = messages(&[NONE, GOLD]).try_into().unwrap();
    let what: String = what;
    assert!(
        what.ends_with("catches a lead with lead.tier silver"),
        "{what}"
    );
    let [what] = messages(&[GOLD, SILVER]).try_into().unwrap();
    let what: String = what;
    assert!(what.ends_with("catches a lead with no lead.tier"), "{what}");
}

#[test]
fn what_excludes_every_value_can_never_win() {
    let never = "never: { lead.tier: { none_of: [gold, silver] } }";
    let found = messages(&[never, NONE, GOLD, SILVER]);
    let [what] = found.as_slice() else {
        panic!("{found:#?}")
    };
    assert!(what.starts_with("`never` can never win"), "{what}");
}
