//! Wires deviation-watch to Lambda.
#![recursion_limit = "256"]

use aws::{DynamoStore, MachineClock, Settings};
use contracts::Function;
use deviation_watch::Watcher;
use engine::{Deciding, Table};
use lambda_shell::{RuntimeError, Shell};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), RuntimeError> {
    let shell = Shell::start(Function::DeviationWatch);
    let store = DynamoStore::new(&Settings::from_environment()?, shell.setting("TABLE")?);
    let table = Table::new(store, MachineClock);
    let decider = Watcher::new(shell.rules()?);
    shell.run_queue(Deciding::new(table, decider)).await
}
