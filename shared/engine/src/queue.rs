use std::{future::Future, time::Duration};

use contracts::Function;
use jiff::Timestamp;

/// The queues that a function is fed by, and its dead letters.
pub trait Queue: Send + Sync {
    /// Keeps a message that was received from a queue (as the host names it), by its receipt, out of sight
    /// for so long from now on.
    ///
    /// # Errors
    /// If the queue did not do it: the message is then in sight again when the queue's own time is over.
    fn wait(
        &self,
        queue: &str,
        receipt: &str,
        wait: Duration,
    ) -> impl Future<Output = Result<(), QueueError>> + Send;

    /// Puts a copy of a message, by its body, among the dead letters. The message itself is still
    /// there: whoever gives it up then says that it is handled.
    ///
    /// # Errors
    /// If it may not be there.
    fn give_up(
        &self,
        body: &str,
        letter: &DeadLetter,
    ) -> impl Future<Output = Result<(), QueueError>> + Send;
}

/// What is written on a dead letter, beside the message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetter {
    /// Who gave it up.
    pub function: Function,
    /// Why, without personal values.
    pub reason: String,
    /// When the message was received for the first time.
    pub first: Timestamp,
    /// How often it was received.
    pub received: u32,
}

/// The queue did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the queue did not answer: {0}")]
pub struct QueueError(pub String);
