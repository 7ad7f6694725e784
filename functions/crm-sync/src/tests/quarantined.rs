//! What could not be understood is kept once, with its reason, for thirty days.

use contracts::{Quarantined, state::QuarantineState};
use testkit::WatchedStore;

use super::*;

pub(super) fn quarantined() -> Event {
    let data = EventData::WebhookQuarantined(Quarantined {
        source: source(),
        reason: "the subscription is of a kind we do not know".to_owned(),
        subscription: Some("contact.sneezed".to_owned()),
        object: Some("17".to_owned()),
        of: Some("contacts".to_owned()),
    });
    let mut event = noticed("lead:1");
    event.record = None;
    event.data = data;
    event
}

#[tokio::test]
async fn a_quarantined_webhook_is_kept_once_with_its_reason_and_its_expiry() {
    let store = WatchedStore::new();
    let clock = TestClock::at(at(NOW));
    let function = CrmSync::new(
        Table::new(store.clone(), clock),
        BTreeMap::<SourceName, MemoryCrm>::new(),
        testkit::example_rules(),
    );
    let event = quarantined();
    for _ in 0..3 {
        function.handle(&event, at(NOW)).await.unwrap();
    }
    let key = Key::quarantine("2026-11-23".parse().unwrap(), &event.id);
    let kept: QuarantineState = state_of(store.inside(), key.clone()).await.unwrap();
    let expected = QuarantineState {
        reason: "the subscription is of a kind we do not know".to_owned(),
        subscription: Some("contact.sneezed".to_owned()),
        object: Some("17".to_owned()),
        at: at(TOLD),
        source: Some(source()),
        of: Some("contacts".to_owned()),
        revision: Some(event.revision.clone()),
        settled: None,
    };
    assert_eq!(kept, expected);
    let everything = store.inside().everything();
    assert_eq!(everything.len(), 1);
    assert_eq!((&everything[0].key, everything[0].version), (&key, 1));
    let put = &store.commits()[0].puts[0];
    assert_eq!(put.expires, Some(at("2026-12-23T10:00:00Z")));
}

#[tokio::test]
async fn what_is_quarantined_spoils_no_batch() {
    let tested = sync();
    let mut events = leads(&tested, 2);
    events.insert(1, quarantined());
    assert_eq!(tested.handle(&events).await, vec![Ok(()); 3]);
    assert!(tested.copy("lead:2").await.is_some());
}
