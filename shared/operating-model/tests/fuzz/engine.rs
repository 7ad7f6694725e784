//! Damages models in ways that people and broken tools do, and reads what comes of it.
//!
//! The corpus is the example model, every broken model, and what was found before
//! (`tests/fuzz-corpus/`, a folder for each). The run of a number depends on nothing but the seed
//! and that number, so a finding can be run again alone.

use std::{collections::BTreeMap, path::Path, time::Instant};

use operating_model::{Texts, artefact, read};

use crate::example;

pub type Files = BTreeMap<String, Vec<u8>>;

const SIX: [&str; 6] = [
    "strategy.yaml",
    "metrics.yaml",
    "processes.yaml",
    "technology.yaml",
    "governance.yaml",
    "people.yaml",
];

/// Marks of YAML, and values that are hard somewhere.
const PIECES: [&str; 48] = [
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
    "---\n",
    "...",
    "|\n",
    ">-\n",
    "? ",
    "\t",
    "\r\n",
    "\u{feff}",
    "\u{0}",
    "ü\u{202e}",
    "otherwise",
    "unknown",
    "yes",
    "no",
    "0",
    "-1",
    "0.5",
    "99999999999999999999999999999999",
    "79228162514264337593543950335",
    "-79228162514264337593543950335",
    "1000000d",
    "0d",
    "1000000 business days",
    "999999%",
    "%",
    "\"9999-12-31\"",
    "\"23:59-24:00\"",
    "all: [",
    "is: ",
    "(a|b)*{9}",
    "clock.first_response",
    "previous 52 weeks",
];

/// A generator of numbers that is the same everywhere (SplitMix64).
pub struct Numbers(u64);

impl Numbers {
    pub fn of(seed: u64, run: u64) -> Self {
        let mut numbers = Self(seed ^ run.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        numbers.next();
        numbers
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`, or 0.
    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end.max(1) as u64).unwrap()
    }
}

/// The models to start from.
pub fn corpus() -> Vec<Files> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests");
    let mut models = vec![example::files()];
    for folder in ["broken-models", "fuzz-corpus"] {
        let entries = std::fs::read_dir(root.join(folder)).into_iter().flatten();
        let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        for path in paths.iter().filter(|path| path.is_dir()) {
            let mut files = example::files();
            files.extend(example::files_in(path));
            models.push(files);
        }
    }
    models
}

/// The model of a run.
pub fn damaged(corpus: &[Files], seed: u64, run: u64) -> Files {
    let mut numbers = Numbers::of(seed, run);
    // Half of the runs start from the example, in which no other mistake hides what comes after.
    let model = numbers.below(corpus.len() * 2);
    let mut files = corpus.get(model).unwrap_or(&corpus[0]).clone();
    for _ in 0..=numbers.below(5) {
        let name = SIX[numbers.below(6)];
        let other = SIX[numbers.below(6)];
        let from = files[other].clone();
        let text = damage(&files[name], &from, &mut numbers);
        files.insert(name.to_owned(), text);
    }
    files
}

fn damage(bytes: &[u8], other: &[u8], numbers: &mut Numbers) -> Vec<u8> {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let mut lines: Vec<&str> = text.lines().collect();
    let (a, b) = (numbers.below(lines.len()), numbers.below(lines.len()));
    if lines.is_empty() {
        return other.to_vec();
    }
    match numbers.below(11) {
        0 => lines.swap(a, b),
        1 => drop(lines.remove(a)),
        2 => lines.insert(b, lines[a]),
        3 => {
            let line = lines.remove(a);
            lines.insert(b.min(lines.len()), line);
        }
        4 => {
            let count = 1 + numbers.below(6);
            lines.drain(a..(a + count).min(lines.len()));
        }
        5 => {
            let deeper = format!("  {}", lines[a]);
            let changed: Vec<String> = own(&lines, a, deeper);
            return changed.join("\n").into_bytes();
        }
        6 => {
            let higher = lines[a].strip_prefix("  ").unwrap_or(lines[a]).to_owned();
            return own(&lines, a, higher).join("\n").into_bytes();
        }
        7 | 8 => return with_word_of(&text, &String::from_utf8_lossy(other), numbers),
        9 => return with_piece(bytes, numbers),
        _ => {
            let mut bytes = bytes.to_vec();
            let at = numbers.below(bytes.len());
            if let Some(byte) = bytes.get_mut(at) {
                *byte = u8::try_from(numbers.below(256)).unwrap();
            }
            return bytes;
        }
    }
    lines.join("\n").into_bytes()
}

fn own(lines: &[&str], at: usize, line: String) -> Vec<String> {
    let mut lines: Vec<String> = lines.iter().map(|&line| line.to_owned()).collect();
    lines[at] = line;
    lines
}

fn with_piece(bytes: &[u8], numbers: &mut Numbers) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let from = numbers.below(bytes.len() + 1);
    let to = (from + numbers.below(12)).min(bytes.len());
    let piece = PIECES[numbers.below(PIECES.len())];
    bytes.splice(from..to, piece.bytes());
    bytes
}

/// A word or a value in place of another.
fn with_word_of(text: &str, other: &str, numbers: &mut Numbers) -> Vec<u8> {
    let (here, there) = (words(text), words(other));
    if here.is_empty() || there.is_empty() {
        return text.as_bytes().to_vec();
    }
    let (start, end) = here[numbers.below(here.len())];
    let (first, last) = there[numbers.below(there.len())];
    format!("{}{}{}", &text[..start], &other[first..last], &text[end..]).into_bytes()
}

/// Where the words, values, and values in brackets of a text stand, comments passed over.
fn words(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut line_start = 0;
    for line in text.split_inclusive('\n') {
        let code = line.split(" #").next().unwrap_or_default();
        let mut start = None;
        let mut open = Vec::new();
        for (index, c) in code.char_indices().chain([(code.len(), ' ')]) {
            let part = c.is_alphanumeric() || matches!(c, '_' | '.' | '"' | '%' | '-' | '/' | '@');
            match (part, start) {
                (true, None) => start = Some(index),
                (false, Some(from)) => {
                    found.push((line_start + from, line_start + index));
                    start = None;
                }
                _ => {}
            }
            match c {
                '{' | '[' => open.push(index),
                '}' | ']' => {
                    if let Some(from) = open.pop() {
                        found.push((line_start + from, line_start + index + 1));
                    }
                }
                _ => {}
            }
        }
        line_start += line.len();
    }
    found
}

/// Reads a model and looks at every problem as a person would see it. Gives whether it was
/// accepted.
///
/// # Panics
/// If reading panics, takes longer than ten seconds, says something of a place that cannot be, or
/// finds that a check is missing; or if what is accepted does not come back from its artefact.
pub fn run(files: Files) -> bool {
    let texts: Texts = files.into_iter().collect();
    let begun = Instant::now();
    let found = read(&texts, 1);
    let took = begun.elapsed();
    assert!(took.as_secs() < 10, "it took {took:?}");
    match found {
        Ok(model) => {
            let bytes = artefact::write(&model).expect("an artefact");
            assert_eq!(artefact::load(&bytes).expect("a model"), model);
            true
        }
        Err(problems) => {
            assert!(!problems.is_empty(), "refused without a word");
            for problem in problems {
                assert!(!problem.to_string().is_empty() && !problem.mend.is_empty());
                let fine = problem
                    .span
                    .is_none_or(|span| span.line >= 1 && span.column >= 1 && span.length >= 1);
                assert!(fine, "no such place: {problem:?}");
                assert_ne!(problem.check, "unresolved", "a check is missing: {problem}");
            }
            false
        }
    }
}
