//! "Not found" is believed of what the CRM has had the time to show, and of what it says is gone.

use super::*;

/// The CRM has a lead, we keep a copy of it, and the CRM loses it.
async fn lost() -> Tested {
    let tested = sync();
    let events = leads(&tested, 1);
    assert_eq!(tested.handle(&events).await, [Ok(())]);
    tested.crm.delete("lead:1");
    tested
}

async fn is_archived(tested: &Tested) -> bool {
    let copy = tested.copy("lead:1").await.unwrap();
    assert_eq!(copy.record.fields.len(), 1, "nothing else is forgotten");
    copy.record.archived
}

#[tokio::test]
async fn what_was_told_of_a_moment_ago_is_asked_for_again() {
    let tested = lost().await;
    let before = tested.function.table.store.everything();
    let young = told("lead:1", "young", "2026-11-23T09:59:01Z", false);
    let result = tested.handle(std::slice::from_ref(&young)).await;
    assert!(
        matches!(result[0], Err(Failure::Waits { .. })),
        "{result:?}"
    );
    assert_eq!(tested.function.table.store.everything(), before);

    // A second later it is a minute old.
    tested.clock.set(at("2026-11-23T10:00:01Z"));
    assert_eq!(tested.handle(&[young]).await, [Ok(())]);
    assert!(is_archived(&tested).await);
    let audits = tested.audits_of("lead:1");
    assert_eq!(audits.len(), 2);
    let changed = |audit: &AuditRecord| matches!(&audit.events[0].data, EventData::RecordChanged { changed, .. } if changed == &["archived"]);
    assert!(audits.iter().any(changed));
}

/// Of several notices the youngest counts: what it tells of may not be shown yet.
#[tokio::test]
async fn one_young_notice_among_old_ones_is_enough_to_ask_again() {
    let tested = lost().await;
    let old = noticed("lead:1");
    let young = told("lead:1", "young", NOW, false);
    let results = tested.handle(&[old, young]).await;
    let later = |result: &Result<(), Failure>| matches!(result, Err(Failure::Waits { .. }));
    assert!(results.iter().all(later), "{results:?}");
    assert!(!is_archived(&tested).await);
}

#[tokio::test]
async fn a_deletion_is_believed_at_once() {
    let tested = lost().await;
    let deleted = told("lead:1", "deleted", NOW, true);
    assert_eq!(tested.handle(&[deleted]).await, [Ok(())]);
    assert!(is_archived(&tested).await);
}

/// A record that the CRM still has is no deleted one, whatever a webhook says.
#[tokio::test]
async fn a_deletion_of_what_is_there_is_not_believed() {
    let tested = sync();
    let events = leads(&tested, 1);
    tested.handle(&events).await;
    let deleted = told("lead:1", "deleted", NOW, true);
    assert_eq!(tested.handle(&[deleted]).await, [Ok(())]);
    assert!(!is_archived(&tested).await);
}

#[tokio::test]
async fn what_is_gone_for_good_and_never_was_kept_leaves_no_item() {
    let tested = sync();
    let deleted = told("lead:2", "deleted", NOW, true);
    let both = [noticed("lead:1"), deleted];
    let results = tested.handle(&both).await;
    let waits = matches!(results[1], Err(Failure::Waits { .. }));
    assert!(waits, "a copy may be on its way: {results:?}");
    tested.clock.set(at("2026-11-23T10:01:01Z"));
    assert_eq!(tested.handle(&both).await, [Ok(()), Ok(())]);
    assert!(tested.function.table.store.everything().is_empty());
}

#[tokio::test]
async fn what_is_archived_twice_is_told_once() {
    let tested = lost().await;
    for webhook in ["one", "two", "three"] {
        let deleted = told("lead:1", webhook, NOW, true);
        assert_eq!(tested.handle(&[deleted]).await, [Ok(())]);
    }
    assert_eq!(tested.audits_of("lead:1").len(), 2);
}

#[tokio::test]
async fn what_is_found_again_is_no_longer_archived() {
    let tested = lost().await;
    tested.handle(&[told("lead:1", "deleted", NOW, true)]).await;
    tested.crm.text("lead:1", "email", "a@kranich.example");
    let again = told("lead:1", "again", NOW, false);
    assert_eq!(tested.handle(&[again]).await, [Ok(())]);
    assert!(!is_archived(&tested).await);
}
