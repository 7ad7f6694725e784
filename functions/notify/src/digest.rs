use std::collections::BTreeSet;

use crm::RecordId;
use decisions::{
    digests::{Line, Section, Thing},
    shown::spoken,
};
use jiff::civil::Date;
use model::Part;

use crate::{
    letter::{Block, Entry, Letter, Writer},
    words::{counted, long_day},
};

/// The most lines of one part. Who has more open than this needs a list in the CRM, not a mail.
const LONGEST_PART: usize = 30;

/// The records that the letter names.
pub(crate) fn records(sections: &[Section]) -> BTreeSet<RecordId> {
    let lines = sections.iter().flat_map(shown_of);
    lines.map(|line| line.record.clone()).collect()
}

fn shown_of(section: &Section) -> impl Iterator<Item = &Line> {
    section.lines.iter().take(LONGEST_PART)
}

/// The letter of a digest.
pub(crate) fn letter(writer: &Writer<'_>, day: Date, sections: &[Section]) -> Letter {
    let day = long_day(day);
    let counts: Vec<String> = sections
        .iter()
        .filter(|section| !section.lines.is_empty())
        .map(|section| counts(section.part, section.lines.len()))
        .collect();
    let summary = if counts.is_empty() {
        "nothing to report".to_owned()
    } else {
        counts.join(", ")
    };
    let mut blocks = vec![Block::Say(format!("{day}: {summary}."))];
    let filled = sections.iter().filter(|section| !section.lines.is_empty());
    blocks.extend(filled.map(|section| part(writer, section)));
    writer.letter(&format!("{day}: {summary}"), blocks)
}

fn counts(part: Part, count: usize) -> String {
    match part {
        Part::LateClocks => counted(count, "late clock", "late clocks"),
        Part::Deviations => counted(count, "deviation", "deviations"),
        Part::DueToday => counted(count, "clock due today", "clocks due today"),
        other => format!("{count} {}", spoken(other.word())),
    }
}

fn part(writer: &Writer<'_>, section: &Section) -> Block {
    let heading = match section.part {
        Part::LateClocks => "Late".to_owned(),
        Part::Deviations => "Deviations".to_owned(),
        Part::DueToday => "Due today".to_owned(),
        other => spoken(other.word()),
    };
    Block::Part {
        heading,
        entries: shown_of(section).map(|line| entry(writer, line)).collect(),
        more: section.lines.len().saturating_sub(LONGEST_PART),
    }
}

fn entry(writer: &Writer<'_>, line: &Line) -> Entry {
    let card = writer.card(&line.record);
    let mut text = card.name_and_number();
    if let Some(stage) = &card.stage {
        text.push_str(&format!(", at {}", spoken(stage)));
    }
    if line.owner != *writer.to {
        text.push_str(&format!(", {}'s", writer.name_of(&line.owner)));
    }
    text.push_str(": ");
    text.push_str(&thing(writer, &line.thing));
    Entry {
        text,
        see: writer.see(&line.record),
    }
}

fn thing(writer: &Writer<'_>, thing: &Thing) -> String {
    match thing {
        Thing::Clock { name, due } => format!("{}, due {}", spoken(name), writer.moment(*due)),
        Thing::Deviation { name, open } => {
            let (name, severity) = (spoken(name), open.severity.word());
            let since = writer.moment(open.since);
            let by = open.resolve_by.map(|by| writer.moment(by));
            let by = by.map_or_else(String::new, |by| format!("; resolve by {by}"));
            format!("{name} ({severity}) since {since}{by}")
        }
    }
}
