//! Wires stage-gates to Lambda.
#![recursion_limit = "256"]

use aws::{DynamoStore, MachineClock, Settings, SqsQueue};
use contracts::Function;
use engine::Table;
use lambda_shell::{Labelled, RuntimeError, Shell};
use stage_gates::{Gatekeeper, StageGates};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), RuntimeError> {
    let shell = Shell::start(Function::StageGates);
    let settings = Settings::from_environment()?;
    let store = DynamoStore::new(&settings, shell.setting("TABLE")?);
    let rules = shell.rules()?;
    let table = Table::new(store, MachineClock).keeping_audits(rules.model.keep.audits);
    let queue = SqsQueue::new(
        &settings,
        shell.setting("QUEUE")?,
        shell.setting("DEAD_LETTERS")?,
    );
    let made = table.clone();
    let make = move |rules| StageGates::new(made.clone(), Gatekeeper::new(rules));
    let gates = Labelled::new(table.store.clone(), MachineClock, rules, make);
    shell.run_queue(gates, table, queue).await
}
