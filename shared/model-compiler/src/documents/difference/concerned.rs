//! Who is named in what has changed.

use std::collections::BTreeSet;

use crm::PersonId;
use model::OperatingModel;
use serde_json::Value;

/// The people that are named there, by themselves, by their team, or by a pool of which they are a member.
pub(super) fn people(
    touched: &[Value],
    (before, after): (&OperatingModel, &OperatingModel),
) -> BTreeSet<PersonId> {
    let mut words = BTreeSet::new();
    touched.iter().for_each(|value| collect(value, &mut words));
    let mut found = BTreeSet::new();
    for model in [before, after] {
        let named = model.people.iter().filter(|(id, person)| {
            let team = person.team.as_deref();
            words.contains(id.as_str()) || team.is_some_and(|team| words.contains(team))
        });
        found.extend(named.map(|(id, _)| id.clone()));
        let pools = model
            .pools
            .iter()
            .filter(|(name, _)| words.contains(name.as_str()));
        found.extend(pools.flat_map(|(_, pool)| pool.weights.keys().cloned()));
    }
    found
}

fn collect<'v>(value: &'v Value, words: &mut BTreeSet<&'v str>) {
    match value {
        Value::String(text) => {
            words.insert(text);
        }
        Value::Array(values) => values.iter().for_each(|it| collect(it, words)),
        Value::Object(map) => {
            for (key, value) in map {
                words.insert(key);
                collect(value, words);
            }
        }
        _ => {}
    }
}
