//! Every file is one document of YAML, nested no deeper than the language needs. Where the reason
//! can be guessed (a tab, a missing colon, a quotation mark without partner), it is said in plain
//! words; else in the parser's.

mod clue;

use super::check::{Check, Problems, nothing};
use crate::{problems::problem::ProblemSeverity, yaml::span::Span};

pub(super) static CHECK: Check = Check {
    name: "yaml-syntax",
    about: "Every file is one document of YAML.",
    severity: ProblemSeverity::Error,
    run: nothing,
};

/// Says why a file could not be read any further.
pub(crate) fn report(problems: &mut Problems<'_>, file: &str, span: Option<Span>, why: &str) {
    let texts = problems.texts();
    let clue = span.and_then(|span| clue::of(why, span, |line| texts.line(file, line)));
    if let Some(clue) = clue {
        let span = Span {
            line: clue.line,
            column: u32::try_from(clue.column).unwrap_or(1),
            length: 1,
        };
        let what = format!("this is not YAML that can be read: {}", clue.what);
        problems.in_file(&CHECK, file, Some(span), what, clue.fix);
        return;
    }
    let what = format!("this is not YAML that can be read: {why}");
    let fix = match span {
        Some(_) => {
            "look here and just above for a missing colon, quote or bracket, or a wrong indentation"
        }
        None => "write the words of this component; the example model shows them",
    };
    problems.in_file(&CHECK, file, span, what, fix.to_owned());
}
