//! Clocks: started, paused, resumed, warned, breached, escalated, met. A running clock keeps the
//! terms it started with.

mod budget;
mod calculate;
mod close;
mod context;
mod dated;
mod edges;
mod fire;
mod following;
mod going_on;
mod hand_off;
mod late_pause;
mod meet;
mod pause;
mod policy;
mod recalculate;
mod replied;
mod routed;
mod start;
mod time_off;

use contracts::state::{ClocksState, GateState};
use crm::{Contacted, FieldRef, PersonId, Record};
use jiff::Timestamp;

use self::context::Context;
use crate::rules::Staffing;

pub use calculate::{left_at, left_when_met};
pub use context::Clocked;
pub use edges::Moved;
pub use hand_off::Answer;
pub use start::{first_due, first_due_anew};
pub use time_off::calendar_of;

/// What happened to a record that has clocks, or may get some.
#[derive(Debug, Clone, Copy)]
pub enum Trigger<'a> {
    /// It has got an owner.
    Routed {
        /// Who.
        owner: &'a PersonId,
        /// When.
        at: Timestamp,
    },
    /// It was routed again, and its journey begins anew with that: what was met or closed runs again.
    RoutedAnew {
        /// Who has it.
        owner: &'a PersonId,
        /// When.
        at: Timestamp,
    },
    /// It has no owner any more, and nobody who could be one.
    Ownerless {
        /// Since when.
        at: Timestamp,
    },
    /// Our copy of it has changed.
    Changed {
        /// The CRM's modification time of the copy.
        modified: Timestamp,
        /// The contact that was logged, if that is what changed.
        contact: Option<&'a Contacted>,
        /// When the customer wrote, if that is what changed.
        replied: Option<Timestamp>,
        /// The fields that hold something else, of it or its account.
        fields: &'a [FieldRef],
        /// The sequence of the copy.
        sequence: u64,
    },
    /// Its gate let it enter or leave a stage.
    Moved(Moved<'a>),
    /// Somebody said what becomes of it where it was handed over.
    Answered(Answer<'a>),
    /// It is now this time; or its owner is away otherwise than before, at this time.
    Due {
        /// The time.
        at: Timestamp,
    },
}

/// What follows for a record's clocks; none if nothing does.
///
/// Whatever happens, a due time that a changed calendar or its owner's time off has moved is put
/// right first, so that a clock neither runs out by what no longer holds nor is found out later.
#[must_use]
pub fn decide(
    staffing: &Staffing,
    record: &Record,
    gate: Option<&GateState>,
    before: Option<&ClocksState>,
    trigger: Trigger<'_>,
) -> Option<Clocked> {
    let mut context = Context::new(staffing, record, gate, before);
    context.recalculate();
    match trigger {
        // That it is closed, or gone, may have been heard of before its owner: two queues keep no
        // order, and nothing would end a clock that started now.
        Trigger::Routed { owner, at } | Trigger::RoutedAnew { owner, at }
            if !context.is_open(at) =>
        {
            context.missed(owner, at);
        }
        Trigger::Routed { owner, at } | Trigger::RoutedAnew { owner, at } => {
            let anew = matches!(trigger, Trigger::RoutedAnew { .. });
            context.routed(owner, at, anew);
            // Two queues keep no order: the contact may have been heard of before the owner.
            let since = context.earliest_contact(at);
            let contact = record.last_contact.as_ref();
            let contact = contact.filter(|contact| contact.at >= since);
            context.heard(contact, record.last_reply.filter(|reply| *reply >= at));
            context.logged();
            context.pause_or_resume(at);
        }
        Trigger::Changed {
            modified,
            contact,
            replied,
            fields,
            sequence,
        } => {
            context.heard(contact, replied);
            context.logged();
            context.met_by_fields(fields, modified, sequence);
            if context.is_open(modified) {
                context.reopen(modified);
                context.follow_owner(modified);
                context.started_by_fields(fields, modified, sequence);
                context.follow_dates(modified);
                context.follow_budgets(modified);
                context.pause_or_resume(modified);
            } else {
                context.close_but_by_gate(modified);
                context.follow_taker(modified);
            }
        }
        Trigger::Moved(moved) => {
            context.moved(moved);
            if context.is_open_by_gate(moved.at) {
                context.pause_or_resume(moved.at);
            } else {
                context.close(moved.at);
            }
        }
        Trigger::Ownerless { at } => context.abandon(at),
        Trigger::Answered(answer) => context.answered(answer),
        Trigger::Due { at } => {
            context.begin_dated(at);
            context.fire(at);
        }
    }
    context.done()
}
