//! No damaged model makes the reading panic: a short run of what `examples/fuzz.rs` does at length.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test may panic, and reads the files it is about"
)]

mod engine;
#[path = "../example/mod.rs"]
mod example;

const SEED: u64 = 20_261_122;
const RUNS: u64 = 100;

#[test]
fn a_hundred_damaged_models_are_read_or_refused() {
    let corpus = engine::corpus();
    let mut accepted = 0;
    for run in 0..RUNS {
        println!("run {run} of seed {SEED}");
        accepted += u64::from(engine::run(engine::damaged(&corpus, SEED, run)));
    }
    println!("{accepted} of {RUNS} accepted");
}

#[test]
fn what_was_found_once_is_not_found_again() {
    for files in engine::corpus() {
        engine::run(files);
    }
}

#[test]
fn a_run_is_the_same_every_time() {
    let corpus = engine::corpus();
    let twice = |run| engine::damaged(&corpus, SEED, run);
    for run in 0..20 {
        assert!(twice(run) == twice(run), "run {run}");
    }
}
