//! What of two outlines differs: a copy has dozens of values and their history, and mostly one of them changes.

use std::collections::BTreeMap;

use super::{Outline, OutlineOfAccount};

impl Outline {
    /// Both without most of what they tell alike: the merge patch that leads from one to the other is the same as that
    /// between the whole ones.
    #[must_use]
    pub fn apart(&self, other: &Self) -> (Self, Self) {
        let (fields, history) = (
            entries(&self.fields, &other.fields),
            entries(&self.history, &other.history),
        );
        let activities = entries(&self.activities, &other.activities);
        let (counts, domains) = (
            entries(&self.counts, &other.counts),
            entries(&self.domains, &other.domains),
        );
        let last_contact = member(&self.last_contact, &other.last_contact);
        let last_reply = member(&self.last_reply, &other.last_reply);
        let account = accounts(self.account.as_ref(), other.account.as_ref());
        let matched = member(&self.matched, &other.matched);
        let merged_into = member(&self.merged_into, &other.merged_into);
        let merged = member(&self.merged, &other.merged);
        let found_at = member(&self.found_at, &other.found_at);
        let erased = member(&self.erased, &other.erased);
        let owner_in = member(&self.owner_in, &other.owner_in);
        let behaviour = member(&self.behaviour, &other.behaviour);
        let latest = entries(&self.latest, &other.latest);
        let personal = member(&self.personal, &other.personal);
        let one = Self {
            sequence: self.sequence,
            created: self.created,
            archived: self.archived,
            fields: fields.0,
            history: history.0,
            last_contact: last_contact.0,
            activities: activities.0,
            last_reply: last_reply.0,
            account: account.0,
            matched: matched.0,
            merged_into: merged_into.0,
            merged: merged.0,
            found_at: found_at.0,
            erased: erased.0,
            owner_in: owner_in.0,
            counts: counts.0,
            behaviour: behaviour.0,
            latest: latest.0,
            personal: personal.0,
            domains: domains.0,
        };
        let other = Self {
            sequence: other.sequence,
            created: other.created,
            archived: other.archived,
            fields: fields.1,
            history: history.1,
            last_contact: last_contact.1,
            activities: activities.1,
            last_reply: last_reply.1,
            account: account.1,
            matched: matched.1,
            merged_into: merged_into.1,
            merged: merged.1,
            found_at: found_at.1,
            erased: erased.1,
            owner_in: owner_in.1,
            counts: counts.1,
            behaviour: behaviour.1,
            latest: latest.1,
            personal: personal.1,
            domains: domains.1,
        };
        (one, other)
    }
}

/// A member that is left out where it is empty, of both.
fn member<T: PartialEq + Clone + Default>(one: &T, other: &T) -> (T, T) {
    if one == other {
        (T::default(), T::default())
    } else {
        (one.clone(), other.clone())
    }
}

/// The entries that differ. A map that is empty is told as none at all, so where there were others, one stays that is
/// alike.
fn entries<K: Ord + Clone, V: PartialEq + Clone>(
    one: &BTreeMap<K, V>,
    other: &BTreeMap<K, V>,
) -> (BTreeMap<K, V>, BTreeMap<K, V>) {
    if one == other {
        return (BTreeMap::new(), BTreeMap::new());
    }
    let differing = |of: &BTreeMap<K, V>, from: &BTreeMap<K, V>| {
        let all = of.iter().filter(|(name, it)| from.get(*name) != Some(*it));
        let all = all.map(|(name, it)| (name.clone(), it.clone()));
        all.collect::<BTreeMap<K, V>>()
    };
    let (mut first, mut second) = (differing(one, other), differing(other, one));
    let mut alike = one
        .iter()
        .filter(|(name, it)| other.get(*name) == Some(*it));
    if (first.is_empty() || second.is_empty())
        && let Some((name, it)) = alike.next()
    {
        first.insert(name.clone(), it.clone());
        second.insert(name.clone(), it.clone());
    }
    (first, second)
}

fn accounts(
    one: Option<&OutlineOfAccount>,
    other: Option<&OutlineOfAccount>,
) -> (Option<OutlineOfAccount>, Option<OutlineOfAccount>) {
    if one == other {
        return (None, None);
    }
    let (Some(one), Some(other)) = (one, other) else {
        return (one.cloned(), other.cloned());
    };
    let fields = entries(&one.fields, &other.fields);
    let counts = entries(&one.counts, &other.counts);
    let behaviour = member(&one.behaviour, &other.behaviour);
    let of = |id: &crm::RecordId, fields, counts, behaviour| {
        Some(OutlineOfAccount {
            id: id.clone(),
            fields,
            counts,
            behaviour,
        })
    };
    (
        of(&one.id, fields.0, counts.0, behaviour.0),
        of(&other.id, fields.1, counts.1, behaviour.1),
    )
}
