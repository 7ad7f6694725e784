//! Wires sla-timers to Lambda.
#![recursion_limit = "256"]

use contracts::Function;
use lambda_shell::{RuntimeError, Shell};
use sla_timers::SlaTimers;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), RuntimeError> {
    let shell = Shell::start(Function::SlaTimers)?;
    let handler = SlaTimers::new(shell.store()?, shell.bus()?, shell.rules()?);
    shell.run_queue(handler).await
}
