use std::collections::{BTreeMap, BTreeSet};

use contracts::{Key, state::RecordState};
use crm::{PersonId, Record, RecordId};
use decisions::{
    digests::{Morning, OpenRecord, Section, Thing, Work, open_parts},
    shown::{
        account, advice_on_clock, advice_on_deviation, clock_label, deviation_label, moment,
        name_of, title,
    },
};
use engine::OpenWork;
use maud::{Markup, html};
use model::Part;
use store::{MOST_IN_TRANSACTION, Store, StoreError, Versioned};

use super::{
    name::Name,
    not_shown::NotShown,
    reader::{MOST_LINES, Reader},
};
use crate::address::encoded;

/// What of people's work is shown, in this order, as in their mails.
const PARTS: [Part; 3] = [Part::LateClocks, Part::DueToday, Part::Deviations];

/// The longest that the lines of a page become, in bytes: with what stands around them it stays below 100 kB.
pub(super) const LONGEST: usize = 88_000;

/// What is open of these people: one query for each, and one for each hundred records that are shown.
pub(super) async fn of<S: Store>(
    reader: &Reader<'_, S>,
    people: &BTreeSet<PersonId>,
) -> Result<Vec<Section>, NotShown> {
    let work = OpenWork::of(reader.store, people).await?;
    let zone = reader.rules.zone_of(reader.person);
    let morning = Morning {
        day: reader.now.to_zoned(zone.clone()).date(),
        zone: zone.clone(),
        now: reader.now,
    };
    let work = Work {
        clocks: &work.clocks,
        deviations: &work.deviations,
    };
    let mut sections = open_parts(&PARTS, work, &morning);
    for section in &mut sections {
        section.records.retain(|it| people.contains(&it.owner));
    }
    Ok(sections)
}

/// The copies of these records, as far as there are some.
pub(super) async fn copies<'r, S: Store>(
    store: &S,
    records: impl IntoIterator<Item = &'r RecordId>,
) -> Result<BTreeMap<RecordId, Record>, StoreError> {
    let keys: BTreeSet<&RecordId> = records.into_iter().collect();
    let keys: Vec<Key> = keys.into_iter().map(Key::record).collect();
    let mut copies = BTreeMap::new();
    for some in keys.chunks(MOST_IN_TRANSACTION) {
        for item in store.get(some).await?.into_iter().flatten() {
            let record = Versioned::<RecordState>::read(item)?.state.record;
            copies.insert(record.id.clone(), record);
        }
    }
    Ok(copies)
}

/// What is open, part by part, as many lines as a page holds, and whose it is if that is of interest.
pub(super) async fn markup<S: Store>(
    reader: &Reader<'_, S>,
    sections: &[Section],
    whose: bool,
) -> Result<Markup, NotShown> {
    let lines = sections.iter().flat_map(|it| &it.records).take(MOST_LINES);
    let copies = copies(reader.store, lines.map(|it| &it.record)).await?;
    let (mut lines, mut bytes) = (0, 0);
    let mut shown = Vec::new();
    for section in sections {
        let mut rows = Vec::new();
        for record in &section.records {
            let row = row(reader, record, copies.get(&record.record), whose);
            bytes += row.0.len();
            lines += 1;
            if lines > MOST_LINES || bytes > LONGEST {
                break;
            }
            rows.push(row);
        }
        shown.push((section, rows));
    }
    Ok(html! {
        @for (section, rows) in &shown {
            h2 { (heading(section.part)) ": " (section.records.len()) }
            @if rows.is_empty() && section.records.is_empty() {
                p { "None." }
            } @else {
                table { @for row in rows { (row) } }
                (rest(section.records.len().saturating_sub(rows.len())))
            }
        }
    })
}

/// How many are not shown.
pub(super) fn rest(number: usize) -> Markup {
    html! { @if number > 0 { p { "And " (number) " more, which this page has no place for." } } }
}

const fn heading(part: Part) -> &'static str {
    match part {
        Part::LateClocks => "Late",
        Part::DueToday => "Due today",
        _ => "Deviations",
    }
}

fn row<S>(reader: &Reader<'_, S>, open: &OpenRecord, copy: Option<&Record>, whose: bool) -> Markup {
    let model = &reader.rules.model;
    html! {
        tr {
            td { (named(reader, &open.record, copy)) }
            @if whose { td { (name_of(model, &open.owner)) } }
            td { @for thing in &open.things { div { (said(reader, thing)) } } }
        }
    }
}

/// A record by what people call it, with the ways to its reasons and to the CRM.
pub(super) fn named<S>(reader: &Reader<'_, S>, record: &RecordId, copy: Option<&Record>) -> Markup {
    let name = reader.rules.model.name_of(record);
    let called: Vec<String> = copy
        .into_iter()
        .flat_map(|copy| [title(copy), account(copy)])
        .flatten()
        .collect();
    let called = if called.is_empty() {
        name.clone()
    } else {
        called.join(", ")
    };
    html! {
        (called) " "
        a href={ (Name::Record.path()) "?of=" (encoded(&name)) } { "why" }
        @if let Some(address) = reader.pages.of(record) { " " a href=(address) { "CRM" } }
    }
}

fn said<S>(reader: &Reader<'_, S>, thing: &Thing) -> Markup {
    let model = &reader.rules.model;
    let zone = reader.rules.zone_of(reader.person);
    match thing {
        Thing::Clock {
            name, due, late, ..
        } => html! {
            span class=[late.then_some("bad")] {
                (clock_label(model, name)) ", due " (moment(*due, zone))
                @if *late { ": late" }
            }
            ". To do: " (advice_on_clock(model, name))
        },
        Thing::Deviation { name, open } => html! {
            (deviation_label(model, name)) ", since " (moment(open.since, zone))
            @if let Some(by) = open.resolve_by { ", to be resolved by " (moment(by, zone)) }
            ". To do: " (advice_on_deviation(model, name))
        },
    }
}
