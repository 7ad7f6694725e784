//! The record that follows: created once, wherever it breaks, and put under its account.

use crm::RecordKind;
use engine::CrmError;

use super::*;

fn follows() -> Event {
    asked(
        "lead:7",
        CrmWrite::Create {
            kind: RecordKind::Opportunity,
            journey: "opportunity".to_owned(),
            by: "follows".to_owned(),
            key: "lead-7-opportunity".to_owned(),
            with: BTreeMap::from([
                ("stage".to_owned(), Value::Text("discovery".to_owned())),
                ("owner".to_owned(), Value::Person(PersonId::new("anna"))),
            ]),
            account: Some(record_id("account:20")),
        },
    )
}

/// The one deal that there is.
fn created(tested: &Tested) -> String {
    let ids = tested.crm.ids(RecordKind::Opportunity);
    assert_eq!(ids.len(), 1, "{ids:?}");
    format!("opportunity:{}", ids[0])
}

#[tokio::test]
async fn what_follows_is_created_with_what_it_is_given() {
    let tested = writeback();
    tested.has("account:20");
    let (status, said) = tested.after(&follows()).await;
    assert_eq!(status, EffectStatus::Done, "{said}");
    let deal = created(&tested);
    assert_eq!(tested.crm.get(&deal, "stage"), text("discovery"));
    assert_eq!(tested.crm.get(&deal, "owner"), person("anna"));
    assert_eq!(tested.crm.get(&deal, "follows"), text("lead-7-opportunity"));
    assert_eq!(tested.crm.account_of(&deal).as_deref(), Some("20"));
}

#[tokio::test]
async fn it_is_there_once_wherever_it_breaks() {
    for name in ["find_record", "create_record", "associated", "associate"] {
        for done in [false, true] {
            let tested = writeback();
            tested.has("account:20");
            let mut first = true;
            tested.crm.upon_calls(move |call| {
                let fails = call.name == name && std::mem::take(&mut first);
                let error = CrmError::Unavailable {
                    why: "no answer in time".to_owned(),
                    perhaps_done: done,
                    retry_after: None,
                };
                fails.then_some(match done {
                    true => CrmFault::After(error),
                    false => CrmFault::Before(error),
                })
            });
            let event = follows();
            assert!(tested.handle(&event, at(NOW)).await.is_err(), "{name}");
            let (status, said) = tested.after(&event).await;
            assert_eq!(status, EffectStatus::Done, "{name}: {said}");
            let deal = created(&tested);
            let under = tested.crm.account_of(&deal);
            assert_eq!(under.as_deref(), Some("20"), "{name}");
        }
    }
}

/// A deal that is won again asks for it by another event.
#[tokio::test]
async fn one_that_is_there_is_left_as_people_have_it() {
    let tested = writeback();
    tested.has("account:20");
    tested.after(&follows()).await;
    let deal = created(&tested);
    tested.crm.text(&deal, "stage", "sql");
    let mut again = follows();
    again.id = EventId::of(&["won again"]);
    let (_, said) = tested.after(&again).await;
    assert!(said.starts_with("already so: "), "{said}");
    assert_eq!(created(&tested), deal);
    assert_eq!(tested.crm.get(&deal, "stage"), text("sql"));
}

#[tokio::test]
async fn a_final_no_is_told() {
    let tested = writeback();
    tested.crm.upon_calls(|call| {
        let refused = CrmError::Refused {
            why: "VALIDATION_ERROR".to_owned(),
        };
        (call.name == "create_record").then_some(CrmFault::Before(refused))
    });
    let (status, said) = tested.after(&follows()).await;
    assert_eq!(status, EffectStatus::Refused);
    let what = "the CRM refuses a new opportunity of the journey opportunity: VALIDATION_ERROR";
    assert_eq!(said, what);
}
