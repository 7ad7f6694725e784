#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
    time::Duration,
};

use engine::{Failure, MOST_FAILURES, QueueError, TimeLeft};
use jiff::SignedDuration;
use store::MemoryStore;
use testkit::{TestClock, at};

use super::*;

const QUEUE: &str = "arn:aws:sqs:eu-central-1:1:fairlead-test";

const NOW: &str = "2026-11-22T08:00:00Z";

#[test]
fn a_schedule_is_a_tick_of_its_stated_time() {
    let body = r#"{"version":"0","id":"53dc4d37","detail-type":"Scheduled Event","source":"aws.events",
        "account":"1","time":"2026-11-22T08:00:00Z","region":"eu-central-1","resources":[],"detail":{}}"#;
    let event = event_of(body, None).unwrap();
    let at = at(NOW);
    assert_eq!(event.data, EventData::Tick { at });
    assert_eq!(event.time, at);
}

#[test]
fn what_is_no_event_is_final() {
    for body in [
        "",
        "{}",
        r#"{"id":"1","detail-type":"tick","time":"2026-11-22T08:00:00Z","detail":{}}"#,
    ] {
        assert!(
            matches!(event_of(body, None), Err(Failure::Final(_))),
            "{body}"
        );
    }
}

/// Answers every event alike, but for the last of a batch, of which it may say nothing.
struct Answers {
    with: Result<(), Failure>,
    forgetful: bool,
    takes: Duration,
    clock: TestClock,
    revision: Option<Revision>,
}

impl Handler for Answers {
    async fn handle(&self, _: &Event, _: Timestamp) -> Result<(), Failure> {
        self.clock.sleep(self.takes).await;
        self.with.clone()
    }

    async fn handle_batch(
        &self,
        events: &[(Event, Timestamp)],
        time_left: TimeLeft<'_>,
    ) -> Vec<Result<(), Failure>> {
        let mut results = Vec::new();
        for (event, now) in events {
            if !results.is_empty() && !time_left() {
                break;
            }
            results.push(self.handle(event, *now).await);
        }
        if self.forgetful {
            results.pop();
        }
        results
    }

    fn revision(&self) -> Option<&Revision> {
        self.revision.as_ref()
    }
}

/// What a queue was asked to do.
#[derive(Debug, Clone, Default)]
struct TestQueue {
    waits: Arc<Mutex<Vec<(String, Duration)>>>,
    letters: Arc<Mutex<Vec<(String, DeadLetter)>>>,
    away: bool,
}

impl Queue for TestQueue {
    async fn wait(&self, queue: &str, receipt: &str, wait: Duration) -> Result<(), QueueError> {
        assert_eq!(queue, QUEUE);
        let mut waits = self.waits.lock().unwrap();
        waits.push((receipt.to_owned(), wait));
        self.answer()
    }

    async fn give_up(&self, body: &str, letter: &DeadLetter) -> Result<(), QueueError> {
        let mut letters = self.letters.lock().unwrap();
        letters.push((body.to_owned(), letter.clone()));
        self.answer()
    }
}

impl TestQueue {
    fn answer(&self) -> Result<(), QueueError> {
        if self.away {
            return Err(QueueError("away".to_owned()));
        }
        Ok(())
    }
}

type Tested = Host<Answers, MemoryStore, TestClock, TestQueue>;

fn host(with: Result<(), Failure>) -> Tested {
    let clock = TestClock::at(at(NOW));
    Host {
        function: Function::SlaTimers,
        retries: Retries::default(),
        handler: Answers {
            with,
            forgetful: false,
            takes: Duration::ZERO,
            clock: clock.clone(),
            revision: None,
        },
        table: Table::new(MemoryStore::new(), clock),
        queue: TestQueue::default(),
    }
}

