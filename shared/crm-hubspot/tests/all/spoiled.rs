//! Bodies of webhooks in which an event is no JSON.

use crm_hubspot::{
    ObjectType,
    webhook::{Reason, parse},
};
use engine::webhooks::Limits;
use serde_json::json;

use crate::webhooks::{PORTAL, event};

/// Each spoils the JSON of the whole body, and costs one event.
#[test]
fn an_event_that_is_no_json_costs_no_other() {
    let good = |id: u32| event(&json!({ "objectId": id })).to_string();
    let deep = "[".repeat(200) + &"]".repeat(200);
    for spoiled in ["1e400", deep.as_str(), "nonsense", "0x1"] {
        let bad = |tried: u32| {
            let tried = json!({ "objectId": 901, "attemptNumber": tried, "propertyValue": "here" });
            event(&tried).to_string().replace("\"here\"", spoiled)
        };
        let read = |tried| {
            let body = format!("[{},\n {} , {}]", good(1), bad(tried), good(2));
            parse(body.as_bytes(), PORTAL, Limits::default()).unwrap()
        };
        let batch = read(0);
        let ids: Vec<&str> = batch
            .noticed
            .iter()
            .map(|it| it.object_id.as_str())
            .collect();
        assert_eq!(ids, ["1", "2"], "{spoiled}");
        let aside = &batch.quarantined[0];
        assert_eq!(aside.reason, Reason::NotReadable);
        assert_eq!(aside.object_id.as_deref(), Some("901"));
        assert_eq!(aside.object, Some(ObjectType::Deals));
        assert_eq!(aside.subscription.as_deref(), Some("deal.propertyChange"));
        assert_eq!(batch, read(3), "the same however often it was sent");
    }
    // Half a character costs that character only.
    let half = good(1).replace("closedwon", "\\ud83d");
    let read = parse(format!("[{half}]").as_bytes(), PORTAL, Limits::default()).unwrap();
    assert_eq!((read.noticed.len(), read.quarantined.len()), (1, 0));
    let theirs = event(&json!({ "portalId": 1, "x": "here" })).to_string();
    let theirs = format!("[{}]", theirs.replace("\"here\"", "1e400"));
    let read = parse(theirs.as_bytes(), PORTAL, Limits::default()).unwrap();
    assert_eq!((read.foreign, read.quarantined.len()), (1, 0));
}
