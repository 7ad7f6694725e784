//! What somebody has to approve.

use std::collections::BTreeMap;

use crm::{FieldRef, PersonId};

use super::{
    conditions,
    parts::{amount, label, place, section},
};
use crate::{
    checks::check::Reading,
    yaml::{node::Node, scalars},
};
use model::{ApprovalRule, Approver, ModelFile};

const FILE: ModelFile = ModelFile::Governance;

pub(super) fn approvals(
    reading: &Reading<'_>,
    root: &Node,
) -> Option<BTreeMap<String, ApprovalRule>> {
    section(root, "approvals", |_, key, node| {
        let bound = node.get("binds")?.items().iter().map(|it| {
            let field: FieldRef = it.text()?.parse().ok()?;
            Some(field.name.to_string())
        });
        let within = match (node.get("within"), node.text_of("finally")) {
            (Some(within), Some(finally)) => {
                let person = finally.strip_prefix("ask ")?.trim();
                Some((amount(within)?, PersonId::new(person)))
            }
            _ => None,
        };
        Some(ApprovalRule {
            label: label(node),
            record: node.text_of("record")?.parse().ok()?,
            when: conditions::condition(reading, FILE, node.get("when")?)?,
            by: node
                .get("by")?
                .items()
                .iter()
                .map(approver)
                .collect::<Option<_>>()?,
            all: node.text_of("needs")? == "all",
            binds: bound.collect::<Option<_>>()?,
            of_change: node.text_of("of_change").and_then(|text| {
                let field: FieldRef = text.parse().ok()?;
                Some(field.name.to_string())
            }),
            within,
            place: place(FILE, key.span),
        })
    })
}

fn approver(node: &Node) -> Option<Approver> {
    let up_to = match (node.get("up_to"), node.text_of("of_field")) {
        (Some(up_to), Some(field)) => Some((scalars::number(up_to)?, field.parse().ok()?)),
        _ => None,
    };
    Some(Approver {
        up_to,
        right: node.text_of("right")?.to_owned(),
        place: place(FILE, node.span),
    })
}
