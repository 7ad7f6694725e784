//! What records count for, and what metrics come to.

use std::collections::BTreeMap;

use contracts::{
    Key,
    state::{Contribution, CountedState, Counting, MetricState, MetricsRecountState, Tallied},
};
use crm::RecordKind;

use super::{noon, record};

pub fn counted() -> CountedState {
    let each = [
        Counting::Unsure,
        Counting::Answer('y'),
        Counting::Fields("ysonu".to_owned()),
        Counting::There,
        Counting::Value(Some(12_500_000)),
        Counting::Pair(Some((1, 2))),
        Counting::Took(Some(1_260)),
    ];
    let metrics = each.into_iter().enumerate().map(|(at, counts)| {
        let contribution = Contribution {
            form: "portion".to_owned(),
            counts,
            groups: BTreeMap::from([("owner".to_owned(), "anna".to_owned())]),
        };
        (format!("metric_{at}"), contribution)
    });
    CountedState {
        at: noon(),
        metrics: metrics.collect(),
    }
}

pub fn metric() -> MetricState {
    let tallied = Tallied {
        yes: 3,
        no: 2,
        unknown: 1,
        sums: vec![170_141_183_460_469_231_731_687_303_715_884_105_727, -1],
        fields: vec![(3, 2, 1)],
        stale: vec![(1, 2)],
        with_stale: 1,
        lengths: vec![(1_260, 2), (3_600, 1)],
    };
    let groups = BTreeMap::from([("sql".to_owned(), tallied.clone())]);
    MetricState {
        form: "filled opportunity.amount".to_owned(),
        revision: 3,
        day: "2026-11-23".parse().unwrap(),
        changed: noon(),
        total: tallied,
        unsure: 4,
        by: BTreeMap::from([("stage".to_owned(), groups)]),
        told: Some("2026-11-23".parse().unwrap()),
        signals: BTreeMap::from([("fields_empty".to_owned(), noon())]),
    }
}

pub fn recount() -> MetricsRecountState {
    MetricsRecountState {
        day: Some("2026-11-23".parse().unwrap()),
        shard: Some(2),
        after: Some(record(RecordKind::Opportunity)),
        left: vec!["pipeline".to_owned()],
    }
}

pub fn keys() -> Vec<Key> {
    vec![
        Key::counted(&record(RecordKind::Lead)),
        Key::metric("pipeline"),
        Key::metric_on("pipeline", "2026-11-23".parse().unwrap()),
        Key::metrics_recount(),
    ]
}
