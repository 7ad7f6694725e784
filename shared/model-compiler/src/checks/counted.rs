//! A count is of records that the CRM tells apart: of those that belong to an account, an opportunity or a
//! lead, or that have the same account. Which of them count depends on what they are, and on no time: nobody
//! would count anew only because time passes.

use crm::{FieldRef, RecordKind};

use super::check::{Check, Problems, Reading};
use crate::{
    grammar::{
        conditions::tests,
        sites::{Context, TestSite},
    },
    problems::problem::ProblemSeverity,
    yaml::node::Node,
};
use model::ModelFile;

pub(super) static CHECK: Check = Check {
    name: "counted",
    about: "What is counted belongs to the record or its account, and counts for what it is.",
    severity: ProblemSeverity::Error,
    run,
};

const FILE: ModelFile = ModelFile::Technology;

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    let root = reading.trees.get(&FILE);
    let derived = root.and_then(|root| root.get("derived"));
    for (name, _, formula) in derived.into_iter().flat_map(Node::entries) {
        let Ok(field) = name.parse::<FieldRef>() else {
            continue;
        };
        match formula.get("count") {
            Some(count) => {
                let kind = count.text().and_then(|text| text.parse().ok());
                if let Some(kind) = kind {
                    of_kind(problems, &field, (kind, count), formula);
                    lately(problems, kind, formula);
                }
            }
            None if formula.get("latest").is_some() => {}
            None => nothing_counted(problems, formula),
        }
    }
    for site in &reading.sites.tests {
        if counting(reading, &site.context) {
            by_time(reading, problems, site);
        }
    }
}

/// The kinds of record of which the CRM tells that they belong to one of another kind.
const fn belonging(whose: RecordKind) -> &'static [RecordKind] {
    match whose {
        RecordKind::Account => &[
            RecordKind::Lead,
            RecordKind::Contact,
            RecordKind::Opportunity,
        ],
        RecordKind::Opportunity => &[RecordKind::Lead, RecordKind::Contact],
        RecordKind::Lead => &[RecordKind::Opportunity],
        _ => &[],
    }
}

fn of_kind(
    problems: &mut Problems<'_>,
    field: &FieldRef,
    (kind, node): (RecordKind, &Node),
    formula: &Node,
) {
    let whose = field.kind;
    let same = formula.get("same");
    let kinds = match same {
        Some(_) => belonging(RecordKind::Account),
        None => belonging(whose),
    };
    if let Some(same) = same.filter(|same| same.text() == Some("domain")) {
        let what =
            "what is counted has the same account, and only `latest` asks by domain".to_owned();
        let fix = "write `same: account`".to_owned();
        problems.at(&CHECK, FILE, same.span, what, fix);
    }
    let has_account = matches!(whose, RecordKind::Lead | RecordKind::Opportunity);
    if let (Some(same), false) = (same, has_account) {
        let what = format!("{whose} records have no account, so none has the same");
        let fix = "leave `same` out".to_owned();
        problems.at(&CHECK, FILE, same.span, what, fix);
    } else if kind != whose && !kinds.contains(&kind) {
        let what = format!("the CRM does not tell which {kind} records belong to one {whose}");
        let fix = match kinds {
            [] => "remove it".to_owned(),
            kinds => {
                let kinds: Vec<String> = kinds.iter().map(|kind| format!("`{kind}`")).collect();
                format!("count {}", kinds.join(" or "))
            }
        };
        problems.at(&CHECK, FILE, node.span, what, fix);
    }
}

/// By which day they count stands there with how long ago it may be, and is a day of theirs.
fn lately(problems: &mut Problems<'_>, kind: RecordKind, formula: &Node) {
    let (on, length) = (formula.get("on"), formula.get("in_the_last"));
    let (node, what, fix) = match (on, length) {
        (Some(on), None) => (
            on,
            "by which day they count stands here, and not how long ago it may be".to_owned(),
            "add `in_the_last: 30d`, or remove it".to_owned(),
        ),
        (None, Some(length)) => (
            length,
            "how long ago it may be stands here, and not which day".to_owned(),
            format!("add `on: {kind}.…` with a field that holds a date, or remove it"),
        ),
        (Some(on), Some(_)) => {
            let field: Option<FieldRef> = on.text().and_then(|text| text.parse().ok());
            if field.is_none_or(|field| field.kind == kind) {
                return;
            }
            (
                on,
                format!("this is no field of the {kind} records that are counted"),
                format!("write `on: {kind}.…` with a field that holds a date"),
            )
        }
        (None, None) => return,
    };
    problems.at(&CHECK, FILE, node.span, what, fix);
}

fn nothing_counted(problems: &mut Problems<'_>, formula: &Node) {
    for (word, key, _) in formula.entries() {
        if matches!(word, "same" | "when" | "also_closed" | "on" | "in_the_last") {
            let what = format!("`{word}` stands here, and nothing is counted");
            problems.at(
                &CHECK,
                FILE,
                key.span,
                what,
                "write `count`, or remove it".to_owned(),
            );
        }
    }
}

/// Whether a condition says which records count.
fn counting(reading: &Reading<'_>, context: &Context<'_>) -> bool {
    let root = reading.trees.get(&FILE);
    let derived = root.and_then(|root| root.get("derived"));
    let formula = derived.and_then(|derived| derived.get(context.name));
    context.file == FILE
        && context.section == "derived"
        && formula.is_some_and(|formula| formula.get("count").is_some())
}

/// A test that comes out otherwise once time has passed.
fn by_time(reading: &Reading<'_>, problems: &mut Problems<'_>, site: &TestSite<'_>) {
    let timed = tests(site.test).any(|part| {
        matches!(
            part.word,
            "in_the_last" | "in_the_next" | "older_than" | "past"
        )
    });
    let field = reading.field(site);
    let grows = |field: &FieldRef| {
        matches!(field.name.as_str(), "age" | "time_in_stage" | "routing")
            || field.name.contains('.')
    };
    if !timed && !field.as_ref().is_some_and(grows) {
        return;
    }
    let what = "which records count cannot hang on the time or on what Fairlead has decided: nobody would \
                count anew when that changes"
        .to_owned();
    let fix = match timed {
        true => format!(
            "write `on: {}, in_the_last: …` beside `count`, whose days are kept; or ask for a field of theirs, such \
             as their stage",
            field.as_ref().map_or_else(String::new, FieldRef::to_string)
        ),
        false => "ask for a field of theirs, such as their stage".to_owned(),
    };
    problems.at(&CHECK, FILE, site.field.span, what, fix);
}
