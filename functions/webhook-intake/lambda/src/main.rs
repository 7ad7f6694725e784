//! Wires webhook-intake to Lambda.
#![recursion_limit = "256"]

use std::sync::Arc;

use aws::{EventBridge, SecretsManager, Settings};
use contracts::Function;
use lambda_shell::{RuntimeError, Shell};
use webhook_intake::WebhookIntake;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), RuntimeError> {
    let shell = Shell::start(Function::WebhookIntake);
    let settings = Settings::from_environment()?;
    let bus = EventBridge::new(&settings, shell.setting("BUS")?);
    let mut model = shell.model()?;
    let deployed = shell.optional("CRM_SECRET");
    for (name, secret) in crm_hubspot::secrets(&model, deployed.as_deref()) {
        if let Some(source) = model.sources.get_mut(&name) {
            source.secret = secret;
        }
    }
    let webhooks = crm_hubspot::webhooks(&model);
    let url = shell.optional("PUBLIC_URL");
    let secrets = Arc::new(SecretsManager::new(&settings));
    let signs = shell.optional("BEHAVIOUR_SECRET");
    let mut intake = WebhookIntake::new(bus, &secrets, webhooks, model, url.as_deref())
        .with_behaviours(&secrets, signs);
    if let Some(kib) = shell.optional("WEBHOOK_KIB") {
        let kib: usize = kib.parse().map_err(|why| {
            shell.unusable(format!("WEBHOOK_KIB is {kib}, and no number of KiB: {why}"))
        })?;
        intake = intake.with_bytes(kib.saturating_mul(1024));
    }
    shell.run_webhook(intake).await
}
