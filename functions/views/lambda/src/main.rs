//! Wires views to Lambda.
#![recursion_limit = "256"]

use std::sync::Arc;

use aws::{DynamoStore, EventBridge, SecretsManager, Settings};
use contracts::Function;
use engine::LinkKeys;
use lambda_shell::{RuntimeError, Shell};
use views::Views;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), RuntimeError> {
    let shell = Shell::start(Function::Views);
    let settings = Settings::from_environment()?;
    let store = DynamoStore::new(&settings, shell.setting("TABLE")?);
    let bus = EventBridge::new(&settings, shell.setting("BUS")?);
    let secrets = Arc::new(SecretsManager::new(&settings));
    let keys = LinkKeys::new(&secrets, &shell.setting("LINK_SECRET")?);
    let rules = shell.rules()?;
    shell.run_webhook(Views::new(store, bus, keys, rules)).await
}
