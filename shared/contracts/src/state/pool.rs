use std::collections::{BTreeMap, BTreeSet};

use crm::PersonId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The quanta of one lead: shares are counted in whole ones, each 10⁻⁹ of a lead.
pub const LEAD: i64 = 1_000_000_000;

/// The rotation of a pool.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PoolState {
    /// The share of each member who was ever eligible.
    pub members: BTreeMap<PersonId, Share>,
}

/// What a member is owed and has received. Newcomers start at zero.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// What they are owed, in quanta of which a [`LEAD`] has 10⁹: the sum of their shares of the
    /// assignments for which they were eligible, minus what they received. Below zero they are
    /// ahead. All lags of a pool sum to zero.
    pub lag: i64,
    /// How many they received.
    pub received: u64,
    /// When they last received one.
    pub last: Option<Timestamp>,
}

/// What one assignment does to a rotation, short enough to be recorded with it: of a thousand members
/// nearly all move by the same quanta.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turn {
    /// By how many quanta every member moves who was in the rotation before and is not named below.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub rest: i64,
    /// By how many quanta these move instead; a newcomer, from zero.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub by: Vec<(i64, BTreeSet<PersonId>)>,
    /// Who got one, and when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub got: Option<(PersonId, Timestamp)>,
    /// From whom one was taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub back: Option<PersonId>,
}

#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde gives a reference to it"
)]
const fn is_zero(number: &i64) -> bool {
    *number == 0
}

impl Turn {
    /// The turn that leads from one rotation to another; none if no single one does.
    #[must_use]
    pub fn between(before: &PoolState, after: &PoolState) -> Option<Self> {
        let mut by: BTreeMap<i64, BTreeSet<PersonId>> = BTreeMap::new();
        let mut known: BTreeMap<i64, usize> = BTreeMap::new();
        let (mut got, mut back) = (None, None);
        for (person, share) in &after.members {
            let old = before.members.get(person);
            let delta = share.lag.checked_sub(old.map_or(0, |old| old.lag))?;
            by.entry(delta).or_default().insert(person.clone());
            if old.is_some() {
                let count = known.entry(delta).or_default();
                *count = count.saturating_add(1);
            }
            let received = old.map_or(0, |old| old.received);
            if share.received > received {
                got = Some((person.clone(), share.last?));
            } else if share.received < received {
                back = Some(person.clone());
            }
        }
        let most = known.into_iter().max_by_key(|(_, count)| *count);
        let rest = most.map_or(0, |(delta, _)| delta);
        if let Some(moved) = by.get_mut(&rest) {
            moved.retain(|person| !before.members.contains_key(person));
        }
        by.retain(|_, people| !people.is_empty());
        let turn = Self {
            rest,
            by: by.into_iter().collect(),
            got,
            back,
        };
        (turn.apply(before.clone()) == *after).then_some(turn)
    }

    /// The rotation after it.
    #[must_use]
    pub fn apply(&self, mut rotation: PoolState) -> PoolState {
        let named: BTreeMap<&PersonId, i64> = self
            .by
            .iter()
            .flat_map(|(delta, people)| people.iter().map(|person| (person, *delta)))
            .collect();
        for (person, share) in &mut rotation.members {
            let delta = named.get(person).copied().unwrap_or(self.rest);
            share.lag = share.lag.saturating_add(delta);
        }
        for (person, delta) in named {
            let newcomer = || Share {
                lag: delta,
                ..Share::default()
            };
            let members = &mut rotation.members;
            members.entry(person.clone()).or_insert_with(newcomer);
        }
        if let Some((person, at)) = &self.got
            && let Some(share) = rotation.members.get_mut(person)
        {
            share.received = share.received.saturating_add(1);
            share.last = Some(*at);
        }
        if let Some(share) = self
            .back
            .as_ref()
            .and_then(|it| rotation.members.get_mut(it))
        {
            share.received = share.received.saturating_sub(1);
        }
        rotation
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rotation(shares: &[(&str, i64, u64, Option<i64>)]) -> PoolState {
        let share = |lag, received, last: Option<i64>| Share {
            lag,
            received,
            last: last.and_then(|at| Timestamp::from_second(at).ok()),
        };
        let members = shares.iter().map(|(person, lag, received, last)| {
            (PersonId::new(*person), share(*lag, *received, *last))
        });
        PoolState {
            members: members.collect(),
        }
    }

    #[test]
    fn a_turn_leads_from_one_rotation_to_the_next() {
        let none = PoolState::default();
        let one = rotation(&[("a", -2, 1, Some(7)), ("b", 1, 0, None), ("c", 1, 0, None)]);
        let two = rotation(&[
            ("a", -1, 1, Some(7)),
            ("b", -1, 1, Some(8)),
            ("c", 2, 0, None),
        ]);
        let back = rotation(&[
            ("a", -1, 0, Some(7)),
            ("b", -1, 1, Some(8)),
            ("c", 2, 0, None),
        ]);
        for (before, after) in [(&none, &one), (&one, &two), (&two, &back), (&two, &two)] {
            let turn = Turn::between(before, after).expect("one turn");
            assert_eq!(turn.apply(before.clone()), *after);
        }
    }

    #[test]
    fn a_thousand_members_who_move_alike_are_not_named() {
        let names: Vec<String> = (0..1_000).map(|number| format!("m{number}")).collect();
        let before: Vec<_> = names
            .iter()
            .map(|name| (name.as_str(), 0, 0, None))
            .collect();
        let mut after: Vec<_> = names
            .iter()
            .map(|name| (name.as_str(), 1, 0, None))
            .collect();
        after[7] = ("m7", -999, 1, Some(9));
        let turn = Turn::between(&rotation(&before), &rotation(&after)).expect("one turn");
        assert!(
            serde_json::to_string(&turn).unwrap().len() < 100,
            "{turn:?}"
        );
    }

    #[test]
    fn what_no_single_turn_does_is_none() {
        let before = rotation(&[("a", 0, 5, Some(7)), ("b", 0, 0, None)]);
        for after in [
            rotation(&[("a", 0, 5, Some(7))]),
            rotation(&[("a", 0, 7, Some(7)), ("b", 0, 0, None)]),
            rotation(&[("a", 0, 5, Some(8)), ("b", 0, 0, None)]),
        ] {
            assert_eq!(Turn::between(&before, &after), None);
        }
    }
}
