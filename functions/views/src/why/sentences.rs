use contracts::{
    CrmWrite, EventData,
    state::{AWAITS_FACTS, NOT_FILLED},
};
use decisions::{
    routing,
    shown::{capital, spoken},
};
use model::GateMode;
use story::{Consequence, Decision};

use super::{approvals::happened, reader::Reader};

/// What lead-routing calls the rule of a record that had its owner before.
const ALREADY_OWNED: &str = "already_owned";

/// What an event says of the record, for people; none of what is no news to them.
pub(super) fn sentence(
    reader: &Reader<'_>,
    decision: &Decision,
    of: &Consequence<'_>,
) -> Option<String> {
    let data = &of.event.data;
    Some(match data {
        EventData::RecordRouted { owner, rule, .. } if rule == ALREADY_OWNED => {
            let was = if reader.is(owner) { "were" } else { "was" };
            format!(
                "{} {was} its owner in the CRM already",
                capital(&reader.name(owner))
            )
        }
        EventData::RecordRouted { owner, rule, .. } if rule == routing::JOINS => format!(
            "{} got it, whose another of the same person is already",
            capital(&reader.name(owner))
        ),
        EventData::RecordRouted { owner, rule, pool } => {
            let pool = pool
                .as_ref()
                .map(|pool| format!(", from the pool {}", reader.pool(pool)));
            format!(
                "{} got it, by the rule {}{}",
                capital(&reader.name(owner)),
                reader.rule(rule),
                pool.unwrap_or_default()
            )
        }
        EventData::RecordWaiting { rule } if rule == AWAITS_FACTS => {
            "It waits for facts that usually come a moment later".to_owned()
        }
        EventData::RecordWaiting { rule } if rule == NOT_FILLED => {
            "It waits in a queue until what is wanting is filled in".to_owned()
        }
        EventData::RecordWaiting { rule } => {
            format!("It has no owner yet, by the rule {}", reader.rule(rule))
        }
        EventData::ReassignRequested(contracts::ReassignRequested { from, clock, .. }) => format!(
            "Another of the pool is to have it: {} ran out for {}",
            reader.clock(clock),
            reader.name(from)
        ),
        EventData::GatePassed { to, .. } => format!("It passed into {}", reader.stage(to)),
        EventData::GateTurnedBack { .. } => gate(reader, data, decision)?,
        EventData::GateHeld(it) => format!("Its move to {} is held", reader.stage(&it.to)),
        EventData::StageEntered { stage, by, .. } => {
            let by = by
                .as_ref()
                .map(|by| format!(", moved by {}", reader.name(by)));
            format!(
                "It entered {}{}",
                reader.stage(stage),
                by.unwrap_or_default()
            )
        }
        EventData::DeviationOpened { deviation, .. } => {
            format!("{} began", capital(&reader.deviation(deviation)))
        }
        EventData::DeviationClosed { deviation } => {
            format!("{} is over", capital(&reader.deviation(deviation)))
        }
        EventData::DeviationStepTaken(taken) => {
            let to = taken
                .move_to
                .as_ref()
                .map(|to| format!(", to move it to {}", reader.stage(to)));
            format!(
                "{} lasts: step {}{}",
                capital(&reader.deviation(&taken.deviation)),
                taken.step,
                to.unwrap_or_default()
            )
        }
        EventData::NoticeRequested { to, .. } => {
            let sent = of.effect.map(|_| ()).is_some();
            let to = reader.name(to);
            if sent {
                format!("A mail about it to {to}")
            } else {
                format!("A mail to {to}")
            }
        }
        EventData::CrmWriteRequested { write } => {
            written(reader, write).or_else(|| told(reader, of))?
        }
        EventData::RecordChanged { changed, first, .. } => changed_in_crm(reader, changed, *first),
        _ => {
            let known = clock(reader, data).or_else(|| happened(reader, data));
            return known.or_else(|| told(reader, of));
        }
    })
}

/// What is written into the CRM.
fn written(reader: &Reader<'_>, write: &CrmWrite) -> Option<String> {
    Some(match write {
        CrmWrite::Owner { to, .. } => {
            format!("In the CRM its owner is set: {}", reader.name(to))
        }
        CrmWrite::Stage { to, .. } => format!("In the CRM it is set to {}", reader.stage(to)),
        CrmWrite::Task { subject, .. } => format!("A task in the CRM: {subject}"),
        CrmWrite::Fields { .. } | CrmWrite::Create { .. } => return None,
    })
}

