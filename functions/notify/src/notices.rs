use contracts::{CrmWrite, Notice};
use crm::RecordId;
use decisions::shown::spoken;
use model::{GateMode, Meet, Upon};

use crate::{
    approvals,
    card::Card,
    hand_offs::{self, Between},
    held,
    letter::{Block, Letter, Writer},
    steps::{self, Does},
};

/// What lead-routing calls the rule of a lead that had its owner before.
const ALREADY_OWNED: &str = "already_owned";

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
        Notice::StageReached { .. } => "stage reached",
        Notice::NotJudged { .. } => "not judged",
        Notice::DeviationStep { .. } => "step of a deviation",
    }
}

/// The letter of a notice about a record.
pub(crate) fn letter(writer: &Writer<'_>, record: &RecordId, notice: &Notice) -> Letter {
    let card = writer.card(record);
    let (subject, mut blocks) = match notice {
        Notice::LeadAssigned { rule, respond_by } => {
            let by = respond_by.map(|at| writer.moment(at));
            assigned(&card, rule, by.as_deref())
        }
        Notice::LeadReassigned {
            from,
            clock,
            respond_by,
        } => {
            let by = respond_by.map(|at| writer.moment(at));
            reassigned(&card, &writer.name_of(from), clock, by.as_deref())
        }
        Notice::LeadTakenBack { to, clock } => taken_back(&card, &writer.name_of(to), clock),
        Notice::LeadMoved { to, upon } => moved(&card, &writer.name_of(to), upon),
        Notice::ClockWarning { clock, due } => warning(writer, &card, clock, &writer.moment(*due)),
        Notice::ClockLate { clock, due, step } => {
            late(writer, &card, clock, &writer.moment(*due), *step)
        }
        Notice::CrmRefused { write, why } => crm_refused(writer, &card, write, why),
        Notice::GateNotMet {
            from,
            to,
            unmet,
            mode,
        } => gate(&card, from, to, unmet, *mode),
        Notice::MovesHeld { of, limit, mode } => {
            let (subject, mut blocks) = held::begun(writer, &card, (of, limit.as_str()), *mode);
            if *mode == GateMode::TurnBack {
                blocks.extend(approvals::held(writer, record, of));
            }
            (subject, blocks)
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
            let (subject, mut blocks) =
                hand_offs::made(writer, &card, &between, &writer.moment(*due));
            if writer.to == to && *instance > 0 {
                blocks.extend(approvals::take_over(writer, record, (stage, *instance)));
            }
            (subject, blocks)
        }
        Notice::NotTakenOver(it) => hand_offs::not_taken_over(writer, &card, it),
        Notice::ApprovalAsked {
            approval,
            run,
            late,
        } => approvals::asked(writer, &card, (approval, *run), *late),
        Notice::ApprovalAnswered {
            approval,
            by,
            given,
            reason,
        } => approvals::answered(writer, &card, (approval, by), *given, reason.as_deref()),
        Notice::StageReached { stage, left } => stage_reached(&card, stage, *left),
        Notice::NotJudged { what } => not_judged(&card, what),
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
    writer.letter(&subject, blocks)
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

fn stage_reached(card: &Card, stage: &str, left: bool) -> (String, Vec<Block>) {
    let stage = spoken(stage);
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

fn assigned(card: &Card, rule: &str, by: Option<&str>) -> (String, Vec<Block>) {
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
    } else {
        format!("It came to you by the routing rule \"{}\".", spoken(rule))
    }));
    (format!("New {kind}: {}", card.name()), blocks)
}

fn reassigned(card: &Card, from: &str, clock: &str, by: Option<&str>) -> (String, Vec<Block>) {
    let kind = card.id.kind;
    let mut blocks = vec![Block::Say(format!(
        "A {kind} that was {from}'s is yours now: {}. The clock \"{}\" had run out on it.",
        card.name_and_number(),
        spoken(clock)
    ))];
    blocks.push(Block::Say(match by {
        Some(by) => format!("Please get in touch by {by}."),
        None => "Please get in touch now.".to_owned(),
    }));
    (format!("Now yours: {}", card.name()), blocks)
}

fn taken_back(card: &Card, to: &str, clock: &str) -> (String, Vec<Block>) {
    let blocks = vec![
        Block::Say(format!(
            "The clock \"{}\" had run out on {}, so it is {to}'s now. There is nothing more for \
             you to do.",
            spoken(clock),
            card.name_and_number()
        )),
        Block::Say(format!(
            "If you have been in touch all the same, please tell {to} and log it in the CRM."
        )),
    ];
    (format!("Now {to}'s: {}", card.name()), blocks)
}

