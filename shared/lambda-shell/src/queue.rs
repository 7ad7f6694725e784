use contracts::{Event, EventData, EventId, Function};
use engine::{
    Clock, DeadLetter, Delivery, Failure, Handler, LONGEST_AHEAD, Next, Queue, Retries, Table,
    handle_until, not_ahead, time::business_time,
};
use futures_util::{StreamExt, stream};
use jiff::Timestamp;
use lambda_runtime::{LambdaEvent, run, service_fn};
use model::Revision;
use serde::{Deserialize, Serialize};
use store::Store;

use crate::shell::{Shell, StartError};

/// Of how many messages it is said at a time what becomes of them: a batch may have a hundred, and each
/// opens connections of its own.
const AT_ONCE: usize = 16;

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
    /// By what the queue knows this delivery.
    #[serde(default)]
    pub receipt_handle: String,
    /// The ARN of the queue.
    #[serde(default, rename = "eventSourceARN")]
    pub queue: String,
    /// The bus' envelope around our event.
    pub body: String,
    /// What the queue says of it.
    #[serde(default)]
    pub attributes: Attributes,
}

/// What a queue says of a message; numbers are texts.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Attributes {
    /// How often it was received.
    pub approximate_receive_count: String,
    /// When it was received for the first time, in milliseconds since 1970.
    pub approximate_first_receive_timestamp: String,
}

