use std::collections::BTreeSet;

use contracts::{CrmWrite, Event, Notice};
use crm::{PersonId, RecordId};
use decisions::shown::spoken;
use model::GateMode;

use crate::{
    approvals, archived,
    card::Card,
    clocks, drifted, exceptions,
    hand_offs::{self, Between},
    held, leavers,
    letter::{Block, Letter, Writer},
    metrics, reminders,
    steps::{self, Does},
};

/// What lead-routing calls the rule of a lead that had its owner before.
const ALREADY_OWNED: &str = "already_owned";

/// As lead-routing calls that a record joins another of the same person.
const JOINS: &str = "joins_the_first";

/// The records that a notice is about.
pub(crate) fn about(event: &Event, notice: &Notice) -> BTreeSet<RecordId> {
    match notice {
        Notice::RecordsLeft(it) => it.records.iter().cloned().collect(),
        _ => event.record.clone().into_iter().collect(),
    }
}

/// What kind of notice it is, for the result.
pub(crate) const fn name_of(notice: &Notice) -> &'static str {
    match notice {
        Notice::LeadAssigned { .. } => "lead assigned",
        Notice::LeadReassigned { .. } => "lead reassigned",
        Notice::LeadTakenBack { .. } => "lead taken back",
        Notice::LeadMoved { .. } => "lead moved",
        Notice::ClockWarning { .. } => "clock warning",
        Notice::ClockLate { .. } => "clock late",
        Notice::CrmRefused { .. } => "refused by the CRM",
        Notice::GateNotMet { .. } => "gate not met",
        Notice::MovesHeld { .. } => "moves held",
        Notice::HoldEnded { .. } => "hold ended",
        Notice::HandedOver { .. } => "handed over",
        Notice::NotTakenOver(_) => "not taken over",
        Notice::ApprovalAsked { .. } => "approval asked",
        Notice::ApprovalAnswered { .. } => "approval answered",
        Notice::NotMine(_) => "not theirs",
        Notice::ExceptionAsked(_) => "exception asked",
        Notice::ExceptionAnswered(_) => "exception answered",
        Notice::StageReached { .. } => "stage reached",
        Notice::RecordsLeft(_) => "records of a leaver",
        Notice::NotJudged { .. } => "not judged",
        Notice::Archived { .. } => "archived in the CRM",
        Notice::Drifted { .. } => "the CRM has changed",
        Notice::DeviationStep { .. } => "step of a deviation",
        Notice::MetricBelowFloor { .. } => "metric below its floor",
        Notice::SignalMoved(_) => "signal of a metric",
        Notice::MetricCorrected { .. } => "metric counted again",
    }
}

/// Whether it asks its reader for an answer, for which others wait.
pub(crate) const fn asks(notice: &Notice) -> bool {
    matches!(
        notice,
        Notice::ApprovalAsked { .. }
            | Notice::ExceptionAsked(_)
            | Notice::MovesHeld { .. }
            | Notice::HandedOver { .. }
    )
}

