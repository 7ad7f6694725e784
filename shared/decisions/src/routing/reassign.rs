//! A lead whose owner let a clock run out goes to another member of its pool, so often and no more;
//! then to whom the model names last, once.

use std::collections::BTreeSet;

use contracts::{
    CrmWrite, DecisionDraft, EventData, Notice, Reason,
    state::{ClockStatus, ClocksState, PoolState, Reassigned, RoutingState, RoutingStatus},
};
use crm::{PersonId, Record};
use jiff::Timestamp;
use model::{OwnerChanges, Reassign};

use super::routed::Routed;
use crate::{
    clocks,
    facts::Facts,
    people::{gone, recipients},
    rotation::{RotationError, Transfer, leave, transfer},
    rules::Staffing,
};

/// The rule's name where a lead was taken from an owner who let a clock run out.
pub const REASSIGNED: &str = "reassigned";

/// What a late clock asks for.
#[derive(Debug, Clone, Copy)]
pub struct Overdue<'a> {
    /// The owner who let it run out.
    pub from: &'a PersonId,
    /// The clock.
    pub clock: &'a str,
    /// Which run of it.
    pub instance: u32,
    /// How often a lead is reassigned, and who comes last: as the run's terms say.
    pub terms: &'a Reassign,
    /// When that was asked. A tick that is ahead of the clock on the wall takes the lead with it.
    pub at: Timestamp,
}

/// Who gets the lead, and why.
struct Next {
    to: PersonId,
    pool: Option<(String, Option<PoolState>)>,
    out_of_turn: bool,
    finally: bool,
    because: String,
}

/// Gives a lead whose owner let a clock run out to somebody else. Nothing, if that is no longer so:
/// it is met, closed, or another's by now.
///
/// It is never given to its owner, and to nobody who let it run out before while others are left.
/// `at_most` counts every time in the record's life; after that, or when nobody is left, the last
/// one named gets it, and keeps it.
///
/// # Errors
/// If somebody is owed more than can be kept.
pub fn reassign(
    staffing: &Staffing,
    record: &Record,
    before: Option<&RoutingState>,
    clocks: Option<&ClocksState>,
    overdue: Overdue<'_>,
    rotation: &PoolState,
    now: Timestamp,
) -> Result<Option<Routed>, RotationError> {
    let now = overdue.at.max(now);
    let Some(before) =
        before.filter(|before| still(staffing, record, before, clocks, overdue, now))
    else {
        return Ok(None);
    };
    if before.reassigned.iter().any(|it| it.finally) {
        return Ok(Some(stays(before, overdue, "it came to them last of all")));
    }
    let Some(next) = next(staffing, before, overdue, rotation, now)? else {
        return Ok(Some(stays(before, overdue, "nobody else can be asked")));
    };
    Ok(Some(given(staffing, record, before, overdue, next, now)))
}

fn still(
    staffing: &Staffing,
    record: &Record,
    before: &RoutingState,
    clocks: Option<&ClocksState>,
    overdue: Overdue<'_>,
    now: Timestamp,
) -> bool {
    let clock = clocks.and_then(|clocks| clocks.clocks.get(overdue.clock));
    let late = clock.is_some_and(|clock| {
        clock.status == ClockStatus::Late && clock.instance == overdue.instance
    });
    let shown = record.owner();
    let by_hand = shown.is_some_and(|shown| {
        Some(shown) != before.owner.as_ref() && !before.taken_from.contains(shown)
    });
    late && !by_hand
        && before.owner.as_ref() == Some(overdue.from)
        && Facts::of(staffing, record, now).is_open()
}

