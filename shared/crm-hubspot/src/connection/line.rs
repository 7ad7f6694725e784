//! The way to a portal: its address, the token, the budget of requests.

use std::sync::{Arc, Mutex, PoisonError};

use engine::{Budget, Clock, CrmError, KeptSecret, SecretError, Secrets};

use crate::client::HubSpot;

/// The field of the secret that holds the access token.
const TOKEN: &str = "access_token";

type Client<B> = Arc<HubSpot<Arc<B>>>;

/// The way to a portal. The token is read at the first use: a cold start that has nothing for the CRM
/// need not pay for it. It is read anew when it is refused.
pub(super) struct Line<K, B, C> {
    pub(super) base_url: String,
    token: KeptSecret<K>,
    budget: Arc<B>,
    pub(super) clock: C,
    opened: Mutex<Option<Client<B>>>,
}

/// Asks the portal, and once more with a token read anew if the one at hand is not accepted.
macro_rules! ask {
    ($line:expr, $client:ident => $request:expr) => {{
        let $client = $line.client().await?;
        match $request.await {
            Err(CrmError::Unauthorized) if $line.renew().await? => {
                let $client = $line.client().await?;
                $request.await
            }
            other => other,
        }
    }};
}

pub(super) use ask;

impl<K: Secrets, B: Budget, C: Clock> Line<K, B, C> {
    /// The portal at this address, whose access token is in the secret of this name.
    pub(super) fn new(base_url: String, secrets: K, secret: String, budget: B, clock: C) -> Self {
        Self {
            base_url,
            token: KeptSecret::new(secrets, secret, TOKEN),
            budget: Arc::new(budget),
            clock,
            opened: Mutex::default(),
        }
    }

    pub(super) async fn client(&self) -> Result<Client<B>, CrmError> {
        let opened = held(&self.opened).clone();
        if let Some(client) = opened {
            return Ok(client);
        }
        let token = self.token.current().await.map_err(|why| unread(&why))?;
        self.open(&token)
    }

    fn open(&self, token: &str) -> Result<Client<B>, CrmError> {
        let client = HubSpot::new(&self.base_url, token, Arc::clone(&self.budget));
        let client = Arc::new(client.map_err(|why| CrmError::Setup(why.to_string()))?);
        *held(&self.opened) = Some(Arc::clone(&client));
        Ok(client)
    }

    /// Reads the token anew; whether there is one to try again with.
    pub(super) async fn renew(&self) -> Result<bool, CrmError> {
        let renewed = self.token.renewed(self.clock.now()).await;
        match renewed.map_err(|why| unread(&why))? {
            Some(token) => self.open(&token).map(|_| true),
            None => Ok(false),
        }
    }
}

/// What is kept behind a lock.
pub(super) fn held<T>(kept: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}

fn unread(why: &SecretError) -> CrmError {
    CrmError::Unavailable {
        why: why.to_string(),
        perhaps_done: false,
        retry_after: None,
    }
}
