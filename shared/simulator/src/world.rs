//! What the ports of all functions of a simulated company share: the time, the table, the CRM, the
//! bus, the mails, what goes wrong, and the process whose turn it is.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use contracts::{Event, Function, Key};
use crm::{RecordId, Value};
use engine::LONGEST_RUN;
use fastrand::Rng;
use jiff::{SignedDuration, Timestamp};
use store::{Body, MemoryStore};

use crate::{
    fault::{Fault, FaultKind, Peer},
    planted::Planted,
    portal::Portal,
};

/// The world, as every port holds it.
#[derive(Debug, Clone)]
pub(crate) struct World(Arc<Mutex<Inside>>);

/// The world.
#[derive(Debug)]
pub(crate) struct Inside {
    pub(crate) now: Timestamp,
    pub(crate) rng: Rng,
    pub(crate) store: Arc<MemoryStore>,
    pub(crate) portal: Portal,
    pub(crate) mails: Vec<SentMail>,
    /// What was put on the bus and is not in the queues yet.
    pub(crate) outbox: Vec<Event>,
    pub(crate) faults: Vec<Fault>,
    pub(crate) planted: Option<Planted>,
    /// What the secret store holds now.
    pub(crate) secret: String,
    pub(crate) turn: Turn,
    /// Every state as it was written, with its version, in the order of the commits.
    pub(crate) states: Vec<(Key, u64, Body)>,
    /// What the index showed of items that fell due, for the fault that trusts it.
    pub(crate) shown: BTreeMap<Key, Body>,
    /// How often the mail of each effect may have gone out once more: its answer was lost, or its sender
    /// ended before it was marked.
    pub(crate) mails_in_doubt: BTreeMap<Key, u32>,
}

/// A mail that was taken.
#[derive(Debug, Clone)]
pub struct SentMail {
    /// When.
    pub at: Timestamp,
    /// To which address.
    pub to: String,
    /// Its subject.
    pub subject: String,
    /// The effect that it is, as its sender had claimed it.
    pub effect: Option<Key>,
    /// The effects of which it tells, one or several.
    pub tells: Vec<Key>,
}

/// The process whose turn it is: what it carries from one turn to the next.
#[derive(Debug, Default)]
pub(crate) struct Turn {
    /// By how much its machine's clock is off.
    pub(crate) off: SignedDuration,
    /// When the first of its calls ends.
    pub(crate) wake: Option<Timestamp>,
    /// How many of its calls went wrong by what is done to it.
    pub(crate) faults: u32,
    /// How many commits of it lost a race.
    pub(crate) lost_races: u32,
    /// Whether it handles a deadline.
    pub(crate) of_deadline: bool,
    /// The effect that it claimed last: a mail that it sends is that.
    pub(crate) effect: Option<Key>,
    /// The effects whose mail it sent and that are not marked yet.
    pub(crate) unmarked: Vec<Key>,
    /// What it is to write, if it writes.
    pub(crate) to_write: Vec<ToWrite>,
}

/// A write that was decided.
#[derive(Debug)]
pub(crate) struct ToWrite {
    pub(crate) record: RecordId,
    pub(crate) value: Value,
    /// When that was decided, and about which copy of the record.
    pub(crate) decided: (Timestamp, u64),
}

impl Turn {
    /// When it was decided that this is written to a record, and about which copy; the last one, where it was
    /// decided twice. None if no decision says so: somebody's edit is put back.
    pub(crate) fn decided_on(
        &self,
        record: &RecordId,
        value: Option<&Value>,
    ) -> Option<(Timestamp, u64)> {
        let of_it = |it: &&ToWrite| it.record == *record && Some(&it.value) == value;
        self.to_write
            .iter()
            .filter(of_it)
            .map(|it| it.decided)
            .max()
    }
}

/// How a call ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// As it should.
    Well,
    /// It never arrives.
    Never,
    /// It is done, and the answer is lost.
    AnswerLost,
}

