//! No secret stands in the model, nor in its comments and scenarios: they are in Git, and everybody
//! can read them. A secret is referred to by the name it has in the secret store.

use super::{
    check::{Check, Problems, Reading},
    file_too_large::fits,
};
use crate::{
    grammar::Shape,
    problems::problem::ProblemSeverity,
    yaml::{node::Node, span::Span},
};
use model::ModelFile;

pub(super) static CHECK: Check = Check {
    name: "secret-in-file",
    about: "No secret stands in the model, only its name.",
    severity: ProblemSeverity::Error,
    run,
};

/// How well-known secrets begin.
const BEGINNINGS: [&str; 14] = [
    "pat-na",
    "pat-eu",
    "sk-",
    "sk_live_",
    "sk_test_",
    "rk_live_",
    "xoxb-",
    "xoxp-",
    "ghp_",
    "github_pat_",
    "glpat-",
    "AKIA",
    "eyJ",
    "-----BEGIN",
];

/// A text outside of values is only taken for a secret if it is as long as one: `sk-` begins words.
const SHORTEST: usize = 16;

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    for (file, root) in reading.trees {
        root.visit(&mut |node| {
            let text = node.text().unwrap_or_default();
            if looks_like_a_secret(text) {
                let what = "this looks like a secret itself".to_owned();
                let fix = "put it into the secret store, write its name there, such as `fairlead/crm`, and replace the secret: it has been seen".to_owned();
                problems.covered(&CHECK, file.name(), (node.span, text), what, fix);
            }
        });
    }
    for file in ModelFile::ALL {
        let text = reading
            .texts
            .of(file)
            .filter(|text| fits(file.name(), text));
        let lines = (1..).zip(text.unwrap_or_default().lines());
        for (number, line) in lines {
            if let Some(comment) = comment(line) {
                in_words(file.name(), number, line, comment, problems);
            }
        }
    }
    for site in &reading.sites.values {
        let (Shape::SecretName, Some(text)) = (site.shape, site.node.text()) else {
            continue;
        };
        if !looks_like_a_secret(text) && !is_a_name(site.node) {
            let what = "this is not the name of a secret".to_owned();
            let fix =
                "write a name of letters, digits, /, - and _, such as `fairlead/crm`".to_owned();
            let file = site.context.file.name();
            problems.covered(&CHECK, file, (site.node.span, text), what, fix);
        }
    }
}

/// Looks for secrets in a file beside the model, such as one of scenarios.
pub(crate) fn beside_the_model(file: &str, text: &str, problems: &mut Problems<'_>) {
    for (number, line) in (1..).zip(text.lines()) {
        in_words(file, number, line, 0, problems);
    }
}

/// The byte at which the comment of a line begins.
fn comment(line: &str) -> Option<usize> {
    let begins = |at: usize| at == 0 || line.get(..at).is_some_and(|it| it.ends_with([' ', '\t']));
    line.match_indices('#')
        .map(|(at, _)| at)
        .find(|at| begins(*at))
}

/// Looks at each word of a line from a byte on.
fn in_words(file: &str, number: u32, line: &str, from: usize, problems: &mut Problems<'_>) {
    let ends = |c: char| c.is_whitespace() || "\"'`,;=()[]{}<>".contains(c);
    let mut at = from;
    for word in line.get(from..).unwrap_or_default().split_inclusive(ends) {
        let begins = at;
        at += word.len();
        let word = word.trim_end_matches(ends);
        let long = word.len() >= SHORTEST || word.starts_with("-----BEGIN");
        if !(long && begins_like_one(word) || has_login(word)) {
            continue;
        }
        let count = |text: &str| u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
        let span = Span {
            line: number,
            column: count(line.get(..begins).unwrap_or_default()).saturating_add(1),
            length: count(word),
        };
        let what = "this looks like a secret".to_owned();
        let fix = "remove it, and replace the secret: it has been seen".to_owned();
        problems.covered(&CHECK, file, (span, word), what, fix);
    }
}

fn is_a_name(node: &Node) -> bool {
    let fine = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '_' | '.');
    node.text().is_some_and(|text| {
        text.len() <= 128
            && text.starts_with(|c: char| c.is_ascii_alphabetic())
            && text.chars().all(fine)
    })
}

fn begins_like_one(text: &str) -> bool {
    let mut beginnings = BEGINNINGS.iter();
    beginnings.any(|beginning| text.starts_with(beginning))
}

/// An address with a password in it, such as `https://user:password@host`.
fn has_login(text: &str) -> bool {
    text.split("://").skip(1).any(|rest| {
        let ends = |c: char| c.is_whitespace() || matches!(c, '/' | '?' | '#');
        let login = rest.split(ends).next().and_then(|it| it.rsplit_once('@'));
        let login = login.and_then(|(login, _)| login.split_once(':'));
        login.is_some_and(|(_, password)| !password.is_empty())
    })
}

/// A known beginning, an address with a password, a UUID, or a long run of letters and digits mixed as nobody names things.
fn looks_like_a_secret(text: &str) -> bool {
    if begins_like_one(text) || has_login(text) {
        return true;
    }
    let runs = || text.split(|c: char| !c.is_ascii_alphanumeric());
    let hex = |run: &str| run.bytes().all(|b| b.is_ascii_hexdigit());
    let lengths: Vec<usize> = runs().filter(|run| hex(run)).map(str::len).collect();
    lengths.windows(5).any(|five| five == [8, 4, 4, 4, 12]) || runs().any(mixed)
}

fn mixed(run: &str) -> bool {
    let digits = run.bytes().filter(u8::is_ascii_digit).count();
    let letters = run.len().saturating_sub(digits);
    run.len() >= 20 && digits >= 3 && letters >= 3
}
