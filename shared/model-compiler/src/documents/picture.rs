//! A model for people who review it: tables for a terminal, tables and Mermaid pictures for a page.

mod follows;
mod mermaid;
mod people;
mod processes;
mod strategy;
mod table;
mod words;

use std::collections::BTreeMap;

use model::OperatingModel;

pub(super) use table::{Table, escaped};

/// The model as tables for a terminal, ending with a line break.
#[must_use]
pub fn text(model: &OperatingModel) -> String {
    let mut text = title(model) + "\n";
    for table in tables(model) {
        text += &format!("\n{}", table.text());
    }
    text
}

/// The model as pictures: each lifecycle with its gates, and each routing list. A Markdown page in
/// which GitHub and others draw them.
#[must_use]
pub fn mermaid(model: &OperatingModel) -> String {
    let pictures: Vec<String> = mermaid::pictures(model)
        .into_iter()
        .map(|(title, picture)| format!("## {title}\n\n```mermaid\n{picture}```\n"))
        .collect();
    pictures.join("\n")
}

/// The model as a Markdown page of tables and pictures, for a pull request.
#[must_use]
pub fn markdown(model: &OperatingModel) -> String {
    let mut text = format!("# {}\n", title(model));
    for table in tables(model) {
        text += &format!("\n{}", table.markdown());
    }
    text + "\n" + &mermaid(model)
}

fn title(model: &OperatingModel) -> String {
    let company = &model.company;
    format!(
        "{}: {}, {}, revision {}",
        company.name, company.time_zone, company.currency, model.revision.hash
    )
}

/// Every table that has something in it.
fn tables(model: &OperatingModel) -> Vec<Table> {
    let mut tables = vec![
        strategy::profile(model),
        strategy::first_match("Segments", "segment", &model.segments),
        strategy::first_match("Territories", "territory", &model.territories),
    ];
    tables.extend(processes::lifecycles(model));
    tables.extend(processes::routing(model));
    tables.push(people::pools(model));
    tables.push(processes::clocks(model));
    tables.push(processes::deviations(model));
    tables.push(people::digests(model));
    tables.push(people::people(model));
    tables.push(people::calendars(model));
    tables.retain(|table| !table.is_empty());
    tables
}

/// The tables of which each row is a thing of the model, by the part of the model and what in it they are of.
pub(super) fn by_part(model: &OperatingModel) -> BTreeMap<(&'static str, String), Table> {
    let all = String::new;
    let first_match = strategy::first_match;
    let mut tables = BTreeMap::from([
        (("icp", all()), strategy::profile(model)),
        (
            ("segments", all()),
            first_match("", "segment", &model.segments),
        ),
        (
            ("territories", all()),
            first_match("", "territory", &model.territories),
        ),
        (("pools", all()), people::pools(model)),
        (("clocks", all()), processes::clocks(model)),
        (("deviations", all()), processes::deviations(model)),
        (("digests", all()), people::digests(model)),
        (("people", all()), people::people(model)),
    ]);
    let journeys = model.lifecycles.keys().cloned();
    let journeys = journeys.map(|name| ("lifecycles", name));
    tables.extend(journeys.zip(processes::lifecycles(model)));
    let kinds = model
        .routing
        .keys()
        .map(|kind| ("routing", kind.to_string()));
    tables.extend(kinds.zip(processes::routing(model)));
    tables
}
