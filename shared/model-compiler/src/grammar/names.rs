use std::collections::{BTreeMap, BTreeSet};

use crm::RecordKind;

use crate::{
    grammar::{
        Names, journeys,
        sites::{Context, Trees},
    },
    yaml::node::Node,
};
use model::ModelFile;

/// Which names exist. A family whose section could not be read is not known at all, and nothing
/// is said of references to it.
#[derive(Debug)]
pub(crate) struct Known<'t> {
    families: BTreeMap<Names, Vec<&'t str>>,
    /// The clocks that hand-offs bring along.
    hand_offs: Vec<String>,
    stages: BTreeMap<RecordKind, journeys::Stages>,
    /// The names of the journeys of each kind.
    journeys: BTreeMap<RecordKind, Vec<&'t str>>,
    /// What the stages of each journey are called within it.
    within: BTreeMap<&'t str, Vec<&'t str>>,
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
            Behaviour, Calendar, Clock, Condition, Journey, List, Metric, Pairs, Person, Pool,
            Queue, Response, Right, Segment, Source, Table, Target, Team, Territory,
        };
        let mut families = BTreeMap::new();
        for family in [
            Behaviour, Calendar, Clock, Condition, Journey, List, Metric, Pairs, Person, Pool,
            Queue, Response, Right, Segment, Source, Table, Target, Team, Territory,
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
            hand_offs: journeys::hand_offs(trees).map(|(_, clock)| clock).collect(),
            stages: journeys::stages(trees),
            journeys: names_of_journeys(trees),
            within: within(trees),
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
    pub(crate) fn names(&self, family: Names, kind: Option<RecordKind>) -> Option<Vec<&str>> {
        match family {
            Names::Kind => Some(self.kinds.clone()),
            Names::Records => Some(self.records.clone()),
            Names::Stage => {
                let stages = self.stages.get(&kind?)?.iter();
                Some(stages.map(|(written, _)| written.as_str()).collect())
            }
            Names::Clock => {
                let mut clocks = self.families.get(&family)?.clone();
                clocks.extend(self.hand_offs.iter().map(String::as_str));
                Some(clocks)
            }
            _ => self.families.get(&family).cloned(),
        }
    }

    /// The names of a family that can stand at a place: within a journey its own stages.
    pub(crate) fn names_at(&self, family: Names, context: &Context<'_>) -> Option<Vec<&str>> {
        if family == Names::Stage && context.section == "lifecycles" {
            return self.within.get(context.name).cloned();
        }
        self.names(family, context.kind)
    }

    /// The name in the model of a stage that is written so; the text itself if there is none.
    pub(crate) fn stage<'s>(&'s self, kind: RecordKind, written: &'s str) -> &'s str {
        let mut stages = self.stages.get(&kind).into_iter().flatten();
        let stage = stages.find(|(it, _)| it == written);
        stage.map_or(written, |(_, name)| name)
    }

    /// The names that the stages of a kind have in the model.
    pub(crate) fn stages(&self, kind: RecordKind) -> BTreeSet<&str> {
        let stages = self.stages.get(&kind).into_iter().flatten();
        stages.map(|(_, name)| name.as_str()).collect()
    }

    /// What the stages of a kind are called within their journeys.
    pub(crate) fn stages_within(&self, kind: RecordKind) -> impl Iterator<Item = &'t str> {
        let within = self.journeys(kind).iter();
        within
            .filter_map(|it| self.within.get(it))
            .flatten()
            .copied()
    }

    /// The names of the journeys of a kind.
    pub(crate) fn journeys(&self, kind: RecordKind) -> &[&'t str] {
        self.journeys.get(&kind).map_or(&[], Vec::as_slice)
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

    /// The same of a place.
    pub(crate) fn has_at(&self, family: Names, context: &Context<'_>, name: &str) -> bool {
        self.names_at(family, context)
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

fn names_of_journeys(trees: &Trees) -> BTreeMap<RecordKind, Vec<&str>> {
    let mut names: BTreeMap<RecordKind, Vec<&str>> = BTreeMap::new();
    for journey in journeys::journeys(trees) {
        if let Some(kind) = journey.kind {
            names.entry(kind).or_default().push(journey.name);
        }
    }
    names
}

fn within(trees: &Trees) -> BTreeMap<&str, Vec<&str>> {
    let all = journeys::journeys(trees).filter_map(|it| {
        let stages = it.node.get("stages").filter(|it| it.is_mapping())?;
        Some((it.name, keys(stages)))
    });
    all.filter(|(_, stages)| !stages.is_empty()).collect()
}

fn keys(node: &Node) -> Vec<&str> {
    let mut seen = BTreeSet::new();
    node.entries()
        .map(|(text, ..)| text)
        .filter(|text| seen.insert(*text))
        .collect()
}
