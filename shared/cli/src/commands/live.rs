//! What the running stack knows of people and pools, or a company in which nothing has been given yet.

use std::collections::BTreeMap;

use contracts::{
    Key,
    state::{AbsencesState, LoadState, PoolState},
};
use crm::PersonId;
use decisions::{Rules, Staffing, capacity, routing::Rotations};
use store::{Item, MOST_IN_TRANSACTION, Store, StoreError, Versioned, read_or_default};

use super::absences::absences;

/// Who is away, what people with a capacity have in hand, and how the pools stand.
#[derive(Debug, Default)]
pub struct Live {
    absences: AbsencesState,
    loads: BTreeMap<PersonId, LoadState>,
    /// The rotations of the pools that have given something.
    pub rotations: Rotations,
}

impl Live {
    /// What the table says of the people and pools of these rules.
    ///
    /// # Errors
    /// If the table does not answer or an item is malformed.
    pub async fn read<S: Store>(store: &S, rules: &Rules) -> Result<Self, StoreError> {
        let people = counted(rules);
        let mut loads = BTreeMap::new();
        for some in people.chunks(MOST_IN_TRANSACTION) {
            let keys: Vec<Key> = some.iter().map(Key::load).collect();
            for (person, item) in some.iter().zip(store.get(&keys).await?) {
                loads.insert(person.clone(), read_or_default(Some(&item))?);
            }
        }
        let pools: Vec<&String> = rules.model.pools.keys().collect();
        let mut rotations = Rotations::new();
        for some in pools.chunks(MOST_IN_TRANSACTION) {
            let keys: Vec<Key> = some.iter().map(|name| Key::pool(name)).collect();
            for (name, item) in some.iter().zip(store.get(&keys).await?) {
                rotations.extend(rotation(item)?.map(|rotation| ((*name).clone(), rotation)));
            }
        }
        // What nothing has come to since it was renamed is kept under the name that it had before.
        for (name, was) in &rules.model.renamed.pools {
            if !rotations.contains_key(name) {
                let item = store.get(&[Key::pool(was)]).await?.into_iter().next();
                let kept = rotation(item.flatten())?;
                rotations.extend(kept.map(|kept| (name.clone(), kept)));
            }
        }
        Ok(Self {
            absences: absences(store).await?,
            loads,
            rotations,
        })
    }

    /// The rules with who is away, and with what people have in hand.
    pub fn staffing(&self, rules: &Rules) -> Staffing {
        let staffing = rules.with_absences(self.absences.clone());
        staffing.with_loads(self.loads.clone())
    }
}

fn counted(rules: &Rules) -> Vec<PersonId> {
    let counted = capacity::counted(rules, rules.model.people.keys());
    counted.into_iter().collect()
}

fn rotation(item: Option<Item>) -> Result<Option<PoolState>, StoreError> {
    let read = item.map(Versioned::<PoolState>::read).transpose()?;
    Ok(read.map(|read| read.state))
}
