//! No text makes the reading panic, and what is found has a place that exists. Texts that are nearly
//! models are tried by the test `fuzz` of `decisions`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test may panic, and reads the files it is about"
)]

use std::collections::BTreeMap;

use model::{ModelFile, artefact};
use model_compiler::Texts;
use proptest::prelude::*;
use testkit::example_files;

/// Reads the files and looks at every problem as a person would see it; what is accepted goes into
/// an artefact and comes back.
fn read(files: BTreeMap<String, Vec<u8>>) {
    let texts: Texts = files.into_iter().collect();
    let problems = match model_compiler::read(&texts) {
        Ok(model) => {
            let bytes = artefact::write(&model).unwrap();
            assert_eq!(artefact::load(&bytes).unwrap(), model);
            return;
        }
        Err(problems) => problems,
    };
    assert!(!problems.is_empty());
    for problem in problems {
        assert!(!problem.to_string().is_empty() && !problem.fix.is_empty());
        if let Some(span) = problem.span {
            assert!(
                span.line >= 1 && span.column >= 1 && span.length >= 1,
                "{problem:?}"
            );
        }
        assert_ne!(problem.check, "unresolved", "a check is missing: {problem}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,200}", file in 0..6usize) {
        let mut files = example_files();
        files.insert(ModelFile::ALL[file].name().to_owned(), text.into_bytes());
        read(files);
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..300), file in 0..6usize) {
        let mut files = example_files();
        files.insert(ModelFile::ALL[file].name().to_owned(), bytes);
        read(files);
    }
}

/// A hundred thousand bytes that are hard on whoever follows them naively.
fn hard(name: &str) -> (&'static str, String) {
    let lines = |line: &dyn Fn(usize) -> String| (0..8_000).map(line).collect::<String>();
    match name {
        "lists" => ("strategy.yaml", "[".repeat(100_000)),
        "mappings" => ("strategy.yaml", "{a: ".repeat(50_000)),
        "dashes" => ("strategy.yaml", "- ".repeat(50_000)),
        "aliases" => ("strategy.yaml", "*a\n".repeat(50_000)),
        "anchors" => ("strategy.yaml", "a: &a [*a]\n".repeat(10_000)),
        "keys" => ("strategy.yaml", "? ".repeat(50_000)),
        "words" => ("strategy.yaml", lines(&|n| format!("w{n}: x\n"))),
        "conditions" => (
            "strategy.yaml",
            "conditions:\n".to_owned() + &lines(&|n| format!("  c{n}: {{ is: c{} }}\n", n + 1)),
        ),
        "circles" => (
            "strategy.yaml",
            "conditions:\n".to_owned()
                + &lines(&|n| format!("  c{n}: {{ is: c{} }}\n", n / 2 * 2 + (n + 1) % 2)),
        ),
        "managers" => (
            "people.yaml",
            "people:\n".to_owned() + &lines(&|n| format!("  p{n}: {{ reports_to: p{} }}\n", n + 1)),
        ),
        other => panic!("{other}"),
    }
}

#[test]
fn hard_texts_end_soon() {
    for name in [
        "lists",
        "mappings",
        "dashes",
        "aliases",
        "anchors",
        "keys",
        "words",
        "conditions",
        "circles",
        "managers",
    ] {
        let (file, text) = hard(name);
        let mut files = example_files();
        files.insert(file.to_owned(), text.into_bytes());
        let begun = std::time::Instant::now();
        read(files);
        let took = begun.elapsed();
        assert!(took.as_secs() < 20, "{name} took {took:?}");
        println!("{name}: {took:?}");
    }
}
