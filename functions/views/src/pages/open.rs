use std::collections::{BTreeMap, BTreeSet};

use contracts::{Key, state::RecordState};
use crm::{PersonId, Record, RecordId};
use decisions::{
    digests::{Morning, OpenRecord, Section, Work, open_parts},
    shown::{account, name_of, title},
};
use engine::OpenWork;
use maud::{Markup, html};
use model::{OperatingModel, Part};
use store::{MOST_IN_TRANSACTION, Store, StoreError, Versioned};

use super::{
    name::Name,
    not_shown::NotShown,
    reader::{MOST_LINES, Reader},
};
use crate::{address::encoded, things};

/// What of people's work is shown, in this order, as in their mails.
pub(super) const PARTS: [Part; 3] = [Part::LateClocks, Part::DueToday, Part::Deviations];

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
        reader: None,
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
                ul.rows { @for row in rows { (row) } }
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
        _ => "To put right",
    }
}

fn row<S>(reader: &Reader<'_, S>, open: &OpenRecord, copy: Option<&Record>, whose: bool) -> Markup {
    let owner = whose.then(|| name_of(&reader.rules.model, &open.owner));
    let zone = reader.rules.zone_of(reader.person);
    html! {
        li {
            (called(reader, &open.record, copy, (owner.as_deref(), true)))
            div {
                (things::markup(reader.rules, zone, &open.things))
                (things::answers(reader.rules, &open.answers, reader.person, reader.now))
            }
        }
    }
}

/// A record by what people call it, with the ways to its reasons and to the CRM.
pub(super) fn named<S>(reader: &Reader<'_, S>, record: &RecordId, copy: Option<&Record>) -> Markup {
    called(reader, record, copy, (None, false))
}

/// The same, with the way to what can be answered.
pub(super) fn answerable<S>(
    reader: &Reader<'_, S>,
    record: &RecordId,
    copy: Option<&Record>,
) -> Markup {
    called(reader, record, copy, (None, true))
}

/// Where the page of this name is about a record.
pub(super) fn about(model: &OperatingModel, name: Name, record: &RecordId) -> String {
    format!("{}?of={}", name.path(), encoded(&model.name_of(record)))
}

fn called<S>(
    reader: &Reader<'_, S>,
    record: &RecordId,
    copy: Option<&Record>,
    (owner, answers): (Option<&str>, bool),
) -> Markup {
    let model = &reader.rules.model;
    let called: Vec<String> = copy
        .into_iter()
        .flat_map(|copy| [title(copy), account(copy)])
        .flatten()
        .collect();
    let number = format!("{} {}", record.kind, record.id);
    let called = if called.is_empty() {
        number
    } else {
        called.join(", ")
    };
    html! {
        div {
            strong { (called) }
            div.small {
                @if let Some(owner) = owner { (owner) " \u{b7} " }
                @if answers { a href=(about(model, Name::Answer, record)) { "Answer" } " \u{b7} " }
                a href=(about(model, Name::Record, record)) { "Why?" }
                @if let Some(address) = reader.pages.of(record) { " \u{b7} " a href=(address) { "Open in the CRM" } }
            }
        }
    }
}
