//! How often moves of one person are turned back: beyond what the model allows they are held.

use std::{cell::RefCell, collections::BTreeMap};

use contracts::{
    EventData, Notice,
    state::{BreakerState, GateState, Hold, HoldAnswer},
};
use crm::{Author, PersonId, Record};
use jiff::{SignedDuration, Timestamp};
use model::{GateMode, Lifecycle, Rate};

use crate::{
    condition::{length, wall},
    digests::operators,
    facts::Facts,
    rules::Rules,
};

/// Whose move it was: the person whom the CRM names, else a stranger that stands for the app, or for nobody
/// it names.
pub(super) fn mover(record: &Record) -> PersonId {
    let newest = record.history.get("stage").and_then(|it| it.first());
    let source = &record.id.source;
    match newest.map(|change| &change.by) {
        Some(Author::Person(person)) => person.clone(),
        Some(Author::App(app)) => PersonId::stranger(source, &format!("app-{app}")),
        Some(Author::Unknown) | None => PersonId::stranger(source, "nobody-named"),
    }
}

/// The breakers that a decision has read, and what it makes of them.
#[derive(Debug, Default)]
pub struct Breakers {
    read: RefCell<BTreeMap<PersonId, BreakerState>>,
    /// Whose hold releases the move that is judged, if one does.
    releases: Option<PersonId>,
}

/// What a breaker says of a move that does not meet the gate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Over {
    /// It is within limits, or there are none.
    No,
    /// It is within limits, and one mail at the end tells of it with the others.
    Summed,
    /// It is held, or no single mail is sent; the first such move is told.
    Yes {
        /// Whose moves they are.
        of: PersonId,
        /// Whether nobody has heard of it yet.
        first: bool,
        /// Whether it is one move that was made too often in a row, while the person is within limits.
        by_rounds: bool,
    },
    /// Somebody let it stand.
    LetStand(PersonId),
}

impl Breakers {
    /// Those that were read; what is not among them was never written.
    #[must_use]
    pub fn new(read: BTreeMap<PersonId, BreakerState>) -> Self {
        Self {
            read: RefCell::new(read),
            releases: None,
        }
    }

    /// The same, for a move that is to be judged as somebody answered of the moves held of this person.
    #[must_use]
    pub fn releasing(mut self, of: PersonId) -> Self {
        self.releases = Some(of);
        self
    }

    /// What has become of them.
    #[must_use]
    pub fn into_states(self) -> BTreeMap<PersonId, BreakerState> {
        self.read.into_inner()
    }

    /// The answer by which a held move is judged.
    pub(super) fn answer(&self, before: &GateState) -> Option<(HoldAnswer, PersonId)> {
        let of = self.releases.as_ref()?;
        let held = before.held.as_ref().filter(|held| held.of == *of)?;
        let read = self.read.borrow();
        let answer = read.get(of)?.hold.as_ref()?.answer_for(held.since)?;
        Some((answer.answer, answer.by.clone()))
    }

    /// What becomes of a move that does not meet its gate, and that may have been turned back too often in a row. It
    /// is counted.
    pub(super) fn consider(&self, facts: &Facts<'_>, lifecycle: &Lifecycle, again: bool) -> Over {
        let answer = facts.gate.and_then(|before| self.answer(before));
        if let Some((HoldAnswer::LetStand, by)) = answer {
            return Over::LetStand(by);
        }
        let within_limits = match answer {
            Some(_) => Over::Summed,
            None => Over::No,
        };
        let limit = limit(lifecycle.when_turned_back.at_most);
        let too_often = again && answer.is_none();
        if limit.is_none() && !too_often {
            return within_limits;
        }
        let of = match facts.gate.and_then(|before| before.held.as_ref()) {
            Some(held) if answer.is_some() => held.of.clone(),
            _ => mover(facts.record),
        };
        let mut read = self.read.borrow_mut();
        let breaker = read.entry(of.clone()).or_default();
        let longest = longest(facts.rules);
        breaker
            .turned
            .retain(|at| facts.now.duration_since(*at) < longest);
        let full = limit.is_some_and(|limit| left_of(limit, breaker, facts.now) == 0);
        let holds = lifecycle.gate == GateMode::TurnBack;
        let holds_all = breaker.hold.as_ref().is_some_and(|hold| !hold.by_rounds);
        let waits = holds && holds_all && answer.is_none();
        let by_rounds = too_often && !full && !waits;
        if !full && !waits {
            // A question is a mail as well, so it is counted as one.
            breaker.turned.push(facts.now);
            breaker.quiet = false;
            if !by_rounds {
                return within_limits;
            }
        }
        let first = if holds {
            hold_one(breaker, by_rounds, facts.now)
        } else {
            !std::mem::replace(&mut breaker.quiet, true)
        };
        Over::Yes {
            of,
            first,
            by_rounds,
        }
    }

