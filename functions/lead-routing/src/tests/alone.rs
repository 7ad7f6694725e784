//! One lead at a time.

use super::*;

#[tokio::test]
async fn a_lead_its_pools_rotation_and_its_owners_load_are_written_in_one_transaction() {
    let tested = routing();
    let events = tested.has("DE", [1]).await;
    tested.handle(&events[0]).await;
    assert_eq!(tested.owner("lead:1").await.as_deref(), Some("anna"));
    let pool = tested.pool(DACH).await;
    assert_eq!(received(&pool), [("anna", 1), ("ben", 0), ("jonas", 0)]);
    assert_eq!(owed(&pool), 0);
    let commits = tested.store.commits();
    assert_eq!(commits.len(), 1);
    let mut written: Vec<_> = commits[0].puts.iter().map(|put| &put.key).collect();
    written.sort();
    let audit = &commits[0].puts.iter().find(|put| put.key.is_audit());
    let (routing, pool) = (Key::routing(&record_id("lead:1")), Key::pool(DACH));
    let load = Key::load(&PersonId::new("anna"));
    assert_eq!(written, [&audit.unwrap().key, &load, &pool, &routing]);
    let checked: Vec<_> = commits[0].checks.iter().map(|check| &check.key).collect();
    assert_eq!(checked, [&Key::record(&record_id("lead:1"))]);
}

#[tokio::test]
async fn what_follows_from_a_routed_lead_is_in_its_audit_record() {
    let tested = routing();
    let events = tested.has("DE", [1]).await;
    tested.handle(&events[0]).await;
    let audits = tested.audits();
    assert_eq!(audits.len(), 1);
    let names: Vec<&str> = audits[0].events.iter().map(Event::name).collect();
    assert_eq!(
        names,
        ["record.routed", "crm_write.requested", "notice.requested"]
    );
    assert_eq!(audits[0].event, events[0].id);
    assert_eq!(audits[0].function, Function::LeadRouting);
}

#[tokio::test]
async fn a_repeated_event_changes_nothing() {
    let tested = routing();
    let events = tested.has("DE", [1, 2]).await;
    tested.handle(&events[0]).await;
    let before = tested.everything();
    tested.handle(&events[0]).await;
    assert_eq!(tested.everything(), before);
}

#[tokio::test]
async fn a_lead_that_is_not_kept_is_nobodys() {
    let tested = routing();
    tested.handle(&changed("lead:1")).await;
    assert!(tested.everything().is_empty());
    assert!(tested.store.commits().is_empty());
}

#[tokio::test]
async fn an_archived_lead_gets_no_owner() {
    let tested = routing();
    let mut record = lead_of("DE", "1");
    record.archived = true;
    keep_copy(tested.store.inside(), record).await;
    tested.handle(&changed("lead:1")).await;
    assert_eq!(tested.routing_of("lead:1").await, None);
    assert!(tested.store.commits().is_empty());
}

#[tokio::test]
async fn nothing_is_read_for_a_lead_that_has_an_owner_without_a_capacity() {
    let tested = routing();
    let record = lead("1", at(NOW))
        .account("DE", "software", 300)
        .owner("jonas");
    keep_copy(tested.store.inside(), record.build()).await;
    tested.handle(&changed("lead:1")).await;
    let routing = tested.routing_of("lead:1").await.unwrap();
    assert_eq!(routing.status, RoutingStatus::OwnedByHand);
    assert!(tested.store.keys().is_empty());
    assert_eq!(tested.pool(DACH).await, PoolState::default());
}

#[tokio::test]
async fn who_is_away_is_passed_over_and_read_together_with_the_pool() {
    let tested = routing();
    let away = testkit::away(&[("anna", "2026-11-22T23:00:00Z", "2026-11-24T23:00:00Z")]);
    put(tested.store.inside(), Key::absences(), &away).await;
    let events = tested.has("DE", [1]).await;
    tested.handle(&events[0]).await;
    assert_eq!(tested.owner("lead:1").await.as_deref(), Some("ben"));
    let [anna, ben] = ["anna", "ben"].map(|person| Key::load(&PersonId::new(person)));
    let expected = [Key::absences(), Key::pool(DACH), anna, ben];
    assert_eq!(tested.store.keys(), expected);
}

/// Somebody else took the pool's turn between our read and our commit.
#[tokio::test]
async fn a_lost_race_for_the_pool_is_run_again_with_the_new_rotation() {
    let tested = routing();
    let events = tested.has("DE", [1, 2]).await;
    let other = routing();
    let theirs = other.has("DE", [2]).await;
    other.handle(&theirs[0]).await;
    let mut first = Some(other.store.commits().remove(0));
    tested
        .store
        .upon_commits(move |_| first.take().map_or(InTheWay::Nothing, InTheWay::Other));
    tested.handle(&events[0]).await;
    assert_eq!(tested.owner("lead:2").await.as_deref(), Some("anna"));
    assert_ne!(tested.owner("lead:1").await.as_deref(), Some("anna"));
    let pool = tested.pool(DACH).await;
    assert_eq!((owed(&pool), tested.audits().len()), (0, 2));
    assert_eq!(received(&pool).iter().map(|it| it.1).sum::<u64>(), 2);
}
