//! Listing: everything, when it was changed, what is gone; and what was changed since.

use crm_hubspot::dictionary::Dictionary;
use engine::{Listing, Reading};
use jiff::Timestamp;
use serde_json::{Value as Json, json};

use crate::{
    client, deals,
    server::{Server, json as reply},
};

fn deal(id: &str, updated: &str) -> Json {
    json!({
        "id": id, "archived": false, "createdAt": "2026-03-01T08:00:00Z", "updatedAt": updated,
        "properties": { "amount": "5", "hs_lastmodifieddate": updated },
        "associations": { "companies": { "results": [
            { "id": "7", "type": "deal_to_company_unlabeled" }, { "id": "9", "type": "deal_to_company" },
        ] } },
    })
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[tokio::test]
async fn a_whole_page_has_the_records_with_their_accounts_and_says_where_it_goes_on() {
    let broken = json!({ "id": "2", "updatedAt": "2026-03-02T08:00:00Z", "properties": {} });
    let unnamed = json!({ "updatedAt": "2026-03-02T08:00:00Z" });
    let results = [deal("1", "2026-03-02T08:00:00Z"), broken, unnamed];
    let page = json!({ "results": results, "paging": { "next": { "after": "2" } } });
    let server = Server::start(vec![reply(200, &page)]).await;
    let page = client(&server)
        .list(
            &deals(),
            Some("companies"),
            (Listing::Whole, Some("0")),
            &Dictionary::default(),
        )
        .await
        .unwrap();
    assert_eq!(
        server.asked()[0].line,
        "GET /crm/objects/2026-09/deals?limit=50\
         &properties=amount%2Camount_in_home_currency%2Cdeal_currency_code%2Cdealstage%2Chs_lastmodifieddate%2Cnotes_last_contacted\
         &propertiesWithHistory=dealstage%2Cnotes_last_contacted&associations=companies&after=0"
    );
    assert_eq!((page.next.as_deref(), page.unnamed), (Some("2"), 1));
    let [first, second] = &page.records[..] else {
        panic!("two records");
    };
    assert!(matches!(first.reading, Some(Reading::Record { .. })));
    assert_eq!(first.accounts, Some(vec!["9".to_owned(), "7".to_owned()]));
    assert!(matches!(second.reading, Some(Reading::Broken(_))));
}

#[tokio::test]
async fn of_what_is_gone_only_when_it_was_is_asked() {
    let page = json!({ "results": [deal("1", "2026-03-02T08:00:00Z")] });
    let server = Server::start(vec![reply(200, &page)]).await;
    let page = client(&server)
        .list(
            &deals(),
            None,
            (Listing::Gone, None),
            &Dictionary::default(),
        )
        .await
        .unwrap();
    assert_eq!(
        server.asked()[0].line,
        "GET /crm/objects/2026-09/deals?limit=100&properties=hs_lastmodifieddate&archived=true"
    );
    assert_eq!(page.records[0].modified, at("2026-03-02T08:00:00Z"));
    assert!(page.records[0].reading.is_none() && page.next.is_none());
}

#[tokio::test]
async fn what_was_changed_is_searched_from_the_last_instant_of_the_page_before() {
    let more = json!({ "next": { "after": "200" } });
    let first = json!({ "results": [deal("1", "2026-03-02T08:00:00.005Z")], "paging": more });
    let last = json!({ "results": [] });
    let server = Server::start(vec![reply(200, &first), reply(200, &last)]).await;
    let client = client(&server);
    let since = at("2026-03-02T08:00:00Z");
    let page = client.changed_since("deals", since, None).await.unwrap();
    let next = page.next.unwrap();
    let page = client
        .changed_since("deals", since, Some(&next))
        .await
        .unwrap();
    assert_eq!(page.next, None);
    let body = |value: &str| {
        let filter =
            json!({ "propertyName": "hs_lastmodifieddate", "operator": "GTE", "value": value });
        json!({
            "filterGroups": [{ "filters": [filter] }], "properties": ["hs_lastmodifieddate"],
            "sorts": [{ "propertyName": "hs_lastmodifieddate", "direction": "ASCENDING" }],
            "limit": 200, "after": "0",
        })
    };
    let asked = server.asked();
    assert_eq!(asked[0].line, "POST /crm/objects/2026-09/deals/search");
    assert_eq!(asked[0].body, body("1772438400000"));
    assert_eq!(asked[1].body, body("1772438400005"));
}

#[tokio::test]
async fn contacts_have_another_property_for_it() {
    let server = Server::start(vec![reply(200, &json!({ "results": [] }))]).await;
    let client = client(&server);
    let since = at("2026-03-02T08:00:00Z");
    let page = client.changed_since("contacts", since, None).await;
    assert!(page.unwrap().records.is_empty());
    let property = &server.asked()[0].body["sorts"][0]["propertyName"];
    assert_eq!(property, "lastmodifieddate");
}

#[tokio::test]
async fn more_at_one_instant_than_a_search_gives_are_counted_and_stop_nothing() {
    let more = json!({ "next": { "after": "10000" } });
    let same = json!({ "results": [deal("1", "2026-03-02T08:00:00Z")], "paging": more });
    let server = Server::start(vec![reply(200, &same)]).await;
    let since = at("2026-03-02T08:00:00Z");
    let after = "1772438400000+9800";
    let client = client(&server);
    let page = client.changed_since("deals", since, Some(after)).await;
    let page = page.unwrap();
    assert_eq!(page.unnamed, 1);
    assert_eq!(page.next.as_deref(), Some("1772438400001+0"));
}
