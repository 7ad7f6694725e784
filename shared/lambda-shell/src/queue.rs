use contracts::{Event, EventData, EventId};
use engine::{Failure, Handler, not_ahead, time::business_time};
use jiff::{SignedDuration, Timestamp};
use lambda_runtime::{LambdaEvent, run, service_fn};
use model::Revision;
use serde::{Deserialize, Serialize};

use crate::shell::Shell;

/// A batch of messages as Lambda gives it.
#[derive(Debug, Clone, Deserialize)]
pub struct QueueEvent {
    /// The messages.
    #[serde(rename = "Records")]
    pub records: Vec<Message>,
}

/// One message of a queue.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// The queue's id of it.
    pub message_id: String,
    /// The bus' envelope around our event.
    pub body: String,
    /// What the queue knows of it.
    #[serde(default)]
    pub attributes: Attributes,
}

/// What a queue knows of a message.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Attributes {
    /// When the queue was given it, in milliseconds since 1970.
    #[serde(default)]
    pub sent_timestamp: Option<String>,
}

impl Attributes {
    /// For how long the queue has had the message; not at all, where it does not say so.
    fn waited(&self, now: Timestamp) -> SignedDuration {
        let sent = self.sent_timestamp.as_deref();
        let sent = sent.and_then(|millis| Timestamp::from_millisecond(millis.parse().ok()?).ok());
        sent.map_or(SignedDuration::ZERO, |sent| now.duration_since(sent))
    }
}

/// Which messages are to be delivered again.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BatchAnswer {
    batch_item_failures: Vec<BatchItemFailure>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
struct BatchItemFailure {
    item_identifier: String,
}

/// What EventBridge wraps around an event.
#[derive(Debug, Deserialize)]
struct Envelope {
    id: String,
    #[serde(rename = "detail-type")]
    detail_type: String,
    time: Timestamp,
    detail: serde_json::Value,
}

/// Our event in a message of a queue. A `Scheduled Event` of the cloud's own scheduler is a tick
/// of its stated time.
///
/// # Errors
/// If the message is not an event of ours.
pub fn event_of(body: &str, revision: Option<&Revision>) -> Result<Event, Failure> {
    let unreadable = |why: &serde_json::Error| {
        Failure::Final(format!("the message is not an event of the bus: {why}"))
    };
    let envelope: Envelope = serde_json::from_str(body).map_err(|why| unreadable(&why))?;
    if envelope.detail_type != "Scheduled Event" {
        let event: Event =
            serde_json::from_value(envelope.detail).map_err(|why| unreadable(&why))?;
        if event.version != Event::VERSION {
            return Err(Failure::Final(format!(
                "the event has version {}, and this function reads version {}",
                event.version,
                Event::VERSION
            )));
        }
        return Ok(event);
    }
    let id = EventId::of(&["tick", &envelope.id]);
    let unknown = Revision::default();
    let data = EventData::Tick { at: envelope.time };
    Ok(Event::new(
        id,
        envelope.time,
        revision.unwrap_or(&unknown),
        data,
    ))
}

impl Shell {
    /// Handles batches of a queue until Lambda stops the function.
    ///
    /// # Errors
    /// If the runtime fails, or a setting cannot be used.
    pub async fn run_queue<H: Handler>(&self, handler: H) -> Result<(), lambda_runtime::Error> {
        let (shell, handler, longest) = (self, &handler, self.longest_wait()?);
        run(service_fn(
            move |batch: LambdaEvent<QueueEvent>| async move {
                let answer = shell.handle_batch(handler, batch.payload, longest).await;
                Ok::<_, lambda_runtime::Error>(answer)
            },
        ))
        .await
    }

    async fn handle_batch<H: Handler>(
        &self,
        handler: &H,
        batch: QueueEvent,
        longest: SignedDuration,
    ) -> BatchAnswer {
        let mut failed = Vec::new();
        let mut messages = Vec::new();
        let mut events = Vec::new();
        for message in batch.records {
            match self.read(&message, handler.revision(), longest) {
                Ok(event) => {
                    let time = business_time(&event, Timestamp::now());
                    messages.push(message.message_id);
                    events.push((event, time));
                }
                Err(failure) => failed.push((message.message_id, failure)),
            }
        }
        let results = handler.handle_batch(&events).await;
        // A message of which nothing is said must not count as handled: it would be gone.
        let unsaid = || {
            Err(Failure::Later(
                "the function did not answer for it".to_owned(),
            ))
        };
        let results = results.into_iter().chain(std::iter::repeat_with(unsaid));
        for ((message, (event, _)), result) in messages.into_iter().zip(&events).zip(results) {
            let (function, event_id, name) =
                (self.function().name(), event.id.as_str(), event.name());
            let handled = result.is_ok();
            tracing::info!(
                function,
                event_id,
                name,
                record = record(event),
                handled,
                "event"
            );
            if let Err(failure) = result {
                failed.push((message, failure));
            }
        }
        self.answer(failed)
    }

