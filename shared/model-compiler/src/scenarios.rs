//! The business's own examples: of a record and a time, what must be decided.
//!
//! They stand in files beside the model, `scenarios/*.yaml`, and name only what the model has. This
//! module reads and checks them; `decisions` plays them, and `fairlead test` prints what came of it.

mod activities;
mod approvals;
mod exceptions;
mod expected;
mod given;
mod instants;
mod later;
mod others;
mod people;
mod reader;
mod value;

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    Problem, Texts,
    checks::{check::Problems, secret_in_file},
    yaml::{self, node::Node},
};
use jiff::Zoned;
use model::{OperatingModel, scenario::Scenario};
use reader::Reader;

/// Reads scenario files against a model, in the order of their paths.
///
/// # Errors
/// All problems at once: what is not read, and what names something that the model does not have.
pub fn read(model: &OperatingModel, files: &Texts) -> Result<Vec<Scenario>, Vec<Problem>> {
    let (scenarios, problems) = read_each(model, files);
    match problems.is_empty() {
        true => Ok(scenarios),
        false => Err(problems),
    }
}

/// The same, where what cannot be read keeps no other scenario from being played: those that can, and all
/// problems of the others.
#[must_use]
pub fn read_each(model: &OperatingModel, files: &Texts) -> (Vec<Scenario>, Vec<Problem>) {
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
            let before = reader.found();
            let scenario = one(&mut reader, node);
            let Some(scenario) = scenario.filter(|_| reader.found() == before) else {
                continue;
            };
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
    let problems = match problems.no_error() {
        true => Vec::new(),
        false => problems.sorted(),
    };
    (scenarios, problems)
}

/// Reads one record from a file of its own, written as scenarios write one, in YAML or JSON: who is away and
/// who has how many open leads may stand beside it. What a scenario expects is not looked at. It takes place
/// at `at`, else at the time that stands in it, else at `now`.
///
/// # Errors
/// All problems at once: what is not read, and what names something that the model does not have.
pub fn record(
    model: &OperatingModel,
    files: &Texts,
    at: Option<&Zoned>,
    now: &Zoned,
) -> Result<Scenario, Vec<Problem>> {
    let mut problems = Problems::new(files);
    let mut read = None;
    for path in files.paths() {
        let text = files.get(path).unwrap_or_default();
        let Some(root) = yaml::parse(path, text, &mut problems) else {
            continue;
        };
        let mut reader = Reader::new(model, path, &mut problems).of_json_too();
        read = alone(&mut reader, &root, at, now);
    }
    match read {
        Some(read) if problems.no_error() => Ok(read),
        _ => Err(problems.sorted()),
    }
}

fn alone(
    reader: &mut Reader<'_, '_>,
    node: &Node,
    at: Option<&Zoned>,
    now: &Zoned,
) -> Option<Scenario> {
    let words = WORDS.into_iter();
    let words: Vec<&str> = words
        .filter(|it| {
            let of_scenarios = [
                "moves",
                "changes",
                "open_since",
                "exceptions",
                "approvals",
                "later",
            ];
            !of_scenarios.contains(it)
        })
        .collect();
    reader.words(node, &words);
    let at = match (at, node.get("at")) {
        (Some(at), _) => Some(at.clone()),
        (None, Some(node)) => reader.zoned(node),
        (None, None) => Some(now.clone()),
    };
    let subject = given::subject(reader, node)?;
    let given = given::given(
        reader,
        node,
        subject,
        &None,
        at.as_ref().map(Zoned::timestamp),
    );
    let people = people::people(reader, node);
    let (given, people) = (given?, people?);
    Some(Scenario {
        name: String::new(),
        file: reader.path.to_owned(),
        line: node.span.line,
        at: at?.timestamp(),
        record: given.record,
        from: None,
        in_stage_since: given.in_stage_since,
        changes: BTreeSet::new(),
        away: people.away,
        open_leads: people.open_leads,
        open_since: BTreeMap::new(),
        exceptions: BTreeSet::new(),
        approvals: BTreeMap::new(),
        expect: Vec::new(),
        later: Vec::new(),
    })
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

const WORDS: [&str; 16] = [
    "scenario",
    "at",
    "lead",
    "contact",
    "opportunity",
    "campaign",
    "account",
    "moves",
    "changes",
    "away",
    "open_leads",
    "open_since",
    "exceptions",
    "approvals",
    "expect",
    "later",
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
    let people = people::people(reader, node);
    let open_since = given::open_since(reader, kind, node);
    let changes = given::changes(reader, kind, node);
    let expect =
        expect.and_then(|expect| expected::expected(reader, expect, kind, moves.as_ref(), false));
    let first = given
        .as_ref()
        .zip(at)
        .map(|(given, at)| (&given.record, at));
    let exceptions = exceptions::exceptions(reader, kind, node, first);
    let approvals = approvals::approvals(reader, kind, node);
    let later = later::later(reader, node, kind, first);
    let (name, given, people, open_since) = (name?, given?, people?, open_since?);
    Some(Scenario {
        name: name.text()?.to_owned(),
        file: reader.path.to_owned(),
        line: name.span.line,
        at: at?,
        record: given.record,
        from: moves.map(|moves| moves.from),
        in_stage_since: given.in_stage_since,
        changes: changes?,
        away: people.away,
        open_leads: people.open_leads,
        open_since,
        exceptions: exceptions?,
        approvals: approvals?,
        expect: expect?,
        later: later?,
    })
}
