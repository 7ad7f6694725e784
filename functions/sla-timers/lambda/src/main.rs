//! Wires sla-timers to Lambda.
#![recursion_limit = "256"]

use aws::{DynamoStore, EventBridge, MachineClock, Settings, SqsQueue};
use contracts::Function;
use engine::Table;
use lambda_shell::{RuntimeError, Shell};
use sla_timers::SlaTimers;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), RuntimeError> {
    let shell = Shell::start(Function::SlaTimers);
    let settings = Settings::from_environment()?;
    let store = DynamoStore::new(&settings, shell.setting("TABLE")?);
    let rules = shell.rules()?;
    let table = Table::new(store, MachineClock).keeping_audits(rules.model.keep.audits);
    let bus = EventBridge::new(&settings, shell.setting("BUS")?);
    let queue = SqsQueue::new(
        &settings,
        shell.setting("QUEUE")?,
        shell.setting("DEAD_LETTERS")?,
    );
    let timers = SlaTimers::new(table.clone(), bus, rules);
    shell.run_queue(timers, table, queue).await
}
