use std::collections::BTreeMap;

use crm::RecordKind;

use super::{
    conditions,
    parts::{optional_amount, place, yes},
    processes::{destination, finally},
};
use crate::{
    checks::check::Reading,
    yaml::{node::Node, scalars},
};
use model::{ModelFile, Reroute, RerouteLimit, RerouteUpon};

const FILE: ModelFile = ModelFile::Processes;

/// What routes records again.
pub(super) fn reroute(
    reading: &Reading<'_>,
    root: &Node,
) -> Option<BTreeMap<RecordKind, Vec<Reroute>>> {
    let build = |(kind, _, lines): (&str, &Node, &Node)| {
        let lines = lines.items().iter().map(|node| line(reading, node));
        Some((kind.parse().ok()?, lines.collect::<Option<_>>()?))
    };
    let kinds = root.get("reroute").into_iter();
    kinds.flat_map(Node::entries).map(build).collect()
}

fn line(reading: &Reading<'_>, node: &Node) -> Option<Reroute> {
    let when = node
        .get("while")
        .map(|when| conditions::condition(reading, FILE, when));
    Some(Reroute {
        upon: upon(node)?,
        when: when.map_or(Some(None), |when| when.map(Some))?,
        to: node.text_of("to").map(destination),
        not_within: optional_amount(node.get("not_within"))?,
        also_by_hand: yes(node, "also_by_hand"),
        limit: match node.get("at_most") {
            Some(at_most) => {
                let (at_most, within) = scalars::often(at_most)?;
                Some(RerouteLimit {
                    at_most,
                    within,
                    finally: finally(node)?,
                })
            }
            None => None,
        },
        place: place(FILE, node.span),
    })
}

fn upon(node: &Node) -> Option<RerouteUpon> {
    Some(match node.text_of("upon")? {
        "owner.removed" => RerouteUpon::OwnerRemoved,
        "stage.entered" => RerouteUpon::StageEntered(node.text_of("stage")?.to_owned()),
        "field.changed" => RerouteUpon::FieldChanged(node.text_of("field")?.parse().ok()?),
        _ => return None,
    })
}
