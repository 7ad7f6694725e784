//! What there is no time for is not begun, and comes again.

use super::{quarantined::quarantined, *};

async fn handle(tested: &Tested, events: &[Event], time: bool) -> Vec<Result<(), Failure>> {
    let events: Vec<_> = events.iter().map(|it| (it.clone(), at(NOW))).collect();
    tested.function.handle_batch(&events, &|| time).await
}

fn out_of_time() -> Result<(), Failure> {
    Err(Failure::out_of_time())
}

#[tokio::test]
async fn no_further_kind_is_begun_without_time() {
    let tested = sync();
    let mut events = leads(&tested, 2);
    tested.crm.text("opportunity:9", "name", "Nine");
    events.insert(1, noticed("opportunity:9"));
    events.push(quarantined());
    let results = handle(&tested, &events, false).await;
    assert_eq!(results, [Ok(()), out_of_time(), Ok(()), out_of_time()]);
    assert_eq!(tested.crm.count("read"), 1, "the leads");
    assert!(tested.copy("lead:2").await.is_some());
    assert!(tested.copy("opportunity:9").await.is_none());
    assert!(!is_quarantined(&tested, &events[3]));

    let results = handle(&tested, &events, true).await;
    assert_eq!(results, vec![Ok(()); 4]);
    assert!(tested.copy("opportunity:9").await.is_some());
    assert!(is_quarantined(&tested, &events[3]));
}

/// Else a batch for which there is never time would never get on.
#[tokio::test]
async fn what_comes_first_is_begun_in_any_case() {
    let tested = sync();
    let tick = upon(
        &record_id("lead:1"),
        at(NOW),
        EventData::Tick { at: at(NOW) },
    );
    let results = handle(&tested, &[quarantined(), tick], false).await;
    assert_eq!(results, [Ok(()), out_of_time()]);
}

fn is_quarantined(tested: &Tested, event: &Event) -> bool {
    let key = Key::quarantine("2026-11-23".parse().unwrap(), &event.id);
    let kept = tested.function.table.store.everything();
    kept.iter().any(|item| item.key == key)
}
