use crm::RecordName;
use decisions::{
    links::may_see,
    shown::{name_of, stage_label},
};
use engine::RecordFacts;
use maud::{Markup, html};
use store::Store;

use contracts::Key;

use super::{name::Name, not_shown::NotShown, open, reader::Reader};
use crate::{address::value_of, standing::Standing, why};

/// Why things are as they are with a record, for whoever may see it. Of one that they may not see they are told as
/// much as of one that is not there.
pub(super) async fn content<S: Store>(
    reader: &Reader<'_, S>,
    query: &str,
) -> Result<(String, Markup), NotShown> {
    let (rules, model) = (reader.rules, &reader.rules.model);
    let name: Option<RecordName> = value_of(query, "of").and_then(|it| it.parse().ok());
    let name = name.ok_or(NotShown::NoRecord)?;
    let record = model.record_named(&name).map_err(|_| NotShown::NoRecord)?;
    let items = reader.store.partition(&Key::partition_of(&record)).await?;
    let facts = RecordFacts::read(items)?.ok_or(NotShown::NoRecord)?;
    let standing = Standing::of(rules, &facts, reader.now)?;
    let archived = facts.record.state.record.archived;
    if archived || !may_see(rules, reader.person, standing.owner.as_ref()) {
        return Err(NotShown::NoRecord);
    }
    let story = why::story_of(reader.store, &record, reader.now).await?;
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
            (record.kind) " " (record.id)
            @if let Some(owner) = &standing.owner { " · owner " (name_of(model, owner)) }
            @if let Some(stage) = &standing.stage { " · stage " (stage_label(model, record.kind, stage)) }
            @if let Some(address) = reader.pages.of(&record) { " · " a href=(address) { "Open in the CRM" } }
            " · " a href=(open::about(model, Name::Answer, &record)) { "Answer" }
        }
        (said)
    };
    let title = standing
        .name
        .clone()
        .unwrap_or_else(|| model.name_of(&record));
    Ok((title, content))
}
