use std::collections::BTreeMap;

use crate::yaml::{
    node::Node,
    scalars::{self, Clock},
};
use business_time::BusinessAmount;
use model::{BehaviourCount, KnownBy};

/// What people do outside the CRM, and what the events of it are called.
pub(super) fn behaviours(root: &Node) -> Option<BTreeMap<String, String>> {
    let named = root.get("behaviours").into_iter().flat_map(Node::entries);
    named
        .map(|(name, _, called)| Some((name.to_owned(), called.text()?.to_owned())))
        .collect()
}

/// By which fields they are known.
pub(super) fn known_by(root: &Node) -> KnownBy {
    let field = |word| root.get("known_by")?.text_of(word)?.parse().ok();
    KnownBy {
        mail: field("mail"),
        id: field("id"),
    }
}

/// The count of a behaviour.
pub(super) fn count(node: &Node) -> Option<BehaviourCount> {
    Some(BehaviourCount {
        behaviour: node.text_of("count")?.to_owned(),
        hours: hours(node.get("in_the_last")?)?,
    })
}

/// A length of time in whole hours, if it is that.
pub(crate) fn hours(node: &Node) -> Option<u32> {
    match scalars::amount(node, Clock::Wall)? {
        BusinessAmount::Wall(seconds) if seconds % 3600 == 0 => u32::try_from(seconds / 3600).ok(),
        _ => None,
    }
}
