//! What the CRM answers: read by the client as it is, over a connection of this machine.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use crm::{ObjectMapping, RecordKind, Wanted};
use crm_hubspot::{
    client::{HubSpot, Patience},
    dictionary::{Declared, Dictionary},
};
use engine::{CrmError, Listing, Unlimited};
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use crate::ports::now;

/// A value of a person in the answers that the damage starts from. No error may repeat it.
const PERSONAL: &str = "ada@home.example";

/// What is answered: a status and a body. Whatever is asked after the first time is answered that there is no more.
type Said = Arc<Mutex<Option<(u16, Vec<u8>)>>>;

struct Portal {
    said: Said,
    client: HubSpot<Unlimited>,
    mapping: ObjectMapping,
    dictionary: Dictionary,
}

thread_local! {
    static PORTAL: Portal = now(portal());
}

async fn portal() -> Portal {
    let said = Said::default();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let answers = said.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream, answers.clone()));
        }
    });
    let patience = Patience {
        tries: 1,
        first_wait: Duration::ZERO,
        longest_wait: Duration::ZERO,
    };
    let model = testkit::example_model();
    let source = model.sources.keys().next().unwrap();
    let mapping = model
        .object_mapping(source, RecordKind::Opportunity)
        .unwrap();
    let declared = mapping.fields.iter();
    let declared = declared.map(|field| (field.property.clone(), Declared::Instant));
    let dictionary = Dictionary {
        declared: declared.collect(),
        zone: TimeZone::get("Europe/Berlin").ok(),
        ..Dictionary::default()
    };
    Portal {
        client: HubSpot::new(&address, "a-token", Unlimited)
            .unwrap()
            .with_patience(patience),
        said,
        mapping,
        dictionary,
    }
}

