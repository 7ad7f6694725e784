//! A table by a field has a line for every value that the field can have, and for no other, unless
//! `otherwise` stands for the rest; and where the field can be without a value, `unknown` says what holds
//! then. A corridor has a line for every segment.

use std::collections::BTreeSet;

use crm::FieldRef;

use super::check::{Check, Problems, Reading};
use model::ModelFile;

use crate::{
    fixes::nearest::{listed, nearest},
    grammar::{Keys, Names, Shape, catalogue::Holds, sites::Site},
    problems::problem::ProblemSeverity,
};

pub(super) static CHECK: Check = Check {
    name: "incomplete-table",
    about: "A table by a field answers for every value of the field, and for none.",
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

/// A table that may leave lines to `otherwise`, and says what holds where there is no value.
fn values(reading: &Reading<'_>, problems: &mut Problems<'_>, site: &Site<'_>) {
    let by = site.node.text_of("by");
    let field = by.and_then(|text| text.parse::<FieldRef>().ok());
    let Some((field, entry)) = field.and_then(|field| {
        let entry = reading.catalogue.get(&field)?;
        Some((field, entry))
    }) else {
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
                "`{field}` can be any text, and this table does not say what holds for the others"
            );
            let fix = format!("add for example `otherwise: {}`", a_line(site));
            problems.at(&CHECK, site.context.file, site.label, what, fix);
        }
        _ => {}
    }
    without_value(reading, problems, site, &field);
}

/// What holds where the field has no value. Where the word must be there, another check asks for it.
fn without_value(
    reading: &Reading<'_>,
    problems: &mut Problems<'_>,
    site: &Site<'_>,
    field: &FieldRef,
) {
    let Shape::Mapping { words, .. } = site.shape else {
        return;
    };
    let must = words.iter().any(|it| it.key == "unknown" && it.required);
    if must || site.node.get("unknown").is_some() || always_has_a_value(reading, field) {
        return;
    }
    let what = format!(
        "this table does not say what holds where `{field}` has no value: for such a record nothing would be counted"
    );
    let fix = format!("add for example `unknown: {}`", a_line(site));
    problems.at(&CHECK, site.context.file, site.label, what, fix);
}

/// Of a segment, a territory and a derived `first_match` it is proven that one of their lines holds, or
/// stands for what is unknown.
fn always_has_a_value(reading: &Reading<'_>, field: &FieldRef) -> bool {
    let technology = reading.trees.get(&ModelFile::Technology);
    let in_section = |section: &str| technology.and_then(|root| root.get(section));
    let derived = in_section("derived").and_then(|it| it.get(&field.to_string()));
    let declared = in_section("records").and_then(|it| it.get(field.kind.word())?.get(&field.name));
    match (derived, declared) {
        (Some(formula), _) => formula.get("first_match").is_some(),
        (None, Some(_)) => false,
        (None, None) => matches!(field.name.as_str(), "segment" | "territory"),
    }
}

/// What a line of the table says, as an example for another.
fn a_line<'t>(site: &Site<'t>) -> &'t str {
    let written = lines(site);
    let mut entries = site.node.entries();
    let line = entries.find_map(|(text, _, value)| written.contains(text).then_some(value.text()));
    line.flatten().unwrap_or("…")
}

/// The values for which no line is written.
fn absent<'v>(site: &Site<'_>, values: &BTreeSet<&'v str>) -> Vec<&'v str> {
    let written = |value: &str| site.node.get(value).is_some();
    let absent = values.iter().filter(|value| !written(value));
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
