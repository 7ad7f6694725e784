//! Where one of several words is needed, there is one, and where only one of them fits, there is no
//! second.

use super::check::{Check, Problems, Reading};
use crate::{
    problems::problem::ProblemSeverity,
    yaml::{node::Node, span::Span},
};
use model::{Comparison, ModelFile};

pub(super) static CHECK: Check = Check {
    name: "choice",
    about: "Where one of several words is needed, there is one.",
    severity: ProblemSeverity::Error,
    run,
};

/// The words of which a formula has one.
const FORMULAS: [&str; 9] = [
    "domain_of",
    "count",
    "score",
    "sum",
    "ratio",
    "days_between",
    "compare",
    "first_match",
    "latest",
];

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    let section = |file, word| {
        let section = reading.trees.get(&file).and_then(|root| root.get(word));
        section.into_iter().flat_map(Node::entries)
    };
    for (_, key, formula) in section(ModelFile::Technology, "derived") {
        exactly_one(
            problems,
            ModelFile::Technology,
            (key.span, formula),
            &FORMULAS,
        );
        comparison(problems, key.span, formula);
        beside(problems, formula);
    }
    for (_, _, lifecycle) in section(ModelFile::Processes, "lifecycles") {
        let stages = lifecycle.get("stages").into_iter().flat_map(Node::entries);
        for (_, _, stage) in stages {
            any(
                problems,
                ModelFile::Processes,
                stage,
                "stay",
                ["at_least", "at_most"],
            );
        }
    }
    for (_, _, person) in section(ModelFile::People, "people") {
        any(
            problems,
            ModelFile::People,
            person,
            "capacity",
            ["open_leads", "per_day"],
        );
    }
}

fn there<'t>(node: &'t Node, words: &[&'static str]) -> Vec<(&'static str, &'t Node)> {
    let found = words.iter().filter_map(|word| {
        let (_, key, _) = node.entries().find(|(text, ..)| text == word)?;
        Some((*word, key))
    });
    found.collect()
}

/// Whether some key is no word at all, which is reported as that.
fn misspelt(node: &Node, words: &[&str]) -> bool {
    node.entries().any(|(text, ..)| {
        let others = ["of", "compare", "no_value", "capped_at"];
        let compares = Comparison::ALL.iter().any(|it| it.word() == text);
        !words.contains(&text) && !others.contains(&text) && !compares
    })
}

fn exactly_one(
    problems: &mut Problems<'_>,
    file: ModelFile,
    (span, node): (Span, &Node),
    words: &[&'static str],
) {
    if !node.is_mapping() {
        return;
    }
    match there(node, words).as_slice() {
        [_] => {}
        [] if misspelt(node, words) => {}
        [] => {
            let what = format!("here stands none of {}", several(words, " and "));
            let fix = format!("write one of {}", several(words, " or "));
            problems.at(&CHECK, file, span, what, fix);
        }
        [(first, _), (second, key), ..] => {
            let what = format!("`{second}` stands here beside `{first}`, and only one can hold");
            problems.at(
                &CHECK,
                file,
                key.span,
                what,
                "keep one of the two".to_owned(),
            );
        }
    }
}

/// What is said of a sum of points or of numbers, and of nothing else.
fn beside(problems: &mut Problems<'_>, formula: &Node) {
    if formula.get("score").is_some() || formula.get("sum").is_some() {
        return;
    }
    for (word, key) in there(formula, &["no_value", "capped_at"]) {
        let what = format!("`{word}` is said of a score or a sum, and this is neither");
        let fix = format!("leave `{word}` out");
        problems.at(&CHECK, ModelFile::Technology, key.span, what, fix);
    }
}

fn any(
    problems: &mut Problems<'_>,
    file: ModelFile,
    node: &Node,
    word: &str,
    words: [&'static str; 2],
) {
    let Some((_, key, inner)) = node.entries().find(|(text, ..)| *text == word) else {
        return;
    };
    if inner.is_mapping() && inner.pairs().is_empty() {
        let what = format!("`{word}` says nothing");
        let fix = format!("write {}, or both", several(&words, " or "));
        problems.at(&CHECK, file, key.span, what, fix);
    }
}

/// `compare` has one field to compare with, and nothing else has.
fn comparison(problems: &mut Problems<'_>, span: Span, formula: &Node) {
    let words = Comparison::ALL.map(Comparison::word);
    let file = ModelFile::Technology;
    if formula.get("compare").is_some() {
        exactly_one(problems, file, (span, formula), &words);
    } else if let ([_], Some((word, key))) = (
        there(formula, &FORMULAS).as_slice(),
        there(formula, &words).first(),
    ) {
        let what = format!("`{word}` stands here, and nothing is compared");
        problems.at(
            &CHECK,
            file,
            key.span,
            what,
            "write `compare`, or remove it".to_owned(),
        );
    }
    let counted = formula.get("count").is_some();
    if let ([_], Some((_, key)), false) = (
        there(formula, &FORMULAS).as_slice(),
        there(formula, &["of"]).first(),
        counted,
    ) {
        let what = "`of` stands here, and nothing is counted".to_owned();
        problems.at(&CHECK, file, key.span, what, "remove it".to_owned());
    }
}

fn several(words: &[&str], last: &str) -> String {
    let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match words.split_last() {
        Some((end, start)) if !start.is_empty() => format!("{}{last}{end}", start.join(", ")),
        _ => words.concat(),
    }
}
