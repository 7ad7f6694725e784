//! A condition on one kind of record speaks of that record and of its account. Nobody could say
//! which opportunity a rule for leads means.

use std::collections::{BTreeMap, BTreeSet};

use crm::{FieldRef, RecordKind};

use super::{Check, Reading};
use crate::{catalogue::sees, problem::Problems, sites::Context};

pub(super) static CHECK: Check = Check {
    name: "out-of-sight",
    about: "A condition speaks of its own record and that record's account.",
    run,
};

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    for site in &reading.sites.tests {
        let Some(field) = site
            .field
            .text()
            .and_then(|text| text.parse::<FieldRef>().ok())
        else {
            continue;
        };
        // A field that does not exist is reported as that.
        if reading.catalogue.get(&field).is_none() {
            continue;
        }
        if let Some(kind) = site.context.kind.filter(|kind| !sees(*kind, field.kind)) {
            let what = format!("what is said of {kind} records cannot see `{field}`");
            problems.at(
                &CHECK,
                site.context.file,
                site.field.span,
                what,
                visible(kind),
            );
        }
    }
    let spoken = kinds(reading);
    for site in &reading.sites.named {
        let (Some(name), Some(kind)) = (site.name.text(), site.context.kind) else {
            continue;
        };
        for other in spoken
            .get(name)
            .into_iter()
            .flatten()
            .filter(|other| !sees(kind, **other))
        {
            let what = format!(
                "the condition `{name}` speaks of {other} records, which what is said of {kind} records cannot see"
            );
            problems.at(
                &CHECK,
                site.context.file,
                site.name.span,
                what,
                visible(kind),
            );
        }
    }
}

fn visible(kind: RecordKind) -> String {
    if sees(kind, RecordKind::Account) && kind != RecordKind::Account {
        format!("use fields of {kind} or account here")
    } else {
        format!("use fields of {kind} here")
    }
}

/// The kinds of record that each named condition speaks of, by itself or by way of others.
fn kinds<'t>(reading: &Reading<'t>) -> BTreeMap<&'t str, BTreeSet<RecordKind>> {
    let named = |context: &Context<'t>| (context.section == "conditions").then_some(context.name);
    let mut kinds: BTreeMap<&str, BTreeSet<RecordKind>> = BTreeMap::new();
    for site in &reading.sites.tests {
        let field = site
            .field
            .text()
            .and_then(|text| text.parse::<FieldRef>().ok());
        if let (Some(name), Some(field)) = (named(&site.context), field) {
            kinds.entry(name).or_default().insert(field.kind);
        }
    }
    let mut users: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for site in &reading.sites.named {
        if let (Some(outer), Some(inner)) = (named(&site.context), site.name.text()) {
            users.entry(inner).or_default().push(outer);
        }
    }
    // What a condition speaks of is passed on to those that use it until nobody learns anything.
    let mut open: Vec<&str> = kinds.keys().copied().collect();
    while let Some(inner) = open.pop() {
        let spoken = kinds.get(inner).cloned().unwrap_or_default();
        for outer in users.get(inner).into_iter().flatten() {
            let known = kinds.entry(outer).or_default();
            let before = known.len();
            known.extend(spoken.iter().copied());
            if known.len() > before {
                open.push(outer);
            }
        }
    }
    kinds
}