/// The letter of a notice about a record.
pub(crate) fn letter(writer: &Writer<'_>, record: &RecordId, notice: &Notice) -> Option<Letter> {
    let card = writer.card(record);
    let (subject, mut blocks) = match notice {
        Notice::LeadAssigned { rule, respond_by } => {
            let by = respond_by.map(|at| writer.moment(at));
            assigned(writer, &card, rule, by.as_deref())
        }
        Notice::LeadReassigned {
            from,
            clock,
            respond_by,
        } => {
            let by = respond_by.map(|at| writer.moment(at));
            reassigned(writer, &card, (from, clock), by.as_deref())
        }
        Notice::LeadTakenBack { to, clock } => taken_back(writer, &card, to, clock),
        Notice::LeadMoved { to, upon } => moved(writer, &card, to, upon),
        Notice::ClockWarning { clock, due } => {
            clocks::warning(writer, &card, clock, &writer.moment(*due))
        }
        Notice::ClockLate { clock, due, step } => {
            clocks::late(writer, &card, clock, &writer.moment(*due), *step)
        }
        Notice::CrmRefused { write, why } => crm_refused(writer, &card, write, why),
        Notice::GateNotMet {
            from,
            to,
            unmet,
            mode,
        } => gate(writer, &card, (from, to), unmet, *mode),
        Notice::MovesHeld {
            of,
            limit,
            mode,
            rounds,
        } => {
            let answer = approvals::held(writer, record, of);
            match rounds {
                Some(rounds) => held::in_a_row(writer, &card, (of, rounds), answer),
                None => held::begun(writer, &card, (of, limit.as_str()), *mode, answer),
            }
        }
        Notice::HoldEnded { of, hold } => held::ended(writer, of, hold),
        Notice::HandedOver {
            stage,
            team,
            instance,
            from,
            to,
            due,
        } => {
            let between = Between {
                stage,
                team,
                from: from.as_ref(),
                to,
            };
            let asks = writer.to == to && *instance > 0;
            let answer = asks.then(|| approvals::take_over(writer, record, (stage, *instance)));
            let due = writer.moment(*due);
            hand_offs::made(writer, &card, &between, &due, answer.flatten())
        }
        Notice::NotTakenOver(it) => hand_offs::not_taken_over(writer, &card, it),
        Notice::ApprovalAsked {
            approval,
            run,
            late,
            was,
        } => approvals::asked(writer, &card, (approval, *run), (*late, was.as_ref())),
        Notice::ApprovalAnswered {
            approval,
            by,
            given,
            reason,
        } => approvals::answered(writer, &card, (approval, by), *given, reason.as_deref()),
        Notice::NotMine(said) => reminders::not_mine(writer, &card, said),
        Notice::ExceptionAsked(asked) => exceptions::asked(writer, &card, asked),
        Notice::ExceptionAnswered(said) => exceptions::answered(writer, &card, said),
        Notice::StageReached { stage, left } => stage_reached(writer, &card, stage, *left),
        Notice::RecordsLeft(it) => return Some(leavers::letter(writer, it)),
        Notice::MetricBelowFloor { .. }
        | Notice::MetricCorrected { .. }
        | Notice::SignalMoved(_) => return metrics::letter(writer, notice),
        Notice::Archived {
            person,
            source,
            place,
        } => return Some(archived::letter(writer, person, source, *place)),
        Notice::NotJudged { what } => not_judged(&card, what),
        Notice::Drifted {
            field,
            said,
            shape,
            follows,
        } => drifted::letter(&card, (field, shape), said, follows),
        Notice::DeviationStep {
            deviation,
            step,
            came,
            move_to,
            set,
            unmet,
        } => {
            let of = (deviation.as_str(), *step, *came);
            let does = Does {
                move_to: move_to.as_deref(),
                set,
            };
            steps::letter(writer, &card, of, &does, unmet)
        }
    };
    blocks.push(Block::See(writer.see(record)));
    Some(writer.letter(&subject, blocks))
}

fn not_judged(card: &Card, what: &str) -> (String, Vec<Block>) {
    let kind = card.id.kind.plural();
    let blocks = vec![
        Block::Say(format!(
            "{} stands in the CRM where the operating model has no place for it: {what}. It is not judged, and \
             neither is any other of the {kind} of which that is so: no gate, no clock, no deviation.",
            card.name_and_number()
        )),
        Block::Say(
            "If it is meant to be judged, name it in processes.yaml and technology.yaml. If not, nothing is to be \
             done: you hear of this once, and not of each record."
                .to_owned(),
        ),
    ];
    (format!("Not judged: {kind}, {what}"), blocks)
}

fn stage_reached(
    writer: &Writer<'_>,
    card: &Card,
    stage: &str,
    left: bool,
) -> (String, Vec<Block>) {
    let stage = writer.stage(card, stage);
    let did = if left { "left" } else { "entered" };
    let blocks = vec![Block::Say(format!(
        "{} has {did} the stage \"{stage}\". You hear of it since the operating model says so for this \
         stage; nothing is asked of you by this mail alone.",
        card.name_and_number()
    ))];
    let subject = if left {
        format!("No longer {stage}: {}", card.name())
    } else {
        format!("Now {stage}: {}", card.name())
    };
    (subject, blocks)
}

fn assigned(
    writer: &Writer<'_>,
    card: &Card,
    rule: &str,
    by: Option<&str>,
) -> (String, Vec<Block>) {
    let kind = card.id.kind;
    let mut blocks = vec![Block::Say(format!(
        "A new {kind} is yours: {}.",
        card.name_and_number()
    ))];
    if let Some(by) = by {
        blocks.push(Block::Say(format!("Please get in touch by {by}.")));
    }
    blocks.push(Block::Say(if rule == ALREADY_OWNED {
        "You were its owner in the CRM already.".to_owned()
    } else if rule == JOINS {
        "Another lead of the same person is here already, so it came to you without costing a turn."
            .to_owned()
    } else {
        format!(
            "It came to you by the rule \"{}\".",
            writer.rule(card, rule)
        )
    }));
    (format!("New {kind}: {}", card.name()), blocks)
}

