//! What is taken, and what is answered.

use base64::{Engine, engine::general_purpose::STANDARD};
use contracts::{EventId, Merge};
use crm::RecordKind;
use testkit::{example_with, record_id};

use super::*;

fn ids(tested: &Tested) -> Vec<Vec<EventId>> {
    let took = tested.bus.took();
    let of = |events: &Vec<Event>| events.iter().map(|event| event.id.clone()).collect();
    took.iter().map(of).collect()
}

#[tokio::test]
async fn each_record_that_a_webhook_names_is_an_event() {
    let tested = intake();
    let request = signed("right", "contacts/7 companies/8 deals/9!");
    assert_eq!(tested.status(request, 0).await, 200);
    let took = tested.bus.took().concat();
    let about: Vec<_> = took.iter().map(|event| event.record.clone()).collect();
    let expected = ["lead:7", "account:8", "opportunity:9"];
    assert_eq!(about, expected.map(|name| Some(record_id(name))));
    let deleted = took.iter().map(|event| match &event.data {
        EventData::RecordNoticed { deleted, .. } => *deleted,
        other => panic!("{other:?}"),
    });
    assert_eq!(deleted.collect::<Vec<_>>(), [false, false, true]);
    assert!(took.iter().all(|event| event.time == at(NOW)));
}

#[tokio::test]
async fn a_merge_tells_each_record_what_has_become_of_it() {
    let tested = intake();
    let request = signed("right", "contacts/8<7 contacts/7>8");
    assert_eq!(tested.status(request, 0).await, 200);
    let took = tested.bus.took().concat();
    let merges = took.iter().map(|event| match &event.data {
        EventData::RecordNoticed { deleted, merge, .. } => (*deleted, merge.clone()),
        other => panic!("{other:?}"),
    });
    let of = Merge::Of([record_id("lead:7")].into());
    let into = Merge::Into(record_id("lead:8"));
    let expected = [(false, Some(of)), (true, Some(into))];
    assert_eq!(merges.collect::<Vec<_>>(), expected);
}

#[tokio::test]
async fn the_same_body_gives_the_same_events_whenever_it_comes() {
    let tested = intake();
    let body = "contacts/7 contacts/8 contacts/7! ?9";
    for seconds in [0, 5, 86_400] {
        assert_eq!(tested.status(signed("right", body), seconds).await, 200);
    }
    let ids = ids(&tested);
    assert_eq!(
        (ids[0].clone(), ids[0].clone()),
        (ids[1].clone(), ids[2].clone())
    );
    let different: std::collections::BTreeSet<_> = ids[0].iter().collect();
    assert_eq!(different.len(), 4);
}

/// A record that is created is named for itself and for what it belongs to; only what says more is an event more.
#[tokio::test]
async fn a_record_that_is_named_several_times_is_one_event() {
    let tested = intake();
    let request = signed(
        "right",
        "contacts/7 contacts/7 companies/8 contacts/7! contacts/7 contacts/9",
    );
    assert_eq!(tested.status(request, 0).await, 200);
    let took = tested.bus.took().concat();
    let about: Vec<_> = took.iter().map(|event| event.record.clone()).collect();
    let expected = ["lead:7", "account:8", "lead:7", "lead:9"];
    assert_eq!(about, expected.map(|name| Some(record_id(name))));
    let deleted = took.iter().map(|event| match &event.data {
        EventData::RecordNoticed { deleted, .. } => *deleted,
        other => panic!("{other:?}"),
    });
    assert_eq!(deleted.collect::<Vec<_>>(), [false, false, true, false]);
}

