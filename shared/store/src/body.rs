use std::{any::Any, fmt, sync::Arc};

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::bytes::{at_most, size_of};

/// What an item holds: JSON, as the table keeps it, or the state it is written from. A store that
/// leaves the process turns it into JSON; one in memory may keep it as it is, which spares a
/// simulation most of its time.
#[derive(Clone)]
pub struct Body(Form);

#[derive(Clone)]
enum Form {
    Json(Value),
    State(Arc<dyn State>),
}

/// A body that cannot be written as JSON, or does not hold what it is read as.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BodyError(String);

/// A state that an item may hold: written, read back, and kept in memory as it is.
pub trait ItemState: Serialize + DeserializeOwned + Clone + Any + Send + Sync {}

impl<T: Serialize + DeserializeOwned + Clone + Any + Send + Sync> ItemState for T {}

/// What a state does without its type.
trait State: Send + Sync {
    fn json(&self) -> serde_json::Result<Value>;
    fn text(&self) -> serde_json::Result<String>;
    fn any(&self) -> &dyn Any;
}

impl<T: Serialize + Any + Send + Sync> State for T {
    fn json(&self) -> serde_json::Result<Value> {
        serde_json::to_value(self)
    }

    fn text(&self) -> serde_json::Result<String> {
        serde_json::to_string(self)
    }

    fn any(&self) -> &dyn Any {
        self
    }
}

impl Body {
    /// A state.
    #[must_use]
    pub fn of<T: ItemState>(state: T) -> Self {
        Self(Form::State(Arc::new(state)))
    }

    /// It as JSON.
    ///
    /// # Errors
    /// If the state cannot be written as JSON.
    pub fn json(&self) -> Result<Value, BodyError> {
        match &self.0 {
            Form::Json(value) => Ok(value.clone()),
            Form::State(state) => state.json().map_err(|why| BodyError(why.to_string())),
        }
    }

    /// It in the form of JSON, in which it leaves the process.
    ///
    /// # Errors
    /// As [`Self::json`].
    pub fn into_json(self) -> Result<Self, BodyError> {
        match self.0 {
            Form::Json(_) => Ok(self),
            Form::State(_) => self.json().map(Self::from),
        }
    }

    /// Its text as JSON.
    ///
    /// # Errors
    /// As [`Self::json`].
    pub fn text(&self) -> Result<String, BodyError> {
        let text = match &self.0 {
            Form::Json(value) => serde_json::to_string(value),
            Form::State(state) => state.text(),
        };
        text.map_err(|why| BodyError(why.to_string()))
    }

    /// The state that it holds.
    ///
    /// # Errors
    /// If it holds another.
    pub fn read<T: ItemState>(&self) -> Result<T, BodyError> {
        let json = match &self.0 {
            Form::Json(value) => value.clone(),
            Form::State(state) => match state.as_ref().any().downcast_ref::<T>() {
                Some(state) => return Ok(state.clone()),
                None => self.json()?,
            },
        };
        serde_json::from_value(json).map_err(|why| BodyError(why.to_string()))
    }

    /// The bytes that the table counts for it, or a few more: those of a state are not worth
    /// building its JSON for.
    #[must_use]
    pub fn bytes_at_most(&self) -> usize {
        match &self.0 {
            Form::Json(value) => size_of(value),
            Form::State(state) => state.text().map_or(usize::MAX, |text| at_most(&text)),
        }
    }

    /// The bytes that the table counts for it.
    #[must_use]
    pub fn bytes(&self) -> usize {
        match &self.0 {
            Form::Json(value) => size_of(value),
            Form::State(_) => self.json().map_or(usize::MAX, |value| size_of(&value)),
        }
    }
}

impl From<Value> for Body {
    fn from(value: Value) -> Self {
        Self(Form::Json(value))
    }
}

/// Two bodies are the same if their JSON is.
impl PartialEq for Body {
    fn eq(&self, other: &Self) -> bool {
        self.json() == other.json()
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.json() {
            Ok(value) => write!(f, "{value}"),
            Err(why) => write!(f, "no JSON: {why}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use contracts::state::{DigestState, PoolState};
    use serde_json::json;

    use super::*;

    fn digest() -> DigestState {
        DigestState {
            day: jiff::civil::date(2026, 11, 26),
        }
    }

    #[test]
    fn a_state_and_its_json_are_the_same_body() {
        let (state, json) = (
            Body::of(digest()),
            Body::from(json!({ "day": "2026-11-26" })),
        );
        assert_eq!(state, json);
        assert_eq!(state.read::<DigestState>(), Ok(digest()));
        assert_eq!(json.read::<DigestState>(), Ok(digest()));
        assert_eq!(state.clone().into_json(), Ok(json.clone()));
        assert_eq!(format!("{state:?}"), format!("{json:?}"));
        assert_eq!(state.bytes(), json.bytes());
    }

    #[test]
    fn what_is_read_as_another_state_goes_by_its_json() {
        let error = Body::of(digest()).read::<PoolState>().unwrap_err();
        assert!(error.to_string().contains("members"), "{error}");
    }
}
