use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use crm::{Activities, ActivityKind, Contacted, ObjectMapping};

use super::{HubSpot, id_text};
use crate::activity::{logged, object_of, properties_of};
use engine::{Budget, CrmError, MOST_ACTIVITIES};

impl<B: Budget> HubSpot<B> {
    /// What was logged with these objects, of these kinds: the latest of each, newest first. Of each kind it takes one
    /// request for a hundred objects, by their associations, and one for a hundred activities of theirs.
    ///
    /// # Errors
    /// A [`CrmError`] if a request fails, or one activity cannot be read: without it a record would be judged as one
    /// with which nothing was logged.
    pub async fn activities(
        &self,
        mapping: &ObjectMapping,
        ids: &[String],
        kinds: &BTreeSet<ActivityKind>,
    ) -> Result<BTreeMap<String, Activities>, CrmError> {
        let mut all: BTreeMap<String, Activities> = BTreeMap::new();
        for kind in kinds {
            let object = object_of(*kind);
            let mut of = self.associated(&mapping.object, object, ids).await?;
            of.values_mut().for_each(latest);
            let wanted: BTreeSet<&String> = of.values().flatten().collect();
            let (read, failed) = self
                .read_objects(object, &wanted, &properties_of(*kind), &[])
                .await?;
            // One that is gone since is not there any more.
            let failed = failed.into_values();
            if let Some(error) = failed.into_iter().find(|it| *it != CrmError::NotFound) {
                return Err(error);
            }
            let found = read.iter().filter_map(|object| {
                Some((id_text(object.get("id"))?, logged(*kind, object, mapping)?))
            });
            let found: BTreeMap<String, Contacted> = found.collect();
            for (record, activities) in of {
                let its = activities.iter().filter_map(|id| found.get(id).cloned());
                let mut its: Vec<Contacted> = its.collect();
                its.sort_by_key(|it| Reverse(it.at));
                all.entry(record).or_default().insert(*kind, its);
            }
        }
        Ok(all)
    }
}

/// The activities that were made last: their ids count up.
fn latest(ids: &mut Vec<String>) {
    ids.sort_by_key(|id| Reverse(id.parse::<u64>().unwrap_or_default()));
    ids.truncate(MOST_ACTIVITIES);
}
