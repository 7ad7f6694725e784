//! The sources of a model that are portals of `HubSpot`.

use std::collections::BTreeMap;

use crm::SourceName;
use engine::{Clock, RecordPages, Secrets, SharedBudget, Table};
use model::OperatingModel;
use store::Store;

use crate::{Connection, HubSpotWebhooks, KIND, RATE, pages};

/// A connection that shares its budget of requests by the table.
pub type SharedConnection<S, C, K> = Connection<K, SharedBudget<S, C>, C>;

/// Whatever is made of each source that is a portal.
fn each<T>(
    model: &OperatingModel,
    make: impl Fn(&SourceName, &model::Source) -> T,
) -> BTreeMap<SourceName, T> {
    let portals = model.sources.iter().filter(|(_, it)| it.kind == KIND);
    portals
        .map(|(name, source)| (name.clone(), make(name, source)))
        .collect()
}

/// A connection to each portal, at this address. The access token is in the secret that the model
/// names, or in `secret` where a deployment gives it another name.
#[must_use]
pub fn connections<S: Store + Clone, C: Clock + Clone, K: Secrets + Clone>(
    model: &OperatingModel,
    base_url: &str,
    secrets: &K,
    secret: Option<&str>,
    table: &Table<S, C>,
) -> BTreeMap<SourceName, SharedConnection<S, C, K>> {
    each(model, |name, source| {
        let budget = SharedBudget::new(table.clone(), name, RATE);
        let secret = secret.unwrap_or(&source.secret).to_owned();
        let (url, clock) = (base_url.to_owned(), table.clock.clone());
        Connection::new(url, secrets.clone(), secret, budget, clock)
    })
}

/// The webhooks of each portal.
#[must_use]
pub fn webhooks(model: &OperatingModel) -> BTreeMap<SourceName, HubSpotWebhooks> {
    each(model, |_, _| HubSpotWebhooks)
}

/// Where each portal shows its records to people, by an address as [`pages::addresses`] reads it;
/// none if there is none.
#[must_use]
pub fn record_pages(model: &OperatingModel, address: Option<&str>) -> RecordPages {
    let Some(address) = address else {
        return RecordPages::default();
    };
    let addresses = each(model, |name, source| {
        pages::addresses(address, name, &source.portal, &source.records)
    });
    RecordPages::new(addresses.into_values().flatten().collect())
}
