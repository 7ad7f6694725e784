//! What `read` proves of a model: shown on small changes of the example.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test may panic, and reads the files it is about"
)]

mod closed;
mod computed;

use std::{fmt::Write, time::Instant};

use model_compiler::{Problem, Texts, read};
use testkit::example_files;

/// The example with other routing rules for leads; `{name}: {when}` or `{name}: {when} -> {to}`.
fn routed(rules: &[&str]) -> Texts {
    let mut text = String::new();
    for rule in rules {
        let (name, rest) = rule.split_once(": ").unwrap();
        let (when, to) = rest.split_once(" -> ").unwrap_or((rest, "anna"));
        writeln!(
            text,
            "    - rule: {name}\n      when: {when}\n      to: {to}"
        )
        .unwrap();
    }
    with_routing(&text)
}

/// The example with another routing list, and without pools, to which it may give nothing.
fn with_routing(rules: &str) -> Texts {
    let mut files = example_files();
    let mut change = |file: &str, from: &str, to: Option<&str>, new: &str| {
        let text = String::from_utf8(files[file].clone()).unwrap();
        let (before, after) = text.split_once(from).unwrap();
        let after = to.map_or("", |to| &after[after.find(to).unwrap()..]);
        files.insert(
            file.to_owned(),
            format!("{before}{new}{after}").into_bytes(),
        );
    };
    let routing = format!("routing:\n  lead:\n{rules}\n");
    change(
        "processes.yaml",
        "before_routing:",
        Some("clocks:"),
        &routing,
    );
    change("people.yaml", "pools:", None, "");
    // Nor is there another member of a pool to give a lead to.
    let late = "      - { after: 1 business day, reassign:";
    change("processes.yaml", late, Some("\n"), "");
    files.into_iter().collect()
}

fn problems(texts: &Texts) -> Vec<Problem> {
    read(texts).err().unwrap_or_default()
}

/// What is said of these rules, each message without its place.
fn messages(rules: &[&str]) -> Vec<String> {
    let found = problems(&routed(rules)).into_iter();
    found.map(|problem| problem.what).collect()
}

/// That nothing is wrong with these rules.
fn clean(rules: &[&str]) {
    assert_eq!(messages(rules), Vec::<String>::new());
}

/// That one of them is said to be dead, and by the fault of these others.
fn dead(rules: &[&str], name: &str, hidden_by: &[&str]) {
    let messages = messages(rules);
    let [what] = messages.as_slice() else {
        panic!("{messages:#?}")
    };
    assert!(
        what.starts_with(&format!("`{name}` can never win")),
        "{what}"
    );
    let named = |rule: &&str| what.contains(&format!("`{}` (", rule.split_once(':').unwrap().0));
    let named: Vec<&str> = rules.iter().copied().filter(named).collect();
    let named: Vec<&str> = named
        .iter()
        .map(|rule| rule.split_once(':').unwrap().0)
        .collect();
    assert_eq!(named, hidden_by, "{what}");
}

/// That this record is said to fall through.
fn uncaught(rules: &[&str], record: &str) {
    let messages = messages(rules);
    let [what] = messages.as_slice() else {
        panic!("{messages:#?}")
    };
    assert!(what.ends_with(&format!("catches {record}")), "{what}");
}

#[test]
fn french_leads_without_a_number_of_employees_fall_through() {
    uncaught(
        &[
            "abroad: { account.country: { none_of: [\"FR\"] } }",
            "nowhere: { account.country: { present: no } }",
            "large: { account.country: \"FR\", account.employees: { at_least: 200 } }",
            "small: { account.country: \"FR\", account.employees: { less_than: 200 } }",
        ],
        "a lead with account.country FR and no account.employees",
    );
}

#[test]
fn a_record_that_can_only_exist_with_a_text_that_nobody_can_write_is_a_warning() {
    let some = |pattern: &str| format!("some: {{ lead.title: {{ matches: \"{pattern}\" }} }}");
    let found = |first: &str, second: &str| {
        let texts = routed(&["none: { lead.title: { present: no } }", first, second]);
        let problems = model_compiler::check(&texts).problems;
        let found = problems.iter().find(|it| it.check.ends_with("-record"));
        found.map(|it| (it.check, it.severity.word()))
    };
    let other = "other: { lead.title: { matches: \"^[^a]\" } }";
    assert_eq!(
        found(&some("^a"), other),
        Some(("doubtful-record", "warning"))
    );
    assert_eq!(
        found(&some("^b"), other),
        Some(("uncaught-record", "error"))
    );
    let contains = "other: { lead.title: { contains: head } }";
    assert_eq!(
        found(&some("^VP"), contains),
        Some(("uncaught-record", "error"))
    );
}

#[test]
fn a_list_without_otherwise_may_catch_everything() {
    clean(&[
        "large: { account.employees: { at_least: 200 } }",
        "small: { account.employees: { less_than: 200 } }",
        "unsized: { account.employees: { present: no } }",
    ]);
}

#[test]
fn a_number_between_two_others_falls_through() {
    let rules = [
        "small: { account.employees: { at_most: 199 } }",
        "large: { account.employees: { at_least: 200 } }",
        "unsized: { account.employees: { present: no } }",
    ];
    clean(&rules);
    let mut files = example_files();
    let technology = String::from_utf8(files["technology.yaml"].clone()).unwrap();
    let decimal = technology.replace("employees: { type: integer", "employees: { type: number");
    files.insert("technology.yaml".to_owned(), decimal.into_bytes());
    let mut texts = routed(&rules);
    texts.insert("technology.yaml", &files["technology.yaml"]);
    let found = problems(&texts);
    assert_eq!(found.len(), 1, "{found:#?}");
    let hole = "catches a lead with account.employees 199.5";
    assert!(found[0].what.ends_with(hole), "{}", found[0].what);
    uncaught(
        &[
            "small: { account.employees: { less_than: 100 } }",
            "large: { account.employees: { more_than: 200 } }",
            "unsized: { account.employees: { present: no } }",
        ],
        "a lead with account.employees 200",
    );
}

