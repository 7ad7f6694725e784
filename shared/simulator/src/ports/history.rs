//! What was counted in the days before a story: much on one, little on the next, so that signals open and are over.

use std::task::{Context, Waker};

use contracts::{
    Indexes, Key,
    state::{MetricState, Tallied},
};
use decisions::{Rules, metrics::form};
use jiff::{Timestamp, ToSpan};
use store::{MemoryStore, Store, Transaction, put_state};

use crate::revisions::WATCHED;

/// How many days before a story it is known what was counted; the signal compares with a week before.
const DAYS: i64 = 9;

/// Puts what the metric that is watched had come to before the story.
pub(crate) fn put_history(store: &MemoryStore, rules: &Rules, from: Timestamp) {
    let metric = rules.model.metrics.get(WATCHED);
    let Some(form) = metric.and_then(|it| form(&it.measure)) else {
        return;
    };
    let today = from.to_zoned(rules.company_zone().clone()).date();
    let days = (1..=DAYS).filter_map(|back| Some((back, today.checked_sub(back.days()).ok()?)));
    let puts = days.map(|(back, day)| {
        let state = MetricState {
            form: form.clone(),
            revision: 0,
            day,
            changed: from,
            total: Tallied {
                yes: if back % 2 == 0 { 60 } else { 12 },
                ..Tallied::default()
            },
            unsure: 0,
            by: std::collections::BTreeMap::new(),
            told: None,
            signals: std::collections::BTreeMap::new(),
        };
        let key = Key::metric_on(WATCHED, day);
        put_state::<_, MetricState>(key, &state, None, Indexes::default())
    });
    let transaction = Transaction {
        puts: puts.collect(),
        checks: Vec::new(),
    };
    // A store in memory answers at once.
    let committed = std::pin::pin!(store.commit(transaction));
    let _ = committed.poll(&mut Context::from_waker(Waker::noop()));
}
