//! More moves of one person did not meet a gate than the model turns back or warns of.

use contracts::state::Hold;
use crm::PersonId;
use model::GateMode;

use crate::{
    card::Card,
    letter::{Block, Writer},
};

/// The subject and the text of moves that are held; with where the reader answers, if they may.
pub(crate) fn begun(
    writer: &Writer<'_>,
    card: &Card,
    (of, limit): (&PersonId, &str),
    mode: GateMode,
    answer: Option<Block>,
) -> (String, Vec<Block>) {
    let (whose, limit) = (whose(writer, of), limit.replace(" in ", " within "));
    if mode != GateMode::TurnBack {
        let said = format!(
            "Of {whose}, more than {limit} did not meet the gates, lately {}. They stand, and no single mail is \
             sent about those that follow until they become fewer; the deviations name them.",
            card.name_and_number()
        );
        return (
            format!("Many {whose} do not meet the gates"),
            vec![Block::Say(said)],
        );
    }
    let said = format!(
        "Of {whose}, {limit} did not meet the gates and were turned back, as many as the operating model allows. \
         Those that follow are held, {} first: they stay in the CRM as they are, count as not made, and nothing \
         more is written or mailed about each.",
        card.name_and_number()
    );
    let meant = match answer {
        Some(_) => {
            "Was it meant? Then let them stand, behind the link below. If not, have them turned back"
        }
        None => "Was it meant? Then whoever may lets them stand. If not, they are turned back",
    };
    let question = format!(
        "{meant}, so many at a time as the model allows. What meets its gate meanwhile passes, and what is moved \
         back by hand is settled."
    );
    let ways = vec![
        format!("let them stand: fairlead holds {of} --let-stand --by YOU"),
        format!("turn them back: fairlead holds {of} --turn-back --by YOU"),
        "see what is held: fairlead holds".to_owned(),
    ];
    let mut blocks = vec![Block::Say(said), Block::Say(question)];
    if writer.operates() {
        blocks.push(Block::Points(ways));
    } else if answer.is_none() {
        let ask = writer.operators();
        blocks.push(Block::Say(format!("Please tell {}.", ask.join(" or "))));
    }
    blocks.extend(answer);
    (format!("Held: {whose}"), blocks)
}

pub(crate) fn ended(writer: &Writer<'_>, of: &PersonId, hold: &Hold) -> (String, Vec<Block>) {
    let whose = whose(writer, of);
    let mut became = Vec::new();
    for (count, what) in [
        (
            hold.turned_back,
            "turned back, each with a task where the model asks for one",
        ),
        (hold.let_stand, "let stand"),
        (
            hold.settled,
            "settled without: what was missing came, they were moved again, or are gone",
        ),
    ] {
        if count > 0 {
            became.push(format!("{count} {what}"));
        }
    }
    let answered = hold.answer.as_ref().map(|answer| {
        let (who, at) = (writer.name_of(&answer.by), writer.moment(answer.at));
        format!(" {who} answered {at}.")
    });
    let said = format!(
        "Nothing is held any more of {whose}. {} had been, since {}.{}",
        hold.moves,
        writer.moment(hold.since),
        answered.unwrap_or_default()
    );
    let blocks = vec![Block::Say(said), Block::Points(became)];
    (format!("No longer held: {whose}"), blocks)
}

fn whose(writer: &Writer<'_>, of: &PersonId) -> String {
    if of == writer.to {
        "moves of yours".to_owned()
    } else if writer.rules.model.people.contains_key(of) {
        format!("moves of {}", writer.name_of(of))
    } else {
        format!("moves of whoever the CRM calls {of}")
    }
}
