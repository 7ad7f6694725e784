//! Wires views to Lambda.
#![recursion_limit = "256"]

use std::sync::Arc;

use aws::{DynamoStore, EventBridge, SecretsManager, Settings, WebClient};
use contracts::Function;
use engine::LinkKeys;
use lambda_shell::{RuntimeError, Shell};
use views::{SignIn, Views};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), RuntimeError> {
    let shell = Shell::start(Function::Views);
    let settings = Settings::from_environment()?;
    let store = DynamoStore::new(&settings, shell.setting("TABLE")?);
    let bus = EventBridge::new(&settings, shell.setting("BUS")?);
    let secrets = Arc::new(SecretsManager::new(&settings));
    let keys = LinkKeys::new(&secrets, &shell.setting("LINK_SECRET")?);
    let rules = shell.rules()?;
    let address = shell.optional("CRM_PAGE");
    let pages = crm_hubspot::record_pages(&rules.model, address.as_deref());
    let mut views = Views::new(store, bus, keys, rules).with_record_pages(pages);
    let of = |name: &str| shell.optional(name);
    let given = (
        of("SIGN_IN_ISSUER"),
        of("SIGN_IN_CLIENT"),
        of("SIGN_IN_SECRET"),
    );
    if let (Some(issuer), Some(client), Some(secret)) = given {
        let web = WebClient::new(&settings);
        let public_url = shell.setting("PUBLIC_URL")?;
        let sign_in = SignIn::new(web, (&issuer, &client), (secrets, &secret), &public_url);
        views = views.with_sign_in(sign_in);
    }
    shell.run_webhook(views).await
}
