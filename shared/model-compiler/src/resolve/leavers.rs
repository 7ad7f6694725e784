use std::collections::BTreeMap;

use crm::RecordKind;

use super::parts::{asked, place};
use crate::yaml::node::Node;
use model::{Leavers, LeaversThen, ModelFile};

/// What becomes of the open records of somebody who has left.
pub(super) fn leavers(root: &Node) -> Option<BTreeMap<RecordKind, Leavers>> {
    let build = |(kind, key, then): (&str, &Node, &Node)| {
        let then = match then.text()? {
            "reroute" => LeaversThen::Reroute,
            text => LeaversThen::Ask(asked(text)?),
        };
        let place = place(ModelFile::People, key.span);
        Some((kind.parse().ok()?, Leavers { then, place }))
    };
    let kinds = root.get("leavers").into_iter();
    kinds.flat_map(Node::entries).map(build).collect()
}
