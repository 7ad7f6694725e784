//! Several notices to one person within minutes go in one mail. The first goes at once; the next one waits
//! until the window of that is over, and what comes meanwhile goes with it.

use contracts::{
    EventId, Notice,
    state::{Encloses, MailingState},
};
use jiff::{SignedDuration, Timestamp};

/// Nobody waits for less: it is not worth a mail less.
const SHORTEST: SignedDuration = SignedDuration::from_secs(10);

/// So long after its time, a notice for which others waited is not waited for any more. Those that went with it are
/// told when it is sent in the end.
const LOST: SignedDuration = SignedDuration::from_mins(5);

/// What part of the time that is left for an answer a notice may wait at most.
const TENTH: i32 = 10;

/// In which mail a notice goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Turn {
    /// In one of its own, at once.
    Alone,
    /// The same; from here on, what comes next waits.
    First(MailingState),
    /// In one of its own at this instant, with all that comes until then; what is to be kept, if it is not yet.
    Waits(Timestamp, Option<MailingState>),
    /// With this one.
    With(EventId),
}

/// For how long a notice may wait for others, at most `window`: a tenth of what is left until the instant that it
/// names.
pub(crate) fn patience(notice: &Notice, window: SignedDuration, now: Timestamp) -> SignedDuration {
    let until = match notice {
        Notice::LeadAssigned { respond_by, .. } | Notice::LeadReassigned { respond_by, .. } => {
            *respond_by
        }
        Notice::ClockWarning { due, .. } | Notice::HandedOver { due, .. } => Some(*due),
        _ => None,
    };
    let left = until.map(|until| until.duration_since(now));
    // What is late already is not made better by a minute.
    match left.filter(|left| left.is_positive()) {
        Some(left) => window.min(left / TENTH),
        None => window,
    }
}

/// A notice, and for how long it may wait for others.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Waiting<'a> {
    pub(crate) id: &'a EventId,
    /// Whether there is still something to tell; others may go with it all the same.
    pub(crate) tells: bool,
    pub(crate) patience: SignedDuration,
    pub(crate) window: SignedDuration,
}

/// In which mail a notice goes, by what is kept of the mails to its reader.
pub(crate) fn turn(before: Option<&MailingState>, it: &Waiting<'_>, now: Timestamp) -> Turn {
    let (notice, window) = (it.id, it.window);
    let first = || {
        Turn::First(MailingState {
            at: now,
            of: notice.clone(),
            encloses: None,
        })
    };
    let encloses = before.and_then(|it| it.encloses.as_ref());
    if let Some(ours) = encloses.filter(|it| it.notice == *notice) {
        return match now < ours.until {
            true => Turn::Waits(ours.until, None),
            false => first(),
        };
    }
    if !it.tells || before.is_some_and(|it| it.of == *notice) {
        return Turn::Alone;
    }
    let Some(before) = before else {
        return first();
    };
    let last = now.checked_add(it.patience).unwrap_or(Timestamp::MAX);
    match encloses {
        Some(it) if now.duration_since(it.until) > LOST => first(),
        Some(it) if it.until <= last => Turn::With(it.notice.clone()),
        Some(_) => Turn::Alone,
        None => {
            let over = before.at.checked_add(window).unwrap_or(Timestamp::MAX);
            if over <= now {
                return first();
            }
            let until = over.min(last);
            if until.duration_since(now) < SHORTEST {
                return Turn::Alone;
            }
            let encloses = Encloses {
                notice: notice.clone(),
                until,
            };
            let kept = MailingState {
                encloses: Some(encloses),
                ..before.clone()
            };
            Turn::Waits(until, Some(kept))
        }
    }
}