#[test]
fn a_rule_that_several_others_hide_names_them_all_and_no_other() {
    dead(
        &[
            "fair: { lead.source: fair }",
            "large: { account.employees: { at_least: 100 } }",
            "swiss: { account.country: \"CH\" }",
            "small: { account.employees: { at_most: 100 } }",
            "sized: { account.employees: { present: yes } }",
            "rest: otherwise",
        ],
        "sized",
        &["large", "small"],
    );
}

#[test]
fn what_cannot_be_known_is_passed_over_by_routing() {
    // Unknown survives negation, so neither rule takes a lead without a country.
    uncaught(
        &[
            "french: { account.country: \"FR\" }",
            "other: { none: [{ account.country: \"FR\" }] }",
        ],
        "a lead with no account.country",
    );
    dead(&["odd: unknown", "rest: otherwise"], "odd", &[]);
}

#[test]
fn tests_that_exclude_each_other_are_found_through_names_and_lists() {
    dead(
        &[
            "odd: { lead.segment: smb, account.employees: { at_least: 500 } }",
            "rest: otherwise",
        ],
        "odd",
        &[],
    );
    dead(
        &[
            "odd: { lead.territory: france, account.country: [\"DE\", \"US\"] }",
            "rest: otherwise",
        ],
        "odd",
        &[],
    );
    dead(
        &[
            "odd: { lead.in_icp: yes, account.employees: { present: no } }",
            "rest: otherwise",
        ],
        "odd",
        &[],
    );
    clean(&[
        "odd: { lead.in_icp: no, account.employees: { present: no } }",
        "rest: otherwise",
    ]);
    dead(
        &["mail: { lead.email_domain: Gmail.com }", "rest: otherwise"],
        "mail",
        &[],
    );
    dead(
        &[
            "odd: { lead.email: { present: no }, lead.email_domain: gmail.com }",
            "rest: otherwise",
        ],
        "odd",
        &[],
    );
}

#[test]
fn a_mail_without_a_domain_is_possible() {
    uncaught(
        &[
            "none: { lead.email: { present: no } }",
            "any: { lead.email_domain: { present: yes } }",
        ],
        "a lead with no lead.email_domain and any lead.email",
    );
}

#[test]
fn a_rule_for_the_person_of_a_field_passes_on_when_there_is_nobody() {
    clean(&[
        "mine: { account.owner: { present: yes } } -> account.owner",
        "strangers: { account.owner: { present: yes } }",
        "rest: otherwise",
    ]);
    let rules = ["mine: otherwise -> account.owner"];
    uncaught(&rules, "a lead with another account.owner than those named");
}

#[test]
fn text_patterns_hide_what_they_contain() {
    dead(
        &[
            "head: { lead.title: { contains: head } }",
            "sales: { lead.title: { starts_with: Head of sales } }",
            "rest: otherwise",
        ],
        "sales",
        &["head"],
    );
    clean(&[
        "sales: { lead.title: { starts_with: Head of sales } }",
        "head: { lead.title: { contains: head } }",
        "exactly: { lead.title: boss }",
        "rest: otherwise",
    ]);
    dead(
        &[
            "head: { lead.title: { contains: head } }",
            "exactly: { lead.title: [Head of ops, Ahead] }",
            "rest: otherwise",
        ],
        "exactly",
        &["head"],
    );
}

/// A table of so many rules by country, source and size. In every fifty, `hidden` of them are
/// copies of a part of the rule before.
fn table(count: usize, hidden: usize) -> String {
    const COUNTRIES: [&str; 7] = ["DE", "FR", "US", "GB", "CH", "AT", "CA"];
    let mut rules = String::new();
    for n in 0..count {
        let is_hidden = n % 50 > 0 && n % 50 <= hidden;
        let of = if is_hidden { n - n % 50 } else { n };
        let name = if is_hidden { "hidden" } else { "rule" };
        let (country, source) = (COUNTRIES[of % 7], of / 7 % (count / 20));
        let low = of / 7 / (count / 20) * 400;
        let high = if is_hidden { low + 20 } else { low + 600 };
        writeln!(rules, "    - rule: {name}_{n}\n      when: {{ account.country: \"{country}\", lead.source: source_{source}, account.employees: {{ between: [{low}, {high}] }} }}\n      to: anna").unwrap();
    }
    rules + "    - rule: rest\n      when: otherwise\n      to: anna\n"
}

#[test]
fn a_table_of_many_rules_is_proven_in_a_moment() {
    for (count, hidden) in [(500, 0), (500, 2), (5_000, 0), (5_000, 1)] {
        let texts = with_routing(&table(count, hidden));
        let begun = Instant::now();
        let found = problems(&texts);
        let took = begun.elapsed();
        println!("{count} rules, {} problems: {took:?}", found.len());
        assert_eq!(found.len(), count / 50 * hidden);
        assert!(
            found.iter().all(|it| it.check == "dead-entry"),
            "{found:#?}"
        );
    }
}

#[test]
fn a_table_that_leaves_something_over_shows_what() {
    for count in [500, 5_000] {
        let rules = table(count, 0);
        let (rules, _) = rules.split_once("    - rule: rest").unwrap();
        let texts = with_routing(rules);
        let begun = Instant::now();
        let found = problems(&texts);
        println!("{count} rules without a rest: {:?}", begun.elapsed());
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].check, "uncaught-record");
    }
}
