//! Where the reader of a digest answers what it reminds them of, what rests as they have answered, and what whoever decides
//! whose a record is hears when somebody says that it is not theirs to do.

use std::collections::{BTreeMap, BTreeSet};

use contracts::{ReminderAnswered, Resting};
use crm::{PersonId, RecordId};
use decisions::{
    digests::{LONGEST_PART, Thing},
    reminders::{all_said, called},
    shown::{capital, one_line},
};
use jiff::Timestamp;

use crate::{
    card::Card,
    letter::{Block, Point, Tone, Writer},
};

/// The subject and the text.
pub(crate) fn not_mine(
    writer: &Writer<'_>,
    card: &Card,
    told: &ReminderAnswered,
) -> (String, Vec<Block>) {
    let by = writer.name_of(&told.by);
    let reason = one_line(told.answer.reason().unwrap_or_default());
    let of = told.of.iter().map(|of| capital(&called(writer.rules, of)));
    let owner = match &card.owner {
        Some(owner) if *owner == told.by => {
            "The CRM has it as theirs: please give it to whom it belongs, or tell them that it is theirs.".to_owned()
        }
        Some(owner) => format!("It is {}'s in the CRM: please settle whose this is.", writer.name_of(owner)),
        None => "Nobody owns it in the CRM: please give it to somebody.".to_owned(),
    };
    let blocks = vec![
        Block::Say(format!(
            "{by} says that this is not theirs to do, of {}: {reason}",
            card.name_and_number()
        )),
        Block::Points(of.collect()),
        Block::Say(format!(
            "{owner} They are not reminded of it for seven days, and its clocks run on."
        )),
    ];
    (format!("Not {by}'s: {}", card.name()), blocks)
}

/// Where the reader answers it: only of a record whose owner's work the digest shows, since answers stand there.
pub(crate) fn later(
    writer: &Writer<'_>,
    people: &BTreeSet<PersonId>,
    things: &[Thing],
    card: &Card,
) -> Option<String> {
    card.owner
        .as_ref()
        .filter(|owner| people.contains(*owner))?;
    let of = things.iter().map(Thing::reminder);
    writer.later(&card.id, of.collect())
}

/// What the reader has answered: they are not reminded of it, and see that it is not forgotten.
pub(crate) fn resting(
    writer: &Writer<'_>,
    resting: &BTreeMap<&RecordId, Vec<&Resting>>,
    now: Timestamp,
) -> Option<Block> {
    if resting.is_empty() {
        return None;
    }
    let rest = resting.len().saturating_sub(LONGEST_PART);
    let first = resting.iter().take(LONGEST_PART);
    let mut points: Vec<Point> = first
        .map(|(record, answers)| {
            let name = writer.card(record).name();
            let said = all_said(writer.rules, answers.iter().copied(), writer.to, now);
            Point {
                tone: Tone::Plain,
                new: false,
                text: format!("{name}. {}.", said.join(". ")),
            }
        })
        .collect();
    if rest > 0 {
        points.push(Point {
            tone: Tone::Plain,
            new: false,
            text: format!("and {rest} more"),
        });
    }
    Some(Block::List {
        heading: "Resting, as you have answered".to_owned(),
        tone: Tone::Plain,
        points,
    })
}
