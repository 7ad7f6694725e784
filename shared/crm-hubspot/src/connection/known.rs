//! What a connection knows of its portal: read once, and believed for a while.

use std::{collections::BTreeMap, sync::Mutex};

use crm::{FieldMapping, ObjectMapping};
use engine::{Budget, Clock, CrmError, Secrets};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};

use super::line::{Line, ask, held};
use crate::{
    author::UserIds,
    client::Owner,
    dictionary::{Declared, Dictionary, needs_zone, to_declare},
};

/// How long the portal's list of users is believed. Someone who joined since is taken for a stranger
/// until then: nobody owns a record and answers it in their first quarter of an hour.
const USERS_BELIEVED: SignedDuration = SignedDuration::from_mins(15);

/// How long the declared types and the zone are believed: they hardly ever change.
const DECLARED_BELIEVED: SignedDuration = SignedDuration::from_hours(24);

/// How long it is believed that a property does not exist: somebody may be about to make it.
const ABSENT_BELIEVED: SignedDuration = SignedDuration::from_mins(15);

/// What properties are declared to hold, by their names.
type All = BTreeMap<String, Declared>;

/// What was read, each with the time at which it was.
#[derive(Default)]
pub(super) struct Known {
    users: Mutex<Option<(Timestamp, UserIds)>>,
    /// By the type of object.
    declared: Mutex<BTreeMap<String, (Timestamp, All)>>,
    zone: Mutex<Option<(Timestamp, TimeZone)>>,
}

impl Known {
    /// What must be known to read records of a mapping.
    pub(super) async fn dictionary<K: Secrets, B: Budget, C: Clock>(
        &self,
        line: &Line<K, B, C>,
        mapping: &ObjectMapping,
    ) -> Result<Dictionary, CrmError> {
        let users = self.users(line).await?;
        let fields: Vec<&FieldMapping> = to_declare(mapping).collect();
        let dated = self.dated(line, &mapping.object, &fields).await?;
        Ok(Dictionary { users, ..dated })
    }

    /// What must be known to read or write one field.
    pub(super) async fn dictionary_of<K: Secrets, B: Budget, C: Clock>(
        &self,
        line: &Line<K, B, C>,
        mapping: &ObjectMapping,
        field: &str,
    ) -> Result<Dictionary, CrmError> {
        let fields: Vec<&FieldMapping> =
            to_declare(mapping).filter(|it| it.field == field).collect();
        self.dated(line, &mapping.object, &fields).await
    }

    /// The types and the zone by which these fields are read, as far as they need them. Without them
    /// nothing can be read: a day is not guessed, and what fails here is tried again later.
    async fn dated<K: Secrets, B: Budget, C: Clock>(
        &self,
        line: &Line<K, B, C>,
        object: &str,
        fields: &[&FieldMapping],
    ) -> Result<Dictionary, CrmError> {
        let mut dictionary = Dictionary::default();
        if fields.is_empty() {
            return Ok(dictionary);
        }
        dictionary.declared = self.declared(line, object, fields).await.map_err(later)?;
        let zoned =
            |field: &&FieldMapping| needs_zone(field, dictionary.declared.get(&field.property));
        if fields.iter().any(zoned) {
            dictionary.zone = Some(self.zone(line).await.map_err(later)?);
        }
        Ok(dictionary)
    }

    async fn declared<K: Secrets, B: Budget, C: Clock>(
        &self,
        line: &Line<K, B, C>,
        object: &str,
        fields: &[&FieldMapping],
    ) -> Result<All, CrmError> {
        let now = line.clock.now();
        let wanted = |all: &All| -> All {
            let names = fields.iter().map(|field| &field.property);
            let known = names.filter_map(|name| Some((name.clone(), *all.get(name)?)));
            known.collect()
        };
        let absent = |declared: &All| {
            let mut names = fields.iter().map(|field| &field.property);
            names.find(|name| !declared.contains_key(*name)).cloned()
        };
        let kept = held(&self.declared)
            .get(object)
            .map(|(at, all)| (*at, wanted(all)));
        if let Some((at, declared)) = kept {
            let believed = match absent(&declared) {
                None => DECLARED_BELIEVED,
                Some(_) => ABSENT_BELIEVED,
            };
            if now.duration_since(at) < believed {
                return Ok(declared);
            }
        }
        let all = ask!(line, client => client.declared(object))?;
        let declared = wanted(&all);
        if let Some(property) = absent(&declared) {
            tracing::warn!(
                object,
                property,
                "technology.yaml maps a property that the CRM does not have, or does not show to our app"
            );
        }
        held(&self.declared).insert(object.to_owned(), (now, all));
        Ok(declared)
    }

    async fn zone<K: Secrets, B: Budget, C: Clock>(
        &self,
        line: &Line<K, B, C>,
    ) -> Result<TimeZone, CrmError> {
        let now = line.clock.now();
        let kept = held(&self.zone).clone();
        if let Some((at, zone)) = kept
            && now.duration_since(at) < DECLARED_BELIEVED
        {
            return Ok(zone);
        }
        let zone = ask!(line, client => client.zone())?;
        *held(&self.zone) = Some((now, zone.clone()));
        Ok(zone)
    }

    /// The owner for each user id: histories name users, records name owners.
    pub(super) async fn users<K: Secrets, B: Budget, C: Clock>(
        &self,
        line: &Line<K, B, C>,
    ) -> Result<UserIds, CrmError> {
        let now = line.clock.now();
        let kept = held(&self.users).clone();
        if let Some((at, users)) = kept
            && now.duration_since(at) < USERS_BELIEVED
        {
            return Ok(users);
        }
        let users = match ask!(line, client => client.owners()) {
            Ok(owners) => Owner::user_ids(&owners),
            Err(why) if why.is_retryable() => return Err(why),
            // An app without the scope to read owners still syncs; who made a contact is then
            // not known.
            Err(why) => {
                tracing::warn!(%why, "the CRM's users cannot be read");
                UserIds::Unknown
            }
        };
        *held(&self.users) = Some((now, users.clone()));
        Ok(users)
    }
}

/// What concerns every record is nobody's final no: also what the CRM refuses here is asked again.
fn later(why: CrmError) -> CrmError {
    if why.is_retryable() || matches!(why, CrmError::Setup(_)) {
        return why;
    }
    CrmError::Unavailable {
        why: format!("what its properties hold, and its time zone, cannot be read: {why}"),
        perhaps_done: false,
    }
}
