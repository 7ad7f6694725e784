//! How long a model is checked that a large company has: many domains with their owners, and many territories:
//! `cargo bench -p model-compiler --bench large`.
//!
//! Each figure is the median of several runs over the same texts. Without `--bench`, as a test run calls it, a small
//! one of each is checked once.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a measurement reads the clock, and may panic"
)]

use std::{collections::BTreeMap, fmt::Write, hint::black_box, time::Instant};

use crm::RecordKind;
use model::artefact;
use model_compiler::{Texts, read};
use testkit::{example_files, rules};

/// A company of a size, and what is promised.
struct Size {
    territories: usize,
    /// Rules in front of the example's own.
    rules: usize,
    /// Domains that are somebody's.
    domains: usize,
    runs: usize,
    /// Seconds in which it is checked and proven, at most.
    checked: f64,
}

const SIZES: [Size; 3] = [
    Size {
        territories: 6,
        rules: 215,
        domains: 5_000,
        runs: 11,
        checked: 0.1,
    },
    Size {
        territories: 1_000,
        rules: 2_094,
        domains: 0,
        runs: 5,
        checked: 1.0,
    },
    Size {
        territories: 6,
        rules: 215,
        domains: 50_000,
        runs: 5,
        checked: 2.0,
    },
];

/// Milliseconds in which the largest is loaded and made ready, at most.
const READY: f64 = 15.0;

fn main() {
    if !std::env::args().any(|argument| argument == "--bench") {
        let small = Size {
            territories: 20,
            rules: 60,
            domains: 50,
            runs: 1,
            checked: 1.0,
        };
        let model = read(&small.texts()).expect("a clean model");
        println!(
            "{} rules: no problems",
            model.routing[&RecordKind::Lead].len()
        );
        return;
    }
    let mut kept = true;
    for size in SIZES {
        kept &= measured(&size);
    }
    assert!(kept, "slower than promised");
}

/// Prints the figures of a size, and says whether what is promised of it is kept.
fn measured(size: &Size) -> bool {
    let texts = size.texts();
    let model = read(&texts).expect("a clean model");
    let checked = median(size.runs, || drop(black_box(read(&texts).unwrap())));
    let bytes = artefact::write(&model).unwrap();
    let load = || drop(black_box(rules(artefact::load(&bytes).unwrap())));
    let ready = median(size.runs, load) * 1e3;
    let is_kept = checked <= size.checked && ready <= READY;
    println!(
        "{} rules, {} territories, {} domains: checked and proven in {checked:.3} s (promised {} s); artefact of {} KiB \
         loaded and made ready in {ready:.1} ms (promised {READY} ms): {}",
        model.routing[&RecordKind::Lead].len(),
        model.territories.entries.len(),
        size.domains,
        size.checked,
        bytes.len() / 1024,
        if is_kept { "kept" } else { "MISSED" }
    );
    is_kept
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

impl Size {
    /// The example with so much more in front of its own. No two rules say the same.
    fn texts(&self) -> Texts {
        let mut files = example_files();
        self.add_territories(&mut files);
        self.add_rules(&mut files);
        if self.domains > 0 {
            let mut rows = "domain,owner\n".to_owned();
            for n in 0..self.domains {
                let owner = ["anna", "ben", "maya"][n % 3];
                writeln!(rows, "company-{n}.example,{owner}").unwrap();
            }
            files.insert("tables/owners.csv".to_owned(), rows.into_bytes());
            put(
                &mut files,
                "strategy.yaml",
                "\nterritories:\n",
                "\ntables: { owners: { file: tables/owners.csv, from: domain, to: owner } }\n\nterritories:\n",
            );
        }
        files.into_iter().collect()
    }

    /// Each of some states of a country, in front of the six.
    fn add_territories(&self, files: &mut Files) {
        let mut lines = String::new();
        for n in 6..self.territories {
            let low = n * 40;
            writeln!(lines, "  t_{n}: {{ account.country: \"BR\", account.employees: {{ between: [{low}, {}] }} }}", low + 39).unwrap();
        }
        put(
            files,
            "strategy.yaml",
            "\nterritories:\n",
            &format!("\nterritories:\n{lines}"),
        );
    }

    fn add_rules(&self, files: &mut Files) {
        let mut lines = String::new();
        if self.domains > 0 {
            lines.push_str("    - rule: named\n      when: { lead.email: { present: yes } }\n      to: { table: owners, by: lead.email_domain, no_row: next_rule }\n");
        }
        let more = ["lead.source: web", "lead.source: fair"];
        for n in 0..self.rules {
            let pool = [
                "dach_account_executives",
                "america_account_executives",
                "sales_development",
            ][n % 3];
            let when = match (n / 2 + 6, n % 2) {
                (territory, which) if territory < self.territories => {
                    format!("lead.territory: t_{territory}, {}", more[which])
                }
                _ => format!(
                    "account.country: \"DE\", account.employees: {{ between: [{}, {}] }}",
                    n * 30,
                    n * 30 + 45
                ),
            };
            writeln!(
                lines,
                "    - rule: rule_{n}\n      when: {{ {when} }}\n      to: pool {pool}"
            )
            .unwrap();
        }
        let first = "    - rule: existing_customer";
        put(files, "processes.yaml", first, &format!("{lines}{first}"));
    }
}

/// The texts of a model, by path.
type Files = BTreeMap<String, Vec<u8>>;

/// Puts something in the place of what stands once in a file.
fn put(files: &mut Files, path: &str, from: &str, to: &str) {
    let text = String::from_utf8(files[path].clone()).unwrap();
    assert_eq!(text.matches(from).count(), 1, "{from}");
    files.insert(path.to_owned(), text.replacen(from, to, 1).into_bytes());
}