/// More than ten records of a kind in one webhook came in bulk; however often one of them is named it is one,
/// and those of another kind beside them came alone.
#[tokio::test]
async fn many_records_of_a_kind_are_marked_and_few_are_not() {
    let contacts = |count: u32| {
        let words: Vec<String> = (1..=count).map(|id| format!("contacts/{id}")).collect();
        words.join(" ")
    };
    for (body, marked) in [
        (contacts(10), 0),
        (format!("{} contacts/1! contacts/2!", contacts(10)), 0),
        (contacts(11), 11),
        (format!("{} deals/9 deals/8", contacts(100)), 100),
    ] {
        let tested = intake();
        assert_eq!(tested.status(signed("right", &body), 0).await, 200);
        let took = tested.bus.took().concat();
        let bulk: Vec<&Event> = took.iter().filter(|event| event.bulk).collect();
        assert_eq!(bulk.len(), marked, "{body}");
        let lead = |event: &&Event| {
            event
                .record
                .as_ref()
                .is_some_and(|it| it.kind == RecordKind::Lead)
        };
        assert!(bulk.iter().all(lead));
    }
}

/// What the CRM says was changed with others came in bulk, however few of them are told in one webhook; unless the same
/// record was changed by itself as well.
#[tokio::test]
async fn what_was_changed_together_comes_in_bulk_however_it_is_told() {
    let tested = intake();
    let body = "deals/7& deals/8 deals/9& deals/9 contacts/3&";
    assert_eq!(tested.status(signed("right", body), 0).await, 200);
    let took = tested.bus.took().concat();
    let bulk = took.iter().filter(|event| event.bulk);
    let bulk: Vec<String> = bulk
        .filter_map(|event| Some(event.record.as_ref()?.id.clone()))
        .collect();
    assert_eq!(bulk, ["7", "3"]);
}

/// Whoever sent it sends it again, and who got an event already knows it.
#[tokio::test]
async fn what_the_bus_refuses_is_to_be_sent_again_whole() {
    let tested = intake();
    tested.bus.refuses(true);
    let body = "contacts/7 contacts/8";
    assert_eq!(tested.status(signed("right", body), 0).await, 503);
    assert!(tested.bus.took().is_empty());
    tested.bus.refuses(false);
    assert_eq!(tested.status(signed("right", body), 1).await, 200);
    assert_eq!(tested.bus.took()[0].len(), 2);
}

#[tokio::test]
async fn what_is_too_large_is_refused_before_it_is_decoded() {
    let tested = intake();
    let mut request = signed("right", "contacts/7");
    // No base64 at all: it is not looked at.
    request.body = Body::Base64("!".repeat(2 * 1024 * 1024));
    assert_eq!(tested.status(request.clone(), 0).await, 413);
    request.body = Body::Bytes(vec![b' '; 1024 * 1024 + 3]);
    assert_eq!(tested.status(request.clone(), 0).await, 413);
    assert_eq!(tested.secrets.reads(SECRET), 0, "nor was its signature");
    request.body = Body::Base64("!!!!".to_owned());
    assert_eq!(tested.status(request, 0).await, 400);
    let largest = "contacts/7".to_owned() + &" ".repeat(1024 * 1024 - 10);
    assert_eq!(tested.status(signed("right", &largest), 0).await, 200);
    let larger = largest + " ";
    assert_eq!(tested.status(signed("right", &larger), 0).await, 413);
}

#[tokio::test]
async fn a_body_in_base64_is_checked_and_read_as_it_was_sent() {
    let tested = intake();
    let mut request = signed("right", "contacts/7");
    request.body = Body::Base64(STANDARD.encode("contacts/7"));
    assert_eq!(tested.status(request, 0).await, 200);
    assert_eq!(tested.bus.took()[0].len(), 1);
}

#[tokio::test]
async fn what_cannot_be_read_is_the_senders_fault() {
    let tested = intake();
    assert_eq!(tested.status(signed("right", "broken"), 0).await, 400);
    assert!(tested.bus.took().is_empty());
}

#[tokio::test]
async fn another_portals_events_are_refused_and_among_ours_left_out() {
    let tested = intake();
    assert_eq!(
        tested.status(signed("right", "foreign foreign"), 0).await,
        403
    );
    assert!(tested.bus.took().is_empty());
    let mixed = signed("right", "foreign contacts/7");
    assert_eq!(tested.status(mixed, 0).await, 200);
    assert_eq!(tested.bus.took().concat().len(), 1);
}

