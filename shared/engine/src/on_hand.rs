use std::collections::BTreeMap;

use contracts::{
    Key,
    state::{AbsencesState, LoadState, PoolState},
};
use crm::PersonId;
use model::OperatingModel;
use store::{Item, MOST_IN_TRANSACTION, Store, StoreError, Versioned, read_or_default};

use crate::absences::absences;

/// Who is away, what people have in hand, and how the pools stand: all that a turn in a pool depends on.
#[derive(Debug, Default)]
pub struct OnHand {
    /// Who is away.
    pub absences: AbsencesState,
    /// What people with a capacity have open.
    pub loads: BTreeMap<PersonId, LoadState>,
    /// The rotations of the pools that have given something.
    pub rotations: BTreeMap<String, PoolState>,
}

impl OnHand {
    /// What the table says of the pools of this model, and of these people's loads.
    ///
    /// # Errors
    /// If the table does not answer or an item is malformed.
    pub async fn read<S: Store>(
        store: &S,
        model: &OperatingModel,
        people: &[PersonId],
    ) -> Result<Self, StoreError> {
        let mut loads = BTreeMap::new();
        for some in people.chunks(MOST_IN_TRANSACTION) {
            let keys: Vec<Key> = some.iter().map(Key::load).collect();
            for (person, item) in some.iter().zip(store.get(&keys).await?) {
                loads.insert(person.clone(), read_or_default(Some(&item))?);
            }
        }
        Ok(Self {
            absences: absences(store).await?,
            loads,
            rotations: rotations(store, model).await?,
        })
    }
}

async fn rotations<S: Store>(
    store: &S,
    model: &OperatingModel,
) -> Result<BTreeMap<String, PoolState>, StoreError> {
    let pools: Vec<&String> = model.pools.keys().collect();
    let mut rotations = BTreeMap::new();
    for some in pools.chunks(MOST_IN_TRANSACTION) {
        let keys: Vec<Key> = some.iter().map(|name| Key::pool(name)).collect();
        for (name, item) in some.iter().zip(store.get(&keys).await?) {
            rotations.extend(rotation(item)?.map(|rotation| ((*name).clone(), rotation)));
        }
    }
    // What nothing has come to since it was renamed is kept under the name that it had before.
    for (name, was) in &model.renamed.pools {
        if !rotations.contains_key(name) {
            let item = store.get(&[Key::pool(was)]).await?.into_iter().next();
            let kept = rotation(item.flatten())?;
            rotations.extend(kept.map(|kept| (name.clone(), kept)));
        }
    }
    Ok(rotations)
}

fn rotation(item: Option<Item>) -> Result<Option<PoolState>, StoreError> {
    let read = item.map(Versioned::<PoolState>::read).transpose()?;
    Ok(read.map(|read| read.state))
}
