//! A record that was merged into another is gone, and both tell of it.

use contracts::Merge;

use super::*;

fn merge(record: &str, merge: Merge) -> Event {
    let mut event = told(record, "merge", TOLD, matches!(merge, Merge::Into(_)));
    if let EventData::RecordNoticed { merge: told, .. } = &mut event.data {
        *told = Some(merge);
    }
    event
}

fn notes(audit: &AuditRecord) -> Vec<String> {
    let notes = audit
        .reasons
        .iter()
        .filter_map(|reason| reason.note.clone());
    notes.skip(1).collect()
}

#[tokio::test]
async fn what_is_gone_says_what_stays_and_what_stays_says_what_is_gone() {
    let tested = sync();
    tested.handle(&leads(&tested, 2)).await;
    tested.crm.delete("lead:1");
    let both = [
        merge("lead:2", Merge::Of([record_id("lead:1")].into())),
        merge("lead:1", Merge::Into(record_id("lead:2"))),
    ];
    for _ in 0..2 {
        assert_eq!(tested.handle(&both).await, [Ok(()), Ok(())]);
    }
    let gone = tested.copy("lead:1").await.unwrap().record;
    assert_eq!(gone.merged_into, Some(record_id("lead:2")));
    assert!(gone.archived);
    let stays = tested.copy("lead:2").await.unwrap().record;
    assert_eq!(stays.merged, [record_id("lead:1")].into());
    let newest = |lead: &str| {
        let mut audits = tested.audits_of(lead);
        audits.sort_by_key(|audit| audit.sequence);
        assert_eq!(audits.len(), 2, "it is told once");
        notes(audits.last().unwrap())
    };
    assert_eq!(
        newest("lead:1"),
        ["the CRM has merged it into lead:2, which stays"]
    );
    let before = "the CRM has merged lead:1 into it; what was before: `fairlead explain lead:1`";
    assert_eq!(newest("lead:2"), [before]);
    // What was merged once is not forgotten by the next copy.
    tested.crm.text("lead:2", "title", "CFO");
    tested.handle(&[told("lead:2", "two", TOLD, false)]).await;
    let stays = tested.copy("lead:2").await.unwrap().record;
    assert_eq!(stays.merged, [record_id("lead:1")].into());
}

/// That it is gone is often heard of before why.
#[tokio::test]
async fn why_it_is_gone_may_come_later() {
    let tested = sync();
    tested.handle(&leads(&tested, 1)).await;
    tested.crm.delete("lead:1");
    tested.handle(&[told("lead:1", "gone", TOLD, true)]).await;
    tested
        .handle(&[merge("lead:1", Merge::Into(record_id("lead:2")))])
        .await;
    let copy = tested.copy("lead:1").await.unwrap().record;
    assert_eq!(copy.merged_into, Some(record_id("lead:2")));
}
