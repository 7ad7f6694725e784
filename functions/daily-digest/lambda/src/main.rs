//! Wires daily-digest to Lambda.
#![recursion_limit = "256"]

use aws::{DynamoStore, MachineClock, Settings};
use contracts::Function;
use daily_digest::DailyDigest;
use engine::Table;
use lambda_shell::{RuntimeError, Shell};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), RuntimeError> {
    let shell = Shell::start(Function::DailyDigest);
    let store = DynamoStore::new(&Settings::from_environment()?, shell.setting("TABLE")?);
    let table = Table::new(store, MachineClock);
    shell
        .run_queue(DailyDigest::new(table, shell.rules()?))
        .await
}
