//! Wires lead-routing to Lambda.
#![recursion_limit = "256"]

use contracts::Function;
use lambda_shell::{Deciding, RuntimeError, Shell};
use lead_routing::Router;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), RuntimeError> {
    let shell = Shell::start(Function::LeadRouting)?;
    let handler = Deciding::new(shell.store()?, Router::new(shell.rules()?));
    shell.run_queue(handler).await
}
