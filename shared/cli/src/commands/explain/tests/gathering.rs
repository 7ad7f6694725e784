use contracts::{DecisionId, Subject};

use super::{
    sample::{at, deal_history, lead_history, record},
    states::table,
};
use crate::{
    commands::explain::{
        find::{Sought, find},
        gather::{Extent, gather, nearest},
        unknown,
    },
    stack::wait,
};

fn sought(digits: &str, now: &str) -> Sought {
    let store = table();
    wait(async { Ok(find(&store, digits, at(now)).await.unwrap()) }).unwrap()
}

#[test]
fn a_decision_is_found_by_its_id_or_the_beginning_of_it() {
    let lead = lead_history();
    let one = |id: &DecisionId| Sought::One(Subject::Record(record("lead:42")), id.clone());
    let id = &lead[1].decision;
    assert_eq!(sought(id.as_str(), "23T09:00:00"), one(id));
    assert_eq!(sought(&id.as_str()[..8], "23T09:00:00"), one(id));
    // A story told a time that is still to come.
    let later = &lead[3].decision;
    assert_eq!(sought(later.as_str(), "23T09:00:00"), one(later));
}

#[test]
fn a_decision_that_is_not_there_or_too_old_is_not_found() {
    assert_eq!(sought(&"f".repeat(32), "23T09:00:00"), Sought::None);
    assert_eq!(
        sought(lead_history()[0].decision.as_str(), "28T09:00:00"),
        Sought::None
    );
}

#[test]
fn a_beginning_that_several_have_names_them_all() {
    let Sought::Several(several) = sought("", "23T09:00:00") else {
        panic!("one")
    };
    assert_eq!(
        several.len(),
        lead_history().len() + deal_history().len() + 1
    );
}

#[test]
fn an_unknown_record_leads_to_what_may_have_been_meant() {
    let store = table();
    let about = Subject::Record(record("contact:42"));
    let said = wait(async {
        assert!(
            gather(&store, &about, &Extent::default(), at("23T09:30:00"))
                .await
                .unwrap()
                .is_none()
        );
        let (same_id, lately) = nearest(&store, &about, at("23T09:30:00"), 5).await.unwrap();
        Ok(unknown(&about, "the stack", &same_id, &lately))
    })
    .unwrap();
    assert!(
        said.contains("There is lead:42: fairlead explain lead:42"),
        "{said}"
    );
    assert!(
        said.contains("Lately decided about: opportunity:9, lead:42"),
        "{said}"
    );
    assert!(said.contains("make run"), "{said}");
}
