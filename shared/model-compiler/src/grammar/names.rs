use std::collections::{BTreeMap, BTreeSet};

use crm::RecordKind;

use crate::{
    grammar::{Names, sites::Trees},
    yaml::node::Node,
};
use model::ModelFile;

/// Which names exist. A family whose section could not be read is not known at all, and nothing
/// is said of references to it.
#[derive(Debug)]
pub(crate) struct Known<'t> {
    families: BTreeMap<Names, Vec<&'t str>>,
    stages: BTreeMap<RecordKind, Vec<&'t str>>,
    kinds: Vec<&'static str>,
    records: Vec<&'static str>,
    /// Whether the lifecycles could be read, so that a kind without stages has none.
    lifecycles: bool,
    /// The kinds that are routed, if the rules could be read.
    routed: Option<Vec<RecordKind>>,
}

impl<'t> Known<'t> {
    pub(crate) fn of(trees: &'t Trees) -> Self {
        use Names::{
            Calendar, Clock, Condition, List, Metric, Pairs, Person, Pool, Queue, Response, Right,
            Segment, Source, Table, Team, Territory,
        };
        let mut families = BTreeMap::new();
        for family in [
            Calendar, Clock, Condition, List, Metric, Pairs, Person, Pool, Queue, Response, Right,
            Segment, Source, Table, Team, Territory,
        ] {
            if let Some(names) = family
                .home()
                .and_then(|(file, word)| section(trees, file, word))
            {
                families.insert(family, names);
            }
        }
        families.extend(certifications(trees).map(|names| (Names::Certification, names)));
        Self {
            families,
            stages: stages(trees),
            kinds: RecordKind::ALL.map(RecordKind::word).to_vec(),
            lifecycles: trees.contains_key(&ModelFile::Processes),
            routed: section(trees, ModelFile::Processes, "routing").map(|kinds| {
                let kinds = kinds.into_iter();
                kinds.filter_map(|kind| kind.parse().ok()).collect()
            }),
            records: RecordKind::ALL.map(RecordKind::plural).to_vec(),
        }
    }

    /// The names of a family, if they are known. Stages are those of the kind at hand.
    pub(crate) fn names(&self, family: Names, kind: Option<RecordKind>) -> Option<&[&'t str]> {
        match family {
            Names::Kind => Some(&self.kinds),
            Names::Records => Some(&self.records),
            Names::Stage => self.stages.get(&kind?).map(Vec::as_slice),
            _ => self.families.get(&family).map(Vec::as_slice),
        }
    }

    /// Whether records of this kind have a lifecycle; also yes if the lifecycles are not known.
    pub(crate) fn has_lifecycle(&self, kind: RecordKind) -> bool {
        !self.lifecycles || self.stages.contains_key(&kind)
    }

    /// Whether records of this kind are routed; also yes if the rules are not known.
    pub(crate) fn has_routing(&self, kind: RecordKind) -> bool {
        self.routed
            .as_ref()
            .is_none_or(|kinds| kinds.contains(&kind))
    }

    /// Whether there is such a name; also yes if the family is not known.
    pub(crate) fn has(&self, family: Names, kind: Option<RecordKind>, name: &str) -> bool {
        self.names(family, kind)
            .is_none_or(|names| names.contains(&name))
    }
}

/// The keys of a section. A section that is left out has none; one of a file that could not be
/// read, or of another form, is not known.
fn section<'t>(trees: &'t Trees, file: ModelFile, word: &str) -> Option<Vec<&'t str>> {
    let root = trees.get(&file)?;
    if !root.is_mapping() {
        return None;
    }
    match root.get(word) {
        None => Some(Vec::new()),
        Some(node) if node.is_mapping() => Some(keys(node)),
        Some(_) => None,
    }
}

/// What anybody is certified for; none if the people could not be read.
fn certifications(trees: &Trees) -> Option<Vec<&str>> {
    let people = trees.get(&ModelFile::People)?.get("people")?;
    let people = people.is_mapping().then(|| people.entries())?;
    let listed = people.filter_map(|(_, _, person)| person.get("certified"));
    let names: BTreeSet<&str> = listed
        .flat_map(Node::items)
        .filter_map(Node::text)
        .collect();
    Some(names.into_iter().collect())
}

fn stages(trees: &Trees) -> BTreeMap<RecordKind, Vec<&str>> {
    let lifecycles = trees
        .get(&ModelFile::Processes)
        .and_then(|root| root.get("lifecycles"));
    let Some(lifecycles) = lifecycles else {
        return BTreeMap::new();
    };
    lifecycles
        .entries()
        .filter_map(|(kind, _, lifecycle)| {
            let stages = lifecycle
                .get("stages")
                .filter(|stages| stages.is_mapping())?;
            let keys = keys(stages);
            // That there are none is reported by itself.
            (!keys.is_empty()).then_some((kind.parse().ok()?, keys))
        })
        .collect()
}

fn keys(node: &Node) -> Vec<&str> {
    let mut seen = BTreeSet::new();
    node.entries()
        .map(|(text, ..)| text)
        .filter(|text| seen.insert(*text))
        .collect()
}
