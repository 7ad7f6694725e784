//! The example's own scenarios, played in the core.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use std::{fs, path::Path};

use decisions::scenarios::play;
use model::scenario::Scenario;
use model_compiler::{Texts, scenarios};
use testkit::{example_model, files_in, rules};

fn scenarios(file: &str, text: &[u8]) -> Vec<Scenario> {
    let mut files = Texts::new();
    files.insert(file, text);
    scenarios::read(&example_model(), &files).expect("scenarios")
}

#[test]
fn what_the_example_says_must_be_so_is_so() {
    let rules = rules(example_model());
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../config/scenarios");
    let files = files_in(&folder);
    let mut played = 0;
    for (file, text) in &files {
        for scenario in scenarios(file, text) {
            assert_eq!(play(&rules, &scenario), [], "{}", scenario.name);
            played += 1;
        }
    }
    assert!(played > 15, "{played}");
}

fn case_of(folder: &Path) -> String {
    let name = folder.file_name().expect("a name");
    name.to_string_lossy().into_owned()
}

/// What the models of `tests/models` say must be so, each a company of its own.
#[test]
fn what_the_other_companies_say_must_be_so_is_so() {
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/models");
    let mut played = 0;
    for entry in fs::read_dir(models).expect("the models") {
        let folder = entry.expect("a folder").path();
        // Some are the example with changes.
        let model = match folder.join("change.yaml").exists() {
            true => testkit::broken_models::changed_model(&case_of(&folder)),
            false => files_in(&folder),
        };
        let model = testkit::model_of(&model.into_iter().collect());
        let rules = rules(model);
        for (file, text) in files_in(&folder.join("scenarios")) {
            let mut files = Texts::new();
            files.insert(format!("scenarios/{file}"), &text);
            for scenario in scenarios::read(&rules.model, &files).expect("scenarios") {
                assert_eq!(play(&rules, &scenario), [], "{}", scenario.name);
                played += 1;
            }
        }
    }
    assert!(played > 10, "{played}");
}

#[test]
fn who_is_away_and_what_people_have_in_hand_decides_and_stands_in_the_reasons() {
    let text = "scenarios:
  - scenario: one
    at: 2026-11-23 10:00
    away: [jonas]
    open_leads: { anna: 25, ben: 24 }
    lead: { source: web }
    account: { country: \"DE\", industry: software, employees: 300 }
    expect: { owner: anna }
";
    let rules = rules(example_model());
    let failures = play(&rules, &scenarios("scenarios/one.yaml", text.as_bytes())[0]);
    assert_eq!((failures.len(), failures[0].got.as_str()), (1, "ben"));
    let notes = failures[0]
        .reasons
        .iter()
        .filter_map(|it| it.note.as_deref());
    let notes: Vec<&str> = notes.collect();
    let said = "jonas is away until the end of Mon 23 Nov 2026; anna has 25 of 25 open leads";
    assert!(notes.iter().any(|note| note.contains(said)), "{notes:?}");
}
