//! Wires deviation-watch to Lambda.
#![recursion_limit = "256"]

use contracts::Function;
use deviation_watch::DeviationWatch;
use lambda_shell::{RuntimeError, Shell};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), RuntimeError> {
    let shell = Shell::start(Function::DeviationWatch)?;
    let handler = DeviationWatch::new(shell.store()?, shell.rules()?);
    shell.run_queue(handler).await
}
