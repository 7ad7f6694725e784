//! Wires lead-routing to Lambda.
#![recursion_limit = "256"]

use contracts::Function;
use lambda_shell::{RuntimeError, Shell};
use lead_routing::LeadRouting;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), RuntimeError> {
    let shell = Shell::start(Function::LeadRouting)?;
    let handler = LeadRouting::new(shell.store()?, shell.rules()?);
    shell.run_queue(handler).await
}
