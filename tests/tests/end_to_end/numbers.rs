use std::time::Duration;

use contracts::{EventData, Function, Notice};
use serde_json::json;
use tokio::process::Command;

use crate::{
    expect::eventually,
    stack::{Stack, root, stack},
};

/// The queue of live-metrics gathers for a minute.
const COUNTED: Duration = Duration::from_secs(240);

/// What is told by one of the numbers' owners of this metric: the outcome of the decision.
async fn told(stack: &Stack, metric: &str) -> Option<String> {
    let decided = stack.decisions("person:olga", Function::LiveMetrics).await;
    let mut of_metric = decided.into_iter().filter(|audit| {
        let mut notices = audit.events.iter().filter_map(|it| match &it.data {
            EventData::NoticeRequested { notice, .. } => Some(notice),
            _ => None,
        });
        notices
            .any(|it| matches!(it, Notice::MetricBelowFloor { metric: name, .. } if name == metric))
    });
    of_metric.next().map(|audit| audit.outcome)
}

/// What is to be seen where a number no longer holds: who is told, why it is so, and what it comes from.
#[tokio::test]
#[ignore = "needs the local stack: make test-end-to-end"]
async fn a_metric_below_its_floor_is_told_explained_and_traced() {
    let stack = stack().await;
    // Without an amount and a close date: too few would tell nothing.
    for number in 0..10 {
        let deal = json!({ "dealname": format!("Unfilled {number}"), "pipeline": "default",
            "dealstage": "appointmentscheduled", "hubspot_owner_id": "11002" });
        stack.create("deals", deal, None).await;
    }
    let outcome = eventually("the owner to be told", COUNTED, || {
        told(stack, "data_confidence")
    })
    .await;
    let stands = "data_confidence is below the floor of 80 %";
    assert!(outcome.starts_with(stands), "{outcome}");
    // With the interval as its reason, by the line of the model that says so.
    let explained = stack.fairlead(&["explain", "person:olga"]).await;
    assert!(explained.contains(stands), "{explained}");
    assert!(explained.contains("metrics.data_confidence"), "{explained}");
    assert!(explained.contains("metrics.yaml:"), "{explained}");
    eventually("the mail to olga", COUNTED, || async {
        let mails = stack.mails_with("Data confidence").await;
        let to_olga = |mail: &String| mail.contains("olga@") && mail.contains("below its floor");
        mails.iter().any(to_olga).then_some(())
    })
    .await;
    let (code, counted, _) = stack.asked(&["metrics", "data_confidence"]).await;
    assert!(counted.contains("below the floor of 80 %"), "{counted}");
    assert_eq!(code, 1, "a metric is below its floor");
    let output = Command::new(root().join("target/debug/fairlead"))
        .current_dir(root())
        .args(["lineage", "data_confidence"])
        .output()
        .await
        .expect("fairlead");
    let lineage = String::from_utf8(output.stdout).expect("text");
    for part in [
        "opportunity.close_date",
        "closedate",
        "account.employees",
        "numberofemployees",
        "told in",
        "the same fields are read by",
    ] {
        assert!(lineage.contains(part), "{part} in {lineage}");
    }
}
