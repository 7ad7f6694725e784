//! Wires live-metrics to Lambda.
#![recursion_limit = "256"]

use aws::{DynamoStore, MachineClock, Settings, SqsQueue};
use contracts::Function;
use engine::Table;
use lambda_shell::{RuntimeError, Shell};
use live_metrics::LiveMetrics;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), RuntimeError> {
    let shell = Shell::start(Function::LiveMetrics);
    let settings = Settings::from_environment()?;
    let store = DynamoStore::new(&settings, shell.setting("TABLE")?);
    let rules = shell.rules()?;
    let table = Table::new(store, MachineClock).keeping_audits(rules.model.keep.audits);
    let queue = SqsQueue::new(
        &settings,
        shell.setting("QUEUE")?,
        shell.setting("DEAD_LETTERS")?,
    );
    let metrics = LiveMetrics::new(table.clone(), rules);
    shell.run_queue(metrics, table, queue).await
}