fn reassigned(
    writer: &Writer<'_>,
    card: &Card,
    (from, clock): (&PersonId, &str),
    by: Option<&str>,
) -> (String, Vec<Block>) {
    let from = writer.name_of(from);
    let kind = card.id.kind;
    let mut blocks = vec![Block::Say(format!(
        "A {kind} that was {from}'s is yours now: {}. The clock \"{}\" had run out on it.",
        card.name_and_number(),
        writer.clock(clock)
    ))];
    blocks.push(Block::Say(match by {
        Some(by) => format!("Please get in touch by {by}."),
        None => "Please get in touch now.".to_owned(),
    }));
    (format!("Now yours: {}", card.name()), blocks)
}

fn taken_back(
    writer: &Writer<'_>,
    card: &Card,
    to: &PersonId,
    clock: &str,
) -> (String, Vec<Block>) {
    let to = writer.name_of(to);
    let blocks = vec![
        Block::Say(format!(
            "The clock \"{}\" had run out on {}, so it is {to}'s now. There is nothing more for \
             you to do.",
            writer.clock(clock),
            card.name_and_number()
        )),
        Block::Say(format!(
            "If you have been in touch all the same, please tell {to} and log it in the CRM."
        )),
    ];
    (format!("Now {to}'s: {}", card.name()), blocks)
}

fn moved(writer: &Writer<'_>, card: &Card, to: &PersonId, upon: &str) -> (String, Vec<Block>) {
    let to = writer.name_of(to);
    let why = match upon.split_once(' ') {
        Some(("stage.entered", stage)) => {
            format!("it has entered the stage \"{}\"", writer.stage(card, stage))
        }
        Some((_, field)) => format!("\"{}\" has changed", writer.field(field)),
        None => "its owner was taken off".to_owned(),
    };
    let blocks = vec![
        Block::Say(format!(
            "{} is {to}'s now, since {why}. There is nothing more for you to do.",
            card.name_and_number()
        )),
        Block::Say(format!("If you are in touch with them, please tell {to}.")),
    ];
    (format!("Now {to}'s: {}", card.name()), blocks)
}

fn crm_refused(
    writer: &Writer<'_>,
    card: &Card,
    write: &CrmWrite,
    why: &str,
) -> (String, Vec<Block>) {
    let what = match write {
        CrmWrite::Owner { to, .. } => format!("the owner {}", writer.name_of(to)),
        CrmWrite::Stage { to, .. } => format!("the stage {}", writer.stage(card, to)),
        CrmWrite::Fields { set } => {
            let kind = card.id.kind;
            let fields = set
                .iter()
                .map(|it| writer.field(&format!("{kind}.{}", it.field)));
            format!("a new value of {}", fields.collect::<Vec<_>>().join(", "))
        }
        CrmWrite::Create { kind, journey, .. } => {
            format!(
                "the {kind} that follows on the journey \"{}\"",
                spoken(journey)
            )
        }
        CrmWrite::Task { .. } => "a task".to_owned(),
    };
    let blocks = vec![
        Block::Say(format!(
            "The CRM refuses {what} for {}, and will refuse it again: {why}.",
            card.name_and_number()
        )),
        Block::Say(
            "Please look in the CRM whether that person may still own records, and whether one of \
             its own rules asks for something that is missing."
                .to_owned(),
        ),
    ];
    (format!("Refused by the CRM: {}", card.name()), blocks)
}

fn gate(
    writer: &Writer<'_>,
    card: &Card,
    (from, to): (&str, &str),
    unmet: &[String],
    mode: GateMode,
) -> (String, Vec<Block>) {
    let to_stage = to;
    let (from, to) = (writer.stage(card, from), writer.stage(card, to));
    let moved = format!("{} was moved from {from} to {to}", card.name_and_number());
    let (subject, happened, then) = match mode {
        GateMode::TurnBack => (
            format!("Turned back to {from}: {}", card.name()),
            format!("{moved}. Something is missing for that stage, so it goes back to {from}."),
            format!("To do in the CRM, before it is moved to {to} again:"),
        ),
        GateMode::Warn => (
            format!("Gate not met at {to}: {}", card.name()),
            format!("{moved}. The move stands, though something is missing for that stage."),
            "To do in the CRM:".to_owned(),
        ),
        GateMode::Observe => (
            format!("Gate not met at {to}: {}", card.name()),
            format!("{moved}. Something is missing for that stage; nothing else follows."),
            "What was missing:".to_owned(),
        ),
    };
    let points = unmet.to_vec();
    let mut blocks = vec![
        Block::Say(happened),
        Block::Say(then),
        Block::Points(points),
    ];
    if mode == GateMode::TurnBack {
        blocks.extend(exceptions::to_ask(writer, card, to_stage));
    }
    (subject, blocks)
}
