//! Which fields are asked for anywhere in a model. No check itself.

use std::collections::BTreeMap;

use crm::FieldRef;

use super::check::Reading;
use crate::{
    grammar::{
        Shape,
        journeys::journeys,
        phrases::{Meant, meant},
    },
    yaml::node::Node,
};
use model::{ModelFile, PIPELINE};

/// A field that is asked for, and where that is written first.
pub(crate) type Asked = BTreeMap<FieldRef, (ModelFile, u32)>;

/// Every field that a condition, a table, a routing rule or a formula asks for; the stage of what has
/// a lifecycle, and the owner of what is routed.
pub(crate) fn asked(reading: &Reading<'_>) -> Asked {
    let mut asked = Asked::new();
    let mut ask = |field: Option<FieldRef>, file, line| {
        if let Some(field) = field {
            asked.entry(field).or_insert((file, line));
        }
    };
    for site in &reading.sites.tests {
        ask(reading.field(site), site.context.file, site.field.span.line);
    }
    for site in &reading.sites.values {
        let (file, line) = (site.context.file, site.node.span.line);
        if let (Shape::Phrase(forms), Some(text)) = (site.shape, site.node.text())
            && let Some(Meant::Field(field)) = meant(forms, text)
        {
            ask(Some(field), file, line);
        }
    }
    let root = reading.trees.get(&ModelFile::Technology);
    let derived = root.and_then(|root| root.get("derived"));
    for (_, _, formula) in derived.into_iter().flat_map(Node::entries) {
        for (_, _, value) in formula.entries() {
            for node in std::iter::once(value).chain(value.items()) {
                let field = node.text().and_then(|text| text.parse().ok());
                ask(field, ModelFile::Technology, node.span.line);
            }
        }
    }
    let processes = reading.trees.get(&ModelFile::Processes);
    for journey in journeys(reading.trees) {
        let field = |name| journey.kind.map(|kind| FieldRef::new(kind, name));
        let pipeline = journey.node.entries().find(|(word, ..)| *word == PIPELINE);
        if let Some((_, key, _)) = pipeline {
            ask(field(PIPELINE), ModelFile::Processes, key.span.line);
        }
        ask(field("stage"), ModelFile::Processes, journey.key.span.line);
    }
    let kinds = processes.and_then(|root| root.get("routing"));
    for (kind, key, _) in kinds.into_iter().flat_map(Node::entries) {
        let field = kind.parse().ok().map(|kind| FieldRef::new(kind, "owner"));
        ask(field, ModelFile::Processes, key.span.line);
    }
    asked
}
