//! Clean trees → the model. Nothing is reported here: the checks have found every mistake, so a
//! `None` means only that there is one.

mod approvals;
mod behaviours;
mod clocks;
mod conditions;
mod creates;
mod follows;
mod governance;
mod hand_off;
mod leavers;
mod metrics;
mod parts;
mod people;
mod processes;
mod renamed;
mod reroute;
mod rows;
mod stages;
mod strategy;
mod technology;

pub(crate) use behaviours::hours as whole_hours;
pub(crate) use creates::{given, unique};
pub(crate) use follows::setting;
pub(crate) use people::{holidays, hours, public_holidays};
pub(crate) use rows::{kept, of_domains};

use crate::checks::check::Reading;
use model::{ModelFile, OperatingModel, Revision, artefact};

/// The model, if every part of it could be built.
pub(crate) fn model(reading: &Reading<'_>) -> Option<OperatingModel> {
    let root = |file| reading.trees.get(&file);
    let of_strategy = ModelFile::Strategy;
    let strategy = root(of_strategy)?;
    let metrics = root(ModelFile::Metrics)?;
    let processes = root(ModelFile::Processes)?;
    let technology = root(ModelFile::Technology)?;
    let governance = root(ModelFile::Governance)?;
    let people = root(ModelFile::People)?;
    let mut model = OperatingModel {
        revision: Revision::default(),
        company: strategy::company(strategy)?,
        lists: strategy::lists(reading, strategy)?,
        tables: rows::tables(reading, strategy)?,
        conditions: strategy::conditions(reading, strategy)?,
        icp: conditions::criteria(
            reading,
            ModelFile::Strategy,
            strategy.get("icp")?.get("criteria")?,
        )?,
        segments: strategy::first_match(reading, of_strategy, strategy.get("segments")?)?,
        territories: strategy::first_match(reading, of_strategy, strategy.get("territories")?)?,
        metrics: metrics::metrics(reading, metrics)?,
        targets: metrics::targets(metrics)?,
        signals: metrics::signals(metrics)?,
        sources: technology::sources(technology)?,
        records: technology::records(technology)?,
        derived: technology::derived(reading, technology)?,
        behaviours: behaviours::behaviours(technology)?,
        known_by: behaviours::known_by(technology),
        source_tags: technology::tags(technology)?,
        keep: technology::keep(technology)?,
        lifecycles: processes::lifecycles(reading, processes)?,
        before_routing: processes::before_routing(processes)?,
        routing: processes::routing(reading, processes)?,
        duplicates: processes::duplicates(processes)?,
        reroute: reroute::reroute(reading, processes)?,
        clocks: clocks::clocks(reading, processes)?,
        deviations: governance::deviations(reading, governance)?,
        responses: governance::responses(governance)?,
        enforcement: governance::enforcement(governance)?,
        exceptions: governance::exceptions(governance)?,
        approvals: approvals::approvals(reading, governance)?,
        digests: governance::digests(governance)?,
        reviews: governance::reviews(governance)?,
        calendars: people::calendars(reading, people)?,
        teams: people::teams(people)?,
        people: people::people(people)?,
        named_by_rule: people::named_by_rule(people)?,
        leavers: leavers::leavers(people)?,
        pools: people::pools(reading, people)?,
        pairs: people::pairs(people)?,
        queues: people::queues(people)?,
        renamed: renamed::renamed(processes, people),
        decision_rights: people::rights(people)?,
    };
    stages::named(reading.known, &mut model);
    model
        .clocks
        .extend(hand_off::clocks(&model.lifecycles, &model.teams)?);
    model.revision.hash = artefact::hash_of(&model).ok()?;
    Some(model)
}