async fn serve(mut stream: TcpStream, said: Said) -> Option<()> {
    let mut bytes = Vec::new();
    loop {
        let head = bytes.windows(4).position(|four| four == b"\r\n\r\n");
        let Some(head) = head else {
            if stream.read_buf(&mut bytes).await.ok()? == 0 {
                return None;
            }
            continue;
        };
        let lines = String::from_utf8_lossy(&bytes[..head]).to_ascii_lowercase();
        let length = lines
            .lines()
            .find_map(|line| line.strip_prefix("content-length:"));
        let whole = head + 4 + length.map_or(0, |it| it.trim().parse().unwrap());
        while bytes.len() < whole {
            if stream.read_buf(&mut bytes).await.ok()? == 0 {
                return None;
            }
        }
        bytes.drain(..whole);
        let none = || (200, br#"{"results":[]}"#.to_vec());
        let (status, body) = said.lock().unwrap().take().unwrap_or_else(none);
        let head = format!(
            "HTTP/1.1 {status} x\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        let answer = [head.into_bytes(), body].concat();
        stream.write_all(&answer).await.ok()?;
    }
}

/// Any answer to any request is read or is an error with words, in which there is nothing of a person and no token;
/// and what was asked for and did not come is not taken for gone.
pub(crate) fn hold(bytes: &[u8]) {
    let [what, status, body @ ..] = bytes else {
        return;
    };
    let status = [
        200, 200, 200, 207, 201, 400, 401, 404, 409, 423, 429, 500, 503,
    ][usize::from(*status) % 13];
    PORTAL.with(|portal| {
        *portal.said.lock().unwrap() = Some((status, body.to_vec()));
        let error = now(asked(portal, *what));
        *portal.said.lock().unwrap() = None;
        if let Some(error) = error {
            let words = format!("{error} {error:?}");
            assert!(
                !words.contains(PERSONAL) && !words.contains("a-token"),
                "{words}"
            );
        }
    });
}

/// What a request fails with, if it does.
async fn asked(portal: &Portal, what: u8) -> Option<CrmError> {
    let Portal {
        client,
        mapping,
        dictionary,
        ..
    } = portal;
    let ids = ["1".to_owned(), "2".to_owned()];
    let texts = ["home.example".to_owned()];
    let since = testkit::at("2026-11-25T12:00:00Z");
    match what % 12 {
        0 => {
            let read = client.batch_read(mapping, &ids, dictionary).await;
            if let Ok(read) = &read {
                let of = |id: &String| {
                    let record = read.records.iter().any(|it| it.id.id == *id);
                    let missing = read.missing.contains(id);
                    let broken = read.broken.iter().any(|it| it.id == *id);
                    (record, missing, broken)
                };
                for id in &ids {
                    let (record, missing, broken) = of(id);
                    assert!(record || missing || broken, "of {id} nothing is said");
                    assert!(!(record && missing), "{id} is there and gone");
                }
            }
            read.err()
        }
        1 => client.associated("deals", "companies", &ids).await.err(),
        2 => client.owners().await.err(),
        3 => client.declared("deals").await.err(),
        4 => client.zone().await.err(),
        5 => client.set_up("deals").await.err(),
        6 => {
            let page = (Listing::Whole, None);
            client
                .list(mapping, Some("companies"), page, dictionary)
                .await
                .err()
        }
        7 => client.changed_since("deals", since, None).await.err(),
        8 => client
            .search("companies", "domain", Wanted::Domain, &texts)
            .await
            .err(),
        9 => client
            .read_with_history("deals", &ids, &["amount".to_owned()])
            .await
            .err(),
        10 => client.find_by("deals", "external_id", "17").await.err(),
        _ => {
            let change = |id: &String| (id.clone(), [("amount".to_owned(), "1".to_owned())].into());
            let changes = ids.iter().map(change).collect();
            client.update("deals", &changes).await.err()
        }
    }
}

pub(crate) fn starts() -> Vec<Vec<u8>> {
    let input = |what: u8, status: u8, body: &Value| {
        [vec![what, status], body.to_string().into_bytes()].concat()
    };
    let past = json!([{ "value": "sql", "timestamp": "2026-11-01T08:00:00Z", "sourceType": "CRM_UI",
        "updatedByUserId": 17 }]);
    let deal = |id: &str| {
        json!({
            "id": id, "createdAt": "2026-11-01T08:00:00Z", "updatedAt": "2026-11-02T08:00:00Z", "archived": false,
            "properties": { "dealstage": "sql", "amount": "1.5E7", "closedate": "2026-11-24T23:00:00Z",
                "dealname": PERSONAL, "hubspot_owner_id": "11001", "hs_lastmodifieddate": "1764072000000" },
            "propertiesWithHistory": { "dealstage": past, "amount": [] },
            "associations": { "companies": { "results": [{ "id": "9", "type": "deal_to_company" }] } },
        })
    };
    let missing = json!({ "status": "error", "category": "OBJECT_NOT_FOUND", "message": PERSONAL,
        "context": { "ids": ["2"] } });
    let some = json!({ "status": "COMPLETE", "results": [deal("1"), deal("2")] });
    let not_all = json!({ "status": "COMPLETE", "results": [deal("1")], "numErrors": 1, "errors": [missing] });
    let page =
        json!({ "results": [deal("1")], "paging": { "next": { "after": "100", "link": "?" } } });
    let associated = json!({ "results": [{ "from": { "id": "1" }, "to": [{ "toObjectId": 9, "associationTypes": [
        { "category": "HUBSPOT_DEFINED", "typeId": 5, "label": null }] }] }] });
    let owners = json!({ "results": [{ "id": "11001", "email": PERSONAL, "firstName": "Ada", "lastName": "L",
        "userId": 17, "userIdIncludingInactive": 17, "archived": false }] });
    let declared = json!({ "results": [{ "name": "amount", "label": "Amount", "type": "number",
        "fieldType": "number", "options": [{ "label": "A", "value": "a" }] }] });
    let zone = json!({ "portalId": 1, "timeZone": "Europe/Berlin", "companyCurrency": "EUR" });
    let refused = json!({ "status": "error", "category": "VALIDATION_ERROR", "message": PERSONAL,
        "errors": [{ "message": PERSONAL, "code": "INVALID_OPTION", "context": { "propertyName": ["amount"] } }],
        "policyName": "TEN_SECONDLY_ROLLING" });
    let with_ten = [
        (0, &some),
        (0, &not_all),
        (1, &associated),
        (2, &owners),
        (3, &declared),
        (4, &zone),
        (5, &declared),
        (6, &page),
        (7, &page),
        (8, &page),
        (9, &some),
        (10, &some),
        (11, &some),
    ];
    let answers = with_ten
        .into_iter()
        .map(|(what, body)| input(what, 0, body));
    let errors = (0..12).flat_map(|what| [(what, 5), (what, 10)]);
    answers
        .chain(errors.map(|(what, status)| input(what, status, &refused)))
        .collect()
}
