use contracts::{CrmWrite, Event, EventData, Function, Notice};
use jiff::{SignedDuration, Timestamp};

use super::{
    page::{Page, Row, Span, Style},
    reader::Reader,
};
use crate::commands::explain::story::{Effect, StoryDecision};

/// After this many days the table has forgotten what became of an effect.
const REMEMBERED_DAYS: i64 = 30;

/// An event that a decision emits: what it says, and what became of it.
pub(super) fn add(
    page: &mut Page,
    indent: usize,
    event: &Event,
    told: &StoryDecision,
    reader: &Reader,
) {
    let effect = told.effects.get(&event.id);
    let (right, more) = match effect {
        Some(effect) => became(event, effect, told.audit.at, reader),
        None => (led_to(told.led_to.get(&event.id)), None),
    };
    page.row(&Row {
        indent,
        mark: (Style::Plain, "→".to_owned()),
        hang: 2,
        body: vec![(Style::Plain, words(&event.data, reader))],
        right,
    });
    if let Some(more) = more.filter(|more| !more.is_empty()) {
        let mark = (Style::Plain, String::new());
        page.row(&Row {
            indent: indent.saturating_add(2),
            mark,
            hang: 0,
            body: vec![(Style::Faint, more)],
            right: None,
        });
    }
}

fn led_to(functions: Option<&Vec<Function>>) -> Option<Span> {
    let names: Vec<&str> = functions?.iter().map(|function| function.name()).collect();
    Some((Style::Faint, format!("▸ {}", names.join(", "))))
}

/// What became of a mail or a write: in a word or two, and whatever else there is to say.
fn became(
    event: &Event,
    effect: &Effect,
    beside: Timestamp,
    reader: &Reader,
) -> (Option<Span>, Option<String>) {
    let (done, function) = match event.data {
        EventData::CrmWriteRequested { .. } => ("written", Function::CrmWriteback),
        _ => ("sent", Function::Notify),
    };
    let (style, said, more) = match effect {
        Effect::Done { at, result } => (
            Style::Good,
            format!("{done} {}", reader.beside(*at, beside)),
            Some(result.clone()),
        ),
        Effect::Skipped { at, result } => (
            Style::Unsure,
            format!("skipped {}", reader.beside(*at, beside)),
            Some(result.clone()),
        ),
        Effect::Claimed { at, lease_until } if *lease_until < reader.now => (
            Style::Bad,
            "begun, not finished".to_owned(),
            Some(format!(
                "{function} took it up {} and has not said how it ended; it is tried again from its queue",
                reader.beside(*at, beside)
            )),
        ),
        Effect::Claimed { .. } => (Style::Unsure, "under way".to_owned(), None),
        Effect::Pending
            if reader.longer_ago(event.time, SignedDuration::from_hours(24 * REMEMBERED_DAYS)) =>
        {
            (
                Style::Faint,
                "no longer known".to_owned(),
                Some(format!("this is kept for {REMEMBERED_DAYS} days")),
            )
        }
        Effect::Pending if reader.longer_ago(event.time, SignedDuration::from_hours(24)) => (
            Style::Bad,
            "never done".to_owned(),
            Some(format!(
                "a day has passed: look into the dead letters of {function}"
            )),
        ),
        Effect::Pending => (Style::Unsure, "pending".to_owned(), None),
    };
    (Some((style, said)), more)
}

/// What an event says, in a sentence.
fn words(data: &EventData, reader: &Reader) -> String {
    match data {
        EventData::RecordNoticed {
            property, deleted, ..
        } => match (deleted, property) {
            (true, _) => "the CRM says that it was deleted".to_owned(),
            (false, Some(property)) => format!("the CRM says that {property} was changed"),
            (false, None) => "the CRM says that it was changed".to_owned(),
        },
        EventData::WebhookQuarantined { reason, .. } => {
            format!("a webhook was put aside: {reason}")
        }
        EventData::RecordChanged {
            changed,
            first,
            contact,
            ..
        } => {
            let what = match (*first, changed.len()) {
                (true, 1) => "our first copy, of 1 field".to_owned(),
                (true, count) => format!("our first copy, of {count} fields"),
                (false, _) => format!("our copy changed: {}", changed.join(", ")),
            };
            let contact = contact.as_ref().map(|contact| {
                let by = contact
                    .by
                    .as_ref()
                    .map(|by| format!(" by {by}"))
                    .unwrap_or_default();
                format!("; contacted{by} {}", reader.moment(contact.at))
            });
            format!("{what}{}", contact.unwrap_or_default())
        }
        EventData::DeadlineDue { keeper, due, .. } => {
            format!("{} fell due {}", keeper.word(), reader.moment(*due))
        }
        EventData::DeadlinesContinued { due, .. } => {
            format!("the deadlines after {}", reader.moment(*due))
        }
        EventData::NoticeRequested { to, notice } => {
            format!("mail to {to}: {}", notice_words(notice, reader))
        }
        EventData::CrmWriteRequested { write } => format!("in the CRM: {}", write_words(write)),
        EventData::DigestRequested { to, digest, day } => {
            format!("mail to {to}: digest {digest} of {day}")
        }
        EventData::AbsenceChanged {
            person,
            from,
            to,
            away,
        } => {
            let is = if *away { "is away" } else { "is not away" };
            let (from, to) = (reader.moment(*from), reader.moment(*to));
            format!("{person} {is} from {from} to {to}")
        }
        EventData::Tick { at } => format!("it is {}", reader.moment(*at)),
        EventData::LeadRouted { .. }
        | EventData::LeadWaiting { .. }
        | EventData::ReassignRequested { .. }
        | EventData::GatePassed { .. }
        | EventData::GateTurnedBack { .. }
        | EventData::DeviationOpened { .. }
        | EventData::DeviationClosed { .. } => record_words(data),
        EventData::ClockStarted { .. }
        | EventData::ClockMet { .. }
        | EventData::ClockWarned { .. }
        | EventData::ClockBreached { .. }
        | EventData::ClockEscalated { .. }
        | EventData::ClockCancelled { .. }
        | EventData::ClockPaused { .. }
        | EventData::ClockResumed { .. }
        | EventData::ClockBreachWithdrawn { .. }
        | EventData::ClockMoved { .. } => clock_words(data, reader),
    }
}