/// What happened to a clock.
fn clock(reader: &Reader<'_>, data: &EventData) -> Option<String> {
    Some(match data {
        EventData::ClockStarted { clock, due, .. } => {
            format!(
                "{} started, due {}",
                reader.clock(clock),
                reader.moment(*due)
            )
        }
        EventData::ClockMet { clock, late, .. } => {
            let late = if *late { ", late" } else { " in time" };
            format!("{} was met{late}", reader.clock(clock))
        }
        EventData::ClockWarned { clock, .. } => format!("{} was soon due", reader.clock(clock)),
        EventData::ClockBreached { clock, .. } => format!("{} ran out", reader.clock(clock)),
        EventData::ClockEscalated { clock, to, .. } => {
            let to = reader.name(to);
            let verb = if to == "you" { "hear" } else { "hears" };
            format!(
                "{} {verb} that {} is late",
                capital(&to),
                reader.clock(clock)
            )
        }
        EventData::ClockCancelled { clock, .. } => {
            format!("{} runs no more", reader.clock(clock))
        }
        EventData::ClockPaused { clock, .. } => format!("{} stands still", reader.clock(clock)),
        EventData::ClockResumed { clock, due, .. } => {
            format!(
                "{} goes on, due {}",
                reader.clock(clock),
                reader.moment(*due)
            )
        }
        EventData::ClockBreachWithdrawn { clock, .. } => {
            format!("{} had been met in time after all", reader.clock(clock))
        }
        EventData::ClockMoved { clock, to, .. } => {
            format!("{} is due {} now", reader.clock(clock), reader.moment(*to))
        }
        _ => return None,
    })
}

/// That a move did not meet its gate, and for want of what.
pub(super) fn gate(reader: &Reader<'_>, data: &EventData, decision: &Decision) -> Option<String> {
    let EventData::GateTurnedBack {
        from,
        to,
        unmet,
        mode,
    } = data
    else {
        return None;
    };
    let done = match mode {
        GateMode::TurnBack => format!("was turned back to {}", reader.stage(from)),
        GateMode::Warn | GateMode::Observe => "stands all the same".to_owned(),
    };
    let mut wanting: Vec<String> = Vec::new();
    for name in unmet {
        let ends = format!(".{name}");
        let of = decision
            .audit
            .reasons
            .iter()
            .filter(|it| it.rule.ends_with(&ends));
        let findings = of
            .flat_map(|it| &it.findings)
            .map(|it| reader.field(&it.field));
        let labels: Vec<String> = findings.collect();
        let said = if labels.is_empty() {
            spoken(name)
        } else {
            labels.join(" and ")
        };
        if !wanting.contains(&said) {
            wanting.push(said);
        }
    }
    Some(format!(
        "The move to {} on {} {done}, for want of: {}",
        reader.stage(to),
        reader.moment(decision.audit.at),
        wanting.join(", ")
    ))
}

/// Upon what a record was routed again, as a clause.
pub(super) fn upon(reader: &Reader<'_>, upon: &str) -> String {
    match upon.split_once(' ') {
        Some(("stage.entered", stage)) => format!("it entered {}", reader.stage(stage)),
        Some((_, field)) => format!("its {} changed", reader.field(field)),
        None => "its owner was taken off".to_owned(),
    }
}

fn changed_in_crm(reader: &Reader<'_>, changed: &[String], first: bool) -> String {
    if first {
        return "It was first seen in the CRM".to_owned();
    }
    let kind = reader.kind;
    let label = |field: &String| match field.contains('.') {
        true => reader.field(field),
        false => reader.field(&format!("{kind}.{field}")),
    };
    let fields: Vec<String> = changed.iter().map(label).collect();
    match fields.as_slice() {
        [] => "Another operating model has come, and it is judged by that".to_owned(),
        fields => format!("Changed in the CRM: {}", fields.join(", ")),
    }
}

/// The words that the story has for it.
fn told(reader: &Reader<'_>, of: &Consequence<'_>) -> Option<String> {
    let record = |id: &crm::RecordId| format!("{} {}", id.kind, id.id);
    let words = of.wording.in_words(|at| reader.moment(at), record);
    (!words.is_empty()).then(|| capital(&words))
}
