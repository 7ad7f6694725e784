use contracts::Key;
use crm::{RecordId, RecordName};
use decisions::{
    links::may_see,
    shown::{name_of, stage_label},
};
use engine::RecordFacts;
use maud::{Markup, html};
use store::Store;

use super::{name::Name, not_shown::NotShown, open, reader::Reader};
use crate::{address::value_of, page, standing::Standing, why};

/// The record that an address is about, and how it stands; of one that is gone as much is told as of one that never was.
pub(super) async fn read<S: Store>(
    reader: &Reader<'_, S>,
    query: &str,
) -> Result<(RecordFacts, Standing), NotShown> {
    let name: Option<RecordName> = value_of(query, "of").and_then(|it| it.parse().ok());
    let name = name.ok_or(NotShown::NoRecord)?;
    let record = reader.rules.model.record_named(&name);
    let record = record.map_err(|_| NotShown::NoRecord)?;
    let items = reader.store.partition(&Key::partition_of(&record)).await?;
    let facts = RecordFacts::read(items)?.ok_or(NotShown::NoRecord)?;
    if facts.record.state.record.archived {
        return Err(NotShown::NoRecord);
    }
    let standing = Standing::of(reader.rules, &facts, reader.now)?;
    Ok((facts, standing))
}

/// Which record it is, whose and at which stage, and the way to it in the CRM.
pub(super) fn stands<S>(reader: &Reader<'_, S>, id: &RecordId, standing: &Standing) -> Markup {
    let model = &reader.rules.model;
    html! {
        (page::number(id))
        @if let Some(owner) = &standing.owner { " · owner " (name_of(model, owner)) }
        @if let Some(stage) = &standing.stage { " · stage " (stage_label(model, id.kind, stage)) }
        @if let Some(address) = reader.pages.of(id) { " · " a href=(address) { "Open in the CRM" } }
    }
}

/// Why things are as they are with a record, for whoever may see it. Of one that they may not see they are told as
/// much as of one that is not there.
pub(super) async fn content<S: Store>(
    reader: &Reader<'_, S>,
    query: &str,
) -> Result<(String, Markup), NotShown> {
    let (rules, model) = (reader.rules, &reader.rules.model);
    let (facts, standing) = read(reader, query).await?;
    let record = facts.id();
    if !may_see(rules, reader.person, standing.owner.as_ref()) {
        return Err(NotShown::NoRecord);
    }
    let story = why::story_of(reader.store, record, reader.now).await?;
    let story = story.ok_or(NotShown::NoRecord)?;
    let said = why::markup(
        rules,
        reader.person,
        (&standing.copy, query),
        &story,
        reader.now,
    );
    let content = html! {
        p {
            (stands(reader, record, &standing))
            " · " a href=(open::about(model, Name::Answer, record)) { "Answer" }
        }
        (said)
    };
    let title = standing
        .name
        .clone()
        .unwrap_or_else(|| model.name_of(record));
    Ok((title, content))
}
