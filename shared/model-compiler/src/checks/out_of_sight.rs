//! A condition on one kind of record speaks of that record and of its account. Nobody could say
//! which opportunity a rule for leads means.

use std::collections::{BTreeMap, BTreeSet};

use crm::{FieldRef, RecordKind};

use super::check::{Check, Problems, Reading};
use crate::{
    fixes::nearest::listed,
    grammar::{
        catalogue::{Asked, sees, written},
        sites::Context,
    },
    problems::problem::ProblemSeverity,
};
use model::ModelFile;

pub(super) static CHECK: Check = Check {
    name: "out-of-sight",
    about: "A condition speaks of what is known of its own record and that record's account.",
    severity: ProblemSeverity::Error,
    run,
};

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    for site in &reading.sites.tests {
        let Some(field) = reading.field(site) else {
            continue;
        };
        // A field that does not exist is reported as that.
        let Some(entry) = reading.catalogue.get(&field) else {
            continue;
        };
        let fault = match site.context.kind {
            Some(kind) if !sees(kind, field.kind) && field.name.contains('.') => {
                Some(state_of_others(reading, &field, kind))
            }
            Some(kind) if !sees(kind, field.kind) => Some((
                format!(
                    "what is said of {kind} records cannot see `{}`",
                    written(&field)
                ),
                visible(kind),
            )),
            kind => too_early(entry.asked, &field, &site.context, kind),
        };
        if let Some((what, fix)) = fault {
            problems.at(&CHECK, site.context.file, site.field.span, what, fix);
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

/// A field that is not known yet, or not from here, and what to write instead.
fn too_early(
    asked: Asked,
    field: &FieldRef,
    context: &Context<'_>,
    kind: Option<RecordKind>,
) -> Option<(String, String)> {
    let in_metrics = context.file == ModelFile::Metrics;
    let name = written(field);
    match asked {
        Asked::OfItself if kind.is_some_and(|kind| kind != field.kind) => Some((
            format!("only the {} itself knows `{name}`", field.kind),
            format!(
                "use a field that is declared for {} in technology.yaml",
                field.kind
            ),
        )),
        Asked::Afterwards if !in_metrics && context.section != "deviations" => Some((
            format!("`{name}` is not known yet where this is decided"),
            "ask for it in `deviations` of governance.yaml or in metrics.yaml".to_owned(),
        )),
        Asked::InMetrics if !in_metrics => Some((
            format!("`{name}` is not known yet where this is decided"),
            "ask for it in metrics.yaml, or repeat the condition of that deviation".to_owned(),
        )),
        _ => None,
    }
}

/// A clock or a deviation of another kind of record, and those that this kind has.
fn state_of_others(reading: &Reading<'_>, field: &FieldRef, kind: RecordKind) -> (String, String) {
    let (other, word) = (field.kind, field.name.split('.').next().unwrap_or_default());
    let what = format!(
        "`{}` is a {word} of {other} records, and this is said of {kind} records",
        field.name
    );
    let own = reading.catalogue.fields().map(|(own, _)| own);
    let own = own
        .filter(|own| own.kind == kind && own.name.split_once('.').is_some_and(|it| it.0 == word));
    let names: Vec<&str> = own.map(|own| own.name.as_str()).collect();
    let fix = if names.is_empty() {
        format!("say it of {other} records; of {kind} records there is no {word}")
    } else {
        format!("say it of {other} records, or write {}", listed(names))
    };
    (what, fix)
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
        let field = reading.field(site);
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
