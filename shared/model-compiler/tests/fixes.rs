//! A fix leads to what was meant: each line is one mistake in the example model of `config/`, and
//! what is to be written in its place. No other problem may be reported with it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test may panic, and reads the files it is about"
)]

use model_compiler::{Problem, Texts};
use testkit::example_files;

/// The problems of the example model with one text replaced by another, once.
fn problems(file: &str, from: &str, to: &str) -> Vec<Problem> {
    let mut files = example_files();
    let text = String::from_utf8(files[file].clone()).unwrap();
    assert!(text.contains(from), "{file} has no {from}");
    files.insert(file.to_owned(), text.replacen(from, to, 1).into_bytes());
    let texts: Texts = files.into_iter().collect();
    model_compiler::check(&texts).problems
}

/// What is wrong with the answer to one mistake, if anything is.
fn fault(found: &[Problem], written: &str, expected: &str) -> Option<String> {
    if matches!(found, [only] if only.fix.contains(expected)) {
        return None;
    }
    let found: Vec<String> = found.iter().map(ToString::to_string).collect();
    Some(format!("{written}: {expected}\n{}", found.join("\n")))
}

fn none(faults: impl Iterator<Item = String>) {
    let faults: Vec<String> = faults.collect();
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n\n"));
}

/// Of each line a file, what stands in it, what is written in its place, and the fix.
fn fixed(lines: &str) {
    none(lines.lines().filter_map(|line| {
        let parts: Vec<&str> = line.split('|').map(str::trim).collect();
        let to = parts[2].replace("\\n", "\n");
        fault(&problems(parts[0], parts[1], &to), line, parts[3])
    }));
}

/// Of each line the condition of one more rule for leads, and the fix.
fn rules(lines: &str) {
    const LAST: &str = "    - rule: everyone_else";
    none(lines.lines().filter_map(|line| {
        let (when, expected) = line.split_once('|').unwrap();
        let rule = format!(
            "    - {{ rule: a, when: {}, to: jonas }}\n{LAST}",
            when.trim()
        );
        fault(
            &problems("processes.yaml", LAST, &rule),
            line,
            expected.trim(),
        )
    }));
}

#[test]
fn words_that_combine_conditions() {
    rules(
        r#"{ and: [{ lead.territory: dach }, { lead.in_icp: yes }] } | write `all`
{ or: [{ lead.territory: dach }, { lead.in_icp: yes }] } | write `any`
{ not: [{ lead.territory: dach }] } | write `none`
{ not: { lead.territory: dach } } | `none: [{ lead.territory: dach }]`
{ none: { lead.territory: dach } } | `none: [{ lead.territory: dach }]`
[{ lead.territory: dach }, { lead.in_icp: yes }] | `{ all: [{ lead.territory: dach }, { lead.in_icp: yes }] }`
{ territory: dach } | write `lead.territory`
{ employees: { more_than: 5 } } | write `account.employees`
{ company.country: "DE" } | write `account.country`
{ deal.amount: { more_than: 5 } } | write `opportunity.amount`
{ lead.employees: { more_than: 5 } } | write `account.employees`
{ lead.territory == dach } | `lead.territory: dach`
lead.in_icp | `{ lead.in_icp: yes }`
else | write `otherwise`
always | write `otherwise`
true | write `otherwise`"#,
    );
}

#[test]
fn words_for_tests() {
    rules(
        r#"{ account.country: { one_of: ["NZ"] } } | `account.country: ["NZ"]`
{ account.country: { in: ["NZ"] } } | `account.country: ["NZ"]`
{ account.country: { any_of: ["NZ"] } } | `account.country: ["NZ"]`
{ account.country: { in_list: ["NZ"] } } | behind the field: `["NZ"]`
{ account.country: { in: served_countries } } | write `in_list: served_countries`
{ account.country: { equals: "NZ" } } | `account.country: "NZ"`
{ account.country: { eq: "NZ" } } | `account.country: "NZ"`
{ account.country: { is: "NZ" } } | `account.country: "NZ"`
{ lead.in_icp: { equals: true } } | `lead.in_icp: yes`
{ lead.owner: null } | `{ present: no }` if
{ account.country: { not: "NZ" } } | write `none_of`
{ account.country: { not_in: ["NZ"] } } | write `none_of`
{ account.country: { not_in_list: served_countries } } | `none: [{ account.country: { in_list: served_countries } }]`
{ account.country: { exists: no } } | write `present: no`
{ account.country: { is_null: no } } | write `present: yes`
{ account.employees: { gt: 5 } } | write `more_than`
{ account.employees: { gte: 5 } } | write `at_least`
{ account.employees: { ">=": 5 } } | write `at_least`
{ account.employees: { "<": 5 } } | write `less_than`
{ account.employees: { max: 5 } } | write `at_most`
{ lead.last_contact: { newer_than: 10d } } | write `in_the_last`
{ lead.last_contact: { older_than: 21 days } } | write `21d`
{ lead.age: { less_than: 15m } } | under `none`, with `{ more_than: 15m }`
{ lead.in_icp: true } | write `yes`"#,
    );
}