    /// The event in a message, unless it is to wait for a later deployment.
    fn read(
        &self,
        message: &Message,
        ours: Option<&Revision>,
        longest: SignedDuration,
    ) -> Result<Event, Failure> {
        let event = event_of(&message.body, ours)?;
        let waited = message.attributes.waited(Timestamp::now());
        if let Some(why) = not_ahead(&event, ours, waited, longest)? {
            let (function, event_id) = (self.function().name(), event.id.as_str());
            tracing::warn!(function, event_id, %why, "a deployment was taken back");
        }
        Ok(event)
    }

    fn answer(&self, failed: Vec<(String, Failure)>) -> BatchAnswer {
        let function = self.function().name();
        for (message, failure) in &failed {
            match failure {
                Failure::Later(why) => {
                    tracing::warn!(function, message, %why, "delivered again later");
                }
                Failure::Final(why) => {
                    tracing::error!(function, message, %why, "on its way to the dead-letter queue");
                }
            }
        }
        let failures = failed
            .into_iter()
            .map(|(item_identifier, _)| BatchItemFailure { item_identifier });
        BatchAnswer {
            batch_item_failures: failures.collect(),
        }
    }
}

fn record(event: &Event) -> String {
    event
        .record
        .as_ref()
        .map_or_else(String::new, ToString::to_string)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schedule_is_a_tick_of_its_stated_time() {
        let body = r#"{"version":"0","id":"53dc4d37","detail-type":"Scheduled Event","source":"aws.events",
            "account":"1","time":"2026-11-22T08:00:00Z","region":"eu-central-1","resources":[],"detail":{}}"#;
        let event = event_of(body, None).expect("a tick");
        let at = "2026-11-22T08:00:00Z".parse().expect("an instant");
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

    /// Says nothing of the last event of a batch.
    struct Forgetful;

    impl Handler for Forgetful {
        async fn handle(&self, _: &Event, _: Timestamp) -> Result<(), Failure> {
            Ok(())
        }

        async fn handle_batch(&self, events: &[(Event, Timestamp)]) -> Vec<Result<(), Failure>> {
            vec![Ok(()); events.len().saturating_sub(1)]
        }

        fn revision(&self) -> Option<&Revision> {
            None
        }
    }

    #[tokio::test]
    async fn a_message_of_which_nothing_is_said_is_delivered_again() {
        let message = |id: &str| Message {
            message_id: id.to_owned(),
            body: format!(
                r#"{{"id":"{id}","detail-type":"Scheduled Event","time":"2026-11-22T08:00:00Z","detail":{{}}}}"#
            ),
            attributes: Attributes::default(),
        };
        let batch = QueueEvent {
            records: vec![message("one"), message("two")],
        };
        let shell = Shell::start(contracts::Function::SlaTimers);
        let answer = shell
            .handle_batch(&Forgetful, batch, engine::LONGEST_WAIT)
            .await;
        let failed: Vec<&str> = answer
            .batch_item_failures
            .iter()
            .map(|it| it.item_identifier.as_str())
            .collect();
        assert_eq!(failed, ["two"]);
    }

    /// Handles whatever comes, as deployment 33.
    struct Earlier(Revision);

    impl Handler for Earlier {
        async fn handle(&self, _: &Event, _: Timestamp) -> Result<(), Failure> {
            Ok(())
        }

        fn revision(&self) -> Option<&Revision> {
            Some(&self.0)
        }
    }

    #[tokio::test]
    async fn an_event_of_a_deployment_that_was_taken_back_is_handled_in_the_end() {
        let now = Timestamp::now();
        let of = |number| Revision {
            number,
            hash: "0".to_owned(),
        };
        let message = |id: &str, number, minutes| {
            let data = EventData::Tick { at: now };
            let event = Event::new(EventId::of(&[id]), now, &of(number), data);
            let event = serde_json::to_string(&event).expect("JSON");
            let sent = now - SignedDuration::from_mins(minutes);
            // As the cloud gives it.
            let message = format!(
                r#"{{"messageId":"{id}","body":{},"attributes":{{"ApproximateReceiveCount":"1","SentTimestamp":"{}"}}}}"#,
                serde_json::json!(format!(
                    r#"{{"id":"1","detail-type":"tick","time":"2026-11-22T08:00:00Z","detail":{event}}}"#
                )),
                sent.as_millisecond()
            );
            serde_json::from_str::<Message>(&message).expect("a message")
        };
        let batch = QueueEvent {
            records: vec![
                message("its own", 33, 0),
                message("ahead", 35, 9),
                message("taken back", 35, 11),
            ],
        };
        let shell = Shell::start(contracts::Function::SlaTimers);
        let answer = shell
            .handle_batch(&Earlier(of(33)), batch, engine::LONGEST_WAIT)
            .await;
        let failed: Vec<&str> = answer
            .batch_item_failures
            .iter()
            .map(|it| it.item_identifier.as_str())
            .collect();
        assert_eq!(failed, ["ahead"]);
    }
}