impl World {
    pub(crate) fn new(inside: Inside) -> Self {
        Self(Arc::new(Mutex::new(inside)))
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Inside> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inside {
    /// Whether something of so many in a thousand happens now.
    pub(crate) fn chance(&mut self, rate: u16) -> bool {
        rate > 0 && self.rng.u16(0..1000) < rate
    }

    /// What goes wrong now, as `of` picks it.
    pub(crate) fn on<'a, T: 'a>(
        &'a self,
        of: impl Fn(&'a FaultKind) -> Option<T> + 'a,
    ) -> impl Iterator<Item = T> + 'a {
        let now = self.now;
        let on = self.faults.iter().filter(move |it| it.is_on(now));
        on.filter_map(move |fault| of(&fault.kind))
    }

    /// The greatest rate of what goes wrong now.
    pub(crate) fn rate(&self, of: impl Fn(&FaultKind) -> Option<u16>) -> u16 {
        self.on(of).max().unwrap_or(0)
    }

    /// How a call of a peer ends.
    pub(crate) fn fate(&mut self, peer: Peer) -> Fate {
        let rate = self.rate(|kind| match kind {
            FaultKind::Fails { peer: of, rate } if *of == peer => Some(*rate),
            _ => None,
        });
        if !self.chance(rate) {
            return Fate::Well;
        }
        self.note_fault();
        if self.rng.bool() {
            Fate::Never
        } else {
            Fate::AnswerLost
        }
    }

    /// Notes that a call went wrong by what is done to the process.
    pub(crate) const fn note_fault(&mut self) {
        self.turn.faults = self.turn.faults.saturating_add(1);
    }

    /// Notes that the mail of an effect may go out once more.
    pub(crate) fn doubt(&mut self, effect: Key) {
        let times = self.mails_in_doubt.entry(effect).or_default();
        *times = times.saturating_add(1);
    }

    /// Whether the secret of webhooks has been changed by now.
    pub(crate) fn secret_was_changed(&self) -> bool {
        let mut faults = self.faults.iter();
        faults.any(|it| it.kind == FaultKind::SecretChanged && it.from <= self.now)
    }

    /// How long a call of a peer takes. That one is slow explains no failure: nobody gives up waiting for it.
    pub(crate) fn length(&mut self, peer: Peer) -> SignedDuration {
        // Most calls are quick; some are not, and others overtake them.
        let late = self.rng.u8(0..8) == 0;
        let usual = match peer {
            Peer::Store if late => 12..700,
            Peer::Store => 2..12,
            Peer::Bus => 5..40,
            Peer::Crm if late => 400..4_000,
            Peer::Crm => 40..400,
            Peer::Mail => 20..200,
        };
        let usual = self.rng.u64(usual);
        let slow = self.on(|kind| match kind {
            FaultKind::Slow {
                peer: of,
                rate,
                seconds,
            } if *of == peer => Some((*rate, *seconds)),
            _ => None,
        });
        let slow = slow.max();
        let Some((rate, seconds)) = slow else {
            return millis(usual);
        };
        if !self.chance(rate) {
            return millis(usual);
        }
        let more = self.rng.u64(0..=u64::from(seconds).saturating_mul(1000));
        millis(usual.saturating_add(more))
    }

    /// After how long a process is stopped.
    pub(crate) fn longest_run(&self) -> SignedDuration {
        match self.planted {
            Some(Planted::LeaseTooShort) => SignedDuration::from_secs(900),
            _ => SignedDuration::try_from(LONGEST_RUN).unwrap_or(SignedDuration::MAX),
        }
    }

    /// How much later than usual something arrives.
    pub(crate) fn delay(&mut self) -> SignedDuration {
        let delays = self.on(|kind| match kind {
            FaultKind::Delays { rate, seconds } => Some((*rate, *seconds)),
            _ => None,
        });
        let (rate, seconds) = delays.max().unwrap_or((0, 0));
        if !self.chance(rate) {
            return SignedDuration::ZERO;
        }
        millis(self.rng.u64(0..=u64::from(seconds).saturating_mul(1000)))
    }

    /// Up to a minute.
    pub(crate) fn minute(&mut self) -> SignedDuration {
        millis(self.rng.u64(0..60_000))
    }

    /// By how much the machines of a function are off.
    pub(crate) fn off(&self, function: Function) -> SignedDuration {
        let off = self.on(move |kind| match kind {
            FaultKind::ClockOff {
                function: of,
                seconds,
            } if *of == function => Some(*seconds),
            _ => None,
        });
        SignedDuration::from_secs(off.last().unwrap_or(0).into())
    }
}

/// So many milliseconds.
pub(crate) fn millis(count: u64) -> SignedDuration {
    SignedDuration::from_millis(i64::try_from(count).unwrap_or(i64::MAX))
}

/// An instant so much later. It is asked for many times in each turn, and by whole seconds and what is left of one it
/// takes a quarter of what adding a length of any kind does.
pub(crate) fn after(at: Timestamp, length: SignedDuration) -> Timestamp {
    const SECOND: i32 = 1_000_000_000;
    // Each is less than a second, so their sum is less than two.
    let rest = at.subsec_nanosecond() + length.subsec_nanos();
    let whole = at.as_second().checked_add(length.as_secs());
    let whole = whole.and_then(|whole| whole.checked_add(i64::from(rest / SECOND)));
    let at = whole.and_then(|whole| Timestamp::new(whole, rest % SECOND).ok());
    at.unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_so_much_later_is_what_the_library_says() {
        let instants = [
            Timestamp::MIN,
            Timestamp::new(-3, -999_999_999).expect("an instant"),
            Timestamp::new(0, -1).expect("an instant"),
            Timestamp::UNIX_EPOCH,
            Timestamp::new(0, 1).expect("an instant"),
            Timestamp::new(1_800_000_000, 999_999_999).expect("an instant"),
            Timestamp::MAX,
        ];
        let nanoseconds = [
            0,
            1,
            999_999_999,
            1_000_000_000,
            1_500_000_000,
            86_400_000_000_001,
        ];
        let lengths = nanoseconds.map(SignedDuration::from_nanos);
        let lengths = lengths.into_iter().flat_map(|it| [it, -it]);
        for length in lengths.chain([SignedDuration::MAX, SignedDuration::MIN]) {
            for at in instants {
                let said = at.checked_add(length).unwrap_or(Timestamp::MAX);
                assert_eq!(after(at, length), said, "{at} {length}");
            }
        }
    }
}
