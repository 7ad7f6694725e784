use contracts::{AuditRecord, Notice, SignalMoved};
use jiff::civil::Date;

use super::*;

const WATCHED: &str = "signals:
  undated: { metric: dated, worse: falls, compare: 4 weeks before }
";

/// A company in which so many of forty deals had a close date four weeks before, and none has one by now.
async fn slipped(with_date_then: u64) -> Tested {
    let tested = tested_with(&format!("{METRICS}{WATCHED}"));
    let events = deals_of(&tested, 0..40).await;
    tested.handle(&events).await;
    let now = tested.metric("dated").await;
    let then: Date = "2026-10-27".parse().unwrap();
    let mut before = MetricState {
        day: then,
        ..now.clone()
    };
    before.total.yes = with_date_then;
    before.total.no = 40 - with_date_then;
    let key = Key::metric_on("dated", then);
    tested.put(key, &before, None).await;
    tested
}

async fn deals_of(tested: &Tested, numbers: std::ops::Range<u32>) -> Vec<Event> {
    let mut events = Vec::new();
    for number in numbers {
        let id = number.to_string();
        tested.keep(deal(&id, 1).build()).await;
        events.push(changed(&id));
    }
    events
}

impl Tested {
    /// The recount of a night, and the comparison a while later.
    async fn night(&self, day: &str) {
        self.tick(&format!("{day}T03:00:00Z")).await;
        self.tick(&format!("{day}T03:05:00Z")).await;
    }

    fn signals(&self) -> Vec<AuditRecord> {
        let audits = testkit::audits(self.inside());
        let of_signals = audits.into_iter();
        let of_signals =
            of_signals.filter(|it| it.reasons.iter().any(|it| it.rule == "signals.undated"));
        of_signals.collect()
    }

    async fn open(&self) -> Vec<String> {
        self.metric("dated").await.signals.into_keys().collect()
    }
}

#[tokio::test]
async fn a_signal_opens_once_stays_open_and_is_over() {
    let tested = slipped(30).await;
    tested.night("2026-11-24").await;
    tested.night("2026-11-25").await;
    assert_eq!(tested.open().await, ["undated"]);
    let said = tested.signals();
    assert_eq!(said.len(), 1, "{said:?}");
    assert_eq!(
        said[0].outcome,
        "undated is open: dated is worse than 4 weeks before"
    );
    let EventData::NoticeRequested { to, notice } = &said[0].events[0].data else {
        panic!("{said:?}");
    };
    assert_eq!(to.as_str(), "ines");
    let says = Notice::SignalMoved(SignalMoved {
        signal: "undated".to_owned(),
        metric: "dated".to_owned(),
        open: true,
        now: "0 of 40: 0.0 % (0.0 to 8.8 %)".to_owned(),
        before: "30 of 40: 75.0 % (59.8 to 85.8 %)".to_owned(),
        weeks: 4,
    });
    assert_eq!(*notice, says);
    // Four weeks after it had fallen it stands where it stood then.
    tested.night("2026-12-22").await;
    assert!(tested.open().await.is_empty());
    let said = tested.signals();
    assert_eq!(said.len(), 2, "{said:?}");
    let over = |it: &&AuditRecord| {
        it.outcome
            .starts_with("undated is over: dated is no longer")
    };
    assert_eq!(said.iter().filter(over).count(), 1, "{said:?}");
}

#[tokio::test]
async fn what_may_be_chance_opens_nothing() {
    let tested = slipped(2).await;
    tested.night("2026-11-24").await;
    assert!(tested.open().await.is_empty() && tested.signals().is_empty());
}

#[tokio::test]
async fn where_nothing_was_counted_so_long_before_nothing_is_told() {
    let tested = tested_with(&format!("{METRICS}{WATCHED}"));
    let events = deals_of(&tested, 0..40).await;
    tested.handle(&events).await;
    tested.night("2026-11-24").await;
    assert!(tested.open().await.is_empty() && tested.signals().is_empty());
}

/// Eight are too few to tell: what is open stays open.
#[tokio::test]
async fn what_is_open_stays_so_where_it_cannot_be_told() {
    let tested = slipped(30).await;
    tested.night("2026-11-24").await;
    let mut events = Vec::new();
    for number in 8..40 {
        let id = number.to_string();
        let mut gone = deal(&id, 1).build();
        gone.archived = true;
        tested.keep(gone).await;
        events.push(changed(&id));
    }
    tested.handle(&events).await;
    assert_eq!(tested.total("dated").await.no, 8);
    tested.night("2026-11-25").await;
    assert_eq!(tested.open().await, ["undated"]);
    assert_eq!(tested.signals().len(), 1);
}

#[tokio::test]
async fn what_the_model_watches_no_more_is_over() {
    let tested = slipped(30).await;
    tested.night("2026-11-24").await;
    let tested = Tested {
        function: function(tested.store.clone(), METRICS),
        ..tested
    };
    tested.night("2026-11-25").await;
    assert!(tested.open().await.is_empty());
    let said = tested.signals();
    assert!(
        said.iter()
            .any(|it| it.outcome == "undated is over: it is watched no more"),
        "{said:?}"
    );
}
