//! Puts back what failed, or gives it up for good.

use aws::{Bucket, DynamoStore, EventBridge, MachineClock, Queues};
use contracts::{
    AuditRecord, Cause, DecisionDraft, Event, EventData, EventId, Function, Subject, state::Settled,
};
use crm::{PersonId, RecordId};
use decisions::Rules;
use engine::{Bus, CycleError, Round, Table};
use jiff::Timestamp;
use notify::STILL_NEWS;
use serde_json::Value;

use super::{
    failure::{Failure, Place},
    kept,
};
use crate::{commands::CouldNotRun, stack::Stack};

/// What is needed to put something right.
pub struct Tools<'a> {
    /// The stack.
    pub stack: &'a Stack,
    /// Its table.
    pub table: &'a Table<DynamoStore, MachineClock>,
    /// Its bus.
    pub bus: &'a EventBridge,
    /// Its queues.
    pub queues: &'a Queues,
    /// Where unpublished events are, if it is known.
    pub bucket: Option<&'a Bucket>,
    /// The model that counts.
    pub rules: &'a Rules,
    /// The machine's time.
    pub now: Timestamp,
}

/// What became of one thing: in a sentence, or why it stays where it is.
pub type Came = Result<String, String>;

impl Tools<'_> {
    /// Puts something back to where it came from. Whoever has dealt with it before does nothing again. One of many
    /// does not get in the way of what comes alone meanwhile.
    ///
    /// # Errors
    /// If the stack does not answer.
    pub async fn redrive(&self, failure: &Failure, one_of_many: bool) -> Result<Came, CouldNotRun> {
        match &failure.place {
            Place::Letter {
                lies_in,
                came_from,
                message,
                ..
            } => {
                let Some(came_from) = came_from else {
                    return Ok(Err(
                        "nothing says which queue it came from: drop it".to_owned()
                    ));
                };
                let queues = self.queues;
                self.stack
                    .ask(queues.send(came_from, &message.body))
                    .await?;
                self.stack.ask(queues.remove(lies_in, message)).await?;
                let queue = came_from.rsplit('/').next().unwrap_or(came_from);
                Ok(Ok(format!("is in the queue {queue} again")))
            }
            Place::Quarantined(key, state) => {
                let revision = &self.rules.model.revision;
                let noticed = kept::noticed(&self.rules.model, key, state, revision, self.now);
                let event = match noticed {
                    Ok(event) if one_of_many => event.in_bulk(),
                    Ok(event) => event,
                    Err(why) => return Ok(Err(why)),
                };
                self.publish(std::slice::from_ref(&event)).await?;
                let settled = kept::settle(self.table, key, Settled::Redriven, None);
                self.stack.ask(settled).await?;
                let record = event.record.as_ref().map(RecordId::name);
                let record = record.unwrap_or_default();
                Ok(Ok(format!("{record} is fetched from the CRM again")))
            }
            Place::Refused(event) => self.ask_again(event).await,
            Place::Unpublished(key, events) => self.publish_again(key, events).await,
        }
    }

    async fn ask_again(&self, event: &Event) -> Result<Came, CouldNotRun> {
        let mail = matches!(
            event.data,
            EventData::NoticeRequested { .. }
                | EventData::DigestRequested(_)
                | EventData::ReviewRequested(_)
        );
        if mail && self.now.duration_since(event.time) > STILL_NEWS {
            return Ok(Err(
                "the mail is more than a day late and would not be sent: drop it".to_owned(),
            ));
        }
        let freed = self.table.free_refused(&event.id);
        if !self.stack.ask(freed).await? {
            return Ok(Err(
                "it is being done, or somebody has dropped it".to_owned()
            ));
        }
        let mut again = vec![event.clone()];
        for told in self
            .stack
            .ask(kept::told_after(&self.table.store, event))
            .await?
        {
            let freed = self.table.free_skipped(&told.id);
            if self.stack.ask(freed).await? {
                again.push(told);
            }
        }
        self.publish(&again).await?;
        Ok(Ok(match again.len() {
            1 => "is asked for again".to_owned(),
            _ => "is asked for again, and whoever was to hear of it hears of it then".to_owned(),
        }))
    }

    async fn publish_again(&self, key: &str, events: &[Event]) -> Result<Came, CouldNotRun> {
        let Some(bucket) = self.bucket.filter(|_| !events.is_empty()) else {
            return Ok(Err(
                "nothing in it can be published: drop it, and look at that time with `fairlead republish --dry-run`"
                    .to_owned(),
            ));
        };
        self.publish(events).await?;
        self.stack.ask(bucket.remove(key)).await?;
        Ok(Ok(format!("{} of its events are on the bus", events.len())))
    }

    async fn publish(&self, events: &[Event]) -> Result<(), CouldNotRun> {
        self.stack.ask(self.bus.publish(events)).await
    }

    /// Gives something up for good, and records who did and why.
    ///
    /// # Errors
    /// If the stack does not answer.
    pub async fn drop(
        &self,
        failure: &Failure,
        (by, reason): (&PersonId, &str),
    ) -> Result<Came, CouldNotRun> {
        let decision = dropped(failure, (by, reason), self.rules, self.now);
        let said = decision.outcome.clone();
        match &failure.place {
            Place::Letter {
                lies_in, message, ..
            } => {
                self.record(decision).await?;
                self.stack.ask(self.queues.remove(lies_in, message)).await?;
            }
            Place::Quarantined(key, _) => {
                let settled = kept::settle(self.table, key, Settled::Dropped, Some(&decision));
                self.stack.ask(settled).await?;
            }
            Place::Refused(event) => {
                let dropped = self.table.drop_refused(&event.id, decision);
                if !self.stack.ask(dropped).await? {
                    return Ok(Err("somebody has dealt with it meanwhile".to_owned()));
                }
            }
            Place::Unpublished(key, _) => {
                self.record(decision).await?;
                if let Some(bucket) = self.bucket {
                    self.stack.ask(bucket.remove(key)).await?;
                }
            }
        }
        Ok(Ok(said))
    }

    async fn record(&self, decision: AuditRecord) -> Result<(), CouldNotRun> {
        let decision = &decision;
        let recorded = self.table.change(&[], |_| {
            let round = Round::writing(Vec::new(), ()).recorded(decision.clone());
            Ok::<_, CycleError>(round)
        });
        self.stack.ask(recorded).await
    }
}

