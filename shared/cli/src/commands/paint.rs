use std::io::IsTerminal;

use model_compiler::{Problem, ProblemSeverity};

const BOLD: &str = "\x1b[1m";
const RED: &str = "\x1b[31m";
const YELLOW: &str = "\x1b[33m";
const GREEN: &str = "\x1b[32m";
const PLAIN: &str = "\x1b[0m";

/// The message of a problem; in colour where they are wanted.
pub fn painted(problem: &Problem, folder: &str) -> String {
    let message = problem.message(folder);
    if !colours_are_wanted() {
        return message;
    }
    in_colour(problem, folder, &message)
}

/// Whether a person reads the output on a terminal, and has not set `NO_COLOR`.
pub fn colours_are_wanted() -> bool {
    let unwanted = std::env::var_os("NO_COLOR").is_some_and(|it| !it.is_empty());
    let dumb = std::env::var_os("TERM").is_some_and(|it| it == "dumb");
    !unwanted && !dumb && std::io::stdout().is_terminal()
}

/// The place bold, the marker in the colour of the severity, the fix green.
fn in_colour(problem: &Problem, folder: &str, message: &str) -> String {
    let colour = match problem.severity {
        ProblemSeverity::Error => RED,
        ProblemSeverity::Warning => YELLOW,
    };
    let place = problem.place(folder);
    let marker = problem.excerpt().map(|(_, marker)| marker);
    let lines = message.lines().map(|line| {
        if let Some(rest) = line.strip_prefix(&place) {
            format!("{BOLD}{place}{PLAIN}{rest}")
        } else if marker.as_deref() == Some(line) {
            format!("{colour}{line}{PLAIN}")
        } else if line.starts_with("    fix: ") {
            format!("{GREEN}{line}{PLAIN}")
        } else {
            line.to_owned()
        }
    });
    lines.collect::<Vec<String>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colour_adds_nothing_but_colour() {
        let texts = model_compiler::Texts::from_iter([("strategy.yaml", "company: [")]);
        let problems = model_compiler::check(&texts).problems;
        assert!(problems.len() > 1);
        for problem in problems {
            let message = problem.message("config");
            let mut colourless = in_colour(&problem, "config", &message);
            assert!(colourless.contains(BOLD) && colourless.contains(GREEN));
            for code in [BOLD, RED, YELLOW, GREEN, PLAIN] {
                colourless = colourless.replace(code, "");
            }
            assert_eq!(colourless, message);
        }
    }
}
