mod approvals;
mod clocks;
mod exceptions;
mod hand_offs;
mod requests;
#[cfg(test)]
mod tests;

use contracts::{
    DeviationStepTaken, Erasure, EventData, GateHeld, HoldReleased, Merge, OwnerLeft, Quarantined,
    Reminder, ReminderAnswer, ReminderAnswered, Undo,
    state::{AWAITS_FACTS, NOT_FILLED},
};
use crm::{Contacted, PersonId, RecordId};
use model::GateMode;

use crate::wording::Wording;

fn merged(merge: &Merge) -> String {
    match merge {
        Merge::Into(stays) => format!("the CRM says that it was merged into {}", stays.name()),
        Merge::Of(gone) => {
            let gone: Vec<String> = gone.iter().map(RecordId::name).collect();
            format!("the CRM says that {} was merged into it", gone.join(", "))
        }
    }
}

fn erased(by: &Erasure) -> String {
    match by {
        Erasure::Crm => "the CRM says that it was erased for privacy".to_owned(),
        Erasure::Asked(by) => format!("{by} asked that the person be forgotten"),
        Erasure::Merged(with) => {
            format!(
                "it was merged with {}, whose person is forgotten",
                with.name()
            )
        }
    }
}

/// What an event says.
pub(crate) fn wording(data: &EventData) -> Wording {
    match data {
        EventData::RecordNoticed {
            property,
            deleted,
            merge,
            erasure,
            ..
        } => match (deleted, property) {
            _ if erasure.is_some() => erasure.as_ref().map(erased).unwrap_or_default().into(),
            _ if merge.is_some() => merge.as_ref().map(merged).unwrap_or_default().into(),
            (true, _) => "the CRM says that it was deleted".into(),
            (false, Some(property)) => format!("the CRM says that {property} was changed").into(),
            (false, None) => "the CRM says that it was changed".into(),
        },
        EventData::WebhookQuarantined(Quarantined { reason, .. }) => {
            format!("a webhook was put aside: {reason}").into()
        }
        EventData::BehaviourSeen(seen) => format!("somebody did {}", seen.behaviour).into(),
        EventData::RecordChanged {
            changed,
            first,
            contact,
            ..
        } => copied(changed, *first, contact.as_ref()),
        EventData::DeadlineDue { kind, due, .. } => {
            Wording::from(format!("{} fell due ", kind.word())).time(*due)
        }
        EventData::SweepAsked { look } => {
            format!("somebody asked to look through the CRM: {}", look.word()).into()
        }
        EventData::DeadlinesContinued(it) => Wording::from("the deadlines after ")
            .time(it.due)
            .then(" follow"),
        EventData::AbsenceChanged {
            person,
            from,
            to,
            away,
        } => {
            let is = if *away { "is away" } else { "is not away" };
            Wording::from(format!("{person} {is} from "))
                .time(*from)
                .then(" to ")
                .time(*to)
        }
        EventData::UndoRequested(Undo { by, reason, .. }) => {
            format!("{by} takes back what was written by itself: {reason}").into()
        }
        EventData::Tick { at } => Wording::from("it is ").time(*at),
        EventData::NoticeRequested { .. }
        | EventData::CrmWriteRequested { .. }
        | EventData::CrmWriteObserved(_)
        | EventData::CrmWriteRefused { .. }
        | EventData::DigestRequested(_)
        | EventData::ReviewRequested(_) => requests::wording(data),
        EventData::ReminderAnswered(it) => reminder(it),
        EventData::ExceptionAsked(_)
        | EventData::ExceptionAnswered(_)
        | EventData::ExceptionGranted { .. }
        | EventData::ExceptionUsed { .. }
        | EventData::ExceptionEnded { .. } => exceptions::wording(data),
        EventData::RecordRouted { .. }
        | EventData::RecordWaiting { .. }
        | EventData::ReassignRequested { .. }
        | EventData::GatePassed { .. }
        | EventData::GateTurnedBack { .. }
        | EventData::GateHeld(_)
        | EventData::HoldReleased(_)
        | EventData::OwnerLeft(_)
        | EventData::StageEntered { .. }
        | EventData::StageLeft { .. }
        | EventData::DeviationOpened { .. }
        | EventData::DeviationClosed { .. }
        | EventData::DeviationStepTaken(_) => of_record(data),
        EventData::ApprovalAsked(_)
        | EventData::ApprovalAnswered(_)
        | EventData::ApprovalGiven(_)
        | EventData::ApprovalRefused(_)
        | EventData::ApprovalLapsed(_)
        | EventData::HoldAnswered(_) => approvals::wording(data),
        EventData::HandOffMade(_)
        | EventData::HandOffAnswered(_)
        | EventData::HandOffAccepted(_)
        | EventData::HandOffRefused(_) => hand_offs::wording(data),
        EventData::ClockStarted { .. }
        | EventData::ClockMet { .. }
        | EventData::ClockWarned { .. }
        | EventData::ClockBreached { .. }
        | EventData::ClockEscalated { .. }
        | EventData::ClockCancelled { .. }
        | EventData::ClockPaused { .. }
        | EventData::ClockResumed { .. }
        | EventData::ClockBreachWithdrawn { .. }
        | EventData::ClockMoved { .. } => clocks::wording(data),
    }
}

