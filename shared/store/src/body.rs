use std::{
    any::Any,
    fmt,
    sync::{Arc, OnceLock},
};

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
    Json(Arc<Value>),
    State(Arc<dyn State>),
}

/// A state, and its JSON and the bytes of that once somebody has asked for them. None of them changes any more.
struct Held<T> {
    state: Arc<T>,
    json: OnceLock<Value>,
    bytes: OnceLock<usize>,
}

/// A body that cannot be written as JSON, or does not hold what it is read as.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BodyError(String);

/// A state that an item may hold: written, read back, and kept in memory as it is.
pub trait ItemState: Serialize + DeserializeOwned + Clone + PartialEq + Any + Send + Sync {}

impl<T: Serialize + DeserializeOwned + Clone + PartialEq + Any + Send + Sync> ItemState for T {}

/// What a state does without its type.
trait State: Send + Sync {
    fn json(&self) -> serde_json::Result<&Value>;
    fn text(&self) -> serde_json::Result<String>;
    /// At least the bytes that the table counts for it.
    fn bytes_at_most(&self) -> usize;
    /// It as the `Arc` of its type.
    fn any(&self) -> &dyn Any;
    /// Whether the other is of the same type and equal.
    fn equals(&self, other: &dyn State) -> bool;
}

impl<T: Serialize + PartialEq + Any + Send + Sync> State for Held<T> {
    fn json(&self) -> serde_json::Result<&Value> {
        if let Some(json) = self.json.get() {
            return Ok(json);
        }
        let json = serde_json::to_value(&*self.state)?;
        Ok(self.json.get_or_init(|| json))
    }

    fn text(&self) -> serde_json::Result<String> {
        serde_json::to_string(&*self.state)
    }

    fn bytes_at_most(&self) -> usize {
        let of_text = || self.text().map_or(usize::MAX, |text| at_most(&text));
        *self.bytes.get_or_init(of_text)
    }

    fn any(&self) -> &dyn Any {
        &self.state
    }

    fn equals(&self, other: &dyn State) -> bool {
        let other = other.any().downcast_ref::<Arc<T>>();
        other.is_some_and(|other| *other == self.state)
    }
}

impl Body {
    /// A state.
    #[must_use]
    pub fn of<T: ItemState>(state: T) -> Self {
        Self(Form::State(Arc::new(Held {
            state: Arc::new(state),
            json: OnceLock::new(),
            bytes: OnceLock::new(),
        })))
    }

    /// It as JSON.
    ///
    /// # Errors
    /// If the state cannot be written as JSON.
    pub fn json(&self) -> Result<Value, BodyError> {
        self.as_json().cloned()
    }

    /// The same, as it is kept here: a state is turned into JSON once.
    ///
    /// # Errors
    /// As [`Self::json`].
    pub fn as_json(&self) -> Result<&Value, BodyError> {
        match &self.0 {
            Form::Json(value) => Ok(value),
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
            Form::Json(value) => serde_json::to_string(&**value),
            Form::State(state) => state.text(),
        };
        text.map_err(|why| BodyError(why.to_string()))
    }

    /// The state that it holds.
    ///
    /// # Errors
    /// If it holds another.
    pub fn read<T: ItemState>(&self) -> Result<T, BodyError> {
        self.read_shared().map(Arc::unwrap_or_clone)
    }

    /// The same for who does not change it: where it is kept as a state, no copy is made.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn read_shared<T: ItemState>(&self) -> Result<Arc<T>, BodyError> {
        if let Form::State(state) = &self.0
            && let Some(state) = state.any().downcast_ref::<Arc<T>>()
        {
            return Ok(Arc::clone(state));
        }
        let state = T::deserialize(self.as_json()?);
        state
            .map(Arc::new)
            .map_err(|why| BodyError(why.to_string()))
    }

    /// The bytes that the table counts for it, or a few more: those of a state are not worth
    /// building its JSON for.
    #[must_use]
    pub fn bytes_at_most(&self) -> usize {
        match &self.0 {
            Form::Json(value) => size_of(value),
            Form::State(state) => state.bytes_at_most(),
        }
    }

    /// The bytes that the table counts for it.
    #[must_use]
    pub fn bytes(&self) -> usize {
        match &self.0 {
            Form::Json(value) => size_of(value),
            Form::State(_) => self.as_json().map_or(usize::MAX, size_of),
        }
    }
}

impl From<Value> for Body {
    fn from(value: Value) -> Self {
        Self(Form::Json(Arc::new(value)))
    }
}

/// Two bodies are the same if their states are, or their JSON.
impl PartialEq for Body {
    fn eq(&self, other: &Self) -> bool {
        if let (Form::State(one), Form::State(other)) = (&self.0, &other.0)
            && one.equals(other.as_ref())
        {
            return true;
        }
        self.as_json() == other.as_json()
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.as_json() {
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
        DigestState::of(jiff::civil::date(2026, 11, 26))
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
