use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use crm::{
    Activities, ActivityKind, Candidates, CrmPeople, ObjectMapping, RecordId, RecordKind, Value,
    Wanted,
};
use engine::{
    Crm, CrmError, FieldStanding, FieldStandings, FieldValues, Isolated, ListedPage, Listing,
    NewTask, Reading,
};
use jiff::Timestamp;

use super::listing::{listed, seen};

use super::Ports;
use crate::{
    fault::{FaultKind, Peer},
    planted::Planted,
    portal::Held,
    world::{Fate, Inside},
};

impl Ports {
    /// A call of the CRM: it takes its time, and then it is turned away, fails, or is done.
    async fn ask<T>(
        &self,
        work: impl FnOnce(&mut Inside) -> Result<T, CrmError> + Send,
    ) -> Result<T, CrmError> {
        self.0.step(Peer::Crm).await;
        let mut inside = self.0.lock();
        turned_away(&mut inside)?;
        let gone = |perhaps_done| CrmError::Unavailable {
            why: "the CRM is away".to_owned(),
            perhaps_done,
            retry_after: None,
        };
        match inside.fate(Peer::Crm) {
            Fate::Well => work(&mut inside),
            Fate::Never => Err(gone(false)),
            Fate::AnswerLost => {
                let _ = work(&mut inside);
                Err(gone(true))
            }
        }
    }
}

fn turned_away(inside: &mut Inside) -> Result<(), CrmError> {
    let denied = inside.on(|kind| matches!(kind, FaultKind::TokenRefused).then_some(()));
    if denied.count() > 0 {
        inside.note_fault();
        return Err(CrmError::Unauthorized);
    }
    let busy = inside.on(|kind| match kind {
        FaultKind::CrmBusy { rate, seconds } => Some((*rate, *seconds)),
        _ => None,
    });
    let (rate, seconds) = busy.max().unwrap_or((0, 0));
    if inside.chance(rate) {
        inside.note_fault();
        let retry_after = Duration::from_secs(seconds.into());
        return Err(CrmError::RateLimited { retry_after });
    }
    Ok(())
}

fn id_of(mapping: &ObjectMapping, id: &str) -> Result<RecordId, CrmError> {
    let id = RecordId::new(&mapping.source, mapping.kind, id);
    id.map_err(|why| CrmError::malformed(why.to_string()))
}

/// Whether the CRM takes this as an owner.
fn refused(inside: &Inside, field: &str, value: Option<&Value>) -> bool {
    let Some(person) = value.and_then(Value::person).filter(|_| field == "owner") else {
        return false;
    };
    let mut all = inside.on(|kind| match kind {
        FaultKind::OwnerRefused { person } => Some(person),
        _ => None,
    });
    all.any(|refused| refused == person)
}

fn set_fields(inside: &mut Inside, record: &RecordId, values: &FieldValues) {
    let decided = values.iter().map(|(field, value)| {
        let decided = inside.turn.decided_on(record, value.as_ref());
        (field.clone(), value.clone(), decided)
    });
    let decided: Vec<_> = decided.collect();
    inside.portal.write(record, &decided, inside.now);
    if inside.planted == Some(Planted::EndlessChain) && values.contains_key("stage") {
        inside.portal.undo_last_write(inside.now);
    }
}

impl Crm for Ports {
    async fn read(
        &self,
        mapping: &ObjectMapping,
        ids: &[String],
    ) -> Result<BTreeMap<String, Reading>, CrmError> {
        self.ask(|inside| {
            let mut all = BTreeMap::new();
            for id in ids {
                let record = id_of(mapping, id)?;
                let reading = match seen(inside, &record) {
                    None => Reading::Missing,
                    Some(held) => Reading::Record {
                        record: Box::new(held.record(record, mapping)),
                        unreadable: Vec::new(),
                    },
                };
                all.insert(id.clone(), reading);
            }
            Ok(all)
        })
        .await
    }

    async fn associated(
        &self,
        from: &ObjectMapping,
        to: &ObjectMapping,
        ids: &[String],
    ) -> Result<BTreeMap<String, Vec<String>>, CrmError> {
        self.ask(|inside| {
            let mut all = BTreeMap::new();
            for id in ids {
                if from.kind == RecordKind::Account {
                    let below = inside.portal.below(&id_of(from, id)?, to.kind);
                    all.insert(id.clone(), below);
                    continue;
                }
                if to.kind != RecordKind::Account {
                    all.insert(id.clone(), Vec::new());
                    continue;
                }
                let held = inside.portal.find(&id_of(from, id)?);
                let account = held.and_then(|held| held.account.as_ref());
                let account = account.filter(|account| inside.portal.find(account).is_some());
                let account = account.map(|account| account.id.clone());
                all.insert(id.clone(), account.into_iter().collect());
            }
            Ok(all)
        })
        .await
    }

    async fn search(
        &self,
        mapping: &ObjectMapping,
        field: &str,
        wanted: Wanted,
        texts: &[String],
    ) -> Result<BTreeMap<String, Candidates>, CrmError> {
        self.ask(|inside| {
            let records = inside.portal.records().iter();
            let of_kind = records.filter(|(id, held)| id.kind == mapping.kind && !held.deleted);
            let values = of_kind.filter_map(|(id, held)| {
                Some((id.id.clone(), held.fields.get(field)?.text()?.to_owned()))
            });
            let values: Vec<(String, String)> = values.collect();
            Ok(wanted.among(&values, texts))
        })
        .await
    }

