//! Wires stage-gates to Lambda.
#![recursion_limit = "256"]

use contracts::Function;
use lambda_shell::{RuntimeError, Shell};
use stage_gates::StageGates;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), RuntimeError> {
    let shell = Shell::start(Function::StageGates)?;
    let handler = StageGates::new(shell.store()?, shell.rules()?);
    shell.run_queue(handler).await
}
