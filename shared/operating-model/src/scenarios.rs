//! The business's own examples: of a record and a time, what must be decided.
//!
//! They stand in files beside the model, `scenarios/*.yaml`, and name only what the model has. This
//! crate reads and checks them; `decisions` plays them, and `fairlead test` prints what came of it.

mod expected;
mod given;
mod instants;
mod reader;

use std::collections::{BTreeMap, BTreeSet};

use crm::{PersonId, Record, RecordKind};
use jiff::{Timestamp, Zoned};

use crate::{
    Check, OperatingModel, Problem, Texts,
    checks::{nothing, secret_in_file},
    nearest::{listed, nearest},
    node::Node,
    problem::Problems,
    yaml,
};
use reader::Reader;

/// Scenarios are checked by this one name.
static CHECK: Check = Check {
    name: "scenario",
    about: "A scenario names what the model has.",
    run: nothing,
};

/// An example: given a record at a time, what must be decided.
#[derive(Debug, Clone, PartialEq)]
pub struct Scenario {
    /// Its name, a sentence that says what must be so.
    pub name: String,
    /// The path of its file below the model's folder.
    pub file: String,
    /// The line of its name, from 1.
    pub line: u32,
    /// When it takes place.
    pub at: Timestamp,
    /// The record, with the facts of its account.
    pub record: Record,
    /// The stage from which the record is moved at that time; it shows the stage to which.
    pub from: Option<String>,
    /// Since when it stands, or before a move stood, in its stage; since it was created if absent.
    pub in_stage_since: Option<Timestamp>,
    /// What must come of it, in the order of the file.
    pub expect: Vec<Expectation>,
}

/// One thing that must come of a scenario.
#[derive(Debug, Clone, PartialEq)]
pub struct Expectation {
    /// Its line, from 1.
    pub line: u32,
    /// What it is.
    pub what: Expected,
}

/// What can be expected.
#[derive(Debug, Clone, PartialEq)]
pub enum Expected {
    /// This routing rule decides; `none` if none may.
    Rule(String),
    /// This person gets the record; nobody if absent.
    Owner(Option<PersonId>),
    /// The record's owner comes from this pool; `none` if from no pool.
    Pool(String),
    /// The rule moves the record to this stage; `none` if to no other.
    MovedTo(String),
    /// What the gate does with the move.
    Gate(Gate),
    /// Exactly these criteria are not met.
    Unmet(BTreeSet<String>),
    /// The clock is due then, read in the zone in which it is written.
    Due(String, Zoned),
    /// Exactly these deviations are open.
    Deviations(BTreeSet<String>),
    /// The record's account is of this segment.
    Segment(String),
    /// The record's account is in this territory.
    Territory(String),
    /// The record's account fits the ideal customer profile, or does not, or that is not known.
    InIcp(Option<bool>),
}

impl Expected {
    /// The word under `expect`.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Rule(_) => "rule",
            Self::Owner(_) => "owner",
            Self::Pool(_) => "pool",
            Self::MovedTo(_) => "moved_to",
            Self::Gate(_) => "gate",
            Self::Unmet(_) => "unmet",
            Self::Due(..) => "due",
            Self::Deviations(_) => "deviations",
            Self::Segment(_) => "segment",
            Self::Territory(_) => "territory",
            Self::InIcp(_) => "in_icp",
        }
    }
}

/// What a gate does with a move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gate {
    /// Every criterion is met.
    Passed,
    /// The stage before is restored.
    TurnedBack,
    /// Those concerned are told, and the move stays.
    Warned,
    /// It is recorded, and the move stays.
    Observed,
}

impl Gate {
    /// Every one, in the order in which they are documented.
    pub const ALL: [Self; 4] = [Self::Passed, Self::TurnedBack, Self::Warned, Self::Observed];

    /// The word used for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::TurnedBack => "turned_back",
            Self::Warned => "warned",
            Self::Observed => "observed",
        }
    }
}

