//! How an account is found is said completely, and can be asked of the CRM: the field of the record, the
//! account's own field, and of names how much alike they must be. What the CRM associates comes first,
//! since whoever associated it knew. Only of leads is an account looked for that the CRM does not associate.

use std::collections::BTreeSet;

use crm::{FieldRef, RecordKind};

use super::check::{Check, Problems, Reading};
use crate::{problems::problem::ProblemSeverity, yaml::node::Node};
use model::{ACCOUNT_DOMAIN, ACCOUNT_NAME, ModelFile};

pub(super) static CHECK: Check = Check {
    name: "account-match",
    about: "How an account is found is said completely, and the CRM can be asked for it.",
    severity: ProblemSeverity::Error,
    run,
};

const FILE: ModelFile = ModelFile::Technology;

/// By what an account is looked for, with the account's field and the word that may or must stand beside it.
const WAYS: [Way; 3] = [
    Way {
        word: "email_domain",
        account: ACCOUNT_DOMAIN,
        beside: None,
    },
    Way {
        word: "domain",
        account: ACCOUNT_DOMAIN,
        beside: None,
    },
    Way {
        word: "name",
        account: ACCOUNT_NAME,
        beside: Some("at_least"),
    },
];

struct Way {
    word: &'static str,
    account: &'static str,
    beside: Option<&'static str>,
}

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    let root = reading.trees.get(&FILE);
    let records = root.and_then(|root| root.get("records"));
    for (kind, _, fields) in records.into_iter().flat_map(Node::entries) {
        let Ok(kind) = kind.parse::<RecordKind>() else {
            continue;
        };
        for (_, _, field) in fields.entries() {
            // A field of another type is reported by its declaration.
            let list = field.get("match").into_iter();
            let ways: Vec<&Node> = list.flat_map(Node::items).collect();
            if field.text_of("type") == Some("account") {
                in_order(problems, &ways);
                for way in ways.into_iter().filter(|way| way.is_mapping()) {
                    one(reading, problems, kind, way);
                }
            }
        }
    }
}

/// What the CRM associates comes first, and each way once.
fn in_order(problems: &mut Problems<'_>, ways: &[&Node]) {
    let mut seen = BTreeSet::new();
    for (at, node) in ways.iter().enumerate() {
        let of_ours = WAYS.iter().find(|way| node.get(way.word).is_some());
        let word = of_ours.map_or_else(|| node.text().unwrap_or_default(), |way| way.word);
        if word.is_empty() {
            continue;
        }
        if at == 0 && word != "association" {
            let what = "an account that the CRM associates goes before one that is looked for";
            let fix = "write `association` first";
            problems.at(&CHECK, FILE, node.span, what.to_owned(), fix.to_owned());
        }
        if !seen.insert(word) {
            let what = format!("an account is looked for by `{word}` twice");
            problems.at(&CHECK, FILE, node.span, what, "remove one".to_owned());
        }
    }
}

fn one(reading: &Reading<'_>, problems: &mut Problems<'_>, kind: RecordKind, node: &Node) {
    let said: Vec<&Way> = WAYS
        .iter()
        .filter(|way| node.get(way.word).is_some())
        .collect();
    let [way] = said.as_slice() else {
        let what = "this does not say by which one field an account is looked for".to_owned();
        let fix = "write one of `{ email_domain: lead.email }`, `{ domain: lead.website }` and \
                   `{ name: lead.company, at_least: 90% }`";
        problems.at(&CHECK, FILE, node.span, what, fix.to_owned());
        return;
    };
    if kind != RecordKind::Lead {
        let what = format!("of {kind} records only the association in the CRM is asked");
        let fix = "write `match: [association]`".to_owned();
        problems.at(&CHECK, FILE, node.span, what, fix);
        return;
    }
    beside(problems, way, node);
    let field = node.get(way.word).and_then(|it| Some((it, it.text()?)));
    if let Some((named, field)) = field
        && field.parse().is_ok_and(|it: FieldRef| it.kind != kind)
    {
        let what =
            format!("`{field}` is no field of the {kind} for which an account is looked for");
        let fix = format!("name a field of {kind}");
        problems.at(&CHECK, FILE, named.span, what, fix);
    }
    if let Some((named, field)) = field {
        declared(reading, problems, kind, (named, field));
    }
    account_has(reading, problems, way, node);
}

/// What is computed from other fields is not there yet when an account is looked for.
fn declared(
    reading: &Reading<'_>,
    problems: &mut Problems<'_>,
    kind: RecordKind,
    (named, field): (&Node, &str),
) {
    let root = reading.trees.get(&FILE);
    let derived = root.and_then(|root| root.get("derived")?.get(field));
    let Some(formula) = derived else { return };
    let what = format!("`{field}` is computed, and accounts are looked for by what the CRM holds");
    let fix = match formula.text_of("domain_of") {
        Some(address) => format!("write `{{ email_domain: {address} }}`"),
        None => format!("name a field of records.{kind}"),
    };
    problems.at(&CHECK, FILE, named.span, what, fix);
}

/// The words that belong to one way only, and are needed there or not.
fn beside(problems: &mut Problems<'_>, way: &Way, node: &Node) {
    if let Some(word) = way.beside.filter(|word| node.get(word).is_none()) {
        let what = format!("this does not say how much alike a `{}` must be", way.word);
        let fix = format!("add for example `{word}: 90%`");
        problems.at(&CHECK, FILE, node.span, what, fix);
    }
    for (word, belongs) in [("but_not", "email_domain"), ("at_least", "name")] {
        let written = node.entries().find(|(text, ..)| *text == word);
        if let Some((_, key, _)) = written.filter(|_| way.word != belongs) {
            let what = format!("`{word}` belongs beside `{belongs}`");
            problems.at(&CHECK, FILE, key.span, what, format!("remove `{word}`"));
        }
    }
}

/// The account must have the field, and a source that has accounts must fill it.
fn account_has(reading: &Reading<'_>, problems: &mut Problems<'_>, way: &Way, node: &Node) {
    let root = reading.trees.get(&FILE);
    let accounts = root.and_then(|root| root.get("records")?.get("account"));
    let field = accounts.and_then(|fields| fields.get(way.account));
    let holds = field.and_then(|field| field.text_of("type"));
    let account = way.account;
    if holds != Some("text") {
        let what = format!("an account is found by `account.{account}`, and there is no such text");
        let fix = format!("declare `{account}` under `account`, with `type: text`");
        problems.at(&CHECK, FILE, node.span, what, fix);
        return;
    }
    // A source in which it is not filled finds none by it, as with every field.
    let sources = reading.sources_of(RecordKind::Account);
    let filled = |source: &&str| field.is_some_and(|field| field.get(source).is_some());
    if !sources.is_empty() && !sources.iter().any(filled) {
        let what = format!("no source fills `account.{account}`, by which an account is found");
        let fix = "add the source to it with the name of the property".to_owned();
        problems.at(&CHECK, FILE, node.span, what, fix);
    }
}
