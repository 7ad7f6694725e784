//! Wires daily-digest to Lambda.
#![recursion_limit = "256"]

use contracts::Function;
use daily_digest::DailyDigest;
use lambda_shell::{RuntimeError, Shell};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), RuntimeError> {
    let shell = Shell::start(Function::DailyDigest)?;
    let handler = DailyDigest::new(shell.store()?, shell.rules()?);
    shell.run_queue(handler).await
}
