use aws::DynamoStore;
use crm_client::HubSpot;
use tokio::sync::OnceCell;

use crate::{
    budget::CrmBudget,
    failure::Failure,
    shell::{Shell, StartError},
};

/// The way into the CRM, opened at its first use: reading its secret takes a request, which a cold
/// start that has nothing for the CRM need not pay.
#[derive(Debug)]
pub struct CrmConnection {
    shell: Shell,
    base_url: String,
    source: String,
    store: DynamoStore,
    opened: OnceCell<HubSpot<CrmBudget<DynamoStore>>>,
}

impl CrmConnection {
    /// The CRM at `CRM_BASE_URL`, with the access token in the secret that `CRM_SECRET` names, and
    /// the token bucket of this source.
    ///
    /// # Errors
    /// If a setting is missing.
    pub fn new(shell: &Shell, store: DynamoStore, source: String) -> Result<Self, StartError> {
        shell.setting("CRM_SECRET")?;
        Ok(Self {
            base_url: shell.setting("CRM_BASE_URL")?,
            shell: shell.clone(),
            source,
            store,
            opened: OnceCell::new(),
        })
    }

    /// The client.
    ///
    /// # Errors
    /// If the secret cannot be read, or the address cannot be used.
    pub async fn open(&self) -> Result<&HubSpot<CrmBudget<DynamoStore>>, Failure> {
        let open = || async {
            let secret = self.shell.secret(&["access_token"]).await;
            let secret = secret.map_err(|why| Failure::Later(why.to_string()))?;
            let token = secret.first().map(String::as_str).unwrap_or_default();
            let budget = CrmBudget::new(self.store.clone(), self.source.clone());
            HubSpot::new(&self.base_url, token, budget)
                .map_err(|why| Failure::Final(why.to_string()))
        };
        self.opened.get_or_try_init(open).await
    }
}
