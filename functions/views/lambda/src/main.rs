//! Wires views to Lambda.
#![recursion_limit = "256"]

use std::sync::Arc;

use aws::{DynamoStore, EventBridge, MachineClock, SecretsManager, Settings, WebClient};
use contracts::Function;
use engine::LinkKeys;
use lambda_shell::{Labelled, RuntimeError, Shell};
use views::{SignIn, Views};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), RuntimeError> {
    let shell = Shell::start(Function::Views);
    let settings = Settings::from_environment()?;
    let store = DynamoStore::new(&settings, shell.setting("TABLE")?);
    let bus = EventBridge::new(&settings, shell.setting("BUS")?);
    let secrets = Arc::new(SecretsManager::new(&settings));
    let link_secret = shell.setting("LINK_SECRET")?;
    let rules = shell.rules()?;
    let address = shell.optional("CRM_PAGE");
    let pages = crm_hubspot::record_pages(&rules.model, address.as_deref());
    let of = |name: &str| shell.optional(name);
    let given = (
        of("SIGN_IN_ISSUER"),
        of("SIGN_IN_CLIENT"),
        of("SIGN_IN_SECRET"),
    );
    let provider = match given {
        (Some(issuer), Some(client), Some(secret)) => {
            let web = WebClient::new(&settings);
            Some((web, issuer, client, secret, shell.setting("PUBLIC_URL")?))
        }
        _ => None,
    };
    let made = store.clone();
    let make = move |rules| {
        let keys = LinkKeys::new(&secrets, &link_secret);
        let views = Views::new(made.clone(), bus.clone(), keys, rules);
        let views = views.with_record_pages(pages.clone());
        let Some((web, issuer, client, secret, public_url)) = &provider else {
            return views;
        };
        let kept = (Arc::clone(&secrets), secret.as_str());
        let sign_in = SignIn::new(web.clone(), (issuer, client), kept, public_url);
        views.with_sign_in(sign_in)
    };
    let views = Labelled::new(store, MachineClock, rules, make);
    shell.run_webhook(views).await
}
