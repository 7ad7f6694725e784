use contracts::Subject;
use story::nearest;
use testkit::history::{november as at, record, table};

use crate::{commands::explain::unknown, stack::wait};

#[test]
fn an_unknown_record_leads_to_what_may_have_been_meant() {
    let about = Subject::Record(record("contact:42"));
    let said = wait(async {
        let store = table().await;
        let found = nearest(&store, &about, at("23T09:30:00"), 5).await;
        let (same_id, lately) = found.unwrap();
        Ok(unknown(&about, "the stack", &same_id, &lately))
    })
    .unwrap();
    for part in [
        "There is lead:42: fairlead explain lead:42",
        "Lately decided about: opportunity:9, lead:42",
        "make run",
    ] {
        assert!(said.contains(part), "no {part:?} in: {said}");
    }
}
