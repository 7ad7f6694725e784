//! A list has each entry once. A second one changes nothing, so either it is left over, or another
//! was meant.

use std::collections::BTreeMap;

use super::check::{Check, Problems, Reading};
use crate::{
    grammar::{
        Shape,
        conditions::{EQUALS, tests},
    },
    problems::problem::ProblemSeverity,
    yaml::node::Node,
};
use model::ModelFile;

pub(super) static CHECK: Check = Check {
    name: "said-twice",
    about: "A list has each entry once.",
    severity: ProblemSeverity::Warning,
    run,
};

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    for site in &reading.sites.values {
        if matches!(site.shape, Shape::List(_) | Shape::MaybeEmpty(_)) {
            once(problems, site.context.file, site.node);
        }
    }
    for site in &reading.sites.tests {
        for part in tests(site.test).filter(|part| matches!(part.word, EQUALS | "none_of")) {
            once(problems, site.context.file, part.value);
        }
    }
}

fn once(problems: &mut Problems<'_>, file: ModelFile, list: &Node) {
    let mut seen: BTreeMap<&str, u32> = BTreeMap::new();
    for item in list.items() {
        let Some(text) = item.text() else { continue };
        let Some(first) = seen.insert(text, item.span.line) else {
            continue;
        };
        let place = if first == item.span.line {
            String::new()
        } else {
            format!("; the first is in line {first}")
        };
        let what = format!("`{text}` stands in this list a second time{place}");
        let fix = "remove one of them, or write what was meant here instead".to_owned();
        problems.at(&CHECK, file, item.span, what, fix);
    }
}
