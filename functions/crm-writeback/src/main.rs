//! Wires crm-writeback to Lambda.
#![recursion_limit = "256"]

use contracts::Function;
use crm_writeback::CrmWriteback;
use lambda_shell::{CrmConnection, RuntimeError, Shell};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), RuntimeError> {
    let shell = Shell::start(Function::CrmWriteback)?;
    let (store, rules) = (shell.store()?, shell.rules()?);
    let source = rules
        .model
        .sources
        .keys()
        .next()
        .cloned()
        .unwrap_or_default();
    let connection = CrmConnection::new(&shell, store.clone(), source)?;
    shell
        .run_queue(CrmWriteback::new(store, connection, rules))
        .await
}
