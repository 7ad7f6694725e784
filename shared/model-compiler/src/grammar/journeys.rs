//! The journeys as they are written: of which kind of record each is, and what its stages are called.

use std::collections::{BTreeMap, BTreeSet};

use crm::RecordKind;

use crate::yaml::node::Node;
use model::{ModelFile, hand_off_clock, stage_name};

/// A journey as it is written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Written<'t> {
    pub(crate) name: &'t str,
    pub(crate) key: &'t Node,
    pub(crate) node: &'t Node,
    /// Of which kind of record; none if it says no kind that there is.
    pub(crate) kind: Option<RecordKind>,
}

impl<'t> Written<'t> {
    /// Its stages, each with its name within the journey.
    pub(crate) fn stages(&self) -> impl Iterator<Item = (&'t str, &'t Node, &'t Node)> + use<'t> {
        let stages = self.node.get("stages").filter(|it| it.is_mapping());
        stages.into_iter().flat_map(Node::entries)
    }
}

/// Of which kind of record a journey is: what it says, else what it is called.
pub(crate) fn kind_of(name: &str, node: &Node) -> Option<RecordKind> {
    node.text_of("of").unwrap_or(name).parse().ok()
}

/// The journeys, in the order of the file.
pub(crate) fn journeys(trees: &BTreeMap<ModelFile, Node>) -> impl Iterator<Item = Written<'_>> {
    let root = trees.get(&ModelFile::Processes);
    let all = root.and_then(|root| root.get("lifecycles"));
    let all = all.into_iter().flat_map(Node::entries);
    all.map(|(name, key, node)| Written {
        name,
        key,
        node,
        kind: kind_of(name, node),
    })
}

/// The clocks of the hand-offs, and of which kind of record each is.
pub(crate) fn hand_offs(
    trees: &BTreeMap<ModelFile, Node>,
) -> impl Iterator<Item = (RecordKind, String)> {
    journeys(trees).flat_map(|journey| {
        let stages = journey.stages();
        let handed = stages.filter(|(_, _, stage)| stage.get("hand_off").is_some());
        handed.filter_map(move |(stage, ..)| {
            let kind = journey.kind?;
            Some((kind, hand_off_clock(&stage_name(journey.name, kind, stage))))
        })
    })
}

/// How the stages of a kind of record may be written, each with its name in the model, in the order of the file. Within a kind with several
/// journeys a bare name stands for the only stage that is called so, and `renewal.won` for one of a journey.
pub(crate) type Stages = Vec<(String, String)>;

/// The stages of each kind.
pub(crate) fn stages(trees: &BTreeMap<ModelFile, Node>) -> BTreeMap<RecordKind, Stages> {
    let mut of_kind: BTreeMap<RecordKind, Vec<Written<'_>>> = BTreeMap::new();
    for journey in journeys(trees) {
        if let Some(kind) = journey.kind {
            of_kind.entry(kind).or_default().push(journey);
        }
    }
    let named = of_kind
        .into_iter()
        .map(|(kind, all)| (kind, written(kind, &all)));
    // That there are none is reported by itself.
    named.filter(|(_, stages)| !stages.is_empty()).collect()
}

fn written(kind: RecordKind, journeys: &[Written<'_>]) -> Stages {
    let mut bare: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for journey in journeys {
        for (stage, ..) in journey.stages() {
            bare.entry(stage).or_default().insert(journey.name);
        }
    }
    let mut stages = Stages::new();
    let mut add = |written: String, name: String| {
        if stages.iter().all(|(it, _)| *it != written) {
            stages.push((written, name));
        }
    };
    for journey in journeys {
        for (stage, ..) in journey.stages() {
            let name = stage_name(journey.name, kind, stage);
            if bare.get(stage).is_some_and(|of| of.len() == 1) {
                add(stage.to_owned(), name.clone());
            }
            if journeys.len() > 1 {
                add(format!("{}.{stage}", journey.name), name);
            }
        }
    }
    stages
}
