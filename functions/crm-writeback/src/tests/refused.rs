//! A final no of the CRM is an outcome, recorded and told once; "not found" is not believed at once.

use contracts::{AuditRecord, Notice};
use engine::CrmError;

use super::*;

fn no() -> CrmFault {
    CrmFault::Before(CrmError::Refused {
        why: "status 400, VALIDATION_ERROR: INVALID_OWNER_ID hubspot_owner_id".to_owned(),
    })
}

fn audits(tested: &Tested) -> Vec<AuditRecord> {
    let new = tested.function.table.store.drain_inserted().into_iter();
    new.filter(|item| item.key.is_audit())
        .map(|item| item.body.read().unwrap())
        .collect()
}

#[tokio::test]
async fn a_refused_owner_is_an_outcome_that_is_told() {
    let tested = writeback();
    tested.has("lead:1");
    let event = asked("lead:1", owner("anna", None));
    tested
        .crm
        .upon_calls(|call| (call.name == "set_fields").then(no));
    let result = "the CRM refuses owner anna: status 400, VALIDATION_ERROR: INVALID_OWNER_ID \
                  hubspot_owner_id";
    let refused = (EffectStatus::Refused, result.to_owned());
    assert_eq!(tested.after(&event).await, refused);
    // However often it comes, it is asked once and told once.
    assert_eq!(tested.after(&event).await, refused);
    assert_eq!(tested.crm.count("set_fields"), 1);
    let audits = audits(&tested);
    assert_eq!(audits.len(), 1);
    let names: Vec<&str> = audits[0].events.iter().map(Event::name).collect();
    assert_eq!(names[0], "crm_write.refused");
    assert!(names[1..].iter().all(|name| *name == "notice.requested"));
    let told: Vec<String> = audits[0]
        .events
        .iter()
        .filter_map(|event| match &event.data {
            EventData::NoticeRequested {
                to,
                notice: Notice::CrmRefused { .. },
            } => Some(to.to_string()),
            _ => None,
        })
        .collect();
    assert!(!told.is_empty(), "the operators hear of it");
    assert_eq!(audits[0].events[0].causation, Some(event.id.clone()));
}

#[tokio::test]
async fn a_refused_task_is_an_outcome_too() {
    let tested = writeback();
    tested
        .crm
        .upon_calls(|call| (call.name == "create_task").then(no));
    let (status, result) = tested.after(&asked("opportunity:900", task())).await;
    assert_eq!(status, EffectStatus::Refused);
    assert!(result.starts_with("the CRM refuses a task"), "{result}");
}

#[tokio::test]
async fn not_found_is_believed_of_what_the_crm_has_had_time_to_show() {
    let tested = writeback();
    let young = asked_at("lead:1", owner("anna", None), NOW);
    let first = tested.handle(&young, at(NOW)).await;
    assert!(matches!(first, Err(Failure::Waits { .. })), "{first:?}");
    tested.has("lead:1");
    assert_eq!(
        tested.after(&young).await,
        done("owner set from nobody to anna")
    );
    let old = asked("lead:2", owner("anna", None));
    let said = "the CRM does not have the record any more";
    assert_eq!(tested.after(&old).await, skipped(said));
}

/// The write is done, and the look after it is refused: that says nothing of the write.
#[tokio::test]
async fn a_refused_look_is_no_refusal_of_the_write() {
    let tested = writeback();
    tested.has("lead:1");
    let mut looks = 0;
    tested.crm.upon_calls(move |call| {
        looks += u32::from(call.name == "fields");
        (call.name == "fields" && looks == 2).then(no)
    });
    let event = asked("lead:1", owner("anna", None));
    let came = tested.handle(&event, at(NOW)).await;
    assert!(matches!(came, Err(Failure::Itself(_))), "{came:?}");
    assert!(audits(&tested).is_empty(), "nobody is told of a refusal");
    assert_eq!(tested.after(&event).await, done("already so: owner anna"));
}
