//! What the commands share that put something on the bus, and look whether it was heard.

use std::{fmt::Display, future::Future, time::Duration};

use aws::EventBridge;
use contracts::Event;
use engine::{Bus, BusError};

use super::CouldNotRun;
use crate::stack::{Stack, wait};

/// How often it is looked, and how long it is waited before each time: half a minute in all.
const LOOKS: usize = 60;
const PAUSE: Duration = Duration::from_millis(500);

/// Puts an event on the bus; why the bus refused it, if it did.
///
/// # Errors
/// If the bus does not answer.
pub fn publish(
    stack: &Stack,
    bus: &EventBridge,
    event: &Event,
) -> Result<Option<String>, CouldNotRun> {
    wait(stack.ask(async {
        match bus.publish(std::slice::from_ref(event)).await {
            Ok(()) => Ok(None),
            Err(BusError::Refused { why, .. }) => Ok(Some(why)),
            Err(error) => Err(error),
        }
    }))
}

/// Looks until something has come of what was asked; none if nothing has in time.
///
/// # Errors
/// If the stack does not answer.
pub fn until_heard<T, R, E: Display, F: Future<Output = Result<T, E>>>(
    stack: &Stack,
    look: impl Fn() -> F,
    heard: impl Fn(T) -> Option<R>,
) -> Result<Option<R>, CouldNotRun> {
    for _ in 0..LOOKS {
        let found = wait(async {
            tokio::time::sleep(PAUSE).await;
            stack.ask(look()).await
        })?;
        if let Some(what) = heard(found) {
            return Ok(Some(what));
        }
    }
    Ok(None)
}