    /// Counts a move out of its hold, once it is not held any more; what is told if it was the last.
    pub(super) fn settle(
        &self,
        rules: &Rules,
        (before, owner): (Option<&GateState>, Option<&PersonId>),
        after: &GateState,
        let_stand: bool,
    ) -> Vec<EventData> {
        let Some(held) = before.and_then(|before| before.held.as_ref()) else {
            return Vec::new();
        };
        if after.held.as_ref() == Some(held) {
            return Vec::new();
        }
        let mut read = self.read.borrow_mut();
        let Some(breaker) = read.get_mut(&held.of) else {
            return Vec::new();
        };
        let Some(hold) = breaker.hold.as_mut() else {
            return Vec::new();
        };
        let count = if let_stand {
            &mut hold.let_stand
        } else if self.releases.is_some() && after.turned_back.is_some() {
            &mut hold.turned_back
        } else {
            &mut hold.settled
        };
        *count = count.saturating_add(1);
        if hold.left() > 0 {
            return Vec::new();
        }
        let ended = breaker.hold.take();
        let told = |hold: Hold| {
            let of = held.of.clone();
            tell(rules, (&held.of, owner), &Notice::HoldEnded { of, hold })
        };
        ended.map(told).unwrap_or_default()
    }
}

/// Counts one more move into what is held; whether it is asked about.
fn hold_one(breaker: &mut BreakerState, by_rounds: bool, now: Timestamp) -> bool {
    let begun = breaker.hold.is_some();
    let hold = breaker.hold.get_or_insert(Hold {
        by_rounds,
        ..Hold::begins(now)
    });
    // What comes after an answer needs one of its own.
    let after_answer = hold.answer.is_some() && !std::mem::replace(&mut hold.again, true);
    // What was about single moves is about all of them now.
    let wider = hold.by_rounds && !by_rounds;
    hold.by_rounds &= by_rounds;
    hold.moves = hold.moves.saturating_add(1);
    !begun || after_answer || wider || by_rounds
}

/// How often, and within how long.
type Limit = (Rate, SignedDuration);

fn limit(rate: Option<Rate>) -> Option<Limit> {
    let rate = rate?;
    Some((rate, wall(rate.within)?))
}

fn limits(rules: &Rules) -> impl Iterator<Item = Limit> {
    let lifecycles = rules.model.lifecycles.values();
    lifecycles.filter_map(|it| limit(it.when_turned_back.at_most))
}

/// How many moves of one person may be turned back within how long, where every lifecycle says the same; the
/// most and the longest else. None if there is no limit.
#[must_use]
pub fn within(rules: &Rules) -> Option<(usize, SignedDuration)> {
    let times = limits(rules).map(|(rate, _)| rate.times).max()?;
    Some((usize::try_from(times).ok()?, longest(rules)))
}

/// A breaker counts the moves of a person whatever they moved: the longest length of time is kept.
fn longest(rules: &Rules) -> SignedDuration {
    limits(rules)
        .map(|(_, within)| within)
        .max()
        .unwrap_or_default()
}

/// How many may be turned back now.
fn left_of((rate, within): Limit, state: &BreakerState, now: Timestamp) -> usize {
    let recent = |at: &&Timestamp| now.duration_since(**at) < within;
    let recent = state.turned.iter().filter(recent).count();
    let times = usize::try_from(rate.times).unwrap_or(usize::MAX);
    times.saturating_sub(recent)
}

/// A limit as it is written: `20 in 10m`.
pub(super) fn spoken_limit(rate: Option<Rate>) -> String {
    limit(rate).map_or_else(String::new, |(rate, within)| {
        format!("{} in {}", rate.times, length(within))
    })
}

/// A word to whoever made the moves, if the model knows them, and to the operators; where that is nobody, to the
/// record's owner: what is held waits for somebody's word.
pub(super) fn tell(
    rules: &Rules,
    (of, owner): (&PersonId, Option<&PersonId>),
    notice: &Notice,
) -> Vec<EventData> {
    let mut people = operators(rules);
    if rules.model.people.contains_key(of) {
        people.insert(of.clone());
    }
    if people.is_empty() {
        people.extend(owner.cloned());
    }
    people
        .into_iter()
        .map(|to| EventData::NoticeRequested {
            to,
            notice: notice.clone(),
        })
        .collect()
}

/// How many of those that are held can be judged again now.
#[must_use]
pub fn room(rules: &Rules, state: &BreakerState, now: Timestamp) -> usize {
    let Some(answer) = state.hold.as_ref().and_then(|hold| hold.answer.as_ref()) else {
        return 0;
    };
    if answer.answer == HoldAnswer::LetStand {
        return AT_ONCE;
    }
    let least = limits(rules).map(|limit| left_of(limit, state, now));
    least.min().unwrap_or(AT_ONCE).min(AT_ONCE)
}

/// So many moves that are held are judged again upon one tick at the most.
pub const AT_ONCE: usize = 50;
