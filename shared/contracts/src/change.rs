//! What a decision read and what it changed: enough to fold every state again from its audit records.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::state::Turn;

/// The version at which a decision read an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ReadAt {
    /// As it was committed, from 1; 0 if there was no such item.
    Version(u64),
    /// As so many changes of the decision's own transaction had made it; that transaction then wrote
    /// this version.
    Within(u64, u32),
}

/// What a decision made of an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The version that the item has since.
    #[serde(rename = "v")]
    pub version: u64,
    /// How many decisions of the same transaction had changed the item before.
    #[serde(rename = "n", default, skip_serializing_if = "is_zero")]
    pub nth: u32,
    /// The item whole, as it was before. Told if no audit record has told it whole for long, or if it was
    /// written without one; else it follows from the change before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub was: Option<Value>,
    /// What became of it.
    #[serde(flatten)]
    pub made: Made,
}

/// What became of an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Made {
    /// A JSON merge patch (RFC 7396): what is new or different; null for what is gone.
    #[serde(rename = "to")]
    Patch(Value),
    /// A turn of a pool, which moves what all its members are owed.
    #[serde(rename = "turn")]
    Turn(Turn),
}

/// Why a change cannot be applied.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChangeError {
    /// A turn is of a rotation.
    #[error("a turn was recorded of what is no rotation: {0}")]
    NoRotation(String),
}

#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde gives a reference to it"
)]
const fn is_zero(number: &u32) -> bool {
    *number == 0
}

impl Made {
    /// What leads from one state to another, each with or without its null members; from nothing, all of
    /// it.
    #[must_use]
    pub fn of(before: Option<&Value>, after: &Value) -> Self {
        let patch = match before {
            Some(before) => patch(before, after),
            None => Some(normal(after.clone())),
        };
        Self::Patch(patch.unwrap_or_else(|| Value::Object(Map::new())))
    }

    /// The state after it.
    ///
    /// # Errors
    /// If it is a turn, and `before` is no rotation.
    pub fn apply(&self, before: Option<Value>) -> Result<Value, ChangeError> {
        match self {
            Self::Patch(patch) => Ok(merged(before.unwrap_or(Value::Null), patch)),
            Self::Turn(turn) => {
                let no_rotation = |why: serde_json::Error| ChangeError::NoRotation(why.to_string());
                let before = before.map(serde_json::from_value).transpose();
                let before = before.map_err(no_rotation)?.unwrap_or_default();
                serde_json::to_value(turn.apply(before))
                    .map(normal)
                    .map_err(no_rotation)
            }
        }
    }
}

/// A state without the members of its objects that are null: for every state these say the same as no
/// member, and a merge patch cannot tell one from the other.
#[must_use]
pub fn normal(mut state: Value) -> Value {
    strip(&mut state);
    state
}

fn strip(value: &mut Value) {
    if let Value::Object(members) = value {
        members.retain(|_, member| !member.is_null());
        members.values_mut().for_each(strip);
    }
}

/// The merge patch from one value to another, a null member being none; none if they are the same.
fn patch(before: &Value, after: &Value) -> Option<Value> {
    let (Value::Object(old), Value::Object(new)) = (before, after) else {
        return (before != after).then(|| normal(after.clone()));
    };
    let mut members = Map::new();
    for name in told(old).map(|(name, _)| name) {
        if new.get(name).is_none_or(Value::is_null) {
            members.insert(name.clone(), Value::Null);
        }
    }
    for (name, after) in told(new) {
        let made = match old.get(name).filter(|before| !before.is_null()) {
            Some(before) => patch(before, after),
            None => Some(normal(after.clone())),
        };
        members.extend(made.map(|made| (name.clone(), made)));
    }
    (!members.is_empty()).then_some(Value::Object(members))
}

/// Whether two states tell the same, each with or without its null members.
#[must_use]
pub fn same(one: &Value, other: &Value) -> bool {
    let (Value::Object(one), Value::Object(other)) = (one, other) else {
        return one == other;
    };
    let mut others = told(other);
    let mut ones = told(one);
    ones.all(|(name, one)| {
        let other = others.next();
        other.is_some_and(|(known, other)| known == name && same(one, other))
    }) && others.next().is_none()
}

/// The members that are not null.
fn told(members: &Map<String, Value>) -> impl Iterator<Item = (&String, &Value)> {
    members.iter().filter(|(_, member)| !member.is_null())
}

fn merged(target: Value, patch: &Value) -> Value {
    let Value::Object(members) = patch else {
        return patch.clone();
    };
    let mut merging = match target {
        Value::Object(members) => members,
        _ => Map::new(),
    };
    for (name, member) in members {
        if member.is_null() {
            merging.remove(name);
        } else if let Some(place) = merging.get_mut(name) {
            *place = merged(place.take(), member);
        } else {
            merging.insert(name.clone(), merged(Value::Null, member));
        }
    }
    Value::Object(merging)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn folds(before: &Value, after: &Value) -> Value {
        let (before, after) = (normal(before.clone()), normal(after.clone()));
        let made = Made::of(Some(&before), &after);
        assert_eq!(made.apply(Some(before)), Ok(after));
        serde_json::to_value(made).unwrap()
    }

    #[test]
    fn a_patch_says_what_is_new_and_what_is_gone_and_nothing_else() {
        let patch = folds(
            &json!({ "same": 1, "gone": 2, "in": { "same": 1, "other": 2 } }),
            &json!({ "same": 1, "new": null, "in": { "same": 1, "other": 3 } }),
        );
        assert_eq!(
            patch,
            json!({ "to": { "gone": null, "in": { "other": 3 } } })
        );
    }

    #[test]
    fn a_patch_leads_from_any_state_to_any_other() {
        let values = [
            json!({}),
            json!({ "a": 1, "d": [1, null, { "a": null }] }),
            json!({ "a": {} }),
            json!({ "a": { "b": [1] } }),
            json!({ "a": { "b": { "c": 1 } }, "d": "e" }),
            json!({ "a": "b" }),
        ];
        for before in &values {
            for after in &values {
                folds(before, after);
                let as_told = normal(before.clone()) == normal(after.clone());
                assert_eq!(same(before, after), as_told, "{before} {after}");
            }
            let made = Made::of(None, before);
            assert_eq!(made.apply(None), Ok(normal(before.clone())), "{before}");
        }
    }

    #[test]
    fn a_turn_of_something_else_is_refused() {
        let made = Made::Turn(Turn::default());
        assert!(made.apply(Some(json!({ "members": 1 }))).is_err());
        assert_eq!(made.apply(None), Ok(json!({ "members": {} })));
    }
}
