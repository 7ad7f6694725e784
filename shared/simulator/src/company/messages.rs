//! The bus and the queues: a message arrives once or twice, now or later, and comes back until it is
//! handled.

use std::sync::Arc;

use contracts::{Event, Function};
use engine::{LONGEST_AHEAD, not_ahead, routes, time::business_time};
use jiff::{SignedDuration, Timestamp};

use super::{Company, Next};
use crate::{
    ending::Dead,
    fault::FaultKind,
    functions::Results,
    planted::Planted,
    process::{Job, Message, Process},
    world::{after, millis},
};

/// How long a message that was received stays out of sight: the template's `QueueVisibility`.
pub const OUT_OF_SIGHT: SignedDuration = SignedDuration::from_secs(180);

/// How often a message is received before it is a dead letter: the template's `maxReceiveCount`.
pub const MOST_RECEIVED: u32 = 8;

/// How many messages a process takes at most: the template's `BatchSize`.
pub const BATCH: usize = 10;

impl Company<'_> {
    /// Puts an event into the queues of whom it reaches.
    pub(super) fn deliver(&mut self, event: Event) {
        let event = Arc::new(event);
        self.note(&event);
        for function in routes(&event) {
            let message = Message {
                event: Arc::clone(&event),
                received: 0,
                sent: self.now(),
            };
            self.post(*function, message.clone(), SignedDuration::ZERO);
            let twice = {
                let mut inside = self.world.lock();
                let rate = inside.rate(|kind| match kind {
                    FaultKind::Repeats { rate } => Some(*rate),
                    _ => None,
                });
                inside.chance(rate)
            };
            if twice {
                let later = self.world.lock().minute();
                self.post(*function, message, later);
            }
        }
    }

    /// Sends a message on its way, so much later than usual.
    fn post(&mut self, function: Function, mut message: Message, later: SignedDuration) {
        let at = {
            let mut inside = self.world.lock();
            let usual = inside.rng.u64(5..150);
            let at = after(inside.now, millis(usual));
            after(after(at, later), inside.delay())
        };
        message.sent = at;
        self.add(at, Next::Arrives(function, message));
    }

    pub(super) fn arrive(&mut self, function: Function, message: Message) {
        self.queues.entry(function).or_default().push(message);
        self.ask(function);
    }

    /// The queue is asked soon, if it is not already.
    fn ask(&mut self, function: Function) {
        if self.asked.insert(function) {
            let at = {
                let mut inside = self.world.lock();
                let wait = inside.rng.u64(1..60);
                after(inside.now, millis(wait))
            };
            self.add(at, Next::Takes(function));
        }
    }

    /// A process takes some of what lies in a queue, in any order.
    pub(super) fn take(&mut self, function: Function) {
        self.asked.remove(&function);
        let mut batch = Vec::new();
        {
            let mut inside = self.world.lock();
            // Each write is one event's alone here, so that it can be said whose it was.
            let most = match function {
                Function::CrmWriteback => 1,
                _ => inside.rng.usize(1..=BATCH),
            };
            let queue = self.queues.entry(function).or_default();
            while batch.len() < most && !queue.is_empty() {
                let lot = inside.rng.usize(..queue.len());
                batch.push(queue.swap_remove(lot));
            }
        }
        if self.queues.get(&function).is_some_and(|it| !it.is_empty()) {
            self.ask(function);
        }
        if !batch.is_empty() {
            self.handle(function, batch);
        }
    }

    fn handle(&mut self, function: Function, batch: Vec<Message>) {
        let (now, off) = {
            let inside = self.world.lock();
            (inside.now, inside.off(function))
        };
        let functions = self.deployed();
        let revision = functions.rules.model.revision.clone();
        let longest = match self.world.lock().planted {
            Some(Planted::AheadGivenUp) => SignedDuration::MAX,
            _ => LONGEST_AHEAD,
        };
        let host = after(now, off);
        let (ready, ahead): (Vec<_>, Vec<_>) = batch.into_iter().partition(|message| {
            let waited = host.duration_since(message.sent);
            not_ahead(&message.event, Some(&revision), waited, longest).is_ok()
        });
        let events: Vec<(Event, Timestamp)> = ready
            .iter()
            .map(|it| (Event::clone(&it.event), business_time(&it.event, host)))
            .collect();
        let handled = events.len();
        let run = (!events.is_empty()).then(|| functions.handle(function, events));
        for message in ahead {
            self.give_back(function, message, now, "it is ahead of the model");
        }
        let Some(run) = run else { return };
        let handled = u64::try_from(handled).unwrap_or(u64::MAX);
        self.ending.calls = self.ending.calls.saturating_add(handled);
        let one = match ready.as_slice() {
            [one] => Some((one.event.time, one.event.sequence)),
            _ => None,
        };
        let deadline = ready.iter().any(|message| {
            let data = &message.event.data;
            matches!(data, contracts::EventData::DeadlineDue { .. })
        });
        self.start(Process {
            function,
            job: Job::Batch(ready),
            run,
            started: now,
            off,
            decided: one,
            deadline,
            faults: 0,
            unmarked: false,
            in_sight: false,
            lost_races: 0,
            mails: 0,
        });
    }

    /// A queue shows messages again that were out of sight for long enough, whether or not somebody
    /// still works on them, as one does whose turn comes only at `wake`.
    pub(super) fn show_again(&mut self, process: &mut Process, wake: Timestamp) {
        let Job::Batch(batch) = &process.job else {
            return;
        };
        if process.in_sight || wake <= after(process.started, OUT_OF_SIGHT) {
            return;
        }
        process.in_sight = true;
        for message in batch.clone() {
            self.give_back(
                process.function,
                message,
                process.started,
                "it runs for too long",
            );
        }
    }

    /// What was not handled comes back when it is in sight again, or is a dead letter.
    pub(super) fn give_back(
        &mut self,
        function: Function,
        mut message: Message,
        received: Timestamp,
        why: &str,
    ) {
        message.received = message.received.saturating_add(1);
        if message.received >= MOST_RECEIVED {
            self.ending.dead.push(Dead {
                function,
                event: message.event,
                why: why.to_owned(),
            });
            return;
        }
        let at = after(received, OUT_OF_SIGHT).max(self.now());
        self.add(at, Next::Arrives(function, message));
    }

    /// Says of each message of a batch what became of it.
    pub(super) fn answered(&mut self, process: &Process, batch: Vec<Message>, results: Results) {
        let mut results = results.into_iter();
        for message in batch {
            match results.next() {
                Some(Ok(())) => {}
                Some(Err(failure)) => {
                    self.failed(process, Some(&message.event), &failure);
                    if process.in_sight {
                        continue;
                    }
                    let why = failure.to_string();
                    self.give_back(process.function, message, process.started, &why);
                }
                None => self.give_back(process.function, message, process.started, "no answer"),
            }
        }
    }
}
