//! The client against a small server that answers what it is told and remembers what it was asked.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

mod activities;
mod currency;
mod declared;
mod failures;
mod listing;
mod reads;
mod search;
mod server;
mod writes;

use std::{collections::BTreeMap, time::Duration};

use crm::{FieldMapping, FieldType, ObjectMapping, PersonId, RecordKind, SourceName};
use crm_hubspot::client::{HubSpot, Patience};
use engine::Unlimited;
use server::Server;

/// A client of the server that waits hardly at all between two tries.
fn client(server: &Server) -> HubSpot<Unlimited> {
    let patience = Patience {
        first_wait: Duration::from_micros(1),
        longest_wait: Duration::from_millis(1),
        ..Patience::default()
    };
    HubSpot::new(&server.address(), "a-token", Unlimited)
        .unwrap()
        .with_patience(patience)
}

fn deals() -> ObjectMapping {
    let field = |field: &str, property: &str, holds, history| FieldMapping {
        field: field.to_owned(),
        property: property.to_owned(),
        holds,
        values: BTreeMap::new(),
        otherwise: None,
        allowed: Vec::new(),
        domain: false,
        history,
    };
    ObjectMapping {
        owner_in: None,
        source: SourceName::new("hubspot").unwrap(),
        kind: RecordKind::Opportunity,
        object: "deals".to_owned(),
        fields: vec![
            field("stage", "dealstage", FieldType::Stage, true),
            field("amount", "amount", FieldType::Money, false),
        ],
        currency: "EUR".to_owned(),
        people: BTreeMap::from([("11000".to_owned(), PersonId::new("carla"))]),
    }
}

fn ids(ids: &[&str]) -> Vec<String> {
    ids.iter().map(|id| (*id).to_owned()).collect()
}
