//! Searching: a request has the form of the API's documents, and what it finds is told by what was asked.

use crm::Wanted;
use serde_json::{Value as Json, json};

use crate::{
    client, ids,
    server::{Server, json as reply},
};

fn company(id: &str, property: &str, value: &str) -> Json {
    json!({
        "id": id, "archived": false,
        "createdAt": "2026-03-01T08:00:00.000Z", "updatedAt": "2026-03-02T08:00:00.000Z",
        "properties": { property: value },
    })
}

fn page(results: &[Json], after: Option<&str>) -> Json {
    let mut page = json!({ "total": results.len(), "results": results });
    if let Some(after) = after {
        page["paging"] = json!({ "next": { "after": after } });
    }
    page
}

#[tokio::test]
async fn domains_are_searched_together_in_both_their_spellings() {
    let first = page(&[company("1", "domain", "Kranich.example")], Some("200"));
    let second = page(
        &[
            company("2", "domain", "www.kranich.example"),
            company("3", "domain", "storch.example"),
        ],
        None,
    );
    let server = Server::start(vec![reply(200, &first), reply(200, &second)]).await;
    let asked = ids(&["kranich.example", "storch.example", "reiher.example"]);
    let found = client(&server)
        .search("companies", "domain", Wanted::Domain, &asked)
        .await
        .unwrap();
    let requests = server.asked();
    assert_eq!(
        requests[0].line,
        "POST /crm/objects/2026-09/companies/search"
    );
    let values = [
        "kranich.example",
        "www.kranich.example",
        "reiher.example",
        "www.reiher.example",
        "storch.example",
        "www.storch.example",
    ];
    let filter = json!({ "propertyName": "domain", "operator": "IN", "values": values });
    let body = |after: &str| {
        json!({
            "filterGroups": [{ "filters": [filter] }], "properties": ["domain"], "sorts": [],
            "limit": 200, "after": after,
        })
    };
    assert_eq!(requests[0].body, body("0"));
    assert_eq!(requests[1].body, body("200"));
    let of = |domain: &str| found[domain].found.keys().cloned().collect::<Vec<_>>();
    assert_eq!(of("kranich.example"), ["1", "2"]);
    assert_eq!(of("storch.example"), ["3"]);
    assert!(found["reiher.example"].found.is_empty());
    assert!(found.values().all(|found| !found.more));
}

#[tokio::test]
async fn words_of_names_are_searched_five_at_a_time() {
    let names = page(&[company("1", "name", "Kranich Software GmbH")], None);
    let server = Server::start(vec![reply(200, &names), reply(200, &page(&[], None))]).await;
    let asked = ids(&["kranich", "a1", "a2", "a3", "a4", "a5"]);
    let found = client(&server)
        .search("companies", "name", Wanted::Word, &asked)
        .await
        .unwrap();
    let groups = |at: usize| {
        server.asked()[at].body["filterGroups"]
            .as_array()
            .unwrap()
            .clone()
    };
    let mut sizes = [groups(0).len(), groups(1).len()];
    sizes.sort_unstable();
    assert_eq!(sizes, [1, 5]);
    let filter =
        json!({ "propertyName": "name", "operator": "CONTAINS_TOKEN", "value": "kranich" });
    let all = [groups(0), groups(1)].concat();
    assert!(all.contains(&json!({ "filters": [filter] })));
    assert_eq!(found.len(), 6);
}

/// Of what there is too much to be read together, each is searched by itself; and if that is too much, it is said.
#[tokio::test]
async fn where_there_is_more_than_is_read_it_is_said_of_what_has_it() {
    let many = reply(
        200,
        &page(&[company("1", "domain", "kranich.example")], Some("200")),
    );
    let few = reply(
        200,
        &page(&[company("3", "domain", "storch.example")], None),
    );
    let both = vec![many.clone(), many.clone(), many.clone()];
    let each = vec![few, many.clone(), many.clone(), many];
    let server = Server::start([both, each].concat()).await;
    let asked = ids(&["kranich.example", "storch.example"]);
    let found = client(&server)
        .search("companies", "domain", Wanted::Domain, &asked)
        .await
        .unwrap();
    assert_eq!(server.asked().len(), 7);
    assert!(found["kranich.example"].more);
    let storch = &found["storch.example"];
    assert!(!storch.more && storch.found.contains_key("3"));
}