#[test]
fn numbers() {
    rules(
        r#"{ account.employees: { more_than: 10.000 } } | `10000`, or `10.0` if
{ account.employees: { between: [50, 5.000] } } | `5000`, or `5.0` if
{ account.employees: { more_than: 1,000 } } | `1000`, without a separator
{ account.employees: { more_than: "1000" } } | write `1000`
{ account.employees: { more_than: 1_000 } } | write `1000`
{ account.employees: { more_than: 1k } } | write `1000`
{ account.employees: { more_than: 10000 EUR } } | write `10000`"#,
    );
    fixed(
        r"strategy.yaml | lists: | lists:\n  sizes: [5.000]\n# | `5000`, or `5.0` if
technology.yaml | per_hour: 5000 | per_hour: 5.000 | write `5000`
technology.yaml | per_hour: 5000 | per_hour: 5,000 | write `5000`, without a separator
metrics.yaml | floor: 70% | floor: 70 | write `70%`
metrics.yaml | floor: 70% | floor: 0.7 | write `70%`
metrics.yaml | floor: 70% | floor: 70 % | write `70%`",
    );
}

#[test]
fn days() {
    let all = "`working_day`, `monday`, `first monday` or `first monday of quarter`, and the same";
    for (day, expected) in [
        ("weekday", "write `working_day`"),
        ("last friday", all),
        ("last monday of quarter", all),
        ("first monday of year", all),
        ("daily", all),
        ("thu", "write `thursday`"),
        ("mondya", "write `monday`"),
        (
            "[monday, thursday]",
            "`{ every: monday }` and `{ every: thursday }`",
        ),
    ] {
        fixed(&format!(
            "governance.yaml | every: working_day | every: {day} | {expected}"
        ));
    }
}

#[test]
fn times() {
    fixed(
        r#"governance.yaml | at: "08:00" | at: “08:00” | write `"08:00"`
governance.yaml | at: "08:00" | at: 7:30 | write `"07:30"`
people.yaml | ["09:00-18:00"] | "09:00-18:00" | write `["09:00-18:00"]`
people.yaml | ["09:00-18:00"] | ["9-18"] | write `"09:00-18:00"`
people.yaml | mon-fri | Monday-Friday | write `mon-fri`
people.yaml | { mon-fri: ["09:00-18:00"] } | ["09:00-18:00"] | `{ mon-fri: ["09:00-18:00"] }`
people.yaml | America/New_York | America/NewYork | write `America/New_York`
processes.yaml | smb: 24h | smb: 24 hours | write `24h`, or `24 business hours`
processes.yaml | stay: { at_most: 21d } | stay: { at_most: 2 weeks } | write `14d`"#,
    );
}

#[test]
fn one_list_or_mapping() {
    fixed(
        r"processes.yaml | tell: owner } | tell: [owner, manager] } | `{ tell: owner }` and `{ tell: manager }`
processes.yaml | to: pool sales_development | to: [jonas, maya] | weights: { jonas: 1, maya: 1 }
processes.yaml | to: pool sales_development | to: | write `nobody`, `pool dach_account
processes.yaml | tell: [owner] | tell: owner | write `[owner]`
processes.yaml | { enterprise: 180d, mid_market: 90d, smb: 45d, unsized: 90d } | 90d | `{ enterprise: 90d, mid_market: 90d, smb: 90d, unsized: 90d }`
processes.yaml | start: { upon: lead.routed, counts_from: routed } | start: lead.routed | write `{ upon: lead.routed }`
processes.yaml | stay: { at_most: 21d } | stay: 21d | `{ at_least: 21d }` or `{ at_most: 21d }`
people.yaml | reports_to: carla | reports_to: null | , or remove the line
people.yaml | { maya: 1 } | [maya, anna] | `{ maya: 1, anna: 1 }`
governance.yaml | to: [carla] | to: carla | write `[carla]`",
    );
}

#[test]
fn an_empty_section() {
    let mut files = example_files();
    let text = String::from_utf8(files["governance.yaml"].clone()).unwrap();
    let before = text.split("digests:").next().unwrap();
    let text = format!("{before}digests: {{}}\n");
    files.insert("governance.yaml".to_owned(), text.into_bytes());
    let texts: Texts = files.into_iter().collect();
    let found = model_compiler::check(&texts).problems;
    assert_eq!(found.len(), 1, "{found:#?}");
    let fix = &found[0].fix;
    assert!(fix.ends_with(", or remove the line"), "{fix}");
}

#[test]
fn names() {
    fixed(
        r"people.yaml | holidays: holidays/germany.ics | holidays: DE | `{ region: DE }`
metrics.yaml | owner: olga | owner: Olga Weiss | write `olga`
processes.yaml | finally: move_to recycled | finally: recycled | write `move_to recycled`
processes.yaml | finally: ask manager | finally: manager | write `ask manager`
processes.yaml | to: account.owner | to: owner | write `lead.owner` or `account.owner`
metrics.yaml | of: open opportunities | of: open deals | write `open opportunities`
technology.yaml | type: integer | type: int | write `integer`
technology.yaml | type: boolean | type: bool | write `boolean`
technology.yaml | type: date, | type: Date, | write `date`
technology.yaml | type: text, | type: string, | write `text`
strategy.yaml | smb: otherwise | smb: else | write `otherwise`
strategy.yaml | smb: otherwise | smb: Otherwise | write `otherwise`
strategy.yaml | smb: otherwise | smb: the others | `{ account.country: { present: yes } }`
governance.yaml | lead, when: { clock.first | opportunity, when: { clock.first | say it of lead records, or write `clock.open_proposal`
people.yaml | anna@northwind.example | anna@northwind | write the whole name",
    );
}
