//! Records of somebody who has left are still theirs, and whoever is asked says whose they are to be.

use contracts::RecordsLeft;
use crm::{PersonId, RecordId};
use decisions::{Rules, said_gone, shown::name_of};
use jiff::civil::Date;

use crate::letter::{Block, Entry, Letter, More, Tone, Writer};

/// How many records one mail names; the CRM shows the others.
const MOST_NAMED: usize = 50;

/// The mail that lists records of somebody who has left.
pub(crate) fn letter(writer: &Writer<'_>, it: &RecordsLeft) -> Letter {
    let name = writer.name_of(&it.of);
    let (count, are) = match it.records.len() {
        1 => ("1 open record".to_owned(), "is"),
        many => (format!("{many} open records"), "are"),
    };
    let left = said_left(writer.rules, (&it.of, &name), it.left);
    let said = format!(
        "{left}, and {count} {are} still theirs in the CRM. Nobody works on them until they are somebody else's, \
         and what would have been told to {name} is told to you."
    );
    let to_do = "Please name another owner in the CRM for each of them.".to_owned();
    let rest = it.records.len().saturating_sub(MOST_NAMED);
    let part = Block::Part {
        heading: format!("Of {name}"),
        tone: Tone::Open,
        entries: it
            .records
            .iter()
            .take(MOST_NAMED)
            .map(|id| entry(writer, id))
            .collect(),
        more: (rest > 0).then(|| More {
            words: format!("and {rest} more; the CRM shows them by their owner, {name}"),
            link: None,
        }),
    };
    let blocks = vec![Block::Say(said), Block::Say(to_do), part];
    writer.letter(&format!("Whose are they to be: {count} of {name}"), blocks)
}

fn entry(writer: &Writer<'_>, record: &RecordId) -> Entry {
    let card = writer.card(record);
    let stage = card.stage.as_ref();
    Entry {
        name: card.name(),
        stands: stage.map_or_else(String::new, |stage| writer.stage(&card, stage)),
        points: Vec::new(),
        to_do: Vec::new(),
        see: writer.see(record),
    }
}

/// That a mail was meant for somebody who has left.
pub(crate) fn meant_for(rules: &Rules, person: &PersonId, left: Date) -> Block {
    let name = name_of(&rules.model, person);
    let left = said_left(rules, (person, &name), left);
    Block::Say(format!(
        "This was meant for {name}. {left}, so it comes to you."
    ))
}

/// That somebody has left, by their name in full.
fn said_left(rules: &Rules, (person, name): (&PersonId, &str), left: Date) -> String {
    said_gone(rules, person, left).replacen(person.as_str(), name, 1)
}
