//! What an assistant is told: one object, never larger than it can take in.

use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use store::StoreError;

use crate::{commands::CouldNotRun, stack::first_words};

/// The most characters of an answer, about fifteen thousand tokens.
pub const MOST: usize = 60_000;

/// What a tool was asked, as its schema says.
///
/// # Errors
/// If something is missing, or is called otherwise.
pub fn asked<T: DeserializeOwned>(given: Map<String, Value>) -> Result<T, CouldNotRun> {
    let read = serde_json::from_value(Value::Object(given));
    read.map_err(|why| {
        CouldNotRun(format!(
            "what was asked is not as the tool's schema has it: {why}; write it as the schema says"
        ))
    })
}

/// As many of these, from the first on, as an answer has room for, and how many are left out.
///
/// # Errors
/// If one cannot be written as JSON.
pub fn fitting<T: Serialize>(all: &[T]) -> Result<(Vec<Value>, usize), CouldNotRun> {
    let (mut fit, mut size) = (Vec::new(), 0_usize);
    for one in all {
        let value = serde_json::to_value(one).map_err(|why| CouldNotRun(why.to_string()))?;
        size = size.saturating_add(value.to_string().len());
        // What stands around the list needs some room, too.
        if size > MOST - 2_000 {
            break;
        }
        fit.push(value);
    }
    let left_out = all.len() - fit.len();
    Ok((fit, left_out))
}

/// What is said of a stack that cannot be read.
pub fn unread(why: StoreError) -> CouldNotRun {
    let why = first_words(&why.to_string());
    CouldNotRun(format!("the stack cannot be asked: {why}; is it running?"))
}

/// The text of an answer.
///
/// # Errors
/// If it is too large.
pub fn text(answer: &Value) -> Result<String, CouldNotRun> {
    let text = answer.to_string();
    if text.len() > MOST {
        let size = text.len();
        return Err(CouldNotRun(format!(
            "the answer has {size} bytes, and at most {MOST} are told: ask for less at once"
        )));
    }
    Ok(text)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_room_is_counted() {
        let large = "x".repeat(MOST / 4);
        let all = [large.as_str(); 6];
        let (fit, left_out) = fitting(&all).unwrap();
        assert_eq!((fit.len(), left_out), (3, 3));
        assert!(text(&Value::from(all.to_vec())).is_err());
    }
}
