//! Wires crm-sync to Lambda.
#![recursion_limit = "256"]

use std::sync::Arc;

use aws::{DynamoStore, MachineClock, SecretsManager, Settings, SqsQueue};
use contracts::Function;
use crm_sync::CrmSync;
use engine::{Secrets, Table};
use lambda_shell::{RuntimeError, Shell};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), RuntimeError> {
    let shell = Shell::start(Function::CrmSync);
    let settings = Settings::from_environment()?;
    let store = DynamoStore::new(&settings, shell.setting("TABLE")?);
    let rules = shell.rules()?;
    let table = Table::new(store, MachineClock).keeping_audits(rules.model.keep.audits);
    let secrets = Arc::new(SecretsManager::new(&settings));
    let subject_key = match shell.optional("BEHAVIOUR_SECRET") {
        // It is read once: what was hashed with another key is another person's.
        Some(name) if !rules.model.behaviours.is_empty() => {
            let key = secrets.field(&name, "subject_key").await;
            Some(key.map_err(|why| shell.unusable(why.to_string()))?)
        }
        _ => None,
    };
    let crms = crm_hubspot::connections(
        &rules.model,
        &shell.setting("CRM_BASE_URL")?,
        &secrets,
        shell.optional("CRM_SECRET").as_deref(),
        &table,
    );
    let queue = SqsQueue::new(
        &settings,
        shell.setting("QUEUE")?,
        shell.setting("DEAD_LETTERS")?,
    )
    .and(shell.setting("BULK_QUEUE")?);
    let sync = CrmSync::new(table.clone(), crms, rules)
        .with_subject_key(subject_key.map(String::into_bytes));
    shell.run_queue(sync, table, queue).await
}
