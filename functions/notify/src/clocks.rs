//! What is told of a clock that runs or has run out, and how it is met.

use crm::ActivityKind;
use decisions::shown::{spoken, stage_label};
use model::{Meet, Upon};

use crate::{
    card::Card,
    letter::{Block, Writer},
};

/// The subject and the text of a clock that is soon due.
pub(crate) fn warning(
    writer: &Writer<'_>,
    card: &Card,
    clock: &str,
    due: &str,
) -> (String, Vec<Block>) {
    let name = writer.clock(clock);
    let mut blocks = vec![Block::Say(format!(
        "The clock \"{name}\" is running on {}. It is due {due}.",
        card.name_and_number()
    ))];
    blocks.extend(how_to_meet(writer, clock));
    (format!("Soon due: {name}, {}", card.name()), blocks)
}

/// The subject and the text of a clock that ran out.
pub(crate) fn late(
    writer: &Writer<'_>,
    card: &Card,
    clock: &str,
    due: &str,
    step: u32,
) -> (String, Vec<Block>) {
    let name = writer.clock(clock);
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

/// What ends the clock, if the model still has it.
fn how_to_meet(writer: &Writer<'_>, clock: &str) -> Option<Block> {
    let ways = ways(writer, clock).map(|meet| met_by(writer, clock, meet));
    let ways: Vec<String> = ways.collect();
    (!ways.is_empty()).then(|| Block::Say(format!("The clock is met {}.", ways.join(", or "))))
}

fn ways<'w>(writer: &Writer<'w>, clock: &str) -> impl Iterator<Item = &'w Meet> {
    let terms = writer.rules.model.clocks.get(clock).into_iter();
    terms.flat_map(|terms| [&terms.meet].into_iter().chain(&terms.or_meet))
}

fn met_by(writer: &Writer<'_>, clock: &str, meet: &Meet) -> String {
    let owner = if meet.by_owner { " by the owner" } else { "" };
    match &meet.upon {
        Upon::ActivityLogged if !meet.kinds.is_empty() => {
            let kinds = ActivityKind::any_of(meet.kinds.iter().copied());
            format!("by {kinds}{owner}, once it is logged in the CRM")
        }
        Upon::ActivityLogged => {
            let who = if meet.by_owner { "the owner's" } else { "any" };
            format!("by {who} call, mail, meeting or note, once it is logged in the CRM")
        }
        Upon::HandOffAccepted => "once somebody of the team says that they take it over".to_owned(),
        Upon::Routed => "when the lead gets an owner".to_owned(),
        Upon::StageEntered(stage) => {
            format!(
                "when it is moved{owner} to the stage \"{}\"",
                stage_of(writer, clock, stage)
            )
        }
        Upon::StageLeft(stage) => {
            format!(
                "when it is moved{owner} out of the stage \"{}\"",
                stage_of(writer, clock, stage)
            )
        }
        Upon::FieldChanged(field) => {
            format!("when \"{}\" is changed", writer.field(&field.to_string()))
        }
    }
}

/// A stage of the kind of record that a clock is of.
fn stage_of(writer: &Writer<'_>, clock: &str, stage: &str) -> String {
    let model = &writer.rules.model;
    let known = model.clocks.get(clock);
    known.map_or_else(
        || spoken(stage),
        |terms| stage_label(model, terms.record, stage),
    )
}

/// Whether a contact with the customer meets it, or nothing is known of it any more.
fn met_by_contact(writer: &Writer<'_>, clock: &str) -> bool {
    let ways: Vec<&Meet> = ways(writer, clock).collect();
    ways.is_empty() || ways.iter().any(|meet| meet.upon == Upon::ActivityLogged)
}
