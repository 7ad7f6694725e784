//! A field that something needs is filled from the CRM. Of one that has no property there nothing is
//! ever known: a test of it is unknown for every record, a stage never changes.

use std::collections::BTreeMap;

use crm::FieldRef;

use super::{Check, Reading};
use crate::{
    grammar::{
        Shape,
        phrases::{Meant, meant},
    },
    problems::problem::Problems,
    yaml::node::Node,
};
use model::ModelFile;

pub(super) static CHECK: Check = Check {
    name: "unfilled-field",
    about: "A field that something needs is filled from the CRM.",
    run,
};

/// A field that is asked for, and where that is written first.
pub(super) type Asked = BTreeMap<FieldRef, (ModelFile, u32)>;

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    let Some(root) = reading.trees.get(&ModelFile::Technology) else {
        return;
    };
    let asked = asked(reading);
    for (kind, _, fields) in root.get("records").into_iter().flat_map(Node::entries) {
        let Ok(kind) = kind.parse() else { continue };
        // Of a kind that is not read at all the check `unread-records` speaks.
        if !super::unread_records::is_read(root, kind) {
            continue;
        }
        for (name, key, field) in fields.entries() {
            // An account is found by other means than a property.
            let filled = field.get("hubspot").is_some() || field.text_of("type") == Some("account");
            let Some((file, line)) = asked.get(&FieldRef::new(kind, name)) else {
                continue;
            };
            if filled {
                continue;
            }
            let what = format!(
                "nothing fills `{kind}.{name}`, which {}:{line} needs: it has no property of hubspot",
                file.name()
            );
            let fix = "add `hubspot: …` with the name of the property that holds it, or take out what needs it".to_owned();
            problems.at(&CHECK, ModelFile::Technology, key.span, what, fix);
        }
    }
}

/// Every field that a condition, a table, a routing rule or a formula asks for; the stage of what has
/// a lifecycle, and the owner of what is routed.
pub(super) fn asked(reading: &Reading<'_>) -> Asked {
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
    for (section, field) in [("lifecycles", "stage"), ("routing", "owner")] {
        let kinds = processes.and_then(|root| root.get(section));
        for (kind, key, _) in kinds.into_iter().flat_map(Node::entries) {
            let field = kind.parse().ok().map(|kind| FieldRef::new(kind, field));
            ask(field, ModelFile::Processes, key.span.line);
        }
    }
    asked
}