/// Reads scenario files against a model, in the order of their paths.
///
/// # Errors
/// All problems at once: what is not read, and what names something that the model does not have.
pub fn read(model: &OperatingModel, files: &Texts) -> Result<Vec<Scenario>, Vec<Problem>> {
    let mut problems = Problems::new(files);
    let mut scenarios = Vec::new();
    let mut names = BTreeMap::new();
    for path in files.paths() {
        let text = files.get(path).unwrap_or_default();
        secret_in_file::beside_the_model(path, text, &mut problems);
        let Some(root) = yaml::parse(path, text, &mut problems) else {
            continue;
        };
        let mut reader = Reader::new(model, path, &mut problems);
        for node in listed_in(&mut reader, &root) {
            let scenario = one(&mut reader, node);
            let Some(scenario) = scenario else { continue };
            let here = format!("{path}:{}", scenario.line);
            match names.get(&scenario.name) {
                None => {
                    names.insert(scenario.name.clone(), here);
                    scenarios.push(scenario);
                }
                Some(first) => {
                    let what = format!("another scenario has this name, at {first}");
                    let name = node.get("scenario").unwrap_or(node);
                    reader.problem(name.span, what, "give it a name of its own");
                }
            }
        }
    }
    if problems.no_error() {
        Ok(scenarios)
    } else {
        Err(problems.sorted())
    }
}

/// The entries of a file's list of scenarios.
fn listed_in<'t>(reader: &mut Reader<'_, '_>, root: &'t Node) -> &'t [Node] {
    reader.words(root, &["scenarios"]);
    let list = root.get("scenarios");
    let items = list.map_or(&[][..], Node::items);
    if items.is_empty() {
        let span = list.unwrap_or(root).span;
        reader.problem(
            span,
            "this file has no scenarios".to_owned(),
            "write `scenarios:` and below it a list, `- scenario: what must be so`",
        );
    }
    items
}

/// The kinds of record that a scenario can be about; an account is only if nothing else is.
const SUBJECTS: [RecordKind; 4] = [
    RecordKind::Lead,
    RecordKind::Contact,
    RecordKind::Opportunity,
    RecordKind::Campaign,
];

const WORDS: [&str; 9] = [
    "scenario",
    "at",
    "lead",
    "contact",
    "opportunity",
    "campaign",
    "account",
    "moves",
    "expect",
];

fn one(reader: &mut Reader<'_, '_>, node: &Node) -> Option<Scenario> {
    reader.words(node, &WORDS);
    let name = reader.needed(node, "scenario", "what must be so, in one sentence");
    let at = reader.needed(
        node,
        "at",
        "when it takes place, such as `2026-11-23 10:00`",
    );
    let expect = reader.needed(
        node,
        "expect",
        "what must come of it, such as `{ rule: dach }`",
    );
    let at = at.and_then(|at| reader.instant(at));
    // Whatever else is wrong is found as well, as far as it can be told.
    let (kind, subject) = given::subject(reader, node)?;
    let moves = given::moves(reader, kind, node)?;
    let given = given::given(reader, node, (kind, subject), &moves, at);
    let to = moves.as_ref().map(|moves| moves.to.as_str());
    let expect = expect.and_then(|expect| expected::expected(reader, expect, kind, to));
    let (name, given) = (name?, given?);
    Some(Scenario {
        name: name.text()?.to_owned(),
        file: reader.path.to_owned(),
        line: name.span.line,
        at: at?,
        record: given.record,
        from: moves.map(|moves| moves.from),
        in_stage_since: given.in_stage_since,
        expect: expect?,
    })
}

/// A kind of record with its article.
const fn a(kind: RecordKind) -> &'static str {
    match kind {
        RecordKind::Lead => "a lead",
        RecordKind::Contact => "a contact",
        RecordKind::Account => "an account",
        RecordKind::Opportunity => "an opportunity",
        RecordKind::Campaign => "a campaign",
    }
}

/// How to fix a name that is not there.
fn instead<'a>(name: &str, known: impl Iterator<Item = &'a str> + Clone) -> String {
    match nearest(name, known.clone()) {
        Some(near) => format!("write `{near}`"),
        None => format!("it can be {}", listed(known)),
    }
}
