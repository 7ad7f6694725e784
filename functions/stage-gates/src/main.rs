//! Wires stage-gates to Lambda.
#![recursion_limit = "256"]

use contracts::Function;
use lambda_shell::{Deciding, RuntimeError, Shell};
use stage_gates::Gatekeeper;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), RuntimeError> {
    let shell = Shell::start(Function::StageGates)?;
    let handler = Deciding::new(shell.store()?, Gatekeeper::new(shell.rules()?));
    shell.run_queue(handler).await
}
