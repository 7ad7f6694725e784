//! What is built in many places of a model: a section, a place, an amount, a person.

use std::collections::{BTreeMap, BTreeSet};

use business_time::BusinessAmount;
use crm::{ActivityKind, PersonId};

use crate::yaml::{
    node::Node,
    scalars::{self, Clock},
    span::Span,
};
use model::{Budget, ModelFile, Place, Recipient};

/// A section as a map, in which every entry could be built. One that is left out is empty.
pub(super) fn section<T>(
    root: &Node,
    word: &str,
    build: impl Fn(&str, &Node, &Node) -> Option<T>,
) -> Option<BTreeMap<String, T>> {
    let entries = root.get(word).into_iter().flat_map(Node::entries);
    entries
        .map(|(name, key, value)| Some((name.to_owned(), build(name, key, value)?)))
        .collect()
}

/// The texts of a list. One that is left out is empty.
pub(super) fn texts(node: Option<&Node>) -> Vec<String> {
    node.into_iter()
        .flat_map(Node::items)
        .filter_map(Node::text)
        .map(str::to_owned)
        .collect()
}

pub(super) const fn place(file: ModelFile, span: Span) -> Place {
    Place {
        file,
        line: span.line,
        column: span.column,
    }
}

pub(super) fn amount(node: &Node) -> Option<BusinessAmount> {
    scalars::amount(node, Clock::Any)
}

/// The amount of a word that may be left out.
pub(super) fn optional_amount(node: Option<&Node>) -> Option<Option<BusinessAmount>> {
    node.map_or(Some(None), |node| amount(node).map(Some))
}

pub(super) fn yes(node: &Node, word: &str) -> bool {
    node.get(word).and_then(scalars::yes_no) == Some(true)
}

/// How people call what is described here, if it is said.
pub(super) fn label(node: &Node) -> Option<String> {
    node.text_of("label").map(str::to_owned)
}

pub(super) fn person(node: &Node) -> Option<PersonId> {
    node.text().map(PersonId::new)
}

pub(super) fn recipient(node: &Node) -> Option<Recipient> {
    Some(match node.text()? {
        "owner" => Recipient::Owner,
        "manager" => Recipient::Manager,
        text => match text.strip_prefix("team ") {
            Some(team) => Recipient::Team(team.trim().to_owned()),
            None => Recipient::Person(PersonId::new(text)),
        },
    })
}

/// Who is asked by such a text.
pub(super) fn asked(text: &str) -> Option<Recipient> {
    Some(match text.strip_prefix("ask ")?.trim() {
        "manager" => Recipient::Manager,
        person => Recipient::Person(PersonId::new(person)),
    })
}

/// How long something may take, the same for all or by a table.
pub(super) fn budget(node: &Node) -> Option<Budget> {
    if !node.is_mapping() {
        return amount(node).map(Budget::Fixed);
    }
    let amounts = node
        .entries()
        .filter(|(word, ..)| !matches!(*word, "by" | "otherwise" | "unknown"))
        .map(|(value, _, node)| Some((value.to_owned(), amount(node)?)));
    Some(Budget::By {
        field: node.text_of("by")?.parse().ok()?,
        amounts: amounts.collect::<Option<_>>()?,
        otherwise: optional_amount(node.get("otherwise"))?,
        unknown: optional_amount(node.get("unknown"))?,
    })
}

/// The kinds of activity that meet a clock or a hand-off.
pub(super) fn activity_kinds(node: &Node) -> Option<BTreeSet<ActivityKind>> {
    let Some(kinds) = node.get("kind") else {
        return Some(BTreeSet::new());
    };
    let words = kinds.items().iter();
    words.map(|it| ActivityKind::named(it.text()?)).collect()
}
