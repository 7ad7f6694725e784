//! A table by a field has a line for every value that the field can have, and for no other; a
//! corridor has one for every segment.

use std::collections::BTreeSet;

use crm::FieldRef;

use super::{Check, Reading};
use crate::{
    catalogue::Holds,
    grammar::{Keys, Names, Shape},
    nearest::{listed, nearest},
    problem::Problems,
    sites::Site,
};

pub(super) static CHECK: Check = Check {
    name: "incomplete-table",
    about: "A table by a field has a line for every value of the field.",
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
                    table(
                        problems,
                        site,
                        &values.iter().map(String::as_str).collect(),
                        true,
                    );
                }
            }
            // That a segment exists is checked as a reference.
            Keys::Known(Names::Segment) => {
                let segments = reading
                    .known
                    .names(Names::Segment, None)
                    .unwrap_or_default();
                table(problems, site, &segments.iter().copied().collect(), false);
            }
            _ => {}
        }
    }
}

fn table(problems: &mut Problems<'_>, site: &Site<'_>, values: &BTreeSet<&str>, check_keys: bool) {
    let written: BTreeSet<&str> = site.node.entries().map(|(text, ..)| text).collect();
    let absent: Vec<&str> = values.difference(&written).copied().collect();
    // A misspelt value is reported as that, not as a missing one too.
    let misspelt: BTreeSet<&str> = written
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
    for (text, key, _) in site
        .node
        .entries()
        .filter(|(text, ..)| check_keys && *text != "by" && *text != "<<" && !values.contains(text))
    {
        let mend = match nearest(text, absent.iter().copied()) {
            Some(near) => format!("write `{near}`"),
            None => format!("the field can be {}", listed(values.iter().copied())),
        };
        problems.at(
            &CHECK,
            site.context.file,
            key.span,
            format!("`{text}` is no value that the field can have"),
            mend,
        );
    }
}
