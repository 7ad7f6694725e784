//! Damages models for as long as it is told, and holds them to what is promised of any model. It keeps
//! what reaches new code (libFuzzer), and damages that further:
//!
//! ```text
//! make fuzz                                        ten minutes
//! make fuzz FUZZ=-max_total_time=60                one minute
//! make fuzz FUZZ=.local/fuzz/found-crash-…         what was found, once more
//! ```
//!
//! A finding is a text of the files that differ from the example. Make it small, give it a name, and
//! put it into `tests/fuzz-corpus/`, where the test `fuzz` reads it from then on.
#![no_main]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a tool of the workshop: it reads the disk and the clock, and may panic"
)]

#[path = "../tests/fuzz/damage.rs"]
mod damage;
#[path = "../tests/fuzz/files.rs"]
mod files;
#[path = "../tests/fuzz/promises.rs"]
mod promises;
#[path = "../tests/fuzz/records.rs"]
mod records;

use damage::Numbers;
use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};

fuzz_target!(
    init: put_corpus(),
    |text: &[u8]| {
        promises::hold(files::apart(text));
    }
);

fuzz_mutator!(|text: &mut [u8], size: usize, most: usize, seed: u32| {
    let mut numbers = Numbers::of(u64::from(seed));
    if numbers.below(4) == 0 {
        return fuzzer_mutate(text, size, most);
    }
    let mut files = files::apart(&text[..size]);
    for _ in 0..=numbers.below(3) {
        damage::wound(&mut files, &mut numbers);
    }
    let changed = files::together(&files);
    let Some(room) = text
        .get_mut(..changed.len())
        .filter(|room| room.len() <= most)
    else {
        return size;
    };
    room.copy_from_slice(&changed);
    changed.len()
});

/// Puts the models to start from into the folder of the corpus, the first argument that is none of
/// libFuzzer's own.
fn put_corpus() {
    let folder = std::env::args()
        .skip(1)
        .find(|argument| !argument.starts_with('-'));
    let folder = folder
        .map(std::path::PathBuf::from)
        .filter(|folder| folder.is_dir());
    for (folder, (number, model)) in folder
        .iter()
        .cycle()
        .zip(files::corpus().iter().enumerate())
    {
        std::fs::write(
            folder.join(format!("start-{number}")),
            files::together(model),
        )
        .unwrap();
    }
}
