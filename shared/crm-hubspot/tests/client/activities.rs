//! What was logged with records: by their associations, then by the activities themselves, of each kind in a batch.

use std::collections::BTreeSet;

use crm::{ActivityKind, Contacted, PersonId};
use serde_json::{Value as Json, json};

use crate::{
    client, deals, ids,
    server::{Server, json as reply},
};

fn associated(of: &[(&str, &[&str])]) -> Json {
    let results = of.iter().map(|(from, to)| {
        let to = to
            .iter()
            .map(|id| json!({ "toObjectId": id, "associationTypes": [] }));
        json!({ "from": { "id": from }, "to": to.collect::<Vec<_>>() })
    });
    json!({ "status": "COMPLETE", "results": results.collect::<Vec<_>>() })
}

fn activities(of: &[(&str, Json)]) -> Json {
    let results = of.iter().map(|(id, properties)| {
        json!({
            "id": id, "archived": false, "properties": properties,
            "createdAt": "2026-03-01T08:00:00.000Z", "updatedAt": "2026-03-02T08:00:00.000Z",
        })
    });
    json!({ "status": "COMPLETE", "results": results.collect::<Vec<_>>() })
}

#[tokio::test]
async fn each_kind_is_asked_for_in_a_batch_and_what_did_not_take_place_is_left_out() {
    let at = |hour: u32| format!("2026-03-02T{hour:02}:00:00Z");
    let server = Server::start(vec![
        reply(200, &associated(&[("1", &["70", "71"]), ("2", &[])])),
        reply(
            200,
            &activities(&[
                (
                    "70",
                    json!({ "hs_timestamp": at(9), "hubspot_owner_id": "5" }),
                ),
                ("71", json!({ "hs_timestamp": at(10) })),
            ]),
        ),
        reply(200, &associated(&[("1", &["80", "81"]), ("2", &["82"])])),
        reply(
            200,
            &activities(&[
                (
                    "80",
                    json!({ "hs_timestamp": at(9), "hs_meeting_outcome": "CANCELED" }),
                ),
                (
                    "81",
                    json!({ "hs_timestamp": at(11), "hs_meeting_outcome": "COMPLETED" }),
                ),
                (
                    "82",
                    json!({ "hs_timestamp": at(12), "hs_meeting_outcome": "NO_SHOW" }),
                ),
            ]),
        ),
    ])
    .await;
    let kinds = BTreeSet::from([ActivityKind::Call, ActivityKind::Meeting]);
    let read = client(&server)
        .activities(&deals(), &ids(&["1", "2"]), &kinds)
        .await
        .unwrap();
    let asked = server.asked();
    let lines: Vec<&str> = asked.iter().map(|it| it.line.as_str()).collect();
    assert_eq!(
        lines,
        [
            "POST /crm/associations/2026-09/deals/calls/batch/read",
            "POST /crm/objects/2026-09/calls/batch/read",
            "POST /crm/associations/2026-09/deals/meetings/batch/read",
            "POST /crm/objects/2026-09/meetings/batch/read",
        ]
    );
    let contact = |hour: u32, by: Option<&str>| Contacted {
        at: at(hour).parse().unwrap(),
        by: by.map(|owner| PersonId::stranger(&deals().source, owner)),
    };
    assert_eq!(
        read["1"][&ActivityKind::Call],
        [contact(10, None), contact(9, Some("5"))]
    );
    assert_eq!(read["1"][&ActivityKind::Meeting], [contact(11, None)]);
    assert_eq!(read["2"][&ActivityKind::Call], []);
    assert_eq!(read["2"][&ActivityKind::Meeting], []);
}

#[tokio::test]
async fn mails_that_the_customer_wrote_and_tasks_that_are_open_are_none() {
    let noon = "2026-03-02T12:00:00Z";
    let server = Server::start(vec![
        reply(200, &associated(&[("1", &["90", "91"])])),
        reply(
            200,
            &activities(&[
                (
                    "90",
                    json!({ "hs_timestamp": noon, "hs_email_direction": "INCOMING_EMAIL" }),
                ),
                (
                    "91",
                    json!({ "hs_timestamp": noon, "hs_email_direction": "EMAIL" }),
                ),
            ]),
        ),
        reply(200, &associated(&[("1", &["60", "61"])])),
        reply(
            200,
            &activities(&[
                (
                    "60",
                    json!({ "hs_timestamp": noon, "hs_task_status": "NOT_STARTED" }),
                ),
                (
                    "61",
                    json!({
                        "hs_timestamp": noon, "hs_task_status": "COMPLETED",
                        "hs_task_completion_date": "2026-03-03T12:00:00Z",
                    }),
                ),
            ]),
        ),
    ])
    .await;
    let kinds = BTreeSet::from([ActivityKind::Email, ActivityKind::Task]);
    let read = client(&server)
        .activities(&deals(), &ids(&["1"]), &kinds)
        .await
        .unwrap();
    let times = |kind| {
        let all = read["1"][&kind].iter();
        all.map(|it| it.at.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(times(ActivityKind::Email), [noon]);
    assert_eq!(times(ActivityKind::Task), ["2026-03-03T12:00:00Z"]);
}
