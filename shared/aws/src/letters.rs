use std::collections::BTreeMap;

use aws_sdk_sqs::{
    Client,
    error::DisplayErrorContext,
    types::{
        ChangeMessageVisibilityBatchRequestEntry, Message, MessageSystemAttributeName,
        QueueAttributeName,
    },
};
use engine::QueueError;
use jiff::Timestamp;

use crate::settings::Settings;

/// How long a message is out of sight while a queue is looked through, in seconds. If whoever looks dies, it is in
/// sight again after that.
const LOOKED_AT: i32 = 30;

/// The most that a queue gives out at a time, and lets go at a time.
const AT_A_TIME: i32 = 10;

/// The queues of one stack, to be looked at and put right by people.
#[derive(Debug, Clone)]
pub struct Queues {
    client: Client,
}

/// How many messages a queue has. Queues count roughly.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Depth {
    /// Those that anybody may receive.
    pub waiting: u64,
    /// Those that somebody has, or that wait until they are tried again.
    pub out_of_sight: u64,
}

/// A message that lies in a queue, as it was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LyingMessage {
    /// The queue's id of it.
    pub id: String,
    /// By what the queue knows this look at it.
    pub receipt: String,
    /// What it holds.
    pub body: String,
    /// What stands on it.
    pub attributes: BTreeMap<String, String>,
    /// When it was sent.
    pub sent: Option<Timestamp>,
}

impl Queues {
    /// The queues there.
    #[must_use]
    pub fn new(settings: &Settings) -> Self {
        Self {
            client: Client::from_conf(settings.sqs()),
        }
    }

    /// The addresses of all queues whose names begin so, by name.
    ///
    /// # Errors
    /// If they cannot be listed.
    pub async fn named(&self, prefix: &str) -> Result<BTreeMap<String, String>, QueueError> {
        let mut found = BTreeMap::new();
        let pages = self.client.list_queues().queue_name_prefix(prefix);
        let mut pages = pages.max_results(1000).into_paginator().send();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|why| QueueError(DisplayErrorContext(&why).to_string()))?;
            for url in page.queue_urls() {
                let name = url.rsplit('/').next().unwrap_or_default();
                found.insert(name.to_owned(), url.clone());
            }
        }
        Ok(found)
    }

    /// How many messages a queue has.
    ///
    /// # Errors
    /// If it does not say.
    pub async fn depth(&self, url: &str) -> Result<Depth, QueueError> {
        use QueueAttributeName::{
            ApproximateNumberOfMessages as Waiting, ApproximateNumberOfMessagesDelayed as Delayed,
            ApproximateNumberOfMessagesNotVisible as OutOfSight,
        };
        let request = self.client.get_queue_attributes().queue_url(url);
        let names = vec![Waiting, Delayed, OutOfSight];
        let answer = request.set_attribute_names(Some(names)).send().await;
        let answer = answer.map_err(|why| QueueError(DisplayErrorContext(&why).to_string()))?;
        let count = |name: &QueueAttributeName| {
            let value = answer.attributes().and_then(|all| all.get(name));
            value.and_then(|text| text.parse().ok()).unwrap_or(0_u64)
        };
        Ok(Depth {
            waiting: count(&Waiting),
            out_of_sight: count(&OutOfSight).saturating_add(count(&Delayed)),
        })
    }

    /// Takes messages out of a queue to look at them, at most so many. They lie there as before as soon as they are
    /// [let go](Self::let_go), or in half a minute.
    ///
    /// # Errors
    /// If the queue does not answer.
    pub async fn look(&self, url: &str, most: usize) -> Result<Vec<LyingMessage>, QueueError> {
        let mut found: BTreeMap<String, LyingMessage> = BTreeMap::new();
        while found.len() < most {
            let request = self.client.receive_message().queue_url(url);
            let request = request
                .max_number_of_messages(AT_A_TIME)
                // A short look asks only some of the queue's servers, and may find nothing where something lies.
                .wait_time_seconds(1)
                .visibility_timeout(LOOKED_AT)
                .message_attribute_names("All")
                .message_system_attribute_names(MessageSystemAttributeName::SentTimestamp);
            let answer = request.send().await;
            let answer = answer.map_err(|why| QueueError(DisplayErrorContext(&why).to_string()))?;
            let before = found.len();
            for message in answer.messages() {
                let message = lying(message);
                found.insert(message.id.clone(), message);
            }
            if found.len() == before {
                break;
            }
        }
        Ok(found.into_values().collect())
    }

    /// Puts messages that were looked at in sight again.
    ///
    /// # Errors
    /// If the queue does not answer: they are in sight again in half a minute.
    pub async fn let_go(&self, url: &str, messages: &[LyingMessage]) -> Result<(), QueueError> {
        let most = usize::try_from(AT_A_TIME).unwrap_or(1);
        for some in messages.chunks(most) {
            let mut request = self.client.change_message_visibility_batch().queue_url(url);
            for (number, message) in some.iter().enumerate() {
                let entry = ChangeMessageVisibilityBatchRequestEntry::builder()
                    .id(number.to_string())
                    .receipt_handle(&message.receipt)
                    .visibility_timeout(0)
                    .build()
                    .map_err(|why| QueueError(why.to_string()))?;
                request = request.entries(entry);
            }
            let answer = request.send().await;
            answer.map_err(|why| QueueError(DisplayErrorContext(&why).to_string()))?;
        }
        Ok(())
    }

    /// Sends a message.
    ///
    /// # Errors
    /// If the queue may not have it.
    pub async fn send(&self, url: &str, body: &str) -> Result<(), QueueError> {
        let request = self.client.send_message().queue_url(url).message_body(body);
        match request.send().await {
            Ok(_) => Ok(()),
            Err(why) => Err(QueueError(DisplayErrorContext(&why).to_string())),
        }
    }

    /// Removes a message that was looked at.
    ///
    /// # Errors
    /// If it may still be there.
    pub async fn remove(&self, url: &str, message: &LyingMessage) -> Result<(), QueueError> {
        let request = self.client.delete_message().queue_url(url);
        match request.receipt_handle(&message.receipt).send().await {
            Ok(_) => Ok(()),
            Err(why) => Err(QueueError(DisplayErrorContext(&why).to_string())),
        }
    }
}

fn lying(message: &Message) -> LyingMessage {
    let text = |it: Option<&str>| it.unwrap_or_default().to_owned();
    let attributes = message.message_attributes().into_iter().flatten();
    let attributes = attributes.filter_map(|(name, value)| {
        let value = value.string_value()?;
        Some((name.clone(), value.to_owned()))
    });
    let sent = message.attributes();
    let sent = sent.and_then(|all| all.get(&MessageSystemAttributeName::SentTimestamp));
    let sent = sent.and_then(|millis| millis.parse().ok());
    LyingMessage {
        id: text(message.message_id()),
        receipt: text(message.receipt_handle()),
        body: text(message.body()),
        attributes: attributes.collect(),
        sent: sent.and_then(|millis| Timestamp::from_millisecond(millis).ok()),
    }
}
