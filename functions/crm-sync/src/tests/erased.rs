//! Whoever is to be forgotten is: in the copy, in those of the same person, and in whatever copy comes later.

use contracts::Erasure;

use super::*;

fn erased(record: &str, by: Erasure) -> Event {
    let mut event = told(record, "erased", TOLD, by == Erasure::Crm);
    if let EventData::RecordNoticed { erasure, .. } = &mut event.data {
        *erasure = Some(by);
    }
    event
}

fn newest(tested: &Tested, lead: &str) -> AuditRecord {
    let audits = tested.audits_of(lead).into_iter();
    audits.max_by_key(|audit| audit.sequence).unwrap()
}

#[tokio::test]
async fn the_crm_has_erased_a_person_and_so_do_we() {
    let tested = sync();
    tested.handle(&leads(&tested, 1)).await;
    tested.crm.text("lead:1", "title", "CFO");
    tested.handle(&[told("lead:1", "two", TOLD, false)]).await;
    tested.crm.delete("lead:1");
    let both = [
        erased("lead:1", Erasure::Crm),
        told("lead:1", "three", TOLD, true),
    ];
    for _ in 0..2 {
        assert_eq!(tested.handle(&both).await, [Ok(()), Ok(())]);
    }
    let copy = tested.copy("lead:1").await.unwrap().record;
    assert!(copy.archived && copy.erased.is_some());
    assert!(!copy.fields.contains_key("email"), "{:?}", copy.fields);
    assert!(copy.fields.contains_key("title"), "the rest stays");
    let audit = newest(&tested, "lead:1");
    assert_eq!(audit.outcome, "the person is forgotten; emptied: email");
    let of = |it: &Event| matches!(&it.data, EventData::RecordChanged { changed, .. } if changed == &["archived", "email"]);
    assert!(audit.events.iter().any(of), "{:?}", audit.events);
}

/// Somebody asks for it at the command line, and the CRM goes on having the record.
#[tokio::test]
async fn what_is_read_afterwards_brings_nothing_back() {
    let tested = sync();
    tested.handle(&leads(&tested, 1)).await;
    let asked = erased("lead:1", Erasure::Asked(crm::PersonId::new("olga")));
    assert_eq!(tested.handle(&[asked]).await, [Ok(())]);
    let copy = tested.copy("lead:1").await.unwrap().record;
    assert!(!copy.archived, "the CRM still has it");
    tested.crm.text("lead:1", "title", "CFO");
    tested.handle(&[told("lead:1", "two", TOLD, false)]).await;
    let copy = tested.copy("lead:1").await.unwrap().record;
    assert!(!copy.fields.contains_key("email"), "{:?}", copy.fields);
    assert!(copy.fields.contains_key("title") && copy.erased.is_some());
    let notes = newest_note(&tested);
    assert!(
        notes.contains(&"olga asked that the person be forgotten".to_owned()),
        "{notes:?}"
    );
}

fn newest_note(tested: &Tested) -> Vec<String> {
    let audits = tested.audits_of("lead:1").into_iter();
    let reasons = audits.flat_map(|audit| audit.reasons);
    reasons.filter_map(|reason| reason.note).collect()
}

#[tokio::test]
async fn a_record_that_was_merged_into_theirs_is_the_same_person() {
    let tested = sync();
    tested.handle(&leads(&tested, 2)).await;
    tested.crm.delete("lead:1");
    let mut merge = told("lead:2", "merge", TOLD, false);
    if let EventData::RecordNoticed { merge, .. } = &mut merge.data {
        *merge = Some(contracts::Merge::Of([record_id("lead:1")].into()));
    }
    tested
        .handle(&[merge, told("lead:1", "gone", TOLD, true)])
        .await;
    let asked = erased("lead:2", Erasure::Asked(crm::PersonId::new("olga")));
    assert_eq!(tested.handle(&[asked]).await, [Ok(())]);
    for lead in ["lead:1", "lead:2"] {
        let copy = tested.copy(lead).await.unwrap().record;
        assert!(!copy.fields.contains_key("email"), "{lead}");
    }
}

#[tokio::test]
async fn of_whom_no_copy_is_kept_yet_it_is_looked_again() {
    let tested = sync();
    let mut young = erased("lead:1", Erasure::Crm);
    young.time = at(NOW);
    let result = tested.handle(std::slice::from_ref(&young)).await;
    assert!(
        matches!(result[0], Err(Failure::Waits { .. })),
        "{result:?}"
    );
    tested.clock.set(at("2026-11-23T10:01:01Z"));
    assert_eq!(tested.handle(&[young]).await, [Ok(())]);
}

/// The CRM tells of a merge after the one of the two was forgotten: the other is the same person.
#[tokio::test]
async fn what_is_merged_afterwards_is_forgotten_as_well() {
    for (forgotten, other) in [("lead:1", "lead:2"), ("lead:2", "lead:1")] {
        let tested = sync();
        tested.handle(&leads(&tested, 2)).await;
        let asked = erased(forgotten, Erasure::Asked(crm::PersonId::new("olga")));
        tested.handle(&[asked]).await;
        tested.crm.delete("lead:1");
        let merged = |record: &str, gone, told_of| {
            let mut merge = told(record, "merge", TOLD, gone);
            if let EventData::RecordNoticed { merge, .. } = &mut merge.data {
                *merge = Some(told_of);
            }
            merge
        };
        let both = [
            merged(
                "lead:2",
                false,
                contracts::Merge::Of([record_id("lead:1")].into()),
            ),
            merged("lead:1", true, contracts::Merge::Into(record_id("lead:2"))),
        ];
        assert_eq!(tested.handle(&both).await, [Ok(()), Ok(())]);
        let copy = tested.copy(other).await.unwrap().record;
        assert!(!copy.fields.contains_key("email"), "{other}");
        assert!(copy.erased.is_some(), "{other}");
    }
}

#[tokio::test]
async fn that_the_crm_has_erased_them_counts_beside_that_somebody_asked() {
    let tested = sync();
    tested.handle(&leads(&tested, 1)).await;
    let both = [
        erased("lead:1", Erasure::Asked(crm::PersonId::new("olga"))),
        erased("lead:1", Erasure::Crm),
    ];
    assert_eq!(tested.handle(&both).await, [Ok(()), Ok(())]);
    assert!(tested.copy("lead:1").await.unwrap().record.archived);
}
