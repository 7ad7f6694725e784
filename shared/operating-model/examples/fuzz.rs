//! Damages models and reads what comes of it, for as long as it is told:
//!
//! ```text
//! cargo run --release -p operating-model --example fuzz -- --seconds 600 --seed 1
//! cargo run --release -p operating-model --example fuzz -- --seed 1 --only 4711
//! ```
//!
//! A finding ends the program with the seed and the number of the run, by which it can be run
//! again alone; `--only` also writes the files of that run to the folder of `--out`. Put them into a
//! folder of `tests/fuzz-corpus/`, where the test reads them from then on.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a tool of the workshop: it reads the clock and the disk, and may panic"
)]

#[path = "../tests/fuzz/engine.rs"]
mod engine;
#[path = "../tests/example/mod.rs"]
mod example;

use std::{
    path::Path,
    sync::atomic::{AtomicU64, Ordering},
    time::Instant,
};

static RUN: AtomicU64 = AtomicU64::new(0);

fn main() {
    let argument = |name: &str| {
        let mut arguments = std::env::args().skip_while(|argument| argument != name);
        arguments.nth(1)
    };
    let number = |name: &str| argument(name).map(|text| text.parse::<u64>().expect("a number"));
    let seed = number("--seed").unwrap_or(1);
    let corpus = engine::corpus();
    if let Some(run) = number("--only") {
        let files = engine::damaged(&corpus, seed, run);
        if let Some(folder) = argument("--out") {
            for (name, bytes) in &files {
                let path = Path::new(&folder).join(name);
                std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                std::fs::write(path, bytes).unwrap();
            }
        }
        println!("accepted: {}", engine::run(files));
        return;
    }
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        before(panic);
        println!(
            "found by --seed {seed} --only {}",
            RUN.load(Ordering::Relaxed)
        );
    }));
    let begun = Instant::now();
    let seconds = number("--seconds").unwrap_or(60);
    let (mut runs, mut accepted) = (0, 0);
    while begun.elapsed().as_secs() < seconds {
        RUN.store(runs, Ordering::Relaxed);
        accepted += u64::from(engine::run(engine::damaged(&corpus, seed, runs)));
        runs += 1;
    }
    println!("{runs} damaged models in {seconds} s, {accepted} of them accepted, no finding");
}
