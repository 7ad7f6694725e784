//! `HubSpot`'s dated API 2026-09.

mod activities;
mod associated;
mod batch_read;
mod creating;
mod declared;
mod error;
mod exchange;
mod listing;
mod owners;
mod patience;
mod properties;
mod search;
mod set_up;
mod tasks;
mod trials;
mod users;

use std::collections::BTreeMap;

use serde_json::Value;

pub use batch_read::{BatchRead, Broken};
pub use error::SetupError;
pub use owners::Owner;
pub use patience::Patience;
pub use users::OutOfOffice;

use engine::{Budget, CrmError};
use exchange::{Exchange, refused, word};

/// The date that names the version of the API.
const VERSION: &str = "2026-09";
/// The most inputs of one batch request.
const MOST_INPUTS: usize = 100;

/// A client for one portal, with one token and one budget.
pub struct HubSpot<B> {
    exchange: Exchange<B>,
}

impl<B> std::fmt::Debug for HubSpot<B> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HubSpot").finish_non_exhaustive()
    }
}

impl<B: Budget> HubSpot<B> {
    /// A client. `base_url` is `https://api.hubapi.com`, or an address of this machine. Opens no
    /// connection yet. One try takes at most 8 s, 2 s of them to connect.
    ///
    /// # Errors
    /// A [`SetupError`] if the address or the token cannot be used.
    pub fn new(base_url: &str, token: &str, budget: B) -> Result<Self, SetupError> {
        Ok(Self {
            exchange: Exchange::new(base_url, token, budget)?,
        })
    }

    /// The same client with another patience.
    #[must_use]
    pub fn with_patience(mut self, patience: Patience) -> Self {
        self.exchange.patience = patience;
        self
    }
}

/// The list under `results`.
fn results(answer: &Value) -> Result<&Vec<Value>, CrmError> {
    answer
        .get("results")
        .and_then(Value::as_array)
        .ok_or_else(|| CrmError::malformed("`results` is missing or no list"))
}

/// The cursor of the next page, if there is one.
fn next_page(answer: &Value) -> Option<&str> {
    answer
        .pointer("/paging/next/after")
        .and_then(Value::as_str)
        .filter(|after| !after.is_empty())
}

/// An id, as text or as a number.
fn id_text(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A batch answers 207 with an `errors` list when some inputs failed. "Not found" is an answer; what
/// else is said of an input that it names is what became of that input. Anything else fails the
/// call, since silence about a record must not read as its absence.
fn batch_errors(answer: &Value) -> Result<BTreeMap<String, CrmError>, CrmError> {
    let mut errors = refused_inputs(answer)?;
    errors.retain(|_, error| !matches!(error, CrmError::NotFound));
    Ok(errors)
}

/// What each input of a batch failed for, by the id or the trace that the CRM names.
fn refused_inputs(answer: &Value) -> Result<BTreeMap<String, CrmError>, CrmError> {
    let mut of_ids = BTreeMap::new();
    let errors = answer.get("errors").and_then(Value::as_array);
    for error in errors.into_iter().flatten() {
        let missing = word(error.get("category")).as_deref() == Some("OBJECT_NOT_FOUND");
        let named = ["/context/ids", "/context/objectWriteTraceId"];
        let named = named.iter().filter_map(|at| error.pointer(at)?.as_array());
        let ids: Vec<String> = named.flatten().filter_map(|id| id_text(Some(id))).collect();
        match (ids.is_empty(), missing) {
            (true, true) => {}
            (true, false) => return Err(refused(207, error)),
            (false, missing) => of_ids.extend(ids.into_iter().map(|id| {
                let why = if missing {
                    CrmError::NotFound
                } else {
                    refused(207, error)
                };
                (id, why)
            })),
        }
    }
    Ok(of_ids)
}
