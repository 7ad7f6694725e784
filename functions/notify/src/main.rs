//! Wires notify to Lambda.
#![recursion_limit = "256"]

use contracts::Function;
use lambda_shell::{RuntimeError, Shell};
use notify::{Notify, RecordPages};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), RuntimeError> {
    let shell = Shell::start(Function::Notify)?;
    let pages = RecordPages::new(shell.optional("CRM_PAGE"));
    let handler = Notify::new(shell.store()?, shell.mailer()?, shell.rules()?, pages);
    shell.run_queue(handler).await
}
