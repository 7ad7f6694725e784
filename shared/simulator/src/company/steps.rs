//! Processes: started, given their turns, killed, ended.

use std::{
    sync::Arc,
    task::{Context, Poll, Waker},
};

use contracts::{AuditRecord, Function, Subject};
use jiff::Timestamp;

use super::{Company, Next};
use crate::{
    fault::FaultKind,
    functions::Answer,
    process::{Job, Process},
    world::{Turn, after, millis},
};

/// How many audit records the stream gives on at a time.
const AT_ONCE: usize = 25;

impl Company<'_> {
    /// Starts a process; its first turn comes at once.
    pub(super) fn start(&mut self, process: Process) {
        let free = self.processes.iter().position(Option::is_none);
        let slot = free.unwrap_or(self.processes.len());
        let process = Box::new(process);
        match self.processes.get_mut(slot) {
            Some(place) => *place = Some(process),
            None => self.processes.push(Some(process)),
        }
        self.step(slot);
    }

    /// A process has its turn: one of its calls ends, and it goes on to the next.
    pub(super) fn step(&mut self, slot: usize) {
        let Some(mut process) = self.processes.get_mut(slot).and_then(Option::take) else {
            return;
        };
        if self.dies(&process) {
            return self.killed(*process);
        }
        self.world.lock().turn = std::mem::take(&mut process.turn);
        let mut context = Context::from_waker(Waker::noop());
        let polled = process.run.as_mut().poll(&mut context);
        let wake = {
            process.turn = std::mem::take(&mut self.world.lock().turn);
            process.turn.wake.take()
        };
        self.gather();
        match (polled, wake) {
            (Poll::Ready(_), _) if self.dies(&process) => self.killed(*process),
            (Poll::Ready(answer), _) => self.ended(*process, answer),
            (Poll::Pending, wake) => {
                let at = wake.unwrap_or_else(|| self.now());
                self.show_again(&mut process, at);
                if let Some(place) = self.processes.get_mut(slot) {
                    *place = Some(process);
                }
                self.add(at, Next::Steps(slot));
            }
        }
    }

    /// Whether a process dies now: killed, or stopped because it ran too long.
    fn dies(&self, process: &Process) -> bool {
        let mut inside = self.world.lock();
        if inside.now > process.until {
            return true;
        }
        let rate = inside.rate(|kind| match kind {
            FaultKind::Kills { rate } => Some(*rate),
            _ => None,
        });
        inside.chance(rate)
    }

    fn killed(&mut self, process: Process) {
        self.doubt(&process);
        match process.job {
            Job::Batch(_) if process.in_sight => {}
            Job::Batch(batch) => {
                for message in batch {
                    self.give_back(process.function, message, process.started, "killed");
                }
            }
            Job::Webhook(request, before) => self.send_again(request, before),
            Job::Stream(audits) => self.stream_again(audits),
            Job::Command(index) => self.say_again(index),
        }
    }

    pub(super) fn ended(&mut self, mut process: Process, answer: Answer) {
        self.doubt(&process);
        let job = std::mem::replace(&mut process.job, Job::Batch(Vec::new()));
        if let Job::Batch(batch) = job {
            return self.answered(&process, batch, answer);
        }
        let mut fails = false;
        for failed in answer.results.iter().filter_map(|it| it.as_ref().err()) {
            self.failed(&process, None, &failed.why);
            fails = true;
        }
        match job {
            Job::Webhook(notified, before) if fails => self.send_again(notified, before),
            Job::Command(index) if fails => self.say_again(index),
            Job::Stream(audits) if fails => self.stream_again(audits),
            Job::Stream(_) => {
                self.streaming = false;
                self.stream_if_any();
            }
            Job::Batch(_) | Job::Webhook(..) | Job::Command(_) => {}
        }
    }

    /// Whoever ends between sending a mail and marking it leaves it to be sent again.
    fn doubt(&self, process: &Process) {
        let mut inside = self.world.lock();
        for effect in &process.turn.unmarked {
            inside.doubt(effect.clone());
        }
    }

    /// What a turn has put on the bus, written into the table and changed in the CRM goes its way.
    pub(super) fn gather(&mut self) {
        let (events, inserted, changed) = {
            let mut inside = self.world.lock();
            let events = std::mem::take(&mut inside.outbox);
            (
                events,
                inside.store.drain_inserted(),
                inside.portal.take_changed(),
            )
        };
        for event in events {
            self.deliver(event);
        }
        for item in inserted {
            if !item.key.is_audit() {
                continue;
            }
            match item.body.read_shared::<AuditRecord>() {
                Ok(audit) => {
                    if let Subject::Record(record) = &audit.subject {
                        let decided = (record.clone(), audit.function, audit.sequence);
                        self.ending.decided.push(decided);
                    }
                    self.stream.push_back(audit);
                }
                Err(why) => self.ending.broken.push(format!("{:?}: {why}", item.key)),
            }
        }
        self.stream_if_any();
        self.notify(changed);
    }

    fn stream_if_any(&mut self) {
        if !self.streaming && !self.stream.is_empty() {
            self.streaming = true;
            self.stream_in(20..120);
        }
    }

    fn stream_in(&mut self, wait: std::ops::Range<u64>) {
        let at = {
            let mut inside = self.world.lock();
            let wait = inside.rng.u64(wait);
            after(inside.now, millis(wait))
        };
        self.add(at, Next::Streams);
    }

    /// The stream gives on the next audit records.
    pub(super) fn give_on(&mut self) {
        let some = self.stream.len().min(AT_ONCE);
        let audits: Vec<Arc<AuditRecord>> = self.stream.drain(..some).collect();
        if audits.iter().all(|audit| audit.events.is_empty()) {
            self.streaming = false;
            return self.stream_if_any();
        }
        let now = self.now();
        let run = self.deployed().publish(&audits);
        self.begin(Function::EventPublisher, Job::Stream(audits), run, now);
    }

    /// Starts a process that handles no messages.
    pub(super) fn begin(
        &mut self,
        function: Function,
        job: Job,
        run: crate::functions::Run,
        now: Timestamp,
    ) {
        self.ending.calls = self.ending.calls.saturating_add(1);
        let (off, longest_run) = {
            let inside = self.world.lock();
            (inside.off(function), inside.longest_run())
        };
        self.start(Process {
            function,
            job,
            run,
            started: now,
            until: after(now, longest_run),
            in_sight: false,
            turn: Turn {
                off,
                ..Turn::default()
            },
        });
    }

    /// The stream gives the same records again.
    fn stream_again(&mut self, audits: Vec<Arc<AuditRecord>>) {
        for audit in audits.into_iter().rev() {
            self.stream.push_front(audit);
        }
        self.stream_in(1_000..3_000);
    }
}
