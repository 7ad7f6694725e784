//! Clean trees → the model. Nothing is reported here: the checks have found every mistake, so a
//! `None` means only that there is one.

mod conditions;
mod governance;
mod metrics;
mod people;
mod processes;
mod strategy;
mod technology;

use std::collections::BTreeMap;

use business_time::BusinessAmount;
use crm::PersonId;

pub(crate) use people::{holidays, hours, public_holidays};
pub(crate) use strategy::list;

use crate::{
    checks::Reading,
    grammar::Clock,
    problems::problem::Span,
    yaml::{node::Node, scalars},
};
use model::{ModelFile, OperatingModel, Place, Recipient, Revision, artefact};

/// The model, if every part of it could be built.
pub(crate) fn model(reading: &Reading<'_>, number: u64) -> Option<OperatingModel> {
    let root = |file| reading.trees.get(&file);
    let of_strategy = ModelFile::Strategy;
    let strategy = root(of_strategy)?;
    let metrics = root(ModelFile::Metrics)?;
    let processes = root(ModelFile::Processes)?;
    let technology = root(ModelFile::Technology)?;
    let governance = root(ModelFile::Governance)?;
    let people = root(ModelFile::People)?;
    let mut model = OperatingModel {
        revision: Revision {
            number,
            hash: String::new(),
        },
        company: strategy::company(strategy)?,
        lists: strategy::lists(strategy),
        conditions: strategy::conditions(reading, strategy)?,
        icp: conditions::criteria(
            reading,
            ModelFile::Strategy,
            strategy.get("icp")?.get("criteria")?,
        )?,
        segments: strategy::first_match(reading, of_strategy, strategy.get("segments")?)?,
        territories: strategy::first_match(reading, of_strategy, strategy.get("territories")?)?,
        metrics: metrics::metrics(reading, metrics)?,
        signals: metrics::signals(metrics)?,
        sources: technology::sources(technology)?,
        records: technology::records(technology)?,
        derived: technology::derived(reading, technology)?,
        source_tags: technology::tags(technology)?,
        lifecycles: processes::lifecycles(reading, processes)?,
        routing: processes::routing(reading, processes)?,
        clocks: processes::clocks(reading, processes)?,
        deviations: governance::deviations(reading, governance)?,
        responses: governance::responses(governance)?,
        exceptions: governance::exceptions(governance)?,
        digests: governance::digests(governance)?,
        reviews: governance::reviews(governance)?,
        calendars: people::calendars(reading, people)?,
        teams: people::teams(people)?,
        people: people::people(people)?,
        pools: people::pools(people)?,
        decision_rights: people::rights(people)?,
    };
    model.revision.hash = artefact::hash_of(&model).ok()?;
    Some(model)
}

/// A section as a map, in which every entry could be built. One that is left out is empty.
fn section<T>(
    root: &Node,
    word: &str,
    build: impl Fn(&str, &Node, &Node) -> Option<T>,
) -> Option<BTreeMap<String, T>> {
    let entries = root.get(word).into_iter().flat_map(Node::entries);
    entries
        .map(|(name, key, value)| Some((name.to_owned(), build(name, key, value)?)))
        .collect()
}

/// The texts of a list. One that is left out is empty.
fn texts(node: Option<&Node>) -> Vec<String> {
    node.into_iter()
        .flat_map(Node::items)
        .filter_map(Node::text)
        .map(str::to_owned)
        .collect()
}

const fn place(file: ModelFile, span: Span) -> Place {
    Place {
        file,
        line: span.line,
        column: span.column,
    }
}

fn amount(node: &Node) -> Option<BusinessAmount> {
    scalars::amount(node, Clock::Any)
}

/// The amount of a word that may be left out.
fn optional_amount(node: Option<&Node>) -> Option<Option<BusinessAmount>> {
    node.map_or(Some(None), |node| amount(node).map(Some))
}

fn yes(node: &Node, word: &str) -> bool {
    node.get(word).and_then(scalars::yes_no) == Some(true)
}

fn person(node: &Node) -> Option<PersonId> {
    node.text().map(PersonId::new)
}

fn recipient(node: &Node) -> Option<Recipient> {
    Some(match node.text()? {
        "owner" => Recipient::Owner,
        "manager" => Recipient::Manager,
        text => match text.strip_prefix("team ") {
            Some(team) => Recipient::Team(team.trim().to_owned()),
            None => Recipient::Person(PersonId::new(text)),
        },
    })
}
