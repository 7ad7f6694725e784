//! Wires webhook-intake to Lambda.
#![recursion_limit = "256"]

use contracts::Function;
use lambda_shell::{RuntimeError, Shell};
use webhook_intake::{StoredSecret, WebhookIntake};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), RuntimeError> {
    let shell = Shell::start(Function::WebhookIntake)?;
    shell.setting("CRM_SECRET")?;
    let intake = WebhookIntake::new(
        shell.bus()?,
        StoredSecret::new(&shell),
        shell.model()?,
        shell.optional("PUBLIC_URL"),
    )?;
    shell.run_webhook(intake).await
}
