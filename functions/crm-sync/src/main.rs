//! Wires crm-sync to Lambda.
#![recursion_limit = "256"]

use contracts::Function;
use crm_sync::{CrmSync, Opened};
use lambda_shell::{CrmConnection, RuntimeError, Shell};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), RuntimeError> {
    let shell = Shell::start(Function::CrmSync)?;
    let (store, model) = (shell.store()?, shell.model()?);
    let source = model.sources.keys().next().cloned().unwrap_or_default();
    let connection = CrmConnection::new(&shell, store.clone(), source)?;
    shell
        .run_queue(CrmSync::new(store, Opened::new(connection), model))
        .await
}
