//! How fast a lead finds its rule, beside two rule engines on the same table in the same process:
//! `cargo bench -p decisions --features peers`.
//!
//! Before anything is measured, every lead is put to all of them, and all must name the same rule.
//! Each figure is the median of many passes over the same 1,000 leads, divided by their number.
//! Ours begins with the record's typed fields and works out segment, territory and profile; the
//! others are given these three, and a value of no meaning where a field is empty, since they know
//! no unknowns. Without the feature `peers` only ours is measured; without `--bench`, as a test run
//! calls it, only the answers are compared.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a measurement reads the clock and may panic"
)]

#[cfg(feature = "cel")]
mod cel_peer;
mod load;
mod pool;
mod table;
#[cfg(feature = "zen")]
mod zen_peer;

use std::hint::black_box;
use std::time::Instant;

use contracts::{Verdict, state::PoolState};
use crm::{Record, RecordKind};
use decisions::{
    Facts, Rules, Staffing,
    routing::{Todo, consider, deciding_rule, route},
    verdict,
};
use jiff::Timestamp;
use model::When;
use testkit::at;

use table::{Table, now};

/// What issue and README promise, in microseconds: so many rules, and the time for one lead.
const TARGETS: [(usize, f64); 2] = [(500, 1.0), (5_000, 2.0)];

fn main() {
    let measure = std::env::args().any(|argument| argument == "--bench");
    let mut kept = true;
    for (count, target) in TARGETS {
        let table = Table::of(count);
        let rules = table.rules();
        agree(&table, &rules);
        if measure {
            kept &= ours(&table, &rules, target);
        }
    }
    if measure {
        kept &= load::measure();
        kept &= pool::measure();
        println!(
            "\nroutes and loads as fast as promised: {}",
            if kept { "kept" } else { "MISSED" }
        );
        assert!(kept, "decisions have become too slow");
    }
}

/// Every way to find the rule names the same one.
fn agree(table: &Table, rules: &Rules) {
    let expected: Vec<String> = table
        .leads
        .iter()
        .map(|lead| in_turn(rules, lead))
        .collect();
    for (lead, expected) in table.leads.iter().zip(&expected) {
        assert_eq!(indexed(rules, lead), *expected);
    }
    let distinct: std::collections::BTreeSet<&String> = expected.iter().collect();
    println!(
        "{} rules, {} leads, decided by {} of the rules: the index and each rule in turn agree",
        table.rules.len(),
        table.leads.len(),
        distinct.len()
    );
    for (peer, answers, _) in PEERS {
        assert_eq!(answers(table), expected, "{peer}");
        println!("  {peer} agrees");
    }
}

/// What the table is also put to: the name, its answers, and the time of one.
type Peer = (
    &'static str,
    fn(&Table) -> Vec<String>,
    fn(&Table) -> (f64, f64),
);

const PEERS: &[Peer] = &[
    #[cfg(feature = "zen")]
    ("zen-engine", zen_peer::answers, zen_peer::measure),
    #[cfg(feature = "cel")]
    ("cel", cel_peer::answers, cel_peer::measure),
];

fn ours(table: &Table, rules: &Rules, target: f64) -> bool {
    let ours = times(&table.leads, 201, |lead| {
        deciding_rule(&Facts::of(rules, lead, now())).is_some()
    });
    let few = &table.leads[..100];
    let staffing = testkit::everybody(rules);
    let rows = [
        ("facts to rule, index", ours),
        (
            "each rule in turn",
            times(few, 11, |lead| in_turn(rules, lead)),
        ),
        (
            "whole decision, reasons",
            times(few, 21, |lead| decided(&staffing, lead)),
        ),
    ];
    println!(
        "\n{:<28} {:>12} {:>12} {:>10}",
        "time for one lead", "median", "best", "ratio"
    );
    let row = |name: &str, (median, best): (f64, f64)| {
        println!(
            "{name:<28} {median:>9.2} us {best:>9.2} us {:>9.0}x",
            median / ours.0
        );
    };
    for (name, times) in rows {
        row(name, times);
    }
    for (peer, _, measure) in PEERS {
        row(peer, measure(table));
    }
    let verdict = if ours.0 <= target { "kept" } else { "MISSED" };
    println!(
        "at most {target} us for {} rules: {verdict}\n",
        table.rules.len()
    );
    ours.0 <= target
}

fn indexed(rules: &Rules, lead: &Record) -> String {
    let rule = deciding_rule(&Facts::of(rules, lead, now()));
    rule.map(|rule| rule.rule.clone()).unwrap()
}

/// As it would be without an index.
fn in_turn(rules: &Rules, lead: &Record) -> String {
    let facts = Facts::of(rules, lead, now());
    let mut list = rules.model.routing[&RecordKind::Lead].iter();
    let rule = list.find(|rule| match &rule.when {
        When::Holds(condition) => verdict(condition, &facts) == Verdict::Held,
        When::Unknown => false,
        When::Otherwise => true,
    });
    rule.map(|rule| rule.rule.clone()).unwrap()
}

fn decided(staffing: &Staffing, lead: &Record) -> usize {
    let Todo::Route(choice) = consider(staffing, lead, None, now()) else {
        panic!("a new lead is routed");
    };
    let routed = route(staffing, lead, choice, None, &PoolState::default(), now()).unwrap();
    routed.draft.reasons.len()
}

/// The median and the best time of `question` over all leads, in microseconds for one.
fn times<L, T>(leads: &[L], passes: usize, question: impl Fn(&L) -> T) -> (f64, f64) {
    let mut times: Vec<f64> = (0..passes)
        .map(|_| {
            let begin = Instant::now();
            for lead in leads {
                black_box(question(black_box(lead)));
            }
            begin.elapsed().as_secs_f64() * 1e6
        })
        .collect();
    times.sort_by(f64::total_cmp);
    let one = leads.len() as f64;
    (times[passes / 2] / one, times[0] / one)
}

/// The time about which calendars are compiled.
fn around() -> Timestamp {
    at("2026-11-22T00:00:00Z")
}

/// A lead as the others take it: its fields, and what ours works out by itself. They know no
/// unknowns, so where a field is empty they are given a value that no rule names.
#[cfg(any(feature = "cel", feature = "zen"))]
fn peer_input(rules: &Rules, lead: &Record) -> serde_json::Value {
    use crm::Value;
    use decisions::FieldValue;
    use serde_json::json;

    let facts = Facts::of(rules, lead, now());
    let look = |field: &str| match facts.look(&field.parse().unwrap()) {
        FieldValue::Value(value) => Some(value.into_owned()),
        _ => None,
    };
    let text = |field: &str| look(field).map_or_else(String::new, |value| value.to_string());
    let size = look("account.employees").and_then(|value| value.number());
    let size: i64 = size.map_or(-1, |size| size.try_into().unwrap());
    let fits = match look("lead.in_icp") {
        Some(Value::Boolean(fits)) => json!(fits),
        _ => json!("unknown"),
    };
    json!({
        "country": text("account.country"),
        "industry": text("account.industry"),
        "source": text("lead.source"),
        "employees": size,
        "segment": text("lead.segment"),
        "territory": text("lead.territory"),
        "in_icp": fits,
    })
}
