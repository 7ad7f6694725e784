//! What is told of a record that passes to another team: to whoever is to take it over, to whoever gave it, and to
//! whoever is asked what becomes of it.

use contracts::NotTakenOver;
use crm::{ActivityKind, PersonId};
use decisions::shown::spoken;
use model::{HandOff, Upon};

use crate::{
    card::Card,
    letter::{Block, Writer},
};

/// Who hands a record to whom.
pub(crate) struct Between<'a> {
    pub(crate) stage: &'a str,
    pub(crate) team: &'a str,
    pub(crate) from: Option<&'a PersonId>,
    pub(crate) to: &'a PersonId,
}

/// The subject and the text of a record that was handed over; with where the reader answers, if this mail says it.
pub(crate) fn made(
    writer: &Writer<'_>,
    card: &Card,
    between: &Between<'_>,
    due: &str,
    answer: Option<Block>,
) -> (String, Vec<Block>) {
    let (what, team) = (card.name_and_number(), spoken(between.team));
    let known = writer.rules.model.stage(card.id.kind, between.stage);
    let hand_off = known.and_then(|(_, stage)| stage.hand_off.as_ref());
    let mut blocks = Vec::new();
    let mut say = |text: String| blocks.push(Block::Say(text));
    if writer.to != between.to {
        say(format!(
            "{what} has entered the stage \"{}\", and {} of {team} is to take it over by {due}.",
            writer.stage(card, between.stage),
            writer.name_of(between.to)
        ));
        say(
            "There is nothing more for you to do. You hear of it again if it is refused, or if nobody takes it over \
             in time."
                .to_owned(),
        );
        return (format!("Handed over: {}", card.name()), blocks);
    }
    let from = between.from.filter(|from| *from != between.to);
    let from = from.map(|from| format!(" from {}", writer.name_of(from)));
    say(format!(
        "{what} comes{} to {team}, since it has entered the stage \"{}\". Please take it over by {due}.",
        from.unwrap_or_default(),
        writer.stage(card, between.stage)
    ));
    let refusal = match answer.is_some() {
        true => "If you cannot take it, refuse it there, and say why.".to_owned(),
        false => {
            let command = command(writer, card, "--refuse --reason \"…\"");
            format!("If you cannot take it: `{command}`.")
        }
    };
    say(format!(
        "It is taken over {}. {refusal}",
        ways(writer, card, hand_off, answer.is_some())
    ));
    if !card.carried.is_empty() {
        say("What goes along:".to_owned());
        blocks.push(Block::Points(card.carried.clone()));
    }
    blocks.extend(answer);
    (format!("To take over: {}", card.name()), blocks)
}

/// The subject and the text of a record that was not taken over.
pub(crate) fn not_taken_over(
    writer: &Writer<'_>,
    card: &Card,
    it: &NotTakenOver,
) -> (String, Vec<Block>) {
    let (what, team, stage) = (
        card.name_and_number(),
        spoken(&it.team),
        writer.stage(card, &it.stage),
    );
    let mut blocks = Vec::new();
    let mut say = |text: String| blocks.push(Block::Say(text));
    let subject = match &it.refused {
        Some((by, reason)) => {
            let by = writer.name_of(by);
            say(format!(
                "{by} refuses {what}, which {team} was to take over at the stage \"{stage}\": {reason}"
            ));
            format!("Refused: {}", card.name())
        }
        None => {
            let due = writer.moment(it.due);
            let to = writer.name_of(&it.to);
            say(format!(
                "Nobody of {team} has taken over {what} at the stage \"{stage}\". It was {to}'s to take over by {due}."
            ));
            format!("Not taken over: {}", card.name())
        }
    };
    if let Some(to) = &it.move_to {
        say(format!(
            "It moves to the stage \"{}\".",
            writer.stage(card, to)
        ));
    } else if it.asked.contains(writer.to) {
        say("Please decide what becomes of it.".to_owned());
    } else {
        let asked: Vec<String> = it.asked.iter().map(|it| writer.name_of(it)).collect();
        say(format!(
            "{} was asked what becomes of it.",
            asked.join(" and ")
        ));
    }
    if !it.unmet.is_empty() {
        say("It was to be moved, and the gate does not let it:".to_owned());
        blocks.push(Block::Points(it.unmet.clone()));
    }
    (subject, blocks)
}

/// How it is taken over.
fn ways(writer: &Writer<'_>, card: &Card, hand_off: Option<&HandOff>, linked: bool) -> String {
    let said = match linked {
        true => "behind the link below".to_owned(),
        false => format!("by `{}`", command(writer, card, "--accept")),
    };
    let accept = hand_off.and_then(|it| it.accept.as_ref());
    match accept.map(|meet| (&meet.upon, &meet.kinds)) {
        Some((Upon::ActivityLogged, kinds)) if !kinds.is_empty() => {
            let kinds = ActivityKind::any_of(kinds.iter().copied());
            format!("by {kinds} of your team, once it is logged in the CRM, or {said}")
        }
        Some((Upon::ActivityLogged, _)) => format!(
            "by a call, mail, meeting or note of your team, once it is logged in the CRM, or {said}"
        ),
        _ => said,
    }
}

fn command(writer: &Writer<'_>, card: &Card, answer: &str) -> String {
    let record = writer.rules.model.name_of(&card.id);
    format!("fairlead hand-off {record} {answer} --by {}", writer.to)
}