fn copied(changed: &[String], first: bool, contact: Option<&Contacted>) -> Wording {
    let what = Wording::from(match (first, changed.len()) {
        (true, 1) => "our first copy, of 1 field".to_owned(),
        (true, count) => format!("our first copy, of {count} fields"),
        (false, 0) => "it is to be judged by another model".to_owned(),
        (false, _) => format!("our copy changed: {}", changed.join(", ")),
    });
    let Some(contact) = contact else { return what };
    let by = contact.by.as_ref();
    let by = by.map(|by| format!(" by {by}")).unwrap_or_default();
    what.then(format!("; contacted{by} ")).time(contact.at)
}

fn of_record(data: &EventData) -> Wording {
    let said = match data {
        EventData::RecordRouted { owner, rule, pool } => {
            let pool = pool.as_ref();
            let pool = pool.map(|pool| format!(" from pool {pool}"));
            format!("{owner} has it, by rule {rule}{}", pool.unwrap_or_default())
        }
        EventData::ReassignRequested(contracts::ReassignRequested { from, clock, .. }) => {
            format!("another of the pool is to have it: {from} let {clock} run out")
        }
        EventData::RecordWaiting { rule } if rule == AWAITS_FACTS => {
            "it waits for facts that usually come a moment later".to_owned()
        }
        EventData::RecordWaiting { rule } if rule == NOT_FILLED => {
            "it waits in a queue until what is wanting is filled in".to_owned()
        }
        EventData::RecordWaiting { rule } => format!("it has no owner, by rule {rule}"),
        EventData::GatePassed {
            from: Some(from),
            to,
        } => format!("passed the gate from {from} to {to}"),
        EventData::GatePassed { from: None, to } => format!("passed the gate of {to}"),
        EventData::GateTurnedBack {
            from,
            to,
            unmet,
            mode,
        } => {
            let done = match mode {
                GateMode::TurnBack => "turned back",
                GateMode::Warn => "warned of, and left,",
                GateMode::Observe => "observed, and left,",
            };
            let unmet = unmet.join(", ");
            format!("the move from {from} to {to} is {done} for want of {unmet}")
        }
        EventData::GateHeld(GateHeld { from, to, unmet }) => {
            let unmet = unmet.join(", ");
            format!("the move from {from} to {to} is held for want of {unmet}")
        }
        EventData::HoldReleased(HoldReleased { record, of }) => {
            format!("{record}, held of {of}, is judged again")
        }
        EventData::OwnerLeft(OwnerLeft { record, person, .. }) => {
            format!("{record} is to be somebody else's, since {person} has left")
        }
        EventData::StageEntered {
            stage, from, by, ..
        } => {
            let was = from.as_ref().map(|from| format!(" (was {from})"));
            format!("entered {stage}{}{}", was.unwrap_or_default(), moved(by))
        }
        EventData::StageLeft { stage, to, by, .. } => match to {
            Some(to) => format!("left {stage} for {to}{}", moved(by)),
            None => format!(
                "left {stage} for a stage that the model does not know{}",
                moved(by)
            ),
        },
        EventData::DeviationOpened {
            deviation,
            severity,
        } => format!("deviation {deviation} opened ({})", severity.word()),
        EventData::DeviationClosed { deviation } => format!("deviation {deviation} closed"),
        EventData::DeviationStepTaken(DeviationStepTaken {
            deviation,
            step,
            came,
            move_to,
            set,
        }) => {
            let moved = move_to.iter().map(|to| format!("move to {to}"));
            let set = set.iter().map(|(field, to)| format!("{field} {to}"));
            let does: Vec<String> = moved.chain(set).collect();
            let does = if does.is_empty() {
                String::new()
            } else {
                format!(" ({})", does.join(", "))
            };
            format!("step {step} of deviation {deviation} {}{does}", came.word())
        }
        other => other.name().to_owned(),
    };
    said.into()
}

/// By whom, where that is known.
fn moved(by: &Option<PersonId>) -> String {
    let by = by.as_ref();
    by.map(|by| format!(", moved by {by}")).unwrap_or_default()
}

fn reminder(it: &ReminderAnswered) -> Wording {
    let names: Vec<&str> = it.of.iter().map(Reminder::name).collect();
    let (by, of) = (&it.by, names.join(", "));
    match &it.answer {
        ReminderAnswer::Snoozed { until, reason } => {
            Wording::from(format!("{by} snoozed {of} until "))
                .time(*until)
                .then(format!(": {reason}"))
        }
        ReminderAnswer::Done => format!("{by} says that {of} is done").into(),
        ReminderAnswer::NotMine { reason } => {
            format!("{by} says that {of} is not theirs: {reason}").into()
        }
    }
}
