//! One bad record of a batch does not cost the good ones; what concerns everybody is asked once.

use std::time::Duration;

use engine::CrmError;
use testkit::CrmFault;

use super::*;

/// What names this id in a call of this name cannot be read.
fn spoils(tested: &Tested, name: &'static str, id: &'static str) {
    tested.crm.upon_calls(move |call| {
        let spoilt = call.name == name && call.ids.iter().any(|it| it == id);
        spoilt.then(|| CrmFault::Before(CrmError::malformed("it breaks off")))
    });
}

/// Once for all, and twice for each time that the ten are halved.
const MOST: usize = 1 + 2 * 4;

async fn only_the_seventh_fails(tested: &Tested, events: &[Event]) {
    for (index, result) in tested.handle(events).await.into_iter().enumerate() {
        let lead = format!("lead:{}", index + 1);
        if lead == "lead:7" {
            assert!(matches!(result, Err(Failure::Itself(_))), "{result:?}");
            assert_eq!(tested.copy(&lead).await, None);
        } else {
            assert_eq!(result, Ok(()), "{lead}");
            assert!(tested.copy(&lead).await.is_some(), "{lead} is kept");
        }
    }
}

#[tokio::test]
async fn a_record_that_spoils_its_batch_fails_alone() {
    let tested = sync();
    let events = leads(&tested, 10);
    spoils(&tested, "read", "7");
    only_the_seventh_fails(&tested, &events).await;
    let reads = tested.crm.count("read");
    assert!(reads <= MOST, "{reads} reads");
    assert_eq!(tested.crm.count("associated"), 1);
}

#[tokio::test]
async fn a_record_whose_account_cannot_be_asked_for_fails_alone() {
    let tested = sync();
    let events = leads(&tested, 10);
    spoils(&tested, "associated", "7");
    only_the_seventh_fails(&tested, &events).await;
    let asked = tested.crm.count("associated");
    assert!(asked <= MOST, "{asked} calls");
    assert_eq!(tested.crm.count("read"), 1);
}

/// It would be judged as a lead without an account, and routed by the wrong rule.
#[tokio::test]
async fn a_record_whose_account_cannot_be_read_fails_alone() {
    let tested = sync();
    let events = leads(&tested, 10);
    for number in 1..=10 {
        let account = format!("a{number}");
        tested
            .crm
            .text(&format!("account:{account}"), "country", "DE");
        tested.crm.belongs(&format!("lead:{number}"), &account);
    }
    spoils(&tested, "read", "a7");
    only_the_seventh_fails(&tested, &events).await;
    let reads = tested.crm.count("read");
    assert!(reads <= 1 + MOST, "{reads} reads");
    for number in [1, 6, 8, 10] {
        let copy = tested.copy(&format!("lead:{number}")).await.unwrap();
        let account = copy.record.account.unwrap();
        assert_eq!(account.id, record_id(&format!("account:a{number}")));
    }
}

#[tokio::test]
async fn two_that_spoil_their_batch_fail_and_eight_are_kept() {
    let tested = sync();
    let events = leads(&tested, 10);
    tested.crm.upon_calls(|call| {
        let spoilt = call.name == "read" && call.ids.iter().any(|it| it == "2" || it == "9");
        let why = CrmError::Refused {
            why: "status 400".to_owned(),
        };
        spoilt.then_some(CrmFault::Before(why))
    });
    let results = tested.handle(&events).await;
    let failed = results.iter().filter(|result| result.is_err()).count();
    assert_eq!((failed, results.len()), (2, 10));
    assert!(results[1].is_err() && results[8].is_err(), "{results:?}");
}

#[tokio::test]
async fn a_record_that_is_broken_in_the_crm_fails_alone_and_is_asked_for_once() {
    let tested = sync();
    let events = leads(&tested, 10);
    tested
        .crm
        .breaks("lead:7", Some("it has no modification time"));
    only_the_seventh_fails(&tested, &events).await;
    assert_eq!(tested.crm.count("read"), 1);
}

#[tokio::test]
async fn a_refusal_that_concerns_everybody_is_asked_once_and_is_everybodys() {
    for error in [
        CrmError::RateLimited {
            retry_after: Duration::from_secs(1),
        },
        CrmError::Unavailable {
            why: "status 503".to_owned(),
            perhaps_done: false,
            retry_after: None,
        },
        CrmError::Unauthorized,
    ] {
        let tested = sync();
        let events = leads(&tested, 10);
        let fault = CrmFault::Before(error.clone());
        tested.crm.upon_calls(move |_| Some(fault.clone()));
        let later = Err(Failure::from(error));
        assert_eq!(tested.handle(&events).await, vec![later; 10]);
        assert_eq!(tested.crm.calls().len(), 1);
        assert!(tested.function.table.store.everything().is_empty());
    }
}

/// The records were read, but without their accounts they are not judged.
#[tokio::test]
async fn a_limit_that_is_reached_in_between_keeps_no_half_of_a_copy() {
    let tested = sync();
    let events = leads(&tested, 10);
    tested.crm.upon_calls(|call| {
        let why = CrmError::RateLimited {
            retry_after: Duration::from_secs(1),
        };
        (call.name == "associated").then_some(CrmFault::Before(why))
    });
    let results = tested.handle(&events).await;
    let later = |result: &Result<(), Failure>| matches!(result, Err(Failure::Everybody { .. }));
    assert!(results.iter().all(later), "{results:?}");
    assert_eq!(tested.crm.count("associated"), 1);
    assert!(tested.function.table.store.everything().is_empty());
}

#[tokio::test]
async fn records_of_one_kind_are_read_together_and_each_once() {
    let tested = sync();
    let mut events = leads(&tested, 3);
    events.push(told("lead:2", "another", TOLD, false));
    tested.crm.text("opportunity:2", "name", "Two");
    events.push(noticed("opportunity:2"));
    assert_eq!(tested.handle(&events).await, vec![Ok(()); 5]);
    let reads = tested.crm.calls();
    let reads: Vec<_> = reads.iter().filter(|call| call.name == "read").collect();
    assert_eq!(reads.len(), 2);
    assert!(reads.iter().any(|call| call.ids == ["1", "2", "3"]));
    assert!(tested.copy("opportunity:2").await.is_some());
}

#[tokio::test]
async fn a_source_that_the_model_does_not_have_is_a_final_failure_that_says_so() {
    let tested = sync();
    let mut event = noticed("lead:1");
    let elsewhere = SourceName::new("elsewhere").unwrap();
    event.record = RecordId::new(&elsewhere, RecordKind::Lead, "1").ok();
    let why = "the model maps no lead of elsewhere: see technology.yaml";
    let failed = Err(Failure::Final(why.to_owned()));
    let good = &leads(&tested, 1)[0];
    let results = tested.handle(&[event, good.clone()]).await;
    assert_eq!(results, [failed, Ok(())]);
    let why = "the model maps no contact of hubspot: see technology.yaml";
    let failed = Err(Failure::Final(why.to_owned()));
    assert_eq!(tested.handle(&[noticed("contact:1")]).await, [failed]);
}
