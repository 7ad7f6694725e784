//! Damage as people and broken tools do it. What comes of a seed depends on nothing else.

use model::ModelFile;

use crate::files::Files;

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
    pub fn of(seed: u64) -> Self {
        let mut numbers = Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
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
    pub fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end.max(1) as u64).unwrap()
    }
}

/// One of the models, with up to five wounds.
pub fn damaged(models: &[Files], seed: u64) -> Files {
    let mut numbers = Numbers::of(seed);
    // Half of them start from the example, in which no other mistake hides what comes after.
    let model = numbers.below(models.len() * 2);
    let mut files = models.get(model).unwrap_or(&models[0]).clone();
    for _ in 0..=numbers.below(5) {
        wound(&mut files, &mut numbers);
    }
    files
}

/// Damages one file, perhaps with a piece of another.
pub fn wound(files: &mut Files, numbers: &mut Numbers) {
    let six = ModelFile::ALL.map(ModelFile::name);
    let (name, other) = (six[numbers.below(6)], six[numbers.below(6)]);
    let from = files.get(other).cloned().unwrap_or_default();
    let text = files.entry(name.to_owned()).or_default();
    *text = damage(text, &from, numbers);
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
