//! Wires deviation-watch to Lambda.
#![recursion_limit = "256"]

use contracts::Function;
use deviation_watch::Watcher;
use lambda_shell::{Deciding, RuntimeError, Shell};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), RuntimeError> {
    let shell = Shell::start(Function::DeviationWatch)?;
    let handler = Deciding::new(shell.store()?, Watcher::new(shell.rules()?));
    shell.run_queue(handler).await
}
