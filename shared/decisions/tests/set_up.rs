//! A CRM's set-up against the example model.
#![allow(clippy::expect_used, reason = "a test may panic")]

use std::collections::{BTreeMap, BTreeSet};

use crm::{Holds, ObjectSetUp, PipelineSetUp, PropertySetUp, RecordKind, SourceName};
use decisions::set_up::{Difference, SetUp, differences};
use model::Mappings;
use testkit::example_model;

fn source() -> SourceName {
    SourceName::new("hubspot").expect("a name")
}

fn property(holds: Holds) -> PropertySetUp {
    PropertySetUp {
        label: "A property".to_owned(),
        holds,
        options: None,
        unique: false,
        read_only: false,
    }
}

/// A CRM that has everything that the model asks of deals.
fn deals() -> ObjectSetUp {
    let model = example_model();
    let mappings = Mappings::of(&model);
    let mapping = mappings.get(&source(), RecordKind::Opportunity);
    let mapped = mapping.expect("a mapping").fields.iter();
    let properties = mapped.map(|field| {
        let holds = match field.holds.to_string().as_str() {
            "number" | "integer" | "money" => Holds::Number,
            "boolean" => Holds::Boolean,
            "date" | "timestamp" => Holds::Time,
            _ => Holds::Text,
        };
        (field.property.clone(), property(holds))
    });
    let mut properties: BTreeMap<String, PropertySetUp> = properties.collect();
    let options = |ids: &[&str]| -> Option<BTreeMap<String, String>> {
        let each = ids.iter().map(|id| ((*id).to_owned(), format!("The {id}")));
        Some(each.collect())
    };
    let stages = [
        "appointmentscheduled",
        "qualifiedtobuy",
        "presentationscheduled",
        "contractsent",
        "closedwon",
        "closedlost",
    ];
    properties.get_mut("dealstage").expect("a stage").options = options(&stages);
    let reasons = ["price", "timing", "feature", "competitor", "no_decision"];
    properties
        .get_mut("closed_lost_reason")
        .expect("a reason")
        .options = options(&reasons);
    ObjectSetUp {
        properties,
        pipelines: vec![PipelineSetUp {
            id: "default".to_owned(),
            label: "Sales".to_owned(),
            stages: stages.map(|id| (id.to_owned(), id.to_owned())).to_vec(),
        }],
    }
}

fn compared(deals: ObjectSetUp) -> Vec<Difference> {
    let set_up = SetUp {
        objects: BTreeMap::from([(RecordKind::Opportunity, deals)]),
        owners: None,
        currency: Some("EUR".to_owned()),
    };
    differences(&example_model(), &source(), &set_up)
}

#[test]
fn a_crm_that_has_everything_differs_in_nothing() {
    assert_eq!(compared(deals()), []);
}

#[test]
fn a_property_that_is_not_there_names_the_rules_that_read_it() {
    let mut deals = deals();
    deals.properties.remove("pain_documented");
    let other = PropertySetUp {
        label: "Pain documented".to_owned(),
        ..property(Holds::Boolean)
    };
    deals.properties.insert("pain__c".to_owned(), other);
    let found = compared(deals);
    let [one] = &found[..] else {
        unreachable!("one difference: {found:?}");
    };
    assert!(one.breaks);
    assert!(
        one.what
            .starts_with("deals have no property `pain_documented`"),
        "{}",
        one.what
    );
    assert!(
        one.follows.contains("lifecycles.opportunity.sql.enter"),
        "{}",
        one.follows
    );
    assert!(one.fix.contains("`pain__c`"), "{}", one.fix);
    assert!(one.place.is_some());
}

#[test]
fn a_property_that_holds_something_else_breaks() {
    let mut deals = deals();
    let wrong = property(Holds::Time);
    deals.properties.insert("amount".to_owned(), wrong);
    let found = compared(deals);
    let what = "`amount` of deals holds a day or a time, and the field is declared as money (opportunity.amount)";
    assert_eq!(found.first().map(|it| it.what.as_str()), Some(what));
}

#[test]
fn a_stage_that_is_spelt_otherwise_breaks_and_one_more_is_told() {
    let mut deals = deals();
    let stage = deals.properties.get_mut("dealstage").expect("a stage");
    let options = stage.options.as_mut().expect("options");
    options.remove("contractsent");
    options.insert("77".to_owned(), "contractsent".to_owned());
    let found = compared(deals);
    let [breaks, note] = &found[..] else {
        unreachable!("two differences: {found:?}");
    };
    assert!(breaks.breaks && !note.breaks);
    assert_eq!(
        breaks.fix,
        "write `77`, which is the id of what has that label"
    );
    assert!(
        note.what
            .ends_with("one stage of `dealstage`: contractsent (77)"),
        "{}",
        note.what
    );
}

#[test]
fn people_whom_one_side_does_not_know() {
    let model = example_model();
    let ids = model.people.values().filter_map(|it| it.crm.get(&source()));
    let mut owners: BTreeSet<String> = ids.cloned().collect();
    owners.remove("11001");
    owners.insert("999".to_owned());
    let set_up = SetUp {
        objects: BTreeMap::new(),
        owners: Some(owners),
        currency: None,
    };
    let found = differences(&model, &source(), &set_up);
    let [gone, stranger] = &found[..] else {
        unreachable!("two differences: {found:?}");
    };
    assert!(
        gone.breaks && gone.what.contains("the id 11001"),
        "{}",
        gone.what
    );
    assert!(
        stranger.what.starts_with("1 of those who can own records"),
        "{}",
        stranger.what
    );
}

#[test]
fn amounts_in_another_currency_than_the_models() {
    let set_up = SetUp {
        objects: BTreeMap::from([(RecordKind::Opportunity, deals())]),
        owners: None,
        currency: Some("USD".to_owned()),
    };
    let found = differences(&example_model(), &source(), &set_up);
    let [one] = &found[..] else {
        unreachable!("one difference: {found:?}");
    };
    assert!(one.breaks);
    assert_eq!(
        one.what,
        "hubspot reckons amounts in USD, and the model in EUR"
    );
    assert!(
        one.follows.contains("opportunity.amount"),
        "{}",
        one.follows
    );
}
