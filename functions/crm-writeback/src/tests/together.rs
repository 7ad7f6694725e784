//! Many owners and stages are written by few requests, and each ends as it would alone.

use engine::CrmError;
use testkit::example_with;

use super::*;

fn leads(numbers: std::ops::RangeInclusive<u32>) -> Vec<Event> {
    numbers
        .map(|number| asked(&format!("lead:{number}"), owner("anna", None)))
        .collect()
}

fn no() -> CrmError {
    CrmError::Refused {
        why: "status 400, VALIDATION_ERROR".to_owned(),
    }
}

#[tokio::test]
async fn a_hundred_owners_take_three_requests() {
    let tested = writeback();
    let events = leads(1..=100);
    for number in 1..=100 {
        tested.has(&format!("lead:{number}"));
    }
    let results = tested.handle_all(&events).await;
    assert!(results.iter().all(Result::is_ok), "{results:?}");
    let names: Vec<&str> = tested.crm.calls().iter().map(|call| call.name).collect();
    assert_eq!(names, ["fields", "set_fields", "fields"]);
    for (number, event) in (1..=100).zip(&events) {
        let record = format!("lead:{number}");
        assert_eq!(tested.crm.get(&record, "owner"), person("anna"));
        assert_eq!(
            tested.effect_of(event).await,
            done("owner set from nobody to anna")
        );
    }
    // However often they come.
    tested.handle_all(&events).await;
    assert_eq!(tested.crm.calls().len(), 3);
}

#[tokio::test]
async fn each_ends_as_it_would_alone() {
    let tested = writeback();
    for record in ["lead:1", "lead:2", "lead:3", "lead:5"] {
        tested.has(record);
    }
    tested.crm.edit("lead:2", "owner", person("ben"));
    tested.crm.edit("lead:3", "owner", person("anna"));
    let (crm, mut once) = (tested.crm.clone(), true);
    tested.crm.upon_calls(move |call| {
        if call.name == "set_fields" && std::mem::take(&mut once) {
            crm.edit("lead:5", "owner", person("jonas"));
        }
        None
    });
    let events = leads(1..=5);
    let results = tested.handle_all(&events).await;
    assert!(results.iter().all(Result::is_ok), "{results:?}");
    let said = [
        done("owner set from nobody to anna"),
        skipped("left alone: owner is ben by now, not nobody"),
        done("already so: owner anna"),
        skipped("the CRM does not have the record any more"),
        skipped("put back: owner was set to jonas while we wrote anna"),
    ];
    for (event, said) in events.iter().zip(said) {
        assert_eq!(tested.effect_of(event).await, said);
    }
    assert_eq!(tested.crm.get("lead:5", "owner"), person("jonas"));
}

/// A value that the CRM does not take spoils no other, though it refuses the whole batch for it.
#[tokio::test]
async fn a_refused_one_costs_no_other() {
    let tested = writeback();
    for number in 1..=8 {
        tested.has(&format!("lead:{number}"));
    }
    tested.crm.upon_calls(|call| {
        let spoiled = call.name == "set_fields" && call.ids.contains(&"6".to_owned());
        spoiled.then(|| CrmFault::Before(no()))
    });
    let events = leads(1..=8);
    tested.handle_all(&events).await;
    for (number, event) in (1..=8).zip(&events) {
        let (status, said) = tested.effect_of(event).await;
        let expected = match number {
            6 => EffectStatus::Refused,
            _ => EffectStatus::Done,
        };
        assert_eq!(status, expected, "{number}: {said}");
    }
}

/// The answer is lost: a look tells what was done, before anything is written again.
#[tokio::test]
async fn a_lost_answer_is_looked_for() {
    let tested = writeback();
    for number in 1..=3 {
        tested.has(&format!("lead:{number}"));
    }
    tested.crm.upon_calls(|call| {
        let lost = CrmError::Unavailable {
            why: "no answer in time".to_owned(),
            perhaps_done: true,
            retry_after: None,
        };
        (call.name == "set_fields").then_some(CrmFault::After(lost))
    });
    let results = tested.handle_all(&leads(1..=3)).await;
    assert!(results.iter().all(Result::is_ok), "{results:?}");
    assert_eq!(tested.crm.count("set_fields"), 1);
}

#[tokio::test]
async fn two_writes_to_one_record_follow_each_other() {
    let tested = writeback();
    tested.has("lead:1");
    let events = [
        asked("lead:1", owner("anna", None)),
        asked("lead:1", owner("ben", Some("anna"))),
    ];
    tested.handle_all(&events).await;
    assert_eq!(
        tested.effect_of(&events[0]).await,
        done("owner set from nobody to anna")
    );
    assert_eq!(
        tested.effect_of(&events[1]).await,
        done("owner set from anna to ben")
    );
    assert_eq!(tested.crm.get("lead:1", "owner"), person("ben"));
}

/// What there is room for in the hour is written, and the rest waits.
#[tokio::test]
async fn a_batch_takes_what_is_left_of_the_hour() {
    let tested = over(example_with(
        "technology.yaml",
        "per_hour: 5000",
        "per_hour: 3",
    ));
    for number in 1..=5 {
        tested.has(&format!("lead:{number}"));
    }
    let results = tested.handle_all(&leads(1..=5)).await;
    let waits = |it: &&Result<(), Failure>| matches!(it, Err(Failure::Waits { .. }));
    assert_eq!(results.iter().filter(waits).count(), 2);
    assert_eq!(results.iter().filter(|it| it.is_ok()).count(), 3);
}

#[tokio::test]
async fn owners_stages_and_tasks_of_one_batch_are_told_apart() {
    let tested = writeback();
    tested.has("lead:1");
    tested.crm.text("opportunity:900", "stage", "sql");
    let events = [
        asked("opportunity:900", task()),
        asked("lead:1", owner("anna", None)),
        asked("opportunity:900", stage("discovery", Some("sql"))),
    ];
    let results = tested.handle_all(&events).await;
    assert!(results.iter().all(Result::is_ok), "{results:?}");
    assert_eq!(tested.crm.tasks().len(), 1);
    assert_eq!(tested.crm.get("lead:1", "owner"), person("anna"));
    assert_eq!(
        tested.crm.get("opportunity:900", "stage"),
        text("discovery")
    );
}

#[tokio::test]
async fn nothing_further_is_begun_without_time_for_it() {
    let tested = writeback();
    tested.has("lead:1");
    let events = [
        asked("lead:1", owner("anna", None)),
        asked("opportunity:900", task()),
    ];
    let events: Vec<(Event, Timestamp)> = events.iter().map(|it| (it.clone(), at(NOW))).collect();
    let results = tested.function.handle_batch(&events, &|| false).await;
    assert_eq!(results[0], Ok(()));
    assert_eq!(results[1], Err(Failure::out_of_time()));
    assert!(tested.crm.tasks().is_empty());
}

#[tokio::test]
async fn a_write_about_no_record_is_a_dead_letter() {
    let tested = writeback();
    let mut event = asked("lead:1", owner("anna", None));
    event.record = None;
    let came = tested.handle(&event, at(NOW)).await;
    assert!(matches!(came, Err(Failure::Final(_))), "{came:?}");
}
