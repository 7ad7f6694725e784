//! A table by a field has a line for every value that the field can have, and for no other, unless
//! `otherwise` stands for the rest; a corridor has one for every segment.

use std::collections::BTreeSet;

use crm::FieldRef;

use super::check::{Check, Problems, Reading};
use crate::{
    fixes::nearest::{listed, nearest},
    grammar::{Keys, Names, Shape, catalogue::Holds, sites::Site},
    problems::problem::ProblemSeverity,
};

pub(super) static CHECK: Check = Check {
    name: "incomplete-table",
    about: "A table by a field has a line for every value of the field.",
    severity: ProblemSeverity::Error,
    run,
};

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    for site in &reading.sites.values {
        let Shape::Mapping {
            rest: Some(rest), ..
        } = site.shape
        else {
            continue;
        };
        match rest.keys {
            Keys::Amounts => {
                let field = site
                    .node
                    .text_of("by")
                    .and_then(|text| text.parse::<FieldRef>().ok());
                let entry = field
                    .as_ref()
                    .and_then(|field| reading.catalogue.get(field));
                if let Some(Holds::OneOf(Some(values))) = entry.map(|entry| &entry.holds) {
                    let values = values.iter().map(String::as_str).collect();
                    missing(problems, site, &values);
                    strange(problems, site, &values);
                }
            }
            Keys::Values => values(reading, problems, site),
            // That a segment exists is checked as a reference.
            Keys::Known(Names::Segment) => {
                let segments = reading
                    .known
                    .names(Names::Segment, None)
                    .unwrap_or_default();
                missing(problems, site, &segments.iter().copied().collect());
            }
            _ => {}
        }
    }
}

/// A table that may leave lines to `otherwise`.
fn values(reading: &Reading<'_>, problems: &mut Problems<'_>, site: &Site<'_>) {
    let by = site.node.text_of("by");
    let field = by.and_then(|text| text.parse::<FieldRef>().ok());
    let Some(entry) = field
        .as_ref()
        .and_then(|field| reading.catalogue.get(field))
    else {
        return;
    };
    let caught = site.node.get("otherwise").is_some();
    match &entry.holds {
        Holds::OneOf(Some(values)) => {
            let values = values.iter().map(String::as_str).collect();
            if !caught {
                missing(problems, site, &values);
            }
            strange(problems, site, &values);
        }
        Holds::Text if !caught => {
            let what = format!(
                "`{}` can be any text, and this table does not say what holds for the others",
                by.unwrap_or_default()
            );
            let fix = "add for example `otherwise: berlin`".to_owned();
            problems.at(&CHECK, site.context.file, site.label, what, fix);
        }
        _ => {}
    }
}

/// The values for which no line is written.
fn absent<'v>(site: &Site<'_>, values: &BTreeSet<&'v str>) -> Vec<&'v str> {
    let written = lines(site);
    let absent = values.iter().filter(|value| !written.contains(*value));
    absent.copied().collect()
}

/// The lines of a table, without the words of the language among them.
fn lines<'t>(site: &Site<'t>) -> BTreeSet<&'t str> {
    let Shape::Mapping { words, .. } = site.shape else {
        return BTreeSet::new();
    };
    let texts = site.node.entries().map(|(text, ..)| text);
    texts
        .filter(|text| *text != "<<" && words.iter().all(|word| word.key != *text))
        .collect()
}

fn missing(problems: &mut Problems<'_>, site: &Site<'_>, values: &BTreeSet<&str>) {
    let absent = absent(site, values);
    // A misspelt value is reported as that, not as a missing one too.
    let misspelt: BTreeSet<&str> = lines(site)
        .difference(values)
        .filter_map(|text| nearest(text, absent.iter().copied()))
        .collect();
    let missing: Vec<&str> = absent
        .iter()
        .copied()
        .filter(|value| !misspelt.contains(value))
        .collect();
    if let (Some(first), true) = (
        missing.first(),
        site.node.is_mapping() && !site.node.pairs().is_empty(),
    ) {
        let all: Vec<String> = missing.iter().map(|value| format!("`{value}`")).collect();
        let what = format!("this table has no line for {}", all.join(", "));
        problems.at(
            &CHECK,
            site.context.file,
            site.label,
            what,
            format!("add `{first}: …`"),
        );
    }
}

fn strange(problems: &mut Problems<'_>, site: &Site<'_>, values: &BTreeSet<&str>) {
    let (absent, lines) = (absent(site, values), lines(site));
    for (text, key, _) in site
        .node
        .entries()
        .filter(|(text, ..)| lines.contains(text) && !values.contains(text))
    {
        let fix = match nearest(text, absent.iter().copied()) {
            Some(near) => format!("write `{near}`"),
            None => format!("the field can be {}", listed(values.iter().copied())),
        };
        problems.at(
            &CHECK,
            site.context.file,
            key.span,
            format!("`{text}` is no value that the field can have"),
            fix,
        );
    }
}
