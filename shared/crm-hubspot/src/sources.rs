//! The sources of a model that are portals of `HubSpot`.

use std::collections::BTreeMap;

use crm::SourceName;
use engine::{Clock, Crms, Lane, RecordPages, Secrets, SharedBudget, Table};
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

/// The name of each portal's secret: what the model says, or what a deployment calls it. One name
/// cannot stand for two portals, so with several the model's names count.
#[must_use]
pub fn secrets(model: &OperatingModel, deployed: Option<&str>) -> BTreeMap<SourceName, String> {
    let mut secrets = each(model, |_, source| source.secret.clone());
    if let (1, Some(deployed)) = (secrets.len(), deployed) {
        for secret in secrets.values_mut() {
            deployed.clone_into(secret);
        }
    }
    secrets
}

/// A connection to each portal, at this address, for each lane. The access token is in the secret that
/// [`secrets`] names.
#[must_use]
pub fn connections<S: Store + Clone, C: Clock + Clone, K: Secrets + Clone>(
    model: &OperatingModel,
    base_url: &str,
    secrets: &K,
    deployed: Option<&str>,
    table: &Table<S, C>,
) -> Crms<SharedConnection<S, C, K>> {
    let named = self::secrets(model, deployed);
    let connected = |lane| {
        let each = named.iter().map(|(name, secret)| {
            let budget = SharedBudget::new(table.clone(), name, RATE);
            let budget = match lane {
                Lane::Express => budget,
                Lane::Bulk => budget.in_bulk(),
            };
            let (url, clock) = (base_url.to_owned(), table.clock.clone());
            let secret = secret.clone();
            let connection = Connection::new(url, secrets.clone(), secret, budget, clock);
            (name.clone(), connection)
        });
        each.collect()
    };
    Crms::in_lanes(connected(Lane::Express), connected(Lane::Bulk))
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

#[cfg(test)]
mod tests {
    use testkit::example_rules;

    use super::*;

    /// The example model with these portals.
    fn model(names: &[&str]) -> OperatingModel {
        let mut model = example_rules().model.clone();
        let (_, portal) = model.sources.pop_first().expect("a source");
        for name in names {
            let mut source = portal.clone();
            source.secret = format!("fairlead/{name}");
            model
                .sources
                .insert(SourceName::new(*name).expect("a name"), source);
        }
        model
    }

    fn secrets_of(names: &[&str], deployed: Option<&str>) -> Vec<String> {
        secrets(&model(names), deployed).into_values().collect()
    }

    #[test]
    fn a_deployment_names_the_secret_of_the_only_portal() {
        assert_eq!(secrets_of(&["crm"], None), ["fairlead/crm"]);
        assert_eq!(secrets_of(&["crm"], Some("own/name")), ["own/name"]);
    }

    #[test]
    fn one_name_does_not_stand_for_two_portals() {
        let both = ["fairlead/east", "fairlead/west"];
        assert_eq!(secrets_of(&["east", "west"], Some("own/name")), both);
    }
}
