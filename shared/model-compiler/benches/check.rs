//! How long a model is checked, proofs included: `cargo bench -p model-compiler --bench check`.
//!
//! The example company's model grows by routing rules over countries, industries, sizes, sources,
//! segments and derived fields. Each figure is the median of several runs over the same texts.
//! Without `--bench`, as a test run calls it, the smaller model is checked once.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a measurement reads the clock and the disk, and may panic"
)]

use std::{fmt::Write, hint::black_box, time::Instant};

use model::artefact;
use model_compiler::{Texts, read};
use testkit::example_files;

/// How many rules, how many runs, and what is promised, in seconds.
const SIZES: [(usize, usize, f64); 2] = [(500, 11, 0.3), (5_000, 5, 4.0)];

fn main() {
    let measured = std::env::args().any(|argument| argument == "--bench");
    if !measured {
        let model = read(&with_rules(SIZES[0].0)).expect("a clean model");
        println!(
            "{} rules: no problems",
            model.routing.values().flatten().count()
        );
        return;
    }
    for (rules, runs, promised) in SIZES {
        let texts = with_rules(rules);
        let lines: usize = texts
            .paths()
            .filter(|path| path.ends_with(".yaml"))
            .map(|path| texts.get(path).unwrap().lines().count())
            .sum();
        let checked = median(runs, || {
            drop(black_box(read(&texts).expect("a clean model")))
        });
        let bytes = artefact::write(&read(&texts).unwrap()).unwrap();
        let loaded = median(runs, || drop(black_box(artefact::load(&bytes).unwrap())));
        println!(
            "{rules} rules, {lines} lines: checked and proven in {checked:.3} s (promised {promised} s); artefact of {} KiB loaded in {:.2} ms",
            bytes.len() / 1024,
            loaded * 1e3
        );
        assert!(checked <= promised, "slower than promised");
    }
}

fn median(runs: usize, run: impl Fn()) -> f64 {
    let mut times: Vec<f64> = (0..runs)
        .map(|_| {
            let begun = Instant::now();
            run();
            begun.elapsed().as_secs_f64()
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[runs / 2]
}

/// The example with so many more routing rules in front of its own. No two say the same.
fn with_rules(count: usize) -> Texts {
    const COUNTRIES: [&str; 7] = ["DE", "FR", "US", "GB", "CH", "AT", "CA"];
    const INDUSTRIES: [&str; 4] = ["software", "fintech", "logistics", "manufacturing"];
    const MORE: [&str; 4] = [
        "lead.segment: enterprise",
        "lead.in_icp: yes",
        "lead.priority: hot",
        "account.territory: dach",
    ];
    let mut rules = String::new();
    for n in 0..count {
        let (country, industry) = (COUNTRIES[n % 7], INDUSTRIES[n / 7 % 4]);
        let low = 1_000 + n / 28 * 20;
        let more = if n % 10 == 0 && country == "DE" {
            format!(", {}", MORE[n / 70 % 4])
        } else {
            String::new()
        };
        let high = low + 30;
        writeln!(
            rules,
            "    - rule: rule_{n}\n      when: {{ account.country: \"{country}\", account.industry: {industry}, account.employees: {{ between: [{low}, {high}] }}{more} }}\n      to: pool dach_account_executives"
        )
        .unwrap();
    }
    let mut files = example_files();
    let text = String::from_utf8(files["processes.yaml"].clone()).unwrap();
    let (before, after) = text.split_once("    - rule: existing_customer").unwrap();
    let larger = format!("{before}{rules}    - rule: existing_customer{after}");
    files.insert("processes.yaml".to_owned(), larger.into_bytes());
    files.into_iter().collect()
}