fn moved(card: &Card, to: &str, upon: &str) -> (String, Vec<Block>) {
    let why = match upon.split_once(' ') {
        Some(("stage.entered", stage)) => format!("it has entered the stage \"{}\"", spoken(stage)),
        Some((_, field)) => format!("\"{}\" has changed", spoken(&field.replace('.', "_"))),
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

fn warning(writer: &Writer<'_>, card: &Card, clock: &str, due: &str) -> (String, Vec<Block>) {
    let name = spoken(clock);
    let mut blocks = vec![Block::Say(format!(
        "The clock \"{name}\" is running on {}. It is due {due}.",
        card.name_and_number()
    ))];
    blocks.extend(how_to_meet(writer, clock));
    (format!("Soon due: {name}, {}", card.name()), blocks)
}

fn late(
    writer: &Writer<'_>,
    card: &Card,
    clock: &str,
    due: &str,
    step: u32,
) -> (String, Vec<Block>) {
    let name = spoken(clock);
    let what = card.name_and_number();
    let mut blocks = vec![Block::Say(format!(
        "The clock \"{name}\" has run out on {what}. It was due {due}."
    ))];
    let (done, gets_done, does) = if met_by_contact(writer, clock) {
        ("get in touch", "somebody gets in touch", "gets in touch")
    } else {
        ("see to it", "it is done", "sees to it")
    };
    blocks.push(Block::Say(match &card.owner {
        Some(owner) if owner == writer.to => format!("Please {done} now."),
        Some(owner) => format!(
            "It is {}'s, and you hear of it as step {step} of the escalation. Please see to it \
             together that {gets_done} now.",
            writer.name_of(owner)
        ),
        None => format!("It has no owner now. Please give it one who {does} at once."),
    }));
    blocks.extend(how_to_meet(writer, clock));
    (format!("Late: {name}, {}", card.name()), blocks)
}

fn crm_refused(
    writer: &Writer<'_>,
    card: &Card,
    write: &CrmWrite,
    why: &str,
) -> (String, Vec<Block>) {
    let what = match write {
        CrmWrite::Owner { to, .. } => format!("the owner {}", writer.name_of(to)),
        CrmWrite::Stage { to, .. } => format!("the stage {}", spoken(to)),
        CrmWrite::Fields { set } => {
            let fields = set.iter().map(|it| spoken(&it.field).to_string());
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

/// What ends the clock, if the model still has it.
fn how_to_meet(writer: &Writer<'_>, clock: &str) -> Option<Block> {
    let ways = ways(writer, clock).map(met_by);
    let ways: Vec<String> = ways.collect();
    (!ways.is_empty()).then(|| Block::Say(format!("The clock is met {}.", ways.join(", or "))))
}

fn ways<'w>(writer: &Writer<'w>, clock: &str) -> impl Iterator<Item = &'w Meet> {
    let terms = writer.rules.model.clocks.get(clock).into_iter();
    terms.flat_map(|terms| [&terms.meet].into_iter().chain(&terms.or_meet))
}

fn met_by(meet: &Meet) -> String {
    let owner = if meet.by_owner { " by the owner" } else { "" };
    match &meet.upon {
        Upon::ActivityLogged => {
            let who = if meet.by_owner { "the owner's" } else { "any" };
            format!("by {who} call, mail, meeting or note, once it is logged in the CRM")
        }
        Upon::HandOffAccepted => "once somebody of the team says that they take it over".to_owned(),
        Upon::Routed => "when the lead gets an owner".to_owned(),
        Upon::StageEntered(stage) => {
            format!("when it is moved{owner} to the stage \"{}\"", spoken(stage))
        }
        Upon::StageLeft(stage) => {
            format!(
                "when it is moved{owner} out of the stage \"{}\"",
                spoken(stage)
            )
        }
        Upon::FieldChanged(field) => {
            format!(
                "when \"{}\" is changed",
                spoken(&field.to_string().replace('.', "_"))
            )
        }
    }
}

/// Whether a contact with the customer meets it, or nothing is known of it any more.
fn met_by_contact(writer: &Writer<'_>, clock: &str) -> bool {
    let ways: Vec<&Meet> = ways(writer, clock).collect();
    ways.is_empty() || ways.iter().any(|meet| meet.upon == Upon::ActivityLogged)
}

fn gate(
    card: &Card,
    from: &str,
    to: &str,
    unmet: &[String],
    mode: GateMode,
) -> (String, Vec<Block>) {
    let (from, to) = (spoken(from), spoken(to));
    let moved = format!("{} was moved from {from} to {to}", card.name_and_number());
    let (subject, happened, then) = match mode {
        GateMode::TurnBack => (
            format!("Turned back to {from}: {}", card.name()),
            format!("{moved}. It does not meet the gate yet, so it goes back to {from}."),
            format!("Fix this in the CRM, then move it to {to} again:"),
        ),
        GateMode::Warn => (
            format!("Gate not met at {to}: {}", card.name()),
            format!("{moved}. The move stands, though the gate is not met."),
            "Please fix this in the CRM:".to_owned(),
        ),
        GateMode::Observe => (
            format!("Gate not met at {to}: {}", card.name()),
            format!("{moved}. The gate is not met; nothing else follows."),
            "What was missing:".to_owned(),
        ),
    };
    let points = unmet.to_vec();
    let blocks = vec![
        Block::Say(happened),
        Block::Say(then),
        Block::Points(points),
    ];
    (subject, blocks)
}