#[tokio::test]
async fn an_empty_webhook_is_taken_and_publishes_nothing() {
    let tested = intake();
    tested.bus.refuses(true);
    assert_eq!(tested.status(signed("right", ""), 0).await, 200);
}

#[tokio::test]
async fn a_path_that_names_no_source_is_unknown() {
    let tested = intake();
    for path in [
        "/webhooks/salesforce",
        "/webhooks",
        "/",
        "",
        "/webhooks/hubspot/more",
    ] {
        let request = to(path, "right", "contacts/7");
        assert_eq!(tested.status(request, 0).await, 404, "{path}");
    }
    assert_eq!(tested.secrets.reads(SECRET), 0);
    let slash = to("/webhooks/hubspot/", "right", "contacts/7");
    assert_eq!(tested.status(slash, 0).await, 200);
}

#[tokio::test]
async fn what_the_model_maps_to_nothing_is_quarantined_and_says_what_to_do() {
    let tested = intake();
    let request = signed("right", "tickets/7 contacts/8 ?9");
    assert_eq!(tested.status(request, 0).await, 200);
    let took = tested.bus.took().concat();
    let reasons: Vec<_> = took
        .iter()
        .filter_map(|event| match &event.data {
            EventData::WebhookQuarantined(contracts::Quarantined { reason, object, .. }) => {
                Some((reason.as_str(), object.as_deref()))
            }
            _ => None,
        })
        .collect();
    let why = "the model maps no record to tickets: add it to the source's records in \
               technology.yaml";
    assert_eq!(
        reasons,
        [(why, Some("7")), ("of a kind that nobody knows", Some("9"))]
    );
    assert_eq!(took.len(), 3);
    let id_is_none = signed("right", "contacts/no,id");
    assert_eq!(tested.status(id_is_none, 0).await, 200);
    let last = tested.bus.took().concat().pop().unwrap();
    assert_eq!((last.name(), last.record), ("webhook.quarantined", None));
}

/// The example company, with a second portal of the same vendor.
fn two_sources() -> OperatingModel {
    let first = "    write: { owner: yes, stage: yes, fields: yes, tasks: yes, per_hour: 5000 }\n";
    let second = "  elsewhere:\n    kind: hubspot\n    portal: \"99\"\n    secret: fairlead/elsewhere\n    records: { account: companies }\n    write: { owner: no, stage: no, tasks: no, per_hour: 5 }\n";
    example_with("technology.yaml", first, &format!("{first}{second}"))
}

#[tokio::test]
async fn two_sources_each_have_their_path_and_their_secret() {
    let tested = over(two_sources(), &["hubspot", "elsewhere"]);
    tested.secrets.now("fairlead/elsewhere", Ok("theirs"));
    let ours = to("/webhooks/hubspot", "right", "companies/7");
    assert_eq!(tested.status(ours, 0).await, 200);
    let theirs = to("/webhooks/elsewhere", "theirs", "companies/7");
    assert_eq!(tested.status(theirs, 0).await, 200);
    for (path, secret) in [
        ("/webhooks/hubspot", "theirs"),
        ("/webhooks/elsewhere", "right"),
    ] {
        let crossed = to(path, secret, "companies/7");
        assert_eq!(tested.status(crossed, 0).await, 503, "{path}");
    }
    let took = tested.bus.took().concat();
    let about: Vec<_> = took.iter().filter_map(|it| it.record.clone()).collect();
    let names: Vec<_> = about.iter().map(ToString::to_string).collect();
    assert_eq!(names, ["hubspot:account:7", "elsewhere:account:7"]);
    assert_ne!(took[0].id, took[1].id);
}

#[tokio::test]
async fn how_long_a_body_may_be_is_a_setting() {
    let mut tested = intake();
    tested.function = tested.function.with_bytes(20);
    assert_eq!(tested.status(signed("right", "contacts/7"), 0).await, 200);
    let longer = format!("contacts/7{}", " ".repeat(13));
    assert_eq!(tested.status(signed("right", &longer), 0).await, 413);
}
