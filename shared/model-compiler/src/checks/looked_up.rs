//! A routing rule that looks up who gets the record says where: `table`, `by` and `no_row`, or `partner_of`,
//! `in` and `none`.

use super::check::{Check, Problems, Reading};
use crate::{problems::problem::ProblemSeverity, yaml::node::Node};
use model::ModelFile;

pub(super) static CHECK: Check = Check {
    name: "looked-up",
    about: "Who is looked up in a table or in pairs is looked up completely.",
    severity: ProblemSeverity::Error,
    run,
};

const TABLE: [&str; 3] = ["table", "by", "no_row"];
const PAIRS: [&str; 3] = ["partner_of", "in", "none"];

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    let root = reading.trees.get(&ModelFile::Processes);
    let kinds = root.and_then(|root| root.get("routing"));
    for (_, _, rules) in kinds.into_iter().flat_map(Node::entries) {
        for rule in rules.items() {
            let to = rule.entries().find(|(word, ..)| *word == "to");
            if let Some((_, key, to)) = to.filter(|(_, _, to)| to.is_mapping()) {
                one(problems, key, to);
            }
        }
    }
}

fn one(problems: &mut Problems<'_>, key: &Node, to: &Node) {
    let said = |words: &[&str]| words.iter().filter(|word| to.get(word).is_some()).count();
    let as_table = "`{ table: NAME, by: KIND.FIELD, no_row: next_rule }`";
    let as_pairs = "`{ partner_of: KIND.FIELD, in: NAME, none: next_rule }`";
    let (what, fix) = match (said(&TABLE), said(&PAIRS)) {
        (3, 0) | (0, 3) => return,
        (0, 0) if !to.pairs().is_empty() => return,
        (0, 0) => (
            "here is not said who gets the record".to_owned(),
            format!("write {as_table} or {as_pairs}"),
        ),
        (_, 0) => (missing(to, &TABLE), format!("write {as_table}")),
        (0, _) => (missing(to, &PAIRS), format!("write {as_pairs}")),
        _ => (
            "a table and pairs are asked at once, and only one can give the record to somebody"
                .to_owned(),
            format!("write {as_table} or {as_pairs}"),
        ),
    };
    problems.at(&CHECK, ModelFile::Processes, key.span, what, fix);
}

fn missing(to: &Node, words: &[&str]) -> String {
    let missing = words.iter().filter(|word| to.get(word).is_none());
    let missing: Vec<String> = missing.map(|word| format!("`{word}`")).collect();
    format!("what is looked up here lacks {}", missing.join(" and "))
}
