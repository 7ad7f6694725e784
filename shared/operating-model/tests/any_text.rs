//! No text makes the reading panic, and what is found has a place that exists.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test may panic, and reads the files it is about"
)]

mod example;

use std::collections::BTreeMap;

use operating_model::{Texts, artefact};
use proptest::prelude::*;

const SIX: [&str; 6] = [
    "strategy.yaml",
    "metrics.yaml",
    "processes.yaml",
    "technology.yaml",
    "governance.yaml",
    "people.yaml",
];

/// Reads the files and looks at every problem as a person would see it; what is accepted goes into
/// an artefact and comes back.
fn read(files: BTreeMap<String, Vec<u8>>) {
    let texts: Texts = files.into_iter().collect();
    let problems = match operating_model::read(&texts, 1) {
        Ok(model) => {
            let bytes = artefact::write(&model).unwrap();
            assert_eq!(artefact::load(&bytes).unwrap(), model);
            return;
        }
        Err(problems) => problems,
    };
    assert!(!problems.is_empty());
    for problem in problems {
        assert!(!problem.to_string().is_empty() && !problem.mend.is_empty());
        if let Some(span) = problem.span {
            assert!(
                span.line >= 1 && span.column >= 1 && span.length >= 1,
                "{problem:?}"
            );
        }
        assert_ne!(problem.check, "unresolved", "a check is missing: {problem}");
    }
}

/// What mutations put into a file: the marks of YAML and words of the language.
const PIECES: [&str; 34] = [
    "{",
    "}",
    "[",
    "]",
    ":",
    "- ",
    "\n",
    "  ",
    "\"",
    "'",
    "#",
    "&a ",
    "*a",
    "!t ",
    "<<: ",
    "~",
    "otherwise",
    "unknown",
    "yes",
    "no",
    "0",
    "-1",
    "99999999999999999999999999999999",
    "1e9",
    "30d",
    "4 business hours",
    "%",
    "owner",
    "all: [",
    "is: ",
    "present",
    "lead.",
    "\u{0}",
    "ü\u{202e}",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,200}", file in 0..6usize) {
        let mut files = example::files();
        files.insert(SIX[file].to_owned(), text.into_bytes());
        read(files);
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..300), file in 0..6usize) {
        let mut files = example::files();
        files.insert(SIX[file].to_owned(), bytes);
        read(files);
    }

    #[test]
    fn a_damaged_example_is_read_or_refused(
        edits in proptest::collection::vec((0..6usize, any::<prop::sample::Index>(), 0..12usize, 0..PIECES.len()), 1..6)
    ) {
        let mut files = example::files();
        for (file, at, cut, piece) in edits {
            let bytes = files.get_mut(SIX[file]).unwrap();
            let from = at.index(bytes.len() + 1);
            let to = (from + cut).min(bytes.len());
            bytes.splice(from..to, PIECES[piece].bytes());
        }
        read(files);
    }

    #[test]
    fn the_values_of_the_example_in_other_places_are_read_or_refused(
        swaps in proptest::collection::vec((0..6usize, any::<prop::sample::Index>(), any::<prop::sample::Index>()), 1..4)
    ) {
        let mut files = example::files();
        for (file, a, b) in swaps {
            let text = String::from_utf8(files[SIX[file]].clone()).unwrap();
            let mut lines: Vec<&str> = text.lines().collect();
            let (a, b) = (a.index(lines.len()), b.index(lines.len()));
            lines.swap(a, b);
            files.insert(SIX[file].to_owned(), lines.join("\n").into_bytes());
        }
        read(files);
    }

    #[test]
    fn a_word_of_the_example_in_place_of_another_is_read_or_refused(
        swaps in proptest::collection::vec((0..6usize, any::<prop::sample::Index>(), 0..6usize, any::<prop::sample::Index>()), 1..4)
    ) {
        let mut files = example::files();
        for (file, at, other, from) in swaps {
            let text = String::from_utf8(files[SIX[file]].clone()).unwrap();
            let other = String::from_utf8(files[SIX[other]].clone()).unwrap();
            let (start, end) = word(&text, at);
            let (first, last) = word(&other, from);
            let changed = format!("{}{}{}", &text[..start], &other[first..last], &text[end..]);
            files.insert(SIX[file].to_owned(), changed.into_bytes());
        }
        read(files);
    }
}

/// Where one of the words of a text stands, quotes, dots and percent signs included. Comments are
/// passed over.
fn word(text: &str, which: prop::sample::Index) -> (usize, usize) {
    let part =
        |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '"' | '%' | '-' | '/' | '@');
    let mut words = Vec::new();
    let mut line_start = 0;
    for line in text.split_inclusive('\n') {
        let code = line.split(" #").next().unwrap();
        let mut start = None;
        for (index, c) in code.char_indices().chain([(code.len(), ' ')]) {
            match (part(c), start) {
                (true, None) => start = Some(index),
                (false, Some(from)) => {
                    words.push((line_start + from, line_start + index));
                    start = None;
                }
                _ => {}
            }
        }
        line_start += line.len();
    }
    words[which.index(words.len())]
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
        let mut files = example::files();
        files.insert(file.to_owned(), text.into_bytes());
        let begun = std::time::Instant::now();
        read(files);
        let took = begun.elapsed();
        assert!(took.as_secs() < 20, "{name} took {took:?}");
        println!("{name}: {took:?}");
    }
}
