use std::collections::BTreeMap;

use crm::Value;

use super::{
    conditions,
    parts::{place, section},
    rows,
};
use crate::{
    checks::check::Reading,
    yaml::{node::Node, scalars},
};
use model::{Company, Condition, Entry, FirstMatch, ModelFile, When};

const FILE: ModelFile = ModelFile::Strategy;

pub(super) fn company(root: &Node) -> Option<Company> {
    let text = |word| root.text_of(word).map(str::to_owned);
    Some(Company {
        name: text("company")?,
        time_zone: text("time_zone")?,
        currency: text("currency")?,
    })
}

pub(super) fn lists(reading: &Reading<'_>, root: &Node) -> Option<BTreeMap<String, Vec<Value>>> {
    section(root, "lists", |name, _, node| match node.is_mapping() {
        true => rows::list(reading, name, node),
        false => Some(scalars::values(node)),
    })
}

pub(super) fn conditions(
    reading: &Reading<'_>,
    root: &Node,
) -> Option<BTreeMap<String, Condition>> {
    section(root, "conditions", |_, _, node| {
        conditions::condition(reading, FILE, node)
    })
}

/// The entries in the order in which they are tried: what catches everything comes last, even if
/// the file has it before the entry for what is unknown.
pub(super) fn first_match(
    reading: &Reading<'_>,
    file: ModelFile,
    node: &Node,
) -> Option<FirstMatch> {
    let build = |(name, key, value): (&str, &Node, &Node)| {
        let when = conditions::when(reading, file, value)?;
        Some(Entry {
            name: name.to_owned(),
            when,
            place: place(file, key.span),
        })
    };
    let mut entries: Vec<Entry> = node.entries().map(build).collect::<Option<_>>()?;
    entries.sort_by_key(|entry| entry.when == When::Otherwise);
    Some(FirstMatch { entries })
}