fn tick(id: &str) -> String {
    format!(r#"{{"id":"{id}","detail-type":"Scheduled Event","time":"{NOW}","detail":{{}}}}"#)
}

fn message(id: &str, body: String) -> Message {
    Message {
        message_id: id.to_owned(),
        receipt_handle: format!("receipt of {id}"),
        queue: QUEUE.to_owned(),
        body,
        attributes: Attributes {
            approximate_receive_count: "3".to_owned(),
            approximate_first_receive_timestamp: at("2026-11-22T07:00:00Z")
                .as_millisecond()
                .to_string(),
        },
    }
}

impl Tested {
    /// The ids of what comes again, of ticks with these ids.
    async fn again(&self, ids: &[&str]) -> Vec<String> {
        let records = ids.iter().map(|id| message(id, tick(id)));
        self.again_of(records.collect()).await
    }

    async fn again_of(&self, records: Vec<Message>) -> Vec<String> {
        let deadline = self.table.clock.now() + SignedDuration::from_secs(30);
        let answer = self.handle_batch(QueueEvent { records }, deadline).await;
        let failed = answer.batch_item_failures.into_iter();
        failed.map(|it| it.item_identifier).collect()
    }
}

#[tokio::test]
async fn a_message_of_which_nothing_is_said_is_delivered_again() {
    let mut host = host(Ok(()));
    host.handler.forgetful = true;
    assert_eq!(host.again(&["one", "two"]).await, ["two"]);
}

#[tokio::test]
async fn what_is_there_for_nobody_waits_as_long_as_was_asked() {
    let host = host(Err(Failure::Everybody {
        why: "the CRM is away".to_owned(),
        wait: Some(Duration::from_secs(3_600)),
    }));
    assert_eq!(host.again(&["one", "two"]).await, ["one", "two"]);
    let waits = host.queue.waits.lock().unwrap();
    let receipts: BTreeSet<&str> = waits.iter().map(|(receipt, _)| receipt.as_str()).collect();
    assert_eq!(
        receipts,
        BTreeSet::from(["receipt of one", "receipt of two"])
    );
    let hours = waits.iter().map(|(_, wait)| wait.as_secs() / 3_600);
    assert!(hours.eq([1, 1]), "{waits:?}");
    assert!(host.table.store.everything().is_empty(), "it is counted");
}

#[tokio::test]
async fn what_failed_by_itself_eight_times_is_a_dead_letter_with_its_reason() {
    let host = host(Err(Failure::Itself("no record".to_owned())));
    for _ in 1..MOST_FAILURES {
        assert_eq!(host.again(&["one"]).await, ["one"]);
    }
    assert!(host.again(&["one"]).await.is_empty(), "it comes again");
    let letters = host.queue.letters.lock().unwrap();
    let (body, letter) = &letters[0];
    assert_eq!((letters.len(), body), (1, &tick("one")));
    assert_eq!(letter.function, Function::SlaTimers);
    assert!(letter.reason.ends_with("no record"), "{}", letter.reason);
    assert_eq!(letter.first, at("2026-11-22T07:00:00Z"));
    assert_eq!(letter.received, 3);
}

#[tokio::test]
async fn what_nobody_can_read_is_a_dead_letter_at_once_and_alone() {
    let host = host(Ok(()));
    let records = vec![
        message("one", tick("one")),
        message("two", "half an event".to_owned()),
    ];
    assert!(host.again_of(records).await.is_empty());
    let letters = host.queue.letters.lock().unwrap();
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0].0, "half an event");
}

#[tokio::test]
async fn a_message_whose_queue_does_not_answer_is_not_lost() {
    let mut away = host(Err(Failure::Final("a bug".to_owned())));
    away.queue.away = true;
    assert_eq!(away.again(&["one"]).await, ["one"]);
    let mut away = host(Err(Failure::everybody("the CRM is away")));
    away.queue.away = true;
    assert_eq!(away.again(&["one"]).await, ["one"]);
}

/// Each takes 8 s of the 30 that there are.
#[tokio::test]
async fn what_there_is_no_time_for_is_given_back() {
    let mut host = host(Ok(()));
    host.handler.takes = Duration::from_secs(8);
    let again = host.again(&["one", "two", "three", "four", "five"]).await;
    assert_eq!(again, ["four", "five"]);
}

#[tokio::test]
async fn an_event_of_a_deployment_that_was_taken_back_is_handled_in_the_end() {
    let of = |number| Revision {
        number,
        hash: "0".to_owned(),
    };
    let mut host = host(Ok(()));
    host.handler.revision = Some(of(33));
    let ahead = |id: &str, number, minutes| {
        let data = EventData::Tick { at: at(NOW) };
        let event = Event::new(EventId::of(&[id]), at(NOW), &of(number), data);
        let event = serde_json::to_string(&event).unwrap();
        let body = format!(r#"{{"id":"1","detail-type":"tick","time":"{NOW}","detail":{event}}}"#);
        let first = at(NOW) - SignedDuration::from_mins(minutes);
        let mut message = message(id, body);
        message.attributes.approximate_first_receive_timestamp = first.as_millisecond().to_string();
        message
    };
    let records = vec![
        ahead("its own", 33, 0),
        ahead("ahead", 35, 9),
        ahead("taken back", 35, 11),
    ];
    assert_eq!(host.again_of(records).await, ["ahead"]);
    assert!(host.table.store.everything().is_empty(), "it is counted");
}

#[tokio::test]
async fn what_only_a_later_deployment_can_read_waits_for_it() {
    let mut host = host(Ok(()));
    let revision = |number: u64| serde_json::json!({ "number": number, "hash": "0" });
    host.handler.revision = serde_json::from_value(revision(33)).ok();
    let of = |id: &str, number| {
        let event = serde_json::json!({ "id": EventId::of(&[id]), "version": Event::VERSION + 1,
            "name": "unheard.of", "data": {}, "revision": revision(number) });
        let body = serde_json::json!({ "id": "1", "detail-type": "unheard.of", "time": NOW, "detail": event });
        let mut message = message(id, body.to_string());
        message.attributes.approximate_first_receive_timestamp =
            at(NOW).as_millisecond().to_string();
        message
    };
    let records = vec![of("ahead", 35), of("its own", 33)];
    assert_eq!(host.again_of(records).await, ["ahead"]);
    let letters = host.queue.letters.lock().unwrap();
    assert_eq!(letters.len(), 1, "{letters:?}");
}