    async fn list(
        &self,
        mapping: &ObjectMapping,
        _: Option<&ObjectMapping>,
        listing: Listing,
        after: Option<&str>,
    ) -> Result<ListedPage, CrmError> {
        self.ask(|inside| {
            let gone = listing == Listing::Gone;
            let wanted = |held: &Held| held.deleted == gone && !held.erased;
            listed(inside, mapping, (listing, &wanted), after)
        })
        .await
    }

    async fn changed_since(
        &self,
        mapping: &ObjectMapping,
        since: Timestamp,
        after: Option<&str>,
    ) -> Result<ListedPage, CrmError> {
        self.ask(|inside| {
            let wanted = |held: &Held| !held.deleted && held.modified >= since;
            listed(inside, mapping, (Listing::Versions, &wanted), after)
        })
        .await
    }

    async fn activities(
        &self,
        mapping: &ObjectMapping,
        ids: &[String],
        kinds: &BTreeSet<ActivityKind>,
    ) -> Result<BTreeMap<String, Activities>, CrmError> {
        self.ask(|inside| {
            let mut all = BTreeMap::new();
            for id in ids {
                let held = inside.portal.find(&id_of(mapping, id)?);
                let taken_for_another = inside.planted == Some(Planted::KindTakenForAnother);
                let of = |kind| held.map_or_else(Vec::new, |it| it.logged(kind, taken_for_another));
                let activities = kinds.iter().map(|kind| (*kind, of(*kind)));
                all.insert(id.clone(), activities.collect());
            }
            Ok(all)
        })
        .await
    }

    async fn people(&self) -> Result<CrmPeople, CrmError> {
        self.ask(|inside| Ok(inside.portal.people.clone())).await
    }

    async fn fields(
        &self,
        mapping: &ObjectMapping,
        ids: &[String],
        fields: &[String],
    ) -> Result<Isolated<FieldStandings>, CrmError> {
        self.ask(|inside| {
            let mut all = Isolated::new();
            for id in ids {
                let held = seen(inside, &id_of(mapping, id)?).ok_or(CrmError::NotFound);
                let standing = held.map(|held| {
                    let standing = |field: &String| FieldStanding {
                        value: held.fields.get(field).cloned(),
                        changes: held.history.get(field).cloned().unwrap_or_default(),
                    };
                    let fields = fields.iter();
                    fields
                        .map(|field| (field.clone(), standing(field)))
                        .collect()
                });
                all.insert(id.clone(), standing);
            }
            Ok(all)
        })
        .await
    }

    async fn set_fields(
        &self,
        mapping: &ObjectMapping,
        values: &BTreeMap<String, FieldValues>,
    ) -> Result<Isolated<()>, CrmError> {
        self.ask(|inside| {
            // A batch with a value that it does not take is refused whole, as the CRM's documents say of
            // some mistakes; a single one is refused by itself.
            let mut each = values.values().flatten();
            if each.any(|(field, value)| refused(inside, field, value.as_ref())) {
                return Err(CrmError::Refused {
                    why: "VALIDATION_ERROR INVALID_OWNER_ID".to_owned(),
                });
            }
            let mut all = Isolated::new();
            for (id, values) in values {
                let record = id_of(mapping, id)?;
                let set = match seen(inside, &record) {
                    None => Err(CrmError::NotFound),
                    Some(_) => {
                        set_fields(inside, &record, values);
                        Ok(())
                    }
                };
                all.insert(id.clone(), set);
            }
            Ok(all)
        })
        .await
    }

    async fn find_record(
        &self,
        mapping: &ObjectMapping,
        (field, value): (&str, &str),
    ) -> Result<Option<String>, CrmError> {
        self.ask(|inside| {
            let found = inside.portal.with(mapping.kind, field, value);
            let shown = found.filter(|id| seen(inside, id).is_some());
            Ok(shown.map(|id| id.id))
        })
        .await
    }

    async fn create_record(
        &self,
        mapping: &ObjectMapping,
        (field, value): (&str, &str),
        values: &FieldValues,
    ) -> Result<String, CrmError> {
        self.ask(|inside| {
            let mut all = values.clone();
            all.insert(field.to_owned(), Some(Value::Text(value.to_owned())));
            let known = inside.portal.with(mapping.kind, field, value);
            let record = match known {
                Some(record) => record,
                None => id_of(mapping, &inside.portal.next_id(mapping.kind))?,
            };
            inside.portal.create(&record, &all, inside.now);
            if inside.planted == Some(Planted::CreatedTwice) {
                let another = id_of(mapping, &inside.portal.next_id(mapping.kind))?;
                inside.portal.create(&another, &all, inside.now);
            }
            Ok(record.id)
        })
        .await
    }

    async fn associate(
        &self,
        (from, id): (&ObjectMapping, &str),
        (to, other): (&ObjectMapping, &str),
    ) -> Result<(), CrmError> {
        self.ask(|inside| {
            let (record, account) = (id_of(from, id)?, id_of(to, other)?);
            inside.portal.find(&account).ok_or(CrmError::NotFound)?;
            inside.portal.belongs(&record, &account, inside.now);
            Ok(())
        })
        .await
    }

    async fn find_task(
        &self,
        mapping: &ObjectMapping,
        id: &str,
        marker: &str,
    ) -> Result<Option<String>, CrmError> {
        self.ask(|inside| {
            let found = inside.portal.task(&id_of(mapping, id)?, marker);
            Ok(found.map(|index| index.to_string()))
        })
        .await
    }

    async fn create_task(
        &self,
        mapping: &ObjectMapping,
        id: &str,
        task: &NewTask,
    ) -> Result<String, CrmError> {
        self.ask(|inside| {
            let record = id_of(mapping, id)?;
            seen(inside, &record).ok_or(CrmError::NotFound)?;
            Ok(inside.portal.add_task(&record, task.clone()).to_string())
        })
        .await
    }
}