fn next(
    staffing: &Staffing,
    before: &RoutingState,
    overdue: Overdue<'_>,
    rotation: &PoolState,
    now: Timestamp,
) -> Result<Option<Next>, RotationError> {
    let pool = before
        .pool
        .as_ref()
        .and_then(|name| staffing.model.pools.get_key_value(name));
    let far = u32::try_from(before.reassigned.len()).unwrap_or(u32::MAX);
    let most = overdue.terms.at_most;
    let in_turn = !before.out_of_turn;
    let why = match pool {
        None => "it came from no pool".to_owned(),
        Some(_) if far >= most => format!("it was reassigned {far} of {most} times"),
        Some((name, pool)) => {
            let earlier: BTreeSet<_> = before.reassigned.iter().map(|it| it.from.clone()).collect();
            let transferred = Transfer {
                from: overdue.from,
                earlier: &earlier,
                refused: &before.refused,
                in_turn,
            };
            if let Some(picked) = transfer(name, pool, rotation, transferred, staffing, now)? {
                let because = format!(
                    "{}; time {} of {most}",
                    picked.because,
                    far.saturating_add(1)
                );
                return Ok(Some(Next {
                    to: picked.person,
                    out_of_turn: !picked.in_turn,
                    pool: Some((name.clone(), picked.rotation)),
                    finally: false,
                    because,
                }));
            }
            format!("pool {name} has nobody else")
        }
    };
    let last = recipients(&overdue.terms.finally, Some(overdue.from), staffing, now);
    let may_have = |person: &PersonId| person != overdue.from && !before.refused.contains(person);
    let Some(to) = last.into_iter().find(may_have) else {
        return Ok(None);
    };
    let left = match pool {
        Some((name, pool)) if in_turn => Some((
            name.clone(),
            Some(leave(name, pool, rotation, overdue.from)?),
        )),
        _ => None,
    };
    Ok(Some(Next {
        because: format!("{why}, so {to} is asked"),
        to,
        pool: left,
        out_of_turn: true,
        finally: true,
    }))
}

fn given(
    staffing: &Staffing,
    record: &Record,
    before: &RoutingState,
    overdue: Overdue<'_>,
    next: Next,
    now: Timestamp,
) -> Routed {
    let Next { to, pool, .. } = next;
    let from = overdue.from.clone();
    let clock = overdue.clock.to_owned();
    let place = staffing.model.clocks.get(overdue.clock).map(|it| it.place);
    let mut reassigned = before.reassigned.clone();
    reassigned.push(Reassigned {
        from: from.clone(),
        to: to.clone(),
        clock: clock.clone(),
        finally: next.finally,
        at: now,
    });
    let mut taken_from = before.taken_from.clone();
    taken_from.remove(&to);
    taken_from.insert(from.clone());
    let name = pool.as_ref().map(|(name, _)| name.clone());
    let routing = RoutingState {
        status: RoutingStatus::Routed,
        owner: Some(to.clone()),
        pool: name.filter(|_| !next.finally),
        out_of_turn: next.out_of_turn,
        reassigned,
        taken_from,
        refused: before.refused.clone(),
        sequence: before.sequence,
        rerouted: before.rerouted.clone(),
        ..RoutingState::waiting(REASSIGNED, now)
    };
    let draft = DecisionDraft {
        outcome: format!("reassigned from {from} to {to}, since {clock} ran out"),
        reasons: vec![Reason::note(format!("clocks.{clock}"), place, next.because)],
        emits: emits(staffing, record, &routing, &clock, &from, &to, now),
        ..DecisionDraft::default()
    };
    Routed {
        draft,
        routing,
        pool: pool.and_then(|(name, rotation)| Some((name, rotation?))),
        left: None,
    }
}

fn emits(
    staffing: &Staffing,
    record: &Record,
    routing: &RoutingState,
    clock: &str,
    from: &PersonId,
    to: &PersonId,
    now: Timestamp,
) -> Vec<EventData> {
    let terms = staffing.model.clocks.get(clock);
    let anew = terms.is_some_and(|terms| terms.owner_changes == OwnerChanges::Restart);
    let respond_by = anew
        .then(|| clocks::first_due_anew(staffing, record, to, now))
        .flatten();
    let mut emits = vec![
        EventData::RecordRouted {
            owner: to.clone(),
            rule: routing.rule.clone(),
            pool: routing.pool.clone(),
        },
        EventData::CrmWriteRequested {
            write: CrmWrite::Owner {
                to: to.clone(),
                only_if: Some(from.clone()),
            },
        },
        EventData::NoticeRequested {
            to: to.clone(),
            notice: Notice::LeadReassigned {
                from: from.clone(),
                clock: clock.to_owned(),
                respond_by,
            },
        },
    ];
    let told = gone(staffing, from, now).is_none().then_some(from);
    emits.extend(told.map(|from| EventData::NoticeRequested {
        to: from.clone(),
        notice: Notice::LeadTakenBack {
            to: to.clone(),
            clock: clock.to_owned(),
        },
    }));
    emits
}

/// The lead stays where it is; only the reason is written.
fn stays(before: &RoutingState, overdue: Overdue<'_>, why: &str) -> Routed {
    let (from, clock) = (overdue.from, overdue.clock);
    Routed {
        draft: DecisionDraft {
            outcome: format!("stays with {from}, though {clock} ran out"),
            reasons: vec![Reason::note(format!("clocks.{clock}"), None, why)],
            ..DecisionDraft::default()
        },
        routing: before.clone(),
        pool: None,
        left: None,
    }
}
