//! More moves of one person did not meet a gate than the model turns back or warns of.

use contracts::state::{Hold, Rounds};
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
    let blocks = asked(writer, said, of, answer);
    (format!("Held: {whose}"), blocks)
}

/// The subject and the text of one move that was turned back too often in a row, and is held now.
pub(crate) fn in_a_row(
    writer: &Writer<'_>,
    card: &Card,
    (of, rounds): (&PersonId, &Rounds),
    answer: Option<Block>,
) -> (String, Vec<Block>) {
    let (name, stage) = (card.name_and_number(), writer.stage(card, &rounds.to));
    let by = match of {
        of if of == writer.to => "by you".to_owned(),
        of if writer.rules.model.people.contains_key(of) => format!("by {}", writer.name_of(of)),
        of => format!("by whoever the CRM calls {of}"),
    };
    let times = match rounds.times {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        times => format!("{times} times"),
    };
    let said = format!(
        "{name} was turned back {times} in a row from {stage}, since it did not meet the gate, and was moved there \
         again, {by}. Now the move is held: the record stays in the CRM as it is, it counts as not made, and nothing \
         more is written. An answer is for every move of theirs that is held."
    );
    let blocks = asked(writer, said, of, answer);
    (format!("Held at {stage}: {name}"), blocks)
}

/// What is said, and what can be done about it.
fn asked(writer: &Writer<'_>, said: String, of: &PersonId, answer: Option<Block>) -> Vec<Block> {
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
    blocks
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
