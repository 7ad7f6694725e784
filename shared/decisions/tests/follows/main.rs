//! What follows by itself: a model that has it, played, and what holds of every step.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

mod steps;

use decisions::scenarios::play;
use model::OperatingModel;
use model_compiler::{Texts, check, scenarios};
use testkit::{broken_models::changed_model, files_in, in_repository, rules};

/// The example with what other companies let follow.
fn model() -> OperatingModel {
    let texts: Texts = changed_model("what-follows").into_iter().collect();
    let checked = check(&texts);
    assert_eq!(checked.problems, []);
    checked.model.expect("a model")
}

#[test]
fn what_companies_let_follow_follows() {
    let model = model();
    let files = files_in(&in_repository("tests/models/what-follows/scenarios"));
    let rules = rules(model.clone());
    let mut played = 0;
    for (file, text) in &files {
        let mut texts = Texts::new();
        texts.insert(file, text.as_slice());
        for scenario in scenarios::read(&model, &texts).expect("scenarios") {
            assert_eq!(play(&rules, &scenario), [], "{}", scenario.name);
            played += 1;
        }
    }
    assert_eq!(played, 9);
}
