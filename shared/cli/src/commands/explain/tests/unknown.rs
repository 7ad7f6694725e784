use contracts::Subject;
use story::nearest;
use testkit::history::{november as at, record, table};

use crate::{
    commands::{company::Company, explain::unknown},
    stack::wait,
};

#[test]
fn an_unknown_record_leads_to_what_may_have_been_meant() {
    let about = Subject::Record(record("contact:42"));
    let said = wait(async {
        let store = table().await;
        let found = nearest(&store, &about, at("23T09:30:00"), 5).await;
        let (same_id, lately) = found.unwrap();
        let company = Company::Known(Box::new(testkit::example_model()));
        let near = (same_id.as_slice(), lately.as_slice());
        Ok(unknown(&company, &about, "the stack", near))
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
