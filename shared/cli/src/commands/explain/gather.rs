use contracts::{AuditRecord, DecisionId, EventId, Key, Subject, state::EffectState};
use crm::{RecordId, RecordKind};
use jiff::Timestamp;
use store::{Item, Store, StoreError, Versioned};

use super::{
    standing::{PersonStanding, RecordStanding, Standing},
    story::{Chapter, Effect, Story, arrange, asks_for_effect, keep_chapter_of, keep_last},
};
use crate::commands::away::absences;

/// The most keys that one read of the table takes.
const KEYS: usize = 100;

/// How much of a story is told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Extent {
    /// Only the chapter of this decision.
    pub decision: Option<DecisionId>,
    /// Only so many decisions, the last ones.
    pub last: Option<usize>,
}

/// Reads the story of a record or person: its state, its audit records, and what became of the
/// mails and writes in them. None if nothing is known of it.
///
/// # Errors
/// If the table does not answer or an item cannot be read.
pub async fn gather<S: Store>(
    store: &S,
    about: &Subject,
    extent: &Extent,
    now: Timestamp,
) -> Result<Option<Story>, StoreError> {
    let stands = standing(store, about, now).await?;
    let items = store.partition(&Key::audit_partition_of(about)).await?;
    let audits: Vec<AuditRecord> = items.into_iter().map(audit).collect::<Result<_, _>>()?;
    if stands.is_none() && audits.is_empty() {
        return Ok(None);
    }
    let mut chapters = arrange(audits);
    if let Some(decision) = &extent.decision {
        keep_chapter_of(&mut chapters, decision);
    }
    let left_out = extent.last.map_or(0, |last| keep_last(&mut chapters, last));
    add_effects(store, &mut chapters).await?;
    let asked = extent.decision.clone();
    Ok(Some(Story {
        about: about.clone(),
        stands,
        asked,
        left_out,
        chapters,
    }))
}

/// The audit record in an item.
///
/// # Errors
/// If there is none in it.
pub fn audit(item: Item) -> Result<AuditRecord, StoreError> {
    Ok(Versioned::<AuditRecord>::read(item)?.state)
}

async fn standing<S: Store>(
    store: &S,
    about: &Subject,
    now: Timestamp,
) -> Result<Option<Standing>, StoreError> {
    match about {
        Subject::Record(record) => {
            let items = store.partition(&Key::partition_of(record)).await?;
            Ok(RecordStanding::read(items)?.map(|record| Standing::Record(Box::new(record))))
        }
        Subject::Person(person) => {
            let digests = store.partition(&Key::digest(person, "").pk).await?;
            let work = store.of_person(person.as_str()).await?;
            let (_, absences) = absences(store).await?;
            let away = absences.of(person).map(|absence| absence.span);
            let away = away.filter(|span| span.to > now).collect();
            Ok(PersonStanding::read(digests, &work, away)?.map(Standing::Person))
        }
    }
}

async fn add_effects<S: Store>(store: &S, chapters: &mut [Chapter]) -> Result<(), StoreError> {
    let told = || chapters.iter().flat_map(|chapter| &chapter.decisions);
    let wanted: Vec<EventId> = told()
        .flat_map(|told| &told.audit.events)
        .filter(|event| asks_for_effect(event))
        .map(|event| event.id.clone())
        .collect();
    let mut found = std::collections::BTreeMap::new();
    for some in wanted.chunks(KEYS) {
        let keys: Vec<Key> = some.iter().map(Key::effect).collect();
        for (id, item) in some.iter().zip(store.get(&keys).await?) {
            let effect = match item {
                Some(item) => Effect::from(Versioned::<EffectState>::read(item)?.state),
                None => Effect::Pending,
            };
            found.insert(id.clone(), effect);
        }
    }
    for told in chapters
        .iter_mut()
        .flat_map(|chapter| &mut chapter.decisions)
    {
        let ids = told.audit.events.iter().map(|event| &event.id);
        told.effects = ids
            .filter_map(|id| Some((id.clone(), found.get(id)?.clone())))
            .collect();
    }
    Ok(())
}

/// What somebody may have meant who named a record that is not known: the same id as another kind,
/// and up to `most` of what was decided about in this hour and the one before. Ids only.
///
/// # Errors
/// If the table does not answer or an item cannot be read.
pub async fn nearest<S: Store>(
    store: &S,
    about: &Subject,
    now: Timestamp,
    most: usize,
) -> Result<(Vec<RecordId>, Vec<Subject>), StoreError> {
    let mut same_id = Vec::new();
    if let Subject::Record(record) = about {
        let others: Vec<RecordId> = RecordKind::ALL
            .into_iter()
            .map(|kind| RecordId {
                kind,
                id: record.id.clone(),
            })
            .collect();
        let keys: Vec<Key> = others.iter().map(Key::record).collect();
        let found = store.get(&keys).await?;
        same_id = others
            .into_iter()
            .zip(found)
            .filter(|(_, item)| item.is_some())
            .map(|(id, _)| id)
            .collect();
    }
    let mut lately: Vec<Subject> = Vec::new();
    for hour in super::find::hours_back(now, 2) {
        for item in store.of_hour(&hour).await?.into_iter().rev() {
            let subject = audit(item)?.subject;
            if !lately.contains(&subject) && lately.len() < most {
                lately.push(subject);
            }
        }
    }
    Ok((same_id, lately))
}
