use std::{future::Future, time::Duration};

use aws::DynamoStore;
use store::Reading;

use crate::commands::{CouldNotRun, options::TableOptions};

/// How long an assistant waits for an answer at the longest.
const PATIENCE: Duration = Duration::from_secs(30);

/// The table of the stack that is asked, which the tools are given to read and not to write.
#[derive(Debug)]
pub struct Reads(TableOptions);

impl Reads {
    /// Of the stack that these name, which is looked for at each question: it may be started later.
    pub const fn of(options: TableOptions) -> Self {
        Self(options)
    }

    /// The table.
    ///
    /// # Errors
    /// If there is no stack to ask.
    pub fn table(&self) -> Result<Reading<DynamoStore>, CouldNotRun> {
        let (_, table) = self.0.find()?;
        Ok(Reading::new(table))
    }
}

/// An answer that comes within an assistant's patience.
///
/// # Errors
/// If it does not come, or says why it cannot be given.
pub async fn in_time<T>(
    answer: impl Future<Output = Result<T, CouldNotRun>>,
) -> Result<T, CouldNotRun> {
    let answered = tokio::time::timeout(PATIENCE, answer).await;
    answered.unwrap_or_else(|_| {
        let seconds = PATIENCE.as_secs();
        let why = format!("the stack gave no answer within {seconds} seconds: is it running?");
        Err(CouldNotRun(why))
    })
}
