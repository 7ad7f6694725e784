//! What a connection knows of its portal: read once, and believed for a while.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

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

/// What properties are declared to hold, by their names; none of one of which that is not said.
type All = BTreeMap<String, Option<Declared>>;

/// What was read.
#[derive(Default)]
pub(super) struct Known {
    users: Kept<(), UserIds>,
    /// By the type of object.
    declared: Kept<String, Arc<All>>,
    zone: Kept<(), TimeZone>,
}

/// What was read of each of something, with the time at which it was.
struct Kept<K, T>(Mutex<BTreeMap<K, (Timestamp, T)>>);

impl<K, T> Default for Kept<K, T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Ord, T: Clone> Kept<K, T> {
    /// What was read, if it is believed for so long.
    fn believed(
        &self,
        of: &K,
        now: Timestamp,
        how_long: impl FnOnce(&T) -> SignedDuration,
    ) -> Option<T> {
        let kept = held(&self.0);
        let (at, it) = kept.get(of)?;
        (now.duration_since(*at) < how_long(it)).then(|| it.clone())
    }

    fn keep(&self, of: K, now: Timestamp, it: T) {
        held(&self.0).insert(of, (now, it));
    }
}

impl Known {
    /// What must be known to read the fields of a mapping, or some of them, and who set them.
    pub(super) async fn to_read<K: Secrets, B: Budget, C: Clock>(
        &self,
        line: &Line<K, B, C>,
        mapping: &ObjectMapping,
        fields: Option<&[String]>,
    ) -> Result<Dictionary, CrmError> {
        let users = self.users(line).await?;
        let dated = self.dated(line, mapping, fields).await?;
        Ok(Dictionary { users, ..dated })
    }

    /// What must be known to write some fields.
    pub(super) async fn to_write<K: Secrets, B: Budget, C: Clock>(
        &self,
        line: &Line<K, B, C>,
        mapping: &ObjectMapping,
        fields: &[String],
    ) -> Result<Dictionary, CrmError> {
        self.dated(line, mapping, Some(fields)).await
    }

    /// The types and the zone by which the fields of a mapping, or some of them, are read, as far as they
    /// need them. Without them nothing can be read: a day is not guessed, and what fails here is tried again
    /// later.
    async fn dated<K: Secrets, B: Budget, C: Clock>(
        &self,
        line: &Line<K, B, C>,
        mapping: &ObjectMapping,
        fields: Option<&[String]>,
    ) -> Result<Dictionary, CrmError> {
        let mut dictionary = Dictionary::default();
        let wanted = |it: &&FieldMapping| fields.is_none_or(|fields| fields.contains(&it.field));
        let fields: Vec<&FieldMapping> = to_declare(mapping).filter(wanted).collect();
        if fields.is_empty() {
            return Ok(dictionary);
        }
        let declared = self.declared(line, &mapping.object, &fields).await;
        dictionary.declared = declared.map_err(|why| later("what its properties hold", &why))?;
        let zoned =
            |field: &&FieldMapping| needs_zone(field, dictionary.declared.get(&field.property));
        if fields.iter().any(zoned) {
            let zone = self.zone(line).await;
            dictionary.zone = Some(zone.map_err(|why| later("its time zone", &why))?);
        }
        Ok(dictionary)
    }

    /// What the properties of these fields hold, of those that exist.
    async fn declared<K: Secrets, B: Budget, C: Clock>(
        &self,
        line: &Line<K, B, C>,
        object: &str,
        fields: &[&FieldMapping],
    ) -> Result<BTreeMap<String, Declared>, CrmError> {
        let now = line.clock.now();
        let object_type = object.to_owned();
        let names = || fields.iter().map(|field| &field.property);
        let wanted = |all: &All| -> BTreeMap<String, Declared> {
            let known = names().filter_map(|name| Some((name.clone(), (*all.get(name)?)?)));
            known.collect()
        };
        let untold = |all: &All| names().find(|name| all.get(*name) == Some(&None));
        let absent = |all: &All| names().find(|name| !all.contains_key(*name));
        let how_long = |all: &Arc<All>| match (untold(all), absent(all)) {
            (Some(_), _) => SignedDuration::ZERO,
            (None, Some(_)) => ABSENT_BELIEVED,
            (None, None) => DECLARED_BELIEVED,
        };
        if let Some(all) = self.declared.believed(&object_type, now, how_long) {
            return Ok(wanted(&all));
        }
        let all: All = ask!(line, client => client.declared(object))?;
        if let Some(property) = untold(&all) {
            let why = format!("the property `{property}` has no `type`");
            return Err(CrmError::malformed(why));
        }
        if let Some(property) = absent(&all) {
            tracing::warn!(
                object,
                property,
                "technology.yaml maps a property that the CRM does not have, or does not show to our app"
            );
        }
        let declared = wanted(&all);
        self.declared.keep(object_type, now, Arc::new(all));
        Ok(declared)
    }

    async fn zone<K: Secrets, B: Budget, C: Clock>(
        &self,
        line: &Line<K, B, C>,
    ) -> Result<TimeZone, CrmError> {
        let now = line.clock.now();
        if let Some(zone) = self.zone.believed(&(), now, |_| DECLARED_BELIEVED) {
            return Ok(zone);
        }
        let zone = ask!(line, client => client.zone())?;
        self.zone.keep((), now, zone.clone());
        Ok(zone)
    }

    /// The owner for each user id: histories name users, records name owners.
    async fn users<K: Secrets, B: Budget, C: Clock>(
        &self,
        line: &Line<K, B, C>,
    ) -> Result<UserIds, CrmError> {
        let now = line.clock.now();
        if let Some(users) = self.users.believed(&(), now, |_| USERS_BELIEVED) {
            return Ok(users);
        }
        let users = match ask!(line, client => client.owners()) {
            Ok(owners) => Owner::user_ids(&owners),
            // An app without the right to read owners still syncs; who made a contact is then not known.
            Err(why @ (CrmError::Refused { .. } | CrmError::Setup(_))) => {
                tracing::warn!(%why, "the CRM's users cannot be read");
                UserIds::Unknown
            }
            Err(why) => return Err(later("its users", &why)),
        };
        self.users.keep((), now, users.clone());
        Ok(users)
    }
}

/// What concerns every record is nobody's final no: also what the CRM refuses here is asked again.
fn later(what: &str, why: &CrmError) -> CrmError {
    if why.is_retryable() {
        return why.clone();
    }
    CrmError::Unavailable {
        why: format!("{what} cannot be read: {why}"),
        perhaps_done: false,
        retry_after: None,
    }
}
