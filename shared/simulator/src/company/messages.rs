//! The bus and the queues: a message arrives once or twice, now or later, and comes back until it is
//! handled.

use std::sync::Arc;

use contracts::{CrmWrite, Event, EventData, Function};
use crm::Value;
use engine::{
    Delivery, LONGEST_AHEAD, Lane, Retries, lane_of, not_ahead, routes, time::business_time,
};
use jiff::{SignedDuration, Timestamp};
use model::Revision;

use super::{Company, Next};
use crate::{
    ending::Dead,
    fault::FaultKind,
    functions::{Answer, Given},
    planted::Planted,
    process::{Job, Message, Process},
    world::{ToWrite, Turn, after, millis},
};

/// How long a message of which nothing is said stays out of sight: the template's `QueueVisibility`.
pub const OUT_OF_SIGHT: SignedDuration = SignedDuration::from_secs(180);

/// How often a message is received before the queue gives it up: the template's `maxReceiveCount`.
pub const MOST_RECEIVED: u32 = 1000;

/// How many messages a process takes at most: the template's `BatchSize`.
#[must_use]
pub const fn most_at_once(function: Function, lane: Lane) -> usize {
    match (function, lane) {
        (Function::DeviationWatch | Function::LiveMetrics, _) | (_, Lane::Bulk) => 100,
        (_, Lane::Express) => 10,
    }
}

/// For how many milliseconds messages are gathered, for each that they wait anyway: the template's `Window`, where it
/// is long enough that many messages are one look at their record.
const fn gathered_for(function: Function) -> u64 {
    match function {
        Function::LiveMetrics => 1_000,
        _ => 1,
    }
}

