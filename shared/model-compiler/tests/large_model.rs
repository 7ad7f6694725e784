//! A large model is checked in a moment.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test may panic, and reads the files it is about"
)]

use crm::RecordKind;
use testkit::example_files;

/// The example with so many more routing rules in front of its own.
fn with_rules(count: usize) -> model_compiler::Texts {
    let mut files = example_files();
    let text = String::from_utf8(files["processes.yaml"].clone()).unwrap();
    let rules: String = (0..count)
        .map(|n| {
            format!(
                "    - rule: rule_{n}\n      when: {{ account.employees: {{ between: [{n}, {}] }}, lead.source: source_{n} }}\n      to: pool dach_account_executives\n",
                n + 10
            )
        })
        .collect();
    let (before, after) = text.split_once("    - rule: existing_customer").unwrap();
    let larger = format!("{before}{rules}    - rule: existing_customer{after}");
    files.insert("processes.yaml".to_owned(), larger.into_bytes());
    files.into_iter().collect()
}

#[test]
fn five_thousand_rules_are_read() {
    let texts = with_rules(5_000);
    let begun = std::time::Instant::now();
    let model = model_compiler::read(&texts).unwrap();
    println!("5000 rules: {:?}", begun.elapsed());
    assert_eq!(model.routing[&RecordKind::Lead].len(), 5_005);
    let bytes = model::artefact::write(&model).unwrap();
    let begun = std::time::Instant::now();
    assert_eq!(model::artefact::load(&bytes).unwrap(), model);
    println!("{} bytes loaded: {:?}", bytes.len(), begun.elapsed());
}
