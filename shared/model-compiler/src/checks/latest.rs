//! Whose another lead was last is a field of leads, by a field that holds a person; which leads are asked is said by the
//! one mail address whose domain the model knows, and for how long it counts.

use crm::{FieldRef, RecordKind};

use super::check::{Check, Problems, Reading};
use crate::{
    problems::problem::ProblemSeverity,
    resolve::whole_hours,
    yaml::{node::Node, span::Span},
};
use model::ModelFile;

pub(super) static CHECK: Check = Check {
    name: "latest",
    about: "`latest` asks whose another lead of the same mail domain was, by a field that holds a person, for up to two \
            years.",
    severity: ProblemSeverity::Error,
    run,
};

const FILE: ModelFile = ModelFile::Technology;

/// For how many hours it may count at the most: two years.
const MOST: u32 = 24 * 365 * 2;

/// What is wrong, where, and how to fix it.
type Fault = (Span, String, String);

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    let Some(root) = reading.trees.get(&FILE) else {
        return;
    };
    let derived = root.get("derived").into_iter().flat_map(Node::entries);
    for (name, key, formula) in derived {
        let Some(latest) = formula.get("latest") else {
            continue;
        };
        let faults = whose(root, (name, key), latest)
            .into_iter()
            .chain(which(root, key, formula))
            .chain(how_long(key, formula))
            .chain(beside(formula));
        for (span, what, fix) in faults {
            problems.at(&CHECK, FILE, span, what, fix);
        }
    }
}

/// It is kept of leads, with whom a field of theirs names that the CRM fills.
fn whose(root: &Node, (name, key): (&str, &Node), latest: &Node) -> Option<Fault> {
    let field: FieldRef = name.parse().ok()?;
    if field.kind != RecordKind::Lead {
        let what = format!("only leads have a mail domain, and `{name}` is no field of a lead");
        return Some((
            key.span,
            what,
            "call it for example `lead.former_owner`".to_owned(),
        ));
    }
    let of: FieldRef = latest.text()?.parse().ok()?;
    let records = root.get("records");
    let declared = records.and_then(|it| it.get(of.kind.word())?.get(&of.name));
    let holds = declared.and_then(|it| it.text_of("type"));
    let is_fine = of.kind == RecordKind::Lead && holds == Some("person");
    (!is_fine).then(|| {
        let what = format!("`{of}` is no field of leads in which the CRM names a person");
        let fix = "name a field of leads with `type: person`, such as `lead.owner`".to_owned();
        (latest.span, what, fix)
    })
}

/// Which leads are asked: those of the same domain, of which there is one.
fn which(root: &Node, key: &Node, formula: &Node) -> Option<Fault> {
    match formula.get("same") {
        None => {
            let what = "it is not said which other leads are asked".to_owned();
            return Some((key.span, what, "add `same: domain`".to_owned()));
        }
        Some(same) if same.text() != Some("domain") => {
            let what = "`latest` asks the leads of the same mail domain".to_owned();
            return Some((same.span, what, "write `same: domain`".to_owned()));
        }
        Some(_) => {}
    }
    let derived = root.get("derived").into_iter().flat_map(Node::entries);
    let domains = derived.filter(|(name, _, formula)| {
        let field = name.parse::<FieldRef>();
        let of_lead = field.is_ok_and(|field| field.kind == RecordKind::Lead);
        of_lead && formula.get("domain_of").is_some()
    });
    let domains: Vec<(&str, &Node)> = domains.map(|(name, key, _)| (name, key)).collect();
    match domains.as_slice() {
        [_] => None,
        [] => Some((
            key.span,
            "no field of leads holds the domain of their mail address".to_owned(),
            "add for example `lead.email_domain: { domain_of: lead.email }`".to_owned(),
        )),
        [(one, _), (other, node), ..] => Some((
            node.span,
            format!("`{one}` and `{other}` hold a domain, and `latest` asks for that of a lead"),
            "leave the one that is not meant out".to_owned(),
        )),
    }
}

fn how_long(key: &Node, formula: &Node) -> Option<Fault> {
    let Some(length) = formula.get("in_the_last") else {
        let what = "it is not said how long ago it may be".to_owned();
        return Some((
            key.span,
            what,
            "add for example `in_the_last: 120d`".to_owned(),
        ));
    };
    let fits = whole_hours(length).is_some_and(|it| (1..=MOST).contains(&it));
    (!fits).then(|| {
        let what = "it is kept for two years at the most, and counted by the hour".to_owned();
        (
            length.span,
            what,
            "write 1h to 17520h, or 1d to 730d".to_owned(),
        )
    })
}

/// Words of counts, which say nothing here.
fn beside(formula: &Node) -> Vec<Fault> {
    let entries = formula.entries();
    let words = entries.filter(|(word, ..)| matches!(*word, "of" | "when" | "also_closed" | "on"));
    let faults = words.map(|(word, key, _)| {
        let what = format!("`{word}` says what counts, and nothing is counted here");
        (key.span, what, "remove it".to_owned())
    });
    faults.collect()
}
