//! Wires lead-routing to Lambda.
#![recursion_limit = "256"]

use aws::{DynamoStore, MachineClock, Settings};
use contracts::Function;
use engine::{Deciding, Table};
use lambda_shell::{RuntimeError, Shell};
use lead_routing::Router;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), RuntimeError> {
    let shell = Shell::start(Function::LeadRouting);
    let store = DynamoStore::new(&Settings::from_environment()?, shell.setting("TABLE")?);
    let table = Table::new(store, MachineClock);
    let decider = Router::new(shell.rules()?);
    shell.run_queue(Deciding::new(table, decider)).await
}
