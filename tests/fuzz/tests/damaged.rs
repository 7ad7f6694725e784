//! What is promised of every parser of the outside holds of damaged texts: a short run of what
//! `make fuzz-outside` does at length, with the compiler's help to find its way.
#![allow(clippy::panic, reason = "a test may panic")]

use fuzz::{
    SURFACES,
    damage::{Numbers, wound},
    hold, starts,
};

const SEED: u64 = 20_261_127;
const RUNS_OF_EACH: u64 = 120;

#[test]
fn damaged_texts_are_refused_or_read() {
    for (start, input) in (0_u64..).zip(starts()) {
        hold(&input);
        for run in 0..RUNS_OF_EACH {
            let seed = SEED + start * 1000 + run;
            let mut numbers = Numbers::of(seed);
            let mut damaged = input.clone();
            for _ in 0..=numbers.below(4) {
                wound(&mut damaged, &mut numbers);
            }
            let of = usize::from(*damaged.first().unwrap_or(&0)) % SURFACES.len();
            println!(
                "seed {seed}, start {start}: {}",
                SURFACES.map(|it| it.name)[of]
            );
            hold(&damaged);
        }
    }
}

#[test]
fn every_parser_has_something_to_start_from() {
    for surface in SURFACES {
        let starts = (surface.starts)();
        assert!(!starts.is_empty(), "{}", surface.name);
        assert!(starts.iter().all(|it| !it.is_empty()), "{}", surface.name);
    }
}
