use std::collections::BTreeMap;

use crm::{FieldRef, RecordKind};

use super::{place, section, yes};
use crate::{
    Derived, Field, ModelFile, Source, WritePolicy,
    catalogue::{allowed, field_type},
    node::Node,
    scalars,
};

const FILE: ModelFile = ModelFile::Technology;

pub(super) fn sources(root: &Node) -> Option<BTreeMap<String, Source>> {
    section(root, "sources", |_, key, node| {
        let objects = node
            .get("records")?
            .entries()
            .map(|(kind, _, object)| Some((kind.parse().ok()?, object.text()?.to_owned())));
        let write = node.get("write")?;
        let per_hour = scalars::whole(write.get("per_hour")?)?;
        Some(Source {
            portal: node.text_of("portal")?.to_owned(),
            secret: node.text_of("secret")?.to_owned(),
            records: objects.collect::<Option<_>>()?,
            write: WritePolicy {
                owner: yes(write, "owner"),
                stage: yes(write, "stage"),
                tasks: yes(write, "tasks"),
                per_hour: u32::try_from(per_hour).ok()?,
            },
            place: place(FILE, key.span),
        })
    })
}

pub(super) fn records(root: &Node) -> Option<BTreeMap<RecordKind, BTreeMap<String, Field>>> {
    let records = root.get("records")?;
    let build = |(kind, _, _): (&str, &Node, &Node)| {
        Some((
            kind.parse().ok()?,
            section(records, kind, |_, key, node| field(key, node))?,
        ))
    };
    records.entries().map(build).collect()
}

fn field(key: &Node, node: &Node) -> Option<Field> {
    let holds = field_type(node.text_of("type")?)?;
    let values = node.get("values").into_iter().flat_map(Node::entries);
    Some(Field {
        holds,
        property: node.text_of("hubspot").map(str::to_owned),
        allowed: if holds == crm::FieldType::OneOf {
            allowed(node)
        } else {
            Vec::new()
        },
        values: values
            .map(|(crm, _, ours)| Some((crm.to_owned(), ours.text()?.to_owned())))
            .collect::<Option<_>>()?,
        personal: yes(node, "personal"),
        history: yes(node, "history"),
        place: place(FILE, key.span),
    })
}

pub(super) fn derived(root: &Node) -> Option<BTreeMap<FieldRef, Derived>> {
    let derived = root.get("derived").into_iter().flat_map(Node::entries);
    let build = |(name, _, formula): (&str, &Node, &Node)| {
        let from = formula.text_of("domain_of")?.parse().ok()?;
        Some((name.parse().ok()?, Derived::DomainOf(from)))
    };
    derived.map(build).collect()
}
