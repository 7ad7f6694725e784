//! What was logged with records is read with them, of the kinds that a clock or a hand-off of the model asks for.

use std::collections::BTreeSet;

use crm::{Activities, ActivityKind, ObjectMapping, Record, RecordId};
use engine::{Clock, Crm, isolate};
use jiff::Timestamp;
use store::Store;

use crate::{CrmSync, Results};

impl<S: Store, C: Clock, R: Crm> CrmSync<S, C, R> {
    /// Reads what was logged with each of these records. One of which that cannot be read now is taken out of
    /// `records` and said so in `results`: it would be judged as one with which nothing was logged.
    ///
    /// Nothing is asked for where the model asks for no kind, nor of a record that the CRM says nobody was in touch
    /// with, where only contacts are asked for: so a new lead costs no request.
    pub(crate) async fn attach_activities(
        &self,
        crm: &R,
        mapping: &ObjectMapping,
        records: &mut Vec<Record>,
        now: impl Fn(&RecordId) -> Option<Timestamp>,
        results: &mut Results,
    ) {
        let kinds = self.rules.model.activities_of(mapping.kind);
        if kinds.is_empty() {
            return;
        }
        let contacts_alone = kinds.iter().all(|kind| kind.is_contact());
        let asked = |it: &&mut Record| !contacts_alone || it.last_contact.is_some();
        let ids = records.iter_mut().filter(asked).map(|it| it.id.id.clone());
        let ids: Vec<String> = ids.collect();
        let mut found = isolate(&ids, async |ids: Vec<String>| {
            crm.activities(mapping, &ids, &kinds).await
        })
        .await;
        records.retain_mut(|record| match found.remove(&record.id.id) {
            Some(Err(error)) => {
                results.insert(record.id.clone(), Err(error.into()));
                false
            }
            Some(Ok(activities)) => {
                record.activities = done(activities, now(&record.id));
                true
            }
            None => {
                record.activities = none_of(&kinds);
                true
            }
        });
    }
}

/// Those whose time has come: a meeting that is still to come has not met anything.
fn done(mut activities: Activities, now: Option<Timestamp>) -> Activities {
    for all in activities.values_mut() {
        all.retain(|it| now.is_none_or(|now| it.at <= now));
    }
    activities
}

fn none_of(kinds: &BTreeSet<ActivityKind>) -> Activities {
    kinds.iter().map(|kind| (*kind, Vec::new())).collect()
}
