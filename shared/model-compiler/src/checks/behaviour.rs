//! What people do outside the CRM is counted of the person of a lead, or of the people of an account, in a stretch of
//! time for which it is kept; and it is known by which field of the lead that is.

use std::collections::BTreeMap;

use crm::{FieldRef, RecordKind};

use super::check::{Check, Problems, Reading};
use crate::{
    grammar::Names, problems::problem::ProblemSeverity, resolve::whole_hours, yaml::node::Node,
};
use model::ModelFile;

pub(super) static CHECK: Check = Check {
    name: "behaviour",
    about: "A behaviour is counted of the person of a lead or of the people of an account, for up to 30 days, and it is \
            said by what they are known.",
    severity: ProblemSeverity::Error,
    run,
};

const FILE: ModelFile = ModelFile::Technology;

/// For how many hours behaviour is kept (`contracts::state::BEHAVIOUR_KEPT`).
const KEPT: u32 = 24 * 30;

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    let Some(root) = reading.trees.get(&FILE) else {
        return;
    };
    called(problems, root);
    known_by(reading, problems, root);
    let sources = root.get("sources").into_iter().flat_map(Node::entries);
    if let Some((_, key, _)) = sources.into_iter().find(|(name, ..)| *name == "events") {
        let what = "events of behaviour come to `/webhooks/events`, so no source can be called so";
        let fix = "give the source another name".to_owned();
        problems.at(&CHECK, FILE, key.span, what.to_owned(), fix);
    }
    let derived = root.get("derived").into_iter().flat_map(Node::entries);
    for (name, key, formula) in derived {
        let Some(count) = formula.get("count") else {
            continue;
        };
        let text = count.text().unwrap_or_default();
        if text.parse::<RecordKind>().is_err() && reading.known.has(Names::Behaviour, None, text) {
            let field: Option<FieldRef> = name.parse().ok();
            of_behaviour(problems, (key, formula), field.map(|field| field.kind));
        }
    }
}

/// What the events of each behaviour are called tells one from the other.
fn called(problems: &mut Problems<'_>, root: &Node) {
    let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
    for (name, _, called) in root.get("behaviours").into_iter().flat_map(Node::entries) {
        let text = called.text().unwrap_or_default();
        if let Some(other) = seen.insert(text, name) {
            let what = format!("events called `{text}` are `{other}` already");
            let fix = "give each behaviour events of its own".to_owned();
            problems.at(&CHECK, FILE, called.span, what, fix);
        }
    }
}

/// By what people are known is a text of a lead that somebody fills in.
fn known_by(reading: &Reading<'_>, problems: &mut Problems<'_>, root: &Node) {
    let (behaviours, known) = (root.get("behaviours"), root.get("known_by"));
    let (node, what, fix) = match (behaviours, known) {
        (Some(behaviours), None) => (
            behaviours,
            "it is not said by what the people are known who do this",
            "add `known_by: { mail: lead.email }` beside it",
        ),
        (None, Some(known)) => (
            known,
            "here stands by what people are known, and nothing that they do",
            "add `behaviours`, or remove this",
        ),
        (Some(_), Some(known)) if known.is_mapping() && known.entries().next().is_none() => (
            known,
            "by nothing of this is anybody known",
            "write `{ mail: lead.email }`",
        ),
        _ => return fields(reading, problems, root, known),
    };
    problems.at(&CHECK, FILE, node.span, what.to_owned(), fix.to_owned());
}

fn fields(reading: &Reading<'_>, problems: &mut Problems<'_>, root: &Node, known: Option<&Node>) {
    for (_, _, field) in known.into_iter().flat_map(Node::entries) {
        let text = field.text().unwrap_or_default();
        let Ok(of) = text.parse::<FieldRef>() else {
            continue;
        };
        if reading.catalogue.get(&of).is_none() {
            continue;
        }
        let records = root.get("records");
        let declared = records.and_then(|it| it.get(of.kind.word())?.get(&of.name));
        if of.kind != RecordKind::Lead || declared.is_none() {
            let what = format!("`{text}` is no field of a lead that somebody fills in");
            let fix = "name the field of the lead that holds it, such as `lead.email`".to_owned();
            problems.at(&CHECK, FILE, field.span, what, fix);
        }
    }
}

fn of_behaviour(
    problems: &mut Problems<'_>,
    (key, formula): (&Node, &Node),
    kind: Option<RecordKind>,
) {
    for (word, key, _) in formula.entries() {
        if matches!(word, "same" | "when" | "also_closed" | "on") {
            let what =
                format!("`{word}` says which records count, and a behaviour is counted here");
            problems.at(&CHECK, FILE, key.span, what, "remove it".to_owned());
        }
    }
    whose(problems, (key, formula), kind);
    match formula.get("in_the_last") {
        None => {
            let what = "it is not said how long each time counts".to_owned();
            let fix = "add for example `in_the_last: 7d`".to_owned();
            problems.at(&CHECK, FILE, key.span, what, fix);
        }
        Some(length) if !whole_hours(length).is_some_and(|it| (1..=KEPT).contains(&it)) => {
            let what = "behaviour is kept for 30 days, and counted by the hour".to_owned();
            let fix = "write 1h to 720h, or 1d to 30d".to_owned();
            problems.at(&CHECK, FILE, length.span, what, fix);
        }
        Some(_) => {}
    }
}

/// Of a lead the behaviour of its person is counted, of an account that of its people.
fn whose(problems: &mut Problems<'_>, (key, formula): (&Node, &Node), kind: Option<RecordKind>) {
    let of = formula.get("of");
    let said = of.and_then(Node::text);
    let span = of.map_or(key.span, |of| of.span);
    let (span, what, fix) = match (said, kind) {
        (Some("person"), Some(RecordKind::Lead)) | (Some("account"), Some(RecordKind::Account)) => {
            return;
        }
        (Some("person"), _) => (
            key.span,
            "the behaviour of a person is a field of their lead".to_owned(),
            "write for example `lead.pricing_views`; of all the people of an account, `account.pricing_views` with \
             `of: account`",
        ),
        (Some("account"), _) => (
            key.span,
            "the behaviour of all the people of an account is a field of the account".to_owned(),
            "write for example `account.pricing_views`; conditions of its leads and opportunities ask for that as well",
        ),
        _ => (
            span,
            "it is not said whose behaviour is counted".to_owned(),
            match kind {
                Some(RecordKind::Account) => "write `of: account`",
                _ => "write `of: person`",
            },
        ),
    };
    problems.at(&CHECK, FILE, span, what, fix.to_owned());
}
