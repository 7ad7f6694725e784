//! Damages what comes from outside for as long as it is told, and keeps what reaches new code (libFuzzer):
//!
//! ```text
//! make fuzz-outside                                        ten minutes
//! make fuzz-outside FUZZ=-max_total_time=60                one minute
//! make fuzz-outside FUZZ=.local/fuzz/outside-crash-…       what was found, once more
//! ```
#![no_main]
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a tool of the workshop: it reads the disk, and may panic"
)]

use libfuzzer_sys::fuzz_target;

fuzz_target!(
    init: put_corpus(),
    |input: &[u8]| {
        fuzz::hold(input);
    }
);

/// Puts the texts to start from into the folder of the corpus, the first argument that is none of libFuzzer's own.
fn put_corpus() {
    let folder = std::env::args()
        .skip(1)
        .find(|argument| !argument.starts_with('-'));
    let folder = folder
        .map(std::path::PathBuf::from)
        .filter(|folder| folder.is_dir());
    for (number, start) in fuzz::starts().iter().enumerate() {
        if let Some(folder) = &folder {
            std::fs::write(folder.join(format!("start-{number}")), start).unwrap();
        }
    }
}
