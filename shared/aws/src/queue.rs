use std::time::Duration;

use aws_sdk_sqs::{Client, error::DisplayErrorContext, types::MessageAttributeValue};
use engine::{DeadLetter, Queue, QueueError};

use crate::settings::Settings;

/// The longest reason on a dead letter, in characters. The message beside it may have most of what the
/// queue takes.
const LONGEST_REASON: usize = 1_000;

/// The queues of a function and their dead letters.
#[derive(Debug, Clone)]
pub struct SqsQueue {
    client: Client,
    /// Their addresses, at least one.
    queue: String,
    others: Vec<String>,
    dead_letters: String,
}

impl SqsQueue {
    /// The queue at this address, and where its dead letters go.
    #[must_use]
    pub fn new(settings: &Settings, queue: String, dead_letters: String) -> Self {
        Self {
            client: Client::from_conf(settings.sqs()),
            queue,
            others: Vec::new(),
            dead_letters,
        }
    }

    /// The same with another queue of the function.
    #[must_use]
    pub fn and(mut self, queue: String) -> Self {
        self.others.push(queue);
        self
    }

    /// The address of the queue that has this ARN; of a name that is none of them, the first.
    fn address(&self, arn: &str) -> &str {
        let name = arn.rsplit(':').next();
        let named = |url: &&String| url.rsplit('/').next() == name;
        self.others.iter().find(named).unwrap_or(&self.queue)
    }
}

impl Queue for SqsQueue {
    async fn wait(&self, queue: &str, receipt: &str, wait: Duration) -> Result<(), QueueError> {
        let request = self
            .client
            .change_message_visibility()
            .queue_url(self.address(queue))
            .receipt_handle(receipt)
            .visibility_timeout(whole_seconds(wait));
        match request.send().await {
            Ok(_) => Ok(()),
            Err(why) => Err(QueueError(DisplayErrorContext(&why).to_string())),
        }
    }

    async fn give_up(&self, body: &str, letter: &DeadLetter) -> Result<(), QueueError> {
        let mut request = self
            .client
            .send_message()
            .queue_url(&self.dead_letters)
            .message_body(body);
        for (name, value) in attributes(letter) {
            let value = MessageAttributeValue::builder()
                .data_type("String")
                .string_value(value)
                .build()
                .map_err(|why| QueueError(why.to_string()))?;
            request = request.message_attributes(name, value);
        }
        match request.send().await {
            Ok(_) => Ok(()),
            Err(why) => Err(QueueError(DisplayErrorContext(&why).to_string())),
        }
    }
}

/// The queue counts in seconds: never less than was asked for.
fn whole_seconds(wait: Duration) -> i32 {
    let more = u64::from(wait.subsec_nanos() > 0);
    i32::try_from(wait.as_secs().saturating_add(more)).unwrap_or(i32::MAX)
}

/// What stands on a dead letter. The queue refuses an empty text, and characters that nobody can see.
fn attributes(letter: &DeadLetter) -> [(&'static str, String); 4] {
    let reason = letter.reason.chars().take(LONGEST_REASON);
    let reason: String = reason
        .map(|it| if it.is_control() { ' ' } else { it })
        .collect();
    let reason = match reason.trim() {
        "" => "no reason was given".to_owned(),
        reason => reason.to_owned(),
    };
    [
        ("reason", reason),
        ("function", letter.function.to_string()),
        ("first_received", letter.first.to_string()),
        ("received", letter.received.to_string()),
    ]
}

#[cfg(test)]
mod tests {
    use contracts::Function;
    use jiff::Timestamp;

    use super::*;

    #[test]
    fn a_message_waits_in_the_queue_that_it_came_from() {
        let settings = Settings::new(
            "eu-central-1".to_owned(),
            None,
            String::new(),
            String::new(),
            None,
        );
        let url = |name: &str| format!("https://sqs.eu-central-1.amazonaws.com/1/{name}");
        let queues =
            SqsQueue::new(&settings, url("sync"), url("sync-dead-letters")).and(url("sync-bulk"));
        let arn = |name: &str| format!("arn:aws:sqs:eu-central-1:1:{name}");
        assert_eq!(queues.address(&arn("sync")), url("sync"));
        assert_eq!(queues.address(&arn("sync-bulk")), url("sync-bulk"));
        assert_eq!(queues.address(""), url("sync"));
    }

    #[test]
    fn a_wait_is_never_shorter_than_it_was_asked_for() {
        for (millis, seconds) in [(0, 0), (1, 1), (1_000, 1), (1_001, 2), (43_200_000, 43_200)] {
            assert_eq!(whole_seconds(Duration::from_millis(millis)), seconds);
        }
    }

    #[test]
    fn a_dead_letter_says_why_who_and_since_when() {
        let letter = |reason: &str| DeadLetter {
            function: Function::CrmSync,
            reason: reason.to_owned(),
            first: Timestamp::UNIX_EPOCH,
            received: 9,
        };
        let words = |reason: &str| attributes(&letter(reason)).map(|(_, value)| value);
        let [reason, function, first, received] = words("no record\u{0}at line 2");
        assert_eq!(reason, "no record at line 2");
        assert_eq!(function, "crm-sync");
        assert_eq!(first, "1970-01-01T00:00:00Z");
        assert_eq!(received, "9");
        let [long, ..] = words(&"ä".repeat(5_000));
        assert_eq!(long.chars().count(), LONGEST_REASON);
        let [empty, ..] = words("\n");
        assert_eq!(empty, "no reason was given");
    }
}
