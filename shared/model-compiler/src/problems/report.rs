//! Problems for programs: JSON for scripts and editors, workflow commands for GitHub.

use serde::Serialize;

use super::problem::{Problem, ProblemSeverity};

/// One problem as it stands in the JSON report. Fields are added, never renamed or removed.
#[derive(Serialize)]
struct Entry<'p> {
    check: &'p str,
    severity: &'static str,
    file: String,
    line: Option<u32>,
    column: Option<u32>,
    end_column: Option<u32>,
    message: &'p str,
    fix: &'p str,
    excerpt: Option<&'p str>,
}

/// The problems as a JSON array, one object each, ending with a line break.
///
/// `check` is the name of the check, `severity` is `error` or `warning`, `file` the path with
/// `folder` before it. `line` and `column` count from 1, columns in characters; `end_column` is the
/// column after the last. All three are null if the file itself is the problem, and so is
/// `excerpt`, the line as written. `message` says what is wrong and `fix` how to fix it.
#[must_use]
pub fn json(problems: &[Problem], folder: &str) -> String {
    let entries: Vec<Entry<'_>> = problems
        .iter()
        .map(|problem| Entry {
            check: problem.check,
            severity: problem.severity.word(),
            file: problem.path(folder),
            line: problem.span.map(|span| span.line),
            column: problem.span.map(|span| span.column),
            end_column: problem.end_column(),
            message: &problem.what,
            fix: &problem.fix,
            excerpt: problem.shown.as_deref(),
        })
        .collect();
    // Text and numbers can always be written.
    serde_json::to_string_pretty(&entries).unwrap_or_default() + "\n"
}

/// The problems as workflow commands of GitHub Actions, one a line, which it shows beside the
/// changed lines of a pull request. Nothing at all if there is no problem.
#[must_use]
pub fn github(problems: &[Problem], folder: &str) -> String {
    let mut text = String::new();
    for problem in problems {
        let command = match problem.severity {
            ProblemSeverity::Error => "error",
            ProblemSeverity::Warning => "warning",
        };
        let mut properties = vec![format!("file={}", property(&problem.path(folder)))];
        if let Some(span) = problem.span {
            properties.push(format!("line={}", span.line));
            properties.push(format!("endLine={}", span.line));
            properties.push(format!("col={}", span.column));
        }
        if let Some(end) = problem.end_column() {
            properties.push(format!("endColumn={end}"));
        }
        properties.push(format!("title={}", property(problem.check)));
        let message = data(&format!("{}\nfix: {}", problem.what, problem.fix));
        text += &format!("::{command} {}::{message}\n", properties.join(","));
    }
    text
}

/// What stands after the second `::`.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// The value of a property, in which `:` and `,` would mean something.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Span;

    fn problem() -> Problem {
        Problem {
            severity: ProblemSeverity::Error,
            check: "catch-all",
            file: "strategy.yaml".to_owned(),
            span: Some(Span {
                line: 7,
                column: 3,
                length: 4,
            }),
            shown: Some("  smb: 100%".to_owned()),
            what: "100% of: this,\nand more".to_owned(),
            fix: "keep one".to_owned(),
        }
    }

    #[test]
    fn a_workflow_command_stays_one_line_and_keeps_its_parts_apart() {
        assert_eq!(
            github(&[problem()], "a,b:c"),
            "::error file=a%2Cb%3Ac/strategy.yaml,line=7,endLine=7,col=3,endColumn=7,\
             title=catch-all::100%25 of: this,%0Aand more%0Afix: keep one\n"
        );
    }

    #[test]
    fn a_file_without_a_place_has_no_line() {
        let missing = Problem {
            span: None,
            shown: None,
            severity: ProblemSeverity::Warning,
            ..problem()
        };
        assert!(
            github(std::slice::from_ref(&missing), "")
                .starts_with("::warning file=strategy.yaml,title=")
        );
        let json: serde_json::Value = serde_json::from_str(&json(&[missing], "")).unwrap();
        assert_eq!(json[0]["line"], serde_json::Value::Null);
        assert_eq!(json[0]["severity"], "warning");
    }

    #[test]
    fn no_problem_is_an_empty_array_and_no_command() {
        assert_eq!(json(&[], "config"), "[]\n");
        assert_eq!(github(&[], "config"), "");
    }

    #[test]
    fn an_end_never_lies_beyond_the_line() {
        let mut long = problem();
        long.span = long.span.map(|span| Span {
            length: u32::MAX,
            ..span
        });
        assert_eq!(long.end_column(), Some(12));
    }
}