impl Company<'_> {
    /// Puts an event into the queues of whom it reaches.
    pub(super) fn deliver(&mut self, event: Event) {
        let event = Arc::new(event);
        self.note(&event);
        let skips = self.world.lock().planted == Some(Planted::NightSkipped)
            && matches!(event.data, EventData::Tick { .. });
        for function in routes(&event) {
            if skips && *function == Function::LiveMetrics {
                continue;
            }
            let message = Message {
                event: Arc::clone(&event),
                received: 0,
                first: None,
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
    fn post(&mut self, function: Function, message: Message, later: SignedDuration) {
        let at = {
            let mut inside = self.world.lock();
            let usual = inside.rng.u64(5..150);
            let at = after(inside.now, millis(usual));
            after(after(at, later), inside.delay())
        };
        self.add(at, Next::Arrives(function, message));
    }

    pub(super) fn arrive(&mut self, function: Function, message: Message) {
        let lane = lane_of(function, &message.event);
        self.queues
            .entry((function, lane))
            .or_default()
            .push(message);
        self.ask(function, lane);
    }

    /// The queue is asked soon, if it is not already.
    fn ask(&mut self, function: Function, lane: Lane) {
        if self.asked.insert((function, lane)) {
            let at = {
                let mut inside = self.world.lock();
                let wait = inside.rng.u64(1..60);
                after(inside.now, millis(wait * gathered_for(function)))
            };
            self.add(at, Next::Takes(function, lane));
        }
    }

    /// A process takes some of what lies in a queue, in any order.
    pub(super) fn take(&mut self, function: Function, lane: Lane) {
        self.asked.remove(&(function, lane));
        let mut batch = Vec::new();
        {
            let mut inside = self.world.lock();
            let most = inside.rng.usize(1..=most_at_once(function, lane));
            let queue = self.queues.entry((function, lane)).or_default();
            while batch.len() < most && !queue.is_empty() {
                let lot = inside.rng.usize(..queue.len());
                batch.push(queue.swap_remove(lot));
            }
        }
        let left = self.queues.get(&(function, lane));
        if left.is_some_and(|it| !it.is_empty()) {
            self.ask(function, lane);
        }
        if !batch.is_empty() {
            self.handle(function, batch);
        }
    }

    fn handle(&mut self, function: Function, mut batch: Vec<Message>) {
        let (now, off, longest_run, planted) = {
            let inside = self.world.lock();
            let (off, longest_run) = (inside.off(function), inside.longest_run());
            (inside.now, off, longest_run, inside.planted)
        };
        for message in &mut batch {
            message.received = message.received.saturating_add(1);
            message.first.get_or_insert(now);
        }
        let functions = self.deployed();
        let longest = match planted {
            Some(Planted::AheadGivenUp) => SignedDuration::MAX,
            _ => LONGEST_AHEAD,
        };
        let ours = &functions.rules.model.revision;
        let (ready, ahead) = apart(batch, (ours, longest), now);
        let host = after(now, off);
        let given: Vec<Given> = ready
            .iter()
            .map(|it| {
                let at = business_time(&it.event, host);
                (Event::clone(&it.event), at, it.delivery(now))
            })
            .collect();
        let handled = u64::try_from(given.len()).unwrap_or(u64::MAX);
        let until = after(host, longest_run);
        let run = (!given.is_empty()).then(|| functions.handle(function, given, until));
        for (message, next) in ahead {
            self.follow(function, message, now, next);
        }
        let Some(run) = run else { return };
        self.ending.calls = self.ending.calls.saturating_add(handled);
        let turn = first_turn(&ready, off);
        self.start(Process {
            function,
            job: Job::Batch(ready),
            run,
            started: now,
            until: after(now, longest_run),
            in_sight: false,
            turn,
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

    /// A message of which nothing was said comes back when it is in sight again; whoever died of it a
    /// thousand times never says anything.
    pub(super) fn give_back(
        &mut self,
        function: Function,
        message: Message,
        received: Timestamp,
        why: &str,
    ) {
        if message.received >= MOST_RECEIVED {
            return self.give_up(function, message, why);
        }
        let at = after(received, OUT_OF_SIGHT).max(self.now());
        self.add(at, Next::Arrives(function, message));
    }

    fn give_up(&mut self, function: Function, message: Message, why: &str) {
        self.ending.dead.push(Dead {
            function,
            event: message.event,
            why: why.to_owned(),
        });
    }

    /// What was not handled waits, or is a dead letter, as the function says.
    fn follow(
        &mut self,
        function: Function,
        message: Message,
        received: Timestamp,
        next: engine::Next,
    ) {
        match next {
            engine::Next::GiveUp(why) => self.give_up(function, message, &why),
            engine::Next::Wait(_) if message.received >= MOST_RECEIVED => {
                self.give_back(function, message, received, "it was received too often");
            }
            engine::Next::Wait(wait) => {
                let wait = SignedDuration::try_from(wait).unwrap_or(SignedDuration::MAX);
                let at = after(self.now(), wait);
                self.add(at, Next::Arrives(function, message));
            }
        }
    }

    /// Says of each message of a batch what became of it.
    pub(super) fn answered(&mut self, process: &Process, batch: Vec<Message>, answer: Answer) {
        let mut results = answer.results.into_iter();
        for message in batch {
            match results.next() {
                Some(Ok(())) => {}
                Some(Err(failed)) => {
                    self.failed(process, Some(&message.event), &failed.why);
                    if process.in_sight {
                        continue;
                    }
                    match failed.next {
                        Some(next) => self.follow(process.function, message, process.started, next),
                        None => {
                            self.give_back(process.function, message, process.started, "no word")
                        }
                    }
                }
                None => self.give_back(process.function, message, process.started, "no answer"),
            }
        }
    }
}

/// The messages that functions of this revision handle, and those of a later deployment with what becomes of
/// them meanwhile.
fn apart(
    batch: Vec<Message>,
    (ours, longest): (&Revision, SignedDuration),
    now: Timestamp,
) -> (Vec<Message>, Vec<(Message, engine::Next)>) {
    let (mut ready, mut ahead) = (Vec::new(), Vec::new());
    for message in batch {
        let delivery = message.delivery(now);
        let waited = now.duration_since(delivery.first);
        match not_ahead(&message.event.revision, Some(ours), waited, longest) {
            Ok(_) => ready.push(message),
            Err(failure) => {
                let what = message.event.id.as_str();
                let next = Retries::default().next(&failure, 0, delivery, what, now);
                ahead.push((message, next));
            }
        }
    }
    (ready, ahead)
}

/// How a process begins that handles these, on a machine whose clock is off by so much.
fn first_turn(batch: &[Message], off: SignedDuration) -> Turn {
    let of_deadline = |it: &Message| matches!(it.event.data, EventData::DeadlineDue { .. });
    Turn {
        off,
        to_write: batch.iter().flat_map(|it| to_write(&it.event)).collect(),
        of_deadline: batch.iter().any(of_deadline),
        ..Turn::default()
    }
}

/// What an event asks to be written into fields.
fn to_write(event: &Event) -> Vec<ToWrite> {
    let (EventData::CrmWriteRequested { write }, Some(record)) = (&event.data, &event.record)
    else {
        return Vec::new();
    };
    let values = match write {
        CrmWrite::Owner { to, .. } => vec![Value::Person(to.clone())],
        CrmWrite::Stage { to, .. } => vec![Value::Text(to.clone())],
        CrmWrite::Fields { set } => set.iter().filter_map(|it| it.to.clone()).collect(),
        CrmWrite::Task { .. } | CrmWrite::Create { .. } => Vec::new(),
    };
    let values = values.into_iter().map(|value| ToWrite {
        record: record.clone(),
        value,
        decided: (event.time, event.sequence),
    });
    values.collect()
}

impl Message {
    fn delivery(&self, now: Timestamp) -> Delivery {
        Delivery {
            first: self.first.unwrap_or(now),
            received: self.received,
        }
    }
}
