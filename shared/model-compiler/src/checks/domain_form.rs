//! A domain is kept in one form: in lower case, without an `@`, a scheme, a path or `www.` around it,
//! and in the letters that the net knows (`xn--…`). A value that is written otherwise is never the
//! same as one. Domains are `account.domain`, and what is derived as the domain of a mail address.

use std::collections::BTreeSet;

use crm::{FieldRef, FieldType, RecordKind};

use super::check::{Check, Problems, Reading};
use crate::{
    grammar::conditions::{EQUALS, tests},
    problems::problem::ProblemSeverity,
    yaml::{node::Node, span::Span},
};
use model::{ACCOUNT_DOMAIN, ModelFile};

pub(super) static CHECK: Check = Check {
    name: "domain-form",
    about: "What a domain is compared with is written as domains are kept.",
    severity: ProblemSeverity::Warning,
    run,
};

/// The fields that hold a domain.
pub(crate) fn domains(reading: &Reading<'_>) -> BTreeSet<FieldRef> {
    let root = reading.trees.get(&ModelFile::Technology);
    let derived = root.and_then(|root| root.get("derived"));
    let account = root.and_then(|root| root.get("records")?.get("account")?.get(ACCOUNT_DOMAIN));
    let account = account.filter(|field| field.text_of("type") == Some(FieldType::Text.word()));
    let account = account.map(|_| FieldRef::new(RecordKind::Account, ACCOUNT_DOMAIN));
    derived
        .into_iter()
        .flat_map(Node::entries)
        .filter(|(_, _, formula)| formula.get("domain_of").is_some())
        .filter_map(|(name, ..)| name.parse().ok())
        .chain(account)
        .collect()
}

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    let domains = domains(reading);
    let lists = reading
        .trees
        .get(&ModelFile::Strategy)
        .and_then(|root| root.get("lists"));
    // A list that is asked for twice is spoken of once.
    let mut reported: BTreeSet<(ModelFile, Span)> = BTreeSet::new();
    for site in &reading.sites.tests {
        if !reading.field(site).is_some_and(|it| domains.contains(&it)) {
            continue;
        }
        for part in tests(site.test) {
            let (file, values) = match part.word {
                EQUALS | "none_of" => (site.context.file, Some(part.value)),
                "in_list" => {
                    let name = part.value.text();
                    let list = name.and_then(|name| lists?.get(name));
                    (ModelFile::Strategy, list)
                }
                _ => continue,
            };
            for node in values.into_iter().flat_map(each) {
                let Some(text) = node.text() else { continue };
                let kept = crm::domain(text);
                let as_kept = text.is_empty() || kept.as_deref() == Some(text);
                if as_kept || !reported.insert((file, node.span)) {
                    continue;
                }
                let field = site.field.text().unwrap_or_default();
                // Its letters are wrong if the form has others in their place.
                let beyond = !text.is_ascii() && kept.as_deref().is_some_and(str::is_ascii);
                let letters = if beyond {
                    ", in the letters that the net knows (xn--…)"
                } else {
                    ""
                };
                let what = format!(
                    "`{field}` is never `{text}`: domains are kept in lower case{letters}, without an \
                     @, www., a scheme or a path"
                );
                let fix = kept.map_or_else(
                    || "write a domain such as `kranich.example`".to_owned(),
                    |kept| format!("write `{kept}`"),
                );
                problems.at(&CHECK, file, node.span, what, fix);
            }
        }
    }
}

/// One value, or those of a list.
fn each(node: &Node) -> impl Iterator<Item = &Node> {
    let one = (!node.is_list()).then_some(node);
    one.into_iter().chain(node.items())
}
