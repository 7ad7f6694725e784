//! The lines of a calendar file (RFC 5545, 3.1).

use super::mistake::{IcalError, IcalProblem};

/// A line with the lines that continue it, and the number of the first.
pub(super) struct Unfolded {
    pub(super) number: usize,
    pub(super) text: String,
}

/// The lines of `text`; one that begins with a space or a tab continues the one
/// before it. Empty lines are left out.
pub(super) fn unfold(text: &str) -> Vec<Unfolded> {
    let mut lines: Vec<Unfolded> = Vec::new();
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    for (index, line) in text.lines().enumerate() {
        let continued = line.strip_prefix([' ', '\t']);
        match (continued, lines.last_mut()) {
            (Some(rest), Some(previous)) => previous.text.push_str(rest),
            _ if line.trim().is_empty() => {}
            _ => lines.push(Unfolded {
                number: index + 1,
                text: line.to_owned(),
            }),
        }
    }
    lines
}

/// `NAME;PARAMETER=VALUE;…:VALUE`, with the name in upper case.
pub(super) struct Line<'a> {
    pub(super) number: usize,
    pub(super) name: String,
    pub(super) value: &'a str,
}

impl<'a> Line<'a> {
    /// `None` without a colon outside quotation marks. Of the parameters, none
    /// is needed: a value shows by itself whether it is a date.
    pub(super) fn parse(line: &'a Unfolded) -> Option<Line<'a>> {
        let mut quoted = false;
        let colon = line.text.find(|c| {
            quoted ^= c == '"';
            c == ':' && !quoted
        })?;
        let (head, value) = (line.text.get(..colon)?, line.text.get(colon + 1..)?);
        let name = head.split(';').next()?.trim().to_ascii_uppercase();
        Some(Line {
            number: line.number,
            name,
            value: value.trim(),
        })
    }

    /// Whether it says exactly this, in capitals or not.
    pub(super) fn is(&self, name: &str, value: &str) -> bool {
        self.name == name && self.value.eq_ignore_ascii_case(value)
    }

    /// A problem in this line.
    pub(super) fn error(&self, problem: IcalProblem) -> IcalError {
        IcalError {
            line: self.number,
            problem,
        }
    }
}

/// A text without its escapes (RFC 5545, 3.3.11); a new line becomes a space.
pub(super) fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => match characters.next() {
                Some('n' | 'N') => plain.push(' '),
                Some(other) => plain.push(other),
                None => plain.push('\\'),
            },
            _ => plain.push(character),
        }
    }
    plain
}
