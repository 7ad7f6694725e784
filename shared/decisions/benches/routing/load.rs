//! How long a function needs for its model when it starts: a model of 500 rules and some 2,000
//! lines, from the bytes of its artefact to rules that can be asked, index included.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::time::Instant;

use crm::Value;
use decisions::Rules;
use model::{OperatingModel, Operator, Test, artefact};
use model_compiler::Texts;
use testkit::{example_model, example_texts};

use crate::table::{Asks, Table, name};

/// What issue and README promise, in milliseconds.
const TARGET: f64 = 2.0;
const RULES: usize = 500;
const PASSES: usize = 51;

/// Prints the figures, and says whether the promise is kept.
pub fn measure() -> bool {
    let (model, lines) = model();
    let bytes = artefact::write(&model).unwrap();
    let prepare = |model| Rules::prepare(model, crate::around()).unwrap();
    println!(
        "a model of {lines} lines and {RULES} routing rules, {} kB as an artefact",
        bytes.len() / 1024
    );
    println!("{:<28} {:>12} {:>12}", "to load it", "median", "best");
    let row = |name: &str, (median, best): (f64, f64)| {
        println!("{name:<28} {median:>9.2} ms {best:>9.2} ms");
        median
    };
    row(
        "read and verified",
        times(|| (), |()| artefact::load(&bytes).unwrap()),
    );
    row("made ready", times(|| model.clone(), prepare));
    let few = example_model();
    row("made ready, 5 rules", times(|| few.clone(), prepare));
    let all = row(
        "all",
        times(|| (), |()| prepare(artefact::load(&bytes).unwrap())),
    );
    println!(
        "at most {TARGET} ms: {}",
        if all <= TARGET { "kept" } else { "MISSED" }
    );
    all <= TARGET
}

/// The median and the best time of some work, in milliseconds.
fn times<I, T>(start: impl Fn() -> I, work: impl Fn(I) -> T) -> (f64, f64) {
    let mut times: Vec<f64> = (0..PASSES)
        .map(|_| {
            let from = start();
            let begin = Instant::now();
            let made = work(from);
            let time = begin.elapsed().as_secs_f64() * 1e3;
            drop(made);
            time
        })
        .collect();
    times.sort_by(f64::total_cmp);
    (times[PASSES / 2], times[0])
}

/// The example company with so many rules that the checker finds none of them dead, and its lines.
fn model() -> (OperatingModel, usize) {
    let mut rules = Table::of(2 * RULES).rules;
    loop {
        let kept: Vec<&Asks> = rules.iter().rev().take(RULES).rev().collect();
        let texts = texts(&kept);
        let problems = match model_compiler::read(&texts) {
            Ok(model) => {
                let files = texts.paths().filter(|path| path.ends_with(".yaml"));
                let lines = files.map(|path| texts.get(path).unwrap().lines().count());
                return (model, lines.sum());
            }
            Err(problems) => problems,
        };
        let dead: BTreeSet<usize> = problems
            .iter()
            .map(|problem| {
                assert_eq!(problem.check, "dead-entry", "{problem}");
                let rule = problem.what.split('`').nth(1).unwrap();
                rule.strip_prefix("rule_").unwrap().parse().unwrap()
            })
            .collect();
        let first = rules.len() - kept.len();
        let mut number = 0;
        rules.retain(|_| {
            number += 1;
            number <= first || !dead.contains(&(number - 1 - first))
        });
        assert!(rules.len() >= RULES, "too few rules are left");
    }
}

fn texts(rules: &[&Asks]) -> Texts {
    let mut texts = example_texts();
    let mut list = String::new();
    for (number, asks) in rules.iter().enumerate() {
        let tests: Vec<String> = asks.tests().iter().map(written).collect();
        let when = if tests.is_empty() {
            "otherwise".to_owned()
        } else {
            format!("{{ {} }}", tests.join(", "))
        };
        let pool = [
            "dach_account_executives",
            "america_account_executives",
            "sales_development",
        ];
        writeln!(
            list,
            "    # Decided by the sales council.\n    - rule: {}\n      when: {when}\n      to: pool {}",
            name(number),
            pool[number % 3]
        )
        .unwrap();
    }
    let processes = texts.get("processes.yaml").unwrap();
    let (before, after) = processes
        .split_once("    - rule: existing_customer")
        .unwrap();
    let clocks = after.find("\nclocks:").unwrap();
    let processes = format!("{before}{list}{}", &after[clocks..]);
    texts.insert("processes.yaml", processes.as_bytes());
    texts
}

fn written(test: &Test) -> String {
    let what = match &test.operator {
        Operator::OneOf(values) => {
            let words: Vec<String> = values
                .iter()
                .map(|value| match value {
                    Value::Text(text) => format!("\"{text}\""),
                    other => other.to_string(),
                })
                .collect();
            match words.as_slice() {
                [one] => one.clone(),
                all => format!("[{}]", all.join(", ")),
            }
        }
        Operator::Between(low, high) => format!("{{ between: [{low}, {high}] }}"),
        other => panic!("{other:?} is not written here"),
    };
    format!("{}: {what}", test.field)
}