fn record_words(data: &EventData) -> String {
    match data {
        EventData::LeadRouted { owner, rule, pool } => {
            let pool = pool
                .as_ref()
                .map(|pool| format!(" from pool {pool}"))
                .unwrap_or_default();
            format!("{owner} has the lead, by rule {rule}{pool}")
        }
        EventData::ReassignRequested { from, clock, .. } => {
            format!("another of the pool is to have it: {from} let {clock} run out")
        }
        EventData::LeadWaiting { rule } => format!("the lead has no owner, by rule {rule}"),
        EventData::GatePassed {
            from: Some(from),
            to,
        } => format!("passed the gate from {from} to {to}"),
        EventData::GatePassed { from: None, to } => format!("stands at {to}"),
        EventData::GateTurnedBack {
            from,
            to,
            unmet,
            mode,
        } => {
            use model::GateMode;
            let done = match mode {
                GateMode::TurnBack => "turned back",
                GateMode::Warn => "warned of, and left,",
                GateMode::Observe => "observed, and left,",
            };
            format!(
                "the move from {from} to {to} is {done} for want of {}",
                unmet.join(", ")
            )
        }
        EventData::DeviationOpened {
            deviation,
            severity,
        } => {
            format!("deviation {deviation} opened ({})", severity.word())
        }
        EventData::DeviationClosed { deviation } => format!("deviation {deviation} closed"),
        other => other.name().to_owned(),
    }
}

fn clock_words(data: &EventData, reader: &Reader) -> String {
    match data {
        EventData::ClockStarted { clock, due, .. } => {
            format!("clock {clock} runs, due {}", reader.moment(*due))
        }
        EventData::ClockMet { clock, late, .. } => {
            format!(
                "clock {clock} is met {}",
                if *late { "late" } else { "in time" }
            )
        }
        EventData::ClockWarned { clock, due, .. } => {
            format!("clock {clock} nears its end, {}", reader.moment(*due))
        }
        EventData::ClockBreached { clock, due, .. } => {
            format!("clock {clock} ran out {}", reader.moment(*due))
        }
        EventData::ClockEscalated {
            clock, step, to, ..
        } => format!("late clock {clock} goes to {to}, step {step}"),
        EventData::ClockPaused { clock, .. } => format!("clock {clock} stands still"),
        EventData::ClockResumed { clock, due, .. } => {
            format!("clock {clock} runs again, due {}", reader.moment(*due))
        }
        EventData::ClockBreachWithdrawn { clock, .. } => {
            format!("clock {clock} had not run out after all")
        }
        EventData::ClockMoved { clock, to, .. } => {
            format!("clock {clock} is due {} now", reader.moment(*to))
        }
        EventData::ClockCancelled { clock, .. } => format!("clock {clock} is cancelled"),
        other => other.name().to_owned(),
    }
}

fn notice_words(notice: &Notice, reader: &Reader) -> String {
    match notice {
        Notice::LeadAssigned {
            respond_by: Some(by),
            ..
        } => {
            format!("the lead is theirs; respond by {}", reader.moment(*by))
        }
        Notice::LeadAssigned {
            respond_by: None, ..
        } => "the lead is theirs".to_owned(),
        Notice::LeadReassigned {
            from, respond_by, ..
        } => {
            let by = respond_by.map(|by| format!("; respond by {}", reader.moment(by)));
            format!(
                "the lead is theirs, no longer {from}'s{}",
                by.unwrap_or_default()
            )
        }
        Notice::LeadTakenBack { to, clock } => {
            format!("the lead is {to}'s now, since {clock} ran out")
        }
        Notice::ClockWarning { clock, due } => format!("{clock} is due {}", reader.moment(*due)),
        Notice::ClockLate { clock, due, step } => {
            format!(
                "{clock} was due {} and is late (step {step})",
                reader.moment(*due)
            )
        }
        Notice::GateNotMet { from, to, .. } => {
            format!("the move from {from} to {to} lacks something")
        }
    }
}

fn write_words(write: &CrmWrite) -> String {
    match write {
        CrmWrite::Owner { to, only_if: None } => format!("owner {to}, if it still has none"),
        CrmWrite::Owner {
            to,
            only_if: Some(before),
        } => format!("owner {to}, if it is still {before}"),
        CrmWrite::Stage { to, only_if: None } => format!("stage {to}"),
        CrmWrite::Stage {
            to,
            only_if: Some(before),
        } => format!("stage {to}, if it still is {before}"),
        CrmWrite::Task { subject, owner, .. } => {
            let whose = owner
                .as_ref()
                .map(|owner| format!(" for {owner}"))
                .unwrap_or_default();
            format!("a task{whose}: {subject}")
        }
    }
}
