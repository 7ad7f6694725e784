//! No more than the model allows is written in an hour: each request counts, but for what did nothing.

use std::time::Duration;

use contracts::state::WritesState;
use engine::CrmError;
use testkit::example_with;

use super::*;

/// The function where so many writes are allowed in an hour.
fn allowed(per_hour: u32) -> Tested {
    let low = format!("per_hour: {per_hour}");
    over(example_with("technology.yaml", "per_hour: 5000", &low))
}

fn waits(came: &Result<(), Failure>) -> bool {
    matches!(came, Err(Failure::Waits { .. }))
}

#[tokio::test]
async fn more_than_the_hours_ceiling_waits() {
    let tested = allowed(10);
    let lead = |number: u32| asked(&format!("lead:{number}"), owner("anna", None));
    for number in 1..=11 {
        tested.has(&format!("lead:{number}"));
    }
    for number in 1..=10 {
        tested.handle(&lead(number), at(NOW)).await.unwrap();
    }
    let failed = tested.handle(&lead(11), at(NOW)).await;
    let Err(Failure::Waits { why, wait, .. }) = failed else {
        panic!("{failed:?}")
    };
    let used_up = "the 10 writes an hour that sources.hubspot.write.per_hour allows are used up";
    assert_eq!(why, used_up);
    assert_eq!(wait.as_secs(), 3_660);
    assert_eq!(tested.crm.count("set_fields"), 10);
    let later = at("2026-11-23T11:01:00Z");
    tested.handle(&lead(11), later).await.unwrap();
    assert_eq!(tested.crm.count("set_fields"), 11);
}

/// A fifth of the hour is the owners'.
#[tokio::test]
async fn tasks_leave_the_owners_their_share() {
    let tested = allowed(5);
    tested.has("lead:1");
    for number in 1..=4 {
        let event = asked(&format!("opportunity:{number}"), task());
        tested.handle(&event, at(NOW)).await.unwrap();
    }
    let fifth = tested
        .handle(&asked("opportunity:5", task()), at(NOW))
        .await;
    assert!(matches!(fifth, Err(Failure::Waits { .. })), "{fifth:?}");
    let event = asked("lead:1", owner("anna", None));
    tested.handle(&event, at(NOW)).await.unwrap();
    assert_eq!(tested.crm.tasks().len(), 4);
}

/// Each of them may have been done, and the next try is another write.
#[tokio::test]
async fn every_try_is_a_write() {
    let tested = allowed(2);
    tested.has("lead:1");
    tested.crm.upon_calls(|call| {
        let lost = CrmError::Unavailable {
            why: "no answer in time".to_owned(),
            perhaps_done: true,
            retry_after: None,
        };
        (call.name == "set_fields").then_some(CrmFault::Before(lost))
    });
    let event = asked("lead:1", owner("anna", None));
    let came = tested.handle(&event, at(NOW)).await;
    assert!(waits(&came), "{came:?}");
    assert_eq!(tested.crm.count("set_fields"), 2);
}

#[tokio::test]
async fn what_did_nothing_is_no_write() {
    let busy = || CrmError::RateLimited {
        retry_after: Duration::from_secs(1),
    };
    let no = || CrmError::Refused {
        why: "status 400".to_owned(),
    };
    for (name, write) in [("set_fields", owner("anna", None)), ("create_task", task())] {
        let tested = allowed(1);
        let mut errors = vec![no(), busy()];
        tested.crm.upon_calls(move |call| {
            let error = (call.name == name).then(|| errors.pop()).flatten();
            error.map(CrmFault::Before)
        });
        for record in ["lead:1", "lead:2", "lead:3"] {
            tested.has(record);
        }
        let first = asked("lead:1", write.clone());
        let came = tested.handle(&first, at(NOW)).await;
        assert!(matches!(came, Err(Failure::Everybody { .. })), "{came:?}");
        let (status, _) = tested.after(&first).await;
        assert_eq!(status, EffectStatus::Refused, "{name}");
        let (status, _) = tested.after(&asked("lead:2", write.clone())).await;
        assert_eq!(status, EffectStatus::Done, "{name}");
        let came = tested.handle(&asked("lead:3", write), at(NOW)).await;
        assert!(waits(&came), "{name}: {came:?}");
        assert_eq!(tested.crm.count(name), 3);
    }
}

/// A person's newer edit does not wait for an hour; what comes after it does.
#[tokio::test]
async fn a_put_back_is_counted_and_never_refused() {
    let tested = allowed(2);
    for record in ["lead:1", "lead:2", "lead:3"] {
        tested.has(record);
    }
    let crm = tested.crm.clone();
    let mut writes = 0;
    tested.crm.upon_calls(move |call| {
        writes += u32::from(call.name == "set_fields");
        if call.name == "set_fields" && writes == 2 {
            crm.edit("lead:2", "owner", person("ben"));
        }
        None
    });
    let lead = |number: u32| asked(&format!("lead:{number}"), owner("anna", None));
    tested.handle(&lead(1), at(NOW)).await.unwrap();
    let said = "put back: owner was set to ben while we wrote anna";
    assert_eq!(tested.after(&lead(2)).await, skipped(said));
    assert_eq!(tested.crm.get("lead:2", "owner"), person("ben"));
    assert_eq!(tested.crm.count("set_fields"), 3);

    let hour = [Key::writes(&source())];
    let found = tested.function.table.store.get(&hour).await.unwrap();
    let item = found.into_iter().next().unwrap().expect("an hour");
    let hour = Versioned::<WritesState>::read(item).unwrap().state;
    assert_eq!(hour.minutes[0].owners, 3);
    let came = tested.handle(&lead(3), at(NOW)).await;
    assert!(waits(&came), "{came:?}");
}
