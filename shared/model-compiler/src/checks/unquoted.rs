//! Text that other readers of YAML take for a truth value or for nothing stands in quotes, as do
//! times and dates: NO is Norway only as "NO".

use business_time::Hours;

use super::check::{Check, Problems, Reading};
use crate::{
    grammar::{
        Keys, Shape,
        catalogue::Holds,
        conditions::{TESTS, tests},
    },
    problems::problem::ProblemSeverity,
    yaml::{
        node::Node,
        scalars::{self, is_ambiguous},
    },
};
use model::ModelFile;

pub(super) static CHECK: Check = Check {
    name: "unquoted",
    about: "Times, dates and words like NO stand in quotes.",
    severity: ProblemSeverity::Error,
    run,
};

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    for site in &reading.sites.values {
        // What is no time at all is reported as that.
        let always = match site.shape {
            Shape::Time => scalars::time(site.node).is_some(),
            Shape::Day => scalars::date(site.node).is_some(),
            Shape::Hours => site
                .node
                .text()
                .is_some_and(|it| it.parse::<Hours>().is_ok()),
            _ => false,
        };
        let ambiguous = matches!(site.shape, Shape::Value | Shape::Text | Shape::Region)
            && site.node.text().is_some_and(is_ambiguous);
        if always || ambiguous {
            quote(problems, site.context.file, site.node);
        }
    }
    for site in &reading.sites.keys {
        let ambiguous = matches!(site.keys, Keys::Spellings | Keys::Values)
            && site.key.text().is_some_and(is_ambiguous);
        if site.keys == Keys::Dates || ambiguous {
            quote(problems, site.context.file, site.key);
        }
    }
    for site in &reading.sites.tests {
        let field = reading.field(site);
        let holds = field
            .and_then(|field| reading.catalogue.get(&field))
            .map(|entry| &entry.holds);
        if !matches!(holds, Some(Holds::Text)) {
            continue;
        }
        let of_text = |word: &str| word != "present" && TESTS.contains(&word);
        for part in tests(site.test).filter(|part| !part.worded || of_text(part.word)) {
            for value in part.value.items().iter().chain([part.value]) {
                if value.text().is_some_and(is_ambiguous) {
                    quote(problems, site.context.file, value);
                }
            }
        }
    }
}

fn quote(problems: &mut Problems<'_>, file: ModelFile, node: &Node) {
    if let Some(text) = node.text().filter(|_| node.is_plain()) {
        let what =
            format!("`{text}` without quotes is read as something else by other readers of YAML");
        problems.at(&CHECK, file, node.span, what, format!("write `\"{text}\"`"));
    }
}
