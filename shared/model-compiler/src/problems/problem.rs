use std::fmt;

use crate::yaml::span::Span;

/// What a problem means for the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProblemSeverity {
    /// The model cannot be built.
    Error,
    /// The model can be built, but hardly says what its author meant.
    Warning,
}

impl ProblemSeverity {
    /// The word used for it everywhere.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// One thing that is wrong with a model, where, and how to fix it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Whether the model can be built all the same.
    pub severity: ProblemSeverity,
    /// The name of the check that found it.
    pub check: &'static str,
    /// The path of the file below the model's folder.
    pub file: String,
    /// Where in the file; none if the file itself is the problem.
    pub span: Option<Span>,
    /// The line, as written; what looks like a secret in it is covered.
    pub shown: Option<String>,
    /// What is wrong, and why.
    pub what: String,
    /// How to fix it.
    pub fix: String,
}

/// The widest line that is shown, in characters; a longer one is cut around the place.
const WIDEST: usize = 140;

impl Problem {
    /// The file and the place in it, for example `people.yaml:12:9`, with a folder before it
    /// unless that is empty.
    #[must_use]
    pub fn place(&self, folder: &str) -> String {
        let path = self.path(folder);
        match self.span {
            Some(Span { line, column, .. }) => format!("{path}:{line}:{column}"),
            None => path,
        }
    }

    /// The file with a folder before it, unless that is empty.
    #[must_use]
    pub fn path(&self, folder: &str) -> String {
        let folder = folder.trim_end_matches('/');
        let slash = if folder.is_empty() { "" } else { "/" };
        format!("{folder}{slash}{}", self.file)
    }

    /// The column after the last of the place, on its line.
    #[must_use]
    pub fn end_column(&self) -> Option<u32> {
        let span = self.span?;
        let written = self.shown.as_ref()?.chars().count();
        let most = u32::try_from(written).unwrap_or(u32::MAX).saturating_add(1);
        let end = span.column.saturating_add(span.length);
        Some(end.min(most).max(span.column.saturating_add(1)))
    }

    /// The message for people: place, what is wrong, the line with a marker, the fix. `folder`
    /// is put before the file's path unless it is empty. It ends without a line break.
    #[must_use]
    pub fn message(&self, folder: &str) -> String {
        let warning = match self.severity {
            ProblemSeverity::Error => "",
            ProblemSeverity::Warning => "warning: ",
        };
        let place = self.place(folder);
        let mut text = format!("{place}: {warning}{} [{}]\n", self.what, self.check);
        if let Some((line, marker)) = self.excerpt() {
            text += &format!("{line}\n{marker}\n");
        }
        text + "    fix: " + &self.fix
    }

    /// The line with its number, and below it the marker of the place, both indented.
    #[must_use]
    pub fn excerpt(&self) -> Option<(String, String)> {
        let (span, line) = (self.span?, self.shown.as_ref()?);
        let (line, column) = cut(line, span.column);
        let room = line.chars().count().saturating_sub(column).max(1);
        let length = usize::try_from(span.length).unwrap_or(1).clamp(1, room);
        let gutter = span.line.to_string();
        let blank = " ".repeat(gutter.len());
        let marker = format!("  {blank} | {}{}", " ".repeat(column), "^".repeat(length));
        Some((format!("  {gutter} | {line}"), marker))
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message(""))
    }
}

/// The part of a line around a column (from 1), without control characters, and the column in
/// that part, from 0.
fn cut(line: &str, column: u32) -> (String, usize) {
    let column = usize::try_from(column).unwrap_or(1).saturating_sub(1);
    let first = if column > WIDEST - 40 { column - 40 } else { 0 };
    let shown = line
        .chars()
        .skip(first)
        .take(WIDEST)
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    (shown, column - first)
}
