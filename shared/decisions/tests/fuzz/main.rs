//! What is promised of any model holds of damaged ones: a short run of what `make fuzz` does at
//! length, with the compiler's help to find its way.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test may panic, and reads the files it is about"
)]

mod damage;
mod files;
mod promises;
mod records;

const SEED: u64 = 20_261_122;
const RUNS: u64 = 100;

#[test]
fn damaged_models_are_refused_with_words_or_decide_about_every_record() {
    let models = files::corpus();
    let mut accepted = 0;
    for seed in SEED..SEED + RUNS {
        println!("seed {seed}");
        accepted += u64::from(promises::hold(damage::damaged(&models, seed)));
    }
    assert!(
        accepted > 0,
        "no damaged model was accepted: try other seeds"
    );
}

#[test]
fn what_was_found_once_is_not_found_again() {
    for files in files::corpus() {
        promises::hold(files);
    }
}

#[test]
fn a_seed_gives_the_same_damage_every_time() {
    let models = files::corpus();
    for seed in SEED..SEED + 20 {
        assert!(damage::damaged(&models, seed) == damage::damaged(&models, seed));
    }
}

#[test]
fn a_model_comes_back_from_its_text() {
    assert!(files::apart(b"") == files::example());
    assert!(files::together(&files::example()).is_empty());
    for mut model in files::corpus() {
        for bytes in model.values_mut() {
            if bytes.last() != Some(&b'\n') {
                bytes.push(b'\n');
            }
        }
        assert!(files::apart(&files::together(&model)) == model);
    }
}
