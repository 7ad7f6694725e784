use std::collections::BTreeMap;

use crm::PersonId;
use serde::{Deserialize, Serialize};

/// Whose each of many values is. A function reads its model at every start, and a table may have fifty thousand rows: they
/// are kept in order in one text, which is read at once, where a map would be built value by value.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rows {
    /// All values, each behind the one before it in order.
    values: String,
    /// Where each value ends in the text, in bytes.
    ends: Vec<u32>,
    /// Whose each is: the place in `people`.
    owners: Vec<u32>,
    /// Everybody who has a row, once, in order.
    people: Vec<PersonId>,
}

impl Rows {
    /// Whose a value is; none if it has no row.
    #[must_use]
    pub fn get(&self, value: &str) -> Option<&PersonId> {
        let (mut low, mut high) = (0, self.ends.len());
        while low < high {
            let middle = low.midpoint(high);
            match self.value(middle)?.cmp(value) {
                std::cmp::Ordering::Less => low = middle.checked_add(1)?,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => return self.owner(middle),
            }
        }
        None
    }

    /// Each value and whose it is, in order of the values.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &PersonId)> {
        let rows = 0..self.ends.len();
        rows.filter_map(|row| Some((self.value(row)?, self.owner(row)?)))
    }

    fn owner(&self, row: usize) -> Option<&PersonId> {
        let owner = usize::try_from(*self.owners.get(row)?).ok()?;
        self.people.get(owner)
    }

    /// The value of a row.
    fn value(&self, row: usize) -> Option<&str> {
        let end = usize::try_from(*self.ends.get(row)?).ok()?;
        let begin = match row.checked_sub(1) {
            Some(before) => usize::try_from(*self.ends.get(before)?).ok()?,
            None => 0,
        };
        self.values.get(begin..end)
    }

    /// Everybody who has a row, once, in alphabetical order.
    pub fn people(&self) -> impl Iterator<Item = &PersonId> {
        self.people.iter()
    }
}

impl FromIterator<(String, PersonId)> for Rows {
    /// Of a value that comes twice the last row counts. The check refuses such a table.
    fn from_iter<I: IntoIterator<Item = (String, PersonId)>>(rows: I) -> Self {
        let sorted: BTreeMap<String, PersonId> = rows.into_iter().collect();
        let mut places: BTreeMap<&PersonId, u32> =
            sorted.values().map(|person| (person, 0)).collect();
        for (place, at) in places.values_mut().zip(0..) {
            *place = at;
        }
        let mut kept = Self::default();
        for (value, person) in &sorted {
            kept.values.push_str(value);
            let end = u32::try_from(kept.values.len()).unwrap_or(u32::MAX);
            kept.ends.push(end);
            kept.owners
                .push(places.get(person).copied().unwrap_or_default());
        }
        kept.people = places.into_keys().cloned().collect();
        kept
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use crm::PersonId;
    use proptest::{collection::btree_map, prelude::*};

    use super::Rows;

    proptest! {
        #[test]
        fn it_says_what_a_map_says(
            map in btree_map("[a-c\u{e4}.]{0,4}", "[xyz]", 0..30),
            asked in "[a-c\u{e4}.]{0,4}",
        ) {
            let map: BTreeMap<String, PersonId> =
                map.into_iter().map(|(value, person)| (value, PersonId::new(person))).collect();
            let rows: Rows = map.clone().into_iter().collect();
            for (value, person) in &map {
                prop_assert_eq!(rows.get(value), Some(person));
            }
            prop_assert_eq!(rows.get(&asked), map.get(&asked));
            let all: Vec<(&str, &PersonId)> = map.iter().map(|(value, who)| (value.as_str(), who)).collect();
            prop_assert_eq!(rows.iter().collect::<Vec<_>>(), all);
            let mut people: Vec<&PersonId> = map.values().collect();
            people.sort();
            people.dedup();
            prop_assert_eq!(rows.people().collect::<Vec<_>>(), people);
        }
    }

    #[test]
    fn of_a_value_that_comes_twice_the_last_row_counts() {
        let twice = ["x", "y"].map(|person| ("a".to_owned(), PersonId::new(person)));
        let rows: Rows = twice.into_iter().collect();
        assert_eq!(rows.get("a"), Some(&PersonId::new("y")));
    }
}
