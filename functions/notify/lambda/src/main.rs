//! Wires notify to Lambda.
#![recursion_limit = "256"]

use std::sync::Arc;

use aws::{DynamoStore, MachineClock, Mailer, SecretsManager, Settings, SqsQueue};
use contracts::Function;
use engine::{LinkKeys, Table};
use jiff::SignedDuration;
use lambda_shell::{Labelled, RuntimeError, Shell};
use notify::Notify;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), RuntimeError> {
    let shell = Shell::start(Function::Notify);
    let settings = Settings::from_environment()?;
    let store = DynamoStore::new(&settings, shell.setting("TABLE")?);
    let mailer = Mailer::new(&settings, shell.setting("MAIL_FROM")?);
    let rules = shell.rules()?;
    let table = Table::new(store, MachineClock).keeping_audits(rules.model.keep.audits);
    let address = shell.optional("CRM_PAGE");
    let pages = crm_hubspot::record_pages(&rules.model, address.as_deref());
    let queue = SqsQueue::new(
        &settings,
        shell.setting("QUEUE")?,
        shell.setting("DEAD_LETTERS")?,
    );
    let secrets = Arc::new(SecretsManager::new(&settings));
    let within = shell.setting("NOTICES_WITHIN")?;
    let within: u16 = within.parse().map_err(|why| {
        shell.unusable(format!(
            "NOTICES_WITHIN is {within:?}, and not a number of seconds: {why}"
        ))
    })?;
    let within = SignedDuration::from_secs(i64::from(within));
    let link_secret = shell.setting("LINK_SECRET")?;
    let public_url = shell.setting("PUBLIC_URL")?;
    let made = table.clone();
    let make = move |rules| {
        let keys = LinkKeys::new(&secrets, &link_secret);
        Notify::new(made.clone(), mailer.clone(), rules, pages.clone())
            .together_within(within)
            .with_links(keys, &public_url)
    };
    let notify = Labelled::new(table.store.clone(), MachineClock, rules, make);
    shell.run_queue(notify, table, queue).await
}