/// What is recorded of something that is given up: of the record if it is about one, else of who gives it up.
pub fn dropped(
    failure: &Failure,
    (by, reason): (&PersonId, &str),
    rules: &Rules,
    now: Timestamp,
) -> AuditRecord {
    let record = match &failure.place {
        Place::Refused(event) => event.record.clone(),
        Place::Unpublished(_, events) => events.first().and_then(|it| it.record.clone()),
        Place::Letter { .. } => {
            let record = failure.payload.get("record").cloned();
            record.and_then(|it: Value| serde_json::from_value(it).ok())
        }
        Place::Quarantined(..) => None,
    };
    let subject = match record {
        Some(record) => Subject::Record(record),
        None => Subject::Person(by.clone()),
    };
    let (kind, function) = (failure.kind().word(), &failure.function);
    let draft = DecisionDraft {
        facts: [
            ("failure".to_owned(), failure.id.clone()),
            ("event".to_owned(), failure.event.clone()),
            ("failed_because".to_owned(), failure.reason.clone()),
        ]
        .into(),
        outcome: format!(
            "{by} gives up {} of {function} ({kind} {}): {reason}",
            failure.event, failure.id
        ),
        ..DecisionDraft::default()
    };
    let at = now.as_nanosecond().to_string();
    let id = EventId::of(&["failures.drop", &failure.id, &at]);
    let command = Cause::command(id, "command.failures");
    let revision = &rules.model.revision;
    draft.into_audit(Function::CommandLine, subject, &command, 0, revision, now)
}
