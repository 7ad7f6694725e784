//! Looking at an amount before it is written.

use engine::{Crm, CrmError};
use serde_json::json;
use testkit::TestClock;

use crate::{
    deals,
    declared::{Counted, connection, nine, owners},
    ids,
    server::{Reply, Server, json as reply},
};

/// Three deals, of which the first alone stands in another currency.
fn three() -> Reply {
    let deal = |id: &str, amount: &str, currency: Option<&str>| {
        let home = currency.map(|_| "5430.20");
        json!({
            "id": id, "archived": false,
            "properties": { "amount": amount, "deal_currency_code": currency, "amount_in_home_currency": home },
            "propertiesWithHistory": { "amount": [] },
        })
    };
    let deals = [
        deal("1", "1000000", Some("JPY")),
        deal("2", "900", Some("eur")),
        deal("3", "800", None),
    ];
    reply(200, &json!({ "status": "COMPLETE", "results": deals }))
}

#[tokio::test]
async fn what_is_meant_in_one_currency_is_not_written_into_another() {
    let server = Server::start(vec![owners(), three()]).await;
    let connection = connection(&server, &Counted::default(), &TestClock::at(nine()));
    let amount = ["amount".to_owned()];
    let (mapping, all) = (deals(), ids(&["1", "2", "3"]));
    let looks = connection.fields(&mapping, &all, &amount).await.unwrap();
    let why = "the deal's amount stands in JPY, and the model counts in EUR: set it by hand";
    assert_eq!(looks["1"], Err(CrmError::Unsupported(why.to_owned())));
    for (id, held) in [("2", "900"), ("3", "800")] {
        let standing = looks[id].as_ref().unwrap();
        let value = standing["amount"].value.as_ref();
        assert_eq!(value.map(ToString::to_string).as_deref(), Some(held));
    }
    let read = &server.asked()[1].body;
    let asked = read["properties"].as_array().unwrap();
    assert!(asked.contains(&json!("deal_currency_code")), "{read}");
}

#[tokio::test]
async fn other_fields_of_such_a_deal_are_written() {
    let server = Server::start(vec![owners(), three()]).await;
    let connection = connection(&server, &Counted::default(), &TestClock::at(nine()));
    let stage = ["stage".to_owned()];
    let looks = connection.fields(&deals(), &ids(&["1", "2"]), &stage).await;
    assert!(looks.unwrap()["1"].is_ok());
}
