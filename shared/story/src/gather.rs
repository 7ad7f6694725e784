use std::collections::BTreeMap;

use contracts::{
    AuditRecord, DecisionId, Event, EventId, Key, Subject,
    state::{AbsencesState, EffectState, EffectStatus, LoadState},
};
use engine::OpenWork;
use jiff::Timestamp;
use store::{MOST_IN_TRANSACTION, Store, StoreError, Versioned, read_or_default};

use crate::{
    arrange::{arrange, keep_chapter_of, keep_last},
    effect::{Effect, KeptEffect, asks_for_effect},
    now::{Now, PersonNow, RecordNow},
    read::audit,
    story::{Chapter, Story},
    words::summary::summary,
};

/// How much of a story is told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Extent {
    /// Only the chapter of this decision.
    pub decision: Option<DecisionId>,
    /// Only so many decisions, the last ones.
    pub last: Option<usize>,
}

/// Reads the story of a record or person: its state, its audit records, and what has become of the
/// mails and writes in them by `now`. None if nothing is known of it.
///
/// # Errors
/// If the table does not answer or an item cannot be read.
pub async fn gather<S: Store>(
    store: &S,
    about: &Subject,
    extent: &Extent,
    now: Timestamp,
) -> Result<Option<Story>, StoreError> {
    let stands = as_it_is(store, about, now).await?;
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
    add_effects(store, &mut chapters, now).await?;
    let last = chapters.last().and_then(|it| it.decisions.last());
    let revision = last.map(|decision| &decision.audit.revision);
    Ok(Some(Story {
        about: about.clone(),
        summary: summary(about, stands.as_ref(), revision),
        stands,
        asked: extent.decision.clone(),
        left_out,
        chapters,
    }))
}

async fn as_it_is<S: Store>(
    store: &S,
    about: &Subject,
    now: Timestamp,
) -> Result<Option<Now>, StoreError> {
    match about {
        Subject::Record(record) => {
            let items = store.partition(&Key::partition_of(record)).await?;
            Ok(RecordNow::read(items)?.map(|record| Now::Record(Box::new(record))))
        }
        Subject::Person(person) => {
            let digests = store.partition(&Key::digest(person, "").pk).await?;
            let work = OpenWork::of(store, [person]).await?;
            let items = store.get(&[Key::absences(), Key::load(person)]).await?;
            let absences: AbsencesState = read_or_default(items.first())?;
            let load = items.into_iter().nth(1).flatten();
            let load = load.map(Versioned::<LoadState>::read).transpose()?;
            let away = absences.of(person).map(|absence| absence.span);
            let away = away.filter(|span| span.to > now).collect();
            let load = load.map(|load| load.state);
            Ok(PersonNow::read(digests, &work, away, load)?.map(Now::Person))
        }
    }
}

/// Adds what became of every mail and write.
async fn add_effects<S: Store>(
    store: &S,
    chapters: &mut [Chapter],
    now: Timestamp,
) -> Result<(), StoreError> {
    let all = chapters.iter().flat_map(|chapter| &chapter.decisions);
    let events = all.flat_map(|decision| &decision.audit.events);
    let wanted: Vec<&Event> = events.filter(|event| asks_for_effect(event)).collect();
    let ids: Vec<&EventId> = wanted.iter().map(|event| &event.id).collect();
    let mut kept = effects(store, &ids).await?;
    // What went with the mail of another is sent when that one is.
    let others: Vec<EventId> = kept.values().filter_map(|it| it.with.clone()).collect();
    let others = effects(store, &others.iter().collect::<Vec<_>>()).await?;
    let mut found: BTreeMap<EventId, Effect> = BTreeMap::new();
    for event in wanted {
        let own = kept.remove(&event.id).map(|own| {
            let other = own.with.as_ref().and_then(|with| others.get(with));
            match other.filter(|it| it.status != EffectStatus::Skipped) {
                Some(other) => other.clone(),
                None => own,
            }
        });
        let kept = own.map_or(KeptEffect::Pending, KeptEffect::from);
        found.insert(event.id.clone(), Effect::told(kept, event, now));
    }
    let all = chapters.iter_mut().flat_map(|it| &mut it.decisions);
    for decision in all {
        let ids = decision.audit.events.iter().map(|event| &event.id);
        decision.effects = ids.filter_map(|id| found.remove_entry(id)).collect();
    }
    Ok(())
}

/// What the table keeps of these effects.
async fn effects<S: Store>(
    store: &S,
    ids: &[&EventId],
) -> Result<BTreeMap<EventId, EffectState>, StoreError> {
    let mut found = BTreeMap::new();
    for some in ids.chunks(MOST_IN_TRANSACTION) {
        let keys: Vec<Key> = some.iter().map(|id| Key::effect(id)).collect();
        for (id, item) in some.iter().zip(store.get(&keys).await?) {
            if let Some(item) = item {
                let state = Versioned::<EffectState>::read(item)?.state;
                found.insert((*id).clone(), state);
            }
        }
    }
    Ok(found)
}