impl Message {
    /// How it was delivered so far: for the first time now, unless the queue says otherwise.
    fn delivery(&self, now: Timestamp) -> Delivery {
        let attributes = &self.attributes;
        let first = attributes.approximate_first_receive_timestamp.parse().ok();
        let first = first.and_then(|millis| Timestamp::from_millisecond(millis).ok());
        Delivery {
            first: first.unwrap_or(now),
            received: attributes.approximate_receive_count.parse().unwrap_or(1),
        }
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

/// The part of an event that every release can read.
#[derive(Debug, Deserialize)]
struct OfRevision {
    id: EventId,
    revision: Revision,
}

/// By which revision the event in a message was sent, and its id; none if that cannot be read, or if no
/// revision sent it. A later deployment may send what this one cannot read otherwise.
fn sent_by(body: &str) -> Option<(EventId, Revision)> {
    let envelope: Envelope = serde_json::from_str(body).ok()?;
    let OfRevision { id, revision } = serde_json::from_value(envelope.detail).ok()?;
    Some((id, revision))
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
    /// Handles batches of a queue until Lambda stops the function. What was not handled comes again or
    /// is a dead letter, by the engine's one rule; the table counts what failed by itself.
    ///
    /// # Errors
    /// If the runtime fails, or the environment says something of the retries that is no number.
    pub async fn run_queue<H: Handler, S: Store, C: Clock, Q: Queue>(
        &self,
        handler: H,
        table: Table<S, C>,
        queue: Q,
    ) -> Result<(), lambda_runtime::Error> {
        let host = Host {
            function: self.function(),
            retries: self.retries()?,
            handler,
            table,
            queue,
        };
        let host = &host;
        run(service_fn(
            move |batch: LambdaEvent<QueueEvent>| async move {
                let deadline = i64::try_from(batch.context.deadline).unwrap_or(i64::MAX);
                let deadline = Timestamp::from_millisecond(deadline).unwrap_or(Timestamp::MAX);
                let answer = host.handle_batch(batch.payload, deadline).await;
                Ok::<_, lambda_runtime::Error>(answer)
            },
        ))
        .await
    }

    /// By how much shorter messages wait than in the cloud: `WAIT_DIVISOR`.
    fn retries(&self) -> Result<Retries, StartError> {
        match self.optional("WAIT_DIVISOR") {
            None => Ok(Retries::default()),
            Some(text) => match text.parse() {
                Ok(times) if times > 0 => Ok(Retries::faster(times)),
                _ => Err(self.unusable("WAIT_DIVISOR must be a whole number from 1")),
            },
        }
    }
}

/// A function with its queue.
struct Host<H, S, C, Q> {
    function: Function,
    retries: Retries,
    handler: H,
    table: Table<S, C>,
    queue: Q,
}

/// A message that was not handled, with its event's id if that can be read.
type Unhandled = (Message, Option<EventId>, Failure);

impl<H: Handler, S: Store, C: Clock, Q: Queue> Host<H, S, C, Q> {
    async fn handle_batch(&self, batch: QueueEvent, deadline: Timestamp) -> BatchAnswer {
        let mut failed: Vec<Unhandled> = Vec::new();
        let mut messages = Vec::new();
        let mut events = Vec::new();
        for message in batch.records {
            match self.read(&message) {
                Ok(event) => {
                    let time = business_time(&event, self.table.clock.now());
                    messages.push(message);
                    events.push((event, time));
                }
                Err(failure) => {
                    let event = sent_by(&message.body).map(|(id, _)| id);
                    failed.push((message, event, failure));
                }
            }
        }
        let results = if events.is_empty() {
            Vec::new()
        } else {
            let clock = &self.table.clock;
            handle_until(&self.handler, clock, &events, deadline)
                .await
                .results
        };
        // A message of which nothing is said must not count as handled: it would be gone.
        let unsaid = || {
            Err(Failure::Itself(
                "the function did not answer for it".to_owned(),
            ))
        };
        let results = results.into_iter().chain(std::iter::repeat_with(unsaid));
        for ((message, (event, _)), result) in messages.into_iter().zip(events).zip(results) {
            let (function, event_id, name) =
                (self.function.name(), event.id.as_str(), event.name());
            let handled = result.is_ok();
            tracing::info!(
                function,
                event_id,
                name,
                record = record(&event),
                handled,
                "event"
            );
            if let Err(failure) = result {
                failed.push((message, Some(event.id), failure));
            }
        }
        let mut settling = Vec::with_capacity(failed.len());
        for one in failed {
            settling.push(self.settle(one));
        }
        let settled: Vec<_> = stream::iter(settling).buffered(AT_ONCE).collect().await;
        let again = settled.into_iter().flatten();
        let failures = again.map(|item_identifier| BatchItemFailure { item_identifier });
        BatchAnswer {
            batch_item_failures: failures.collect(),
        }
    }

    /// The event in a message, unless it is to wait for a later deployment.
    fn read(&self, message: &Message) -> Result<Event, Failure> {
        let ours = self.handler.revision();
        let now = self.table.clock.now();
        let waited = now.duration_since(message.delivery(now).first);
        let longest = self.retries.limit(LONGEST_AHEAD);
        if let Some((id, theirs)) = sent_by(&message.body)
            && let Some(why) = not_ahead(&theirs, ours, waited, longest)?
        {
            let (function, event_id) = (self.function.name(), id.as_str());
            tracing::warn!(function, event_id, %why, "a deployment was taken back");
        }
        event_of(&message.body, ours)
    }

    /// Keeps a message that was not handled out of sight, or puts it among the dead letters. Its id if
    /// it is to come again: also if its queue does not answer.
    async fn settle(&self, (message, event, failure): Unhandled) -> Option<String> {
        let delivery = message.delivery(self.table.clock.now());
        let table = &self.table;
        let next = table
            .after_failure(
                self.retries,
                self.function,
                event.as_ref(),
                &failure,
                delivery,
            )
            .await;
        let (function, id, why) = (self.function.name(), message.message_id, &failure);
        let received = delivery.received;
        let event_id = event.as_ref().map_or("", EventId::as_str);
        match next {
            Next::Wait(wait) => {
                let seconds = wait.as_secs();
                tracing::warn!(function, event_id, message_id = id, received, seconds, %why, "comes again");
                if let Err(error) = self
                    .queue
                    .wait(&message.queue, &message.receipt_handle, wait)
                    .await
                {
                    tracing::warn!(function, message_id = id, %error, "comes again when its queue says");
                }
                Some(id)
            }
            Next::GiveUp(reason) => {
                tracing::error!(function, event_id, message_id = id, received, %reason, "a dead letter");
                let letter = DeadLetter {
                    function: self.function,
                    reason,
                    first: delivery.first,
                    received,
                };
                let given_up = self.queue.give_up(&message.body, &letter).await;
                let error = given_up.err()?;
                tracing::warn!(function, message_id = id, %error, "no dead letter yet: comes again");
                Some(id)
            }
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
mod tests;
