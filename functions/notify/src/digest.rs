use std::collections::{BTreeMap, BTreeSet};

use contracts::Resting;
use crm::{PersonId, RecordId};
use decisions::{
    digests::{Adherence, Count, Excepted, LONGEST_PART, News, OpenRecord, Section, Thing},
    reminders::all_said,
    shown::{advice_on_clock, advice_on_deviation, capital, excused_from, spoken},
};
use jiff::{Timestamp, civil::Date};
use model::{Digest, Part, Severity};

use crate::{
    card::Card,
    letter::{Bar, Block, Entry, Letter, More, Point, Reference, Tone, Writer},
    reminders,
    words::{counted, long_day},
};

/// The most things that are said of one record.
const MOST_OF_ONE: usize = 6;

/// Everything that a digest shows.
pub(crate) struct Shown<'a> {
    pub(crate) day: Date,
    /// Whose work it shows.
    pub(crate) people: &'a BTreeSet<PersonId>,
    /// What the reader has answered, and is not reminded of.
    pub(crate) resting: BTreeMap<&'a RecordId, Vec<&'a Resting>>,
    pub(crate) now: Timestamp,
    /// The digest's name.
    pub(crate) name: &'a str,
    pub(crate) digest: &'a Digest,
    pub(crate) sections: &'a [Section],
    pub(crate) excepted: &'a [Excepted],
    pub(crate) by_team: &'a [Count],
    pub(crate) loads: &'a [Count],
    pub(crate) adherence: &'a [Adherence],
    pub(crate) news: News<'a>,
}

/// The records that the letter names.
pub(crate) fn records(shown: &Shown<'_>) -> BTreeSet<RecordId> {
    let open = shown.sections.iter().flat_map(first_of);
    let open = open.map(|it| it.record.clone());
    let excepted = shown.excepted.iter().take(LONGEST_PART);
    let over = shown.news.over(shown.sections);
    open.chain(excepted.map(|it| it.record.clone()))
        .chain(over.into_iter().take(LONGEST_PART))
        .chain(shown.resting.keys().take(LONGEST_PART).copied().cloned())
        .collect()
}

fn first_of(section: &Section) -> impl Iterator<Item = &OpenRecord> {
    section.records.iter().take(LONGEST_PART)
}

/// The letter of a digest.
pub(crate) fn letter(writer: &Writer<'_>, shown: &Shown<'_>) -> Letter {
    let day = long_day(shown.day);
    let mut counts = Vec::new();
    for section in shown.sections {
        if !section.records.is_empty() {
            counts.push(counts_of(section.part, section.records.len()));
        }
    }
    let summary = if counts.is_empty() {
        "nothing to report".to_owned()
    } else {
        counts.join(", ")
    };
    let mut blocks = vec![Block::Say(format!("{day}: {summary}."))];
    blocks.extend(news(writer, shown).map(Block::Say));
    let parts = shown.digest.parts.iter();
    blocks.extend(parts.filter_map(|part| block(writer, shown, *part)));
    blocks.extend(reminders::resting(writer, &shown.resting, shown.now));
    blocks.extend(over(writer, shown));
    writer.letter(&format!("{day}: {summary}"), blocks)
}

fn counts_of(part: Part, count: usize) -> String {
    match part {
        Part::LateClocks => format!("{count} late"),
        Part::Deviations => format!("{count} to put right"),
        Part::DueToday => format!("{count} due today"),
        other => format!("{count} {}", spoken(other.word())),
    }
}

/// How much is new since the last one: "Since Fri 20 Nov 2026, 08:00 CET: 2 new, 1 off your list."
fn news(writer: &Writer<'_>, shown: &Shown<'_>) -> Option<String> {
    let last = shown.news.last()?;
    let records = shown.sections.iter().flat_map(|section| &section.records);
    let mut new = 0_usize;
    for it in records {
        let mut things = it.things.iter();
        if things.any(|thing| shown.news.is_new(&it.record, thing)) {
            new = new.saturating_add(1);
        }
    }
    let over = shown.news.over(shown.sections).len();
    let mut said = Vec::new();
    if new > 0 {
        said.push(format!("{new} new"));
    }
    if over > 0 {
        said.push(format!("{over} off your list"));
    }
    if said.is_empty() {
        said.push("nothing new".to_owned());
    }
    Some(format!(
        "Since {}: {}.",
        writer.moment(last),
        said.join(", ")
    ))
}

/// A part, unless it is empty.
fn block(writer: &Writer<'_>, shown: &Shown<'_>, part: Part) -> Option<Block> {
    match part {
        Part::LateClocks | Part::Deviations | Part::DueToday => {
            let mut sections = shown.sections.iter();
            let section = sections.find(|section| section.part == part)?;
            open(writer, shown, section)
        }
        Part::Exceptions => excepted(writer, shown.excepted),
        Part::DeviationsByTeam => bars("To put right, by team", shown.by_team, |_| Tone::Open),
        Part::Load => bars("Open leads in hand", shown.loads, |it| {
            match it.most.is_some_and(|most| it.count >= most) {
                true => Tone::Bad,
                false => Tone::Plain,
            }
        }),
        Part::Adherence => adherence(shown.adherence),
        // Nothing gathers these yet, and a digest must not say that there are none.
        Part::Conversion
        | Part::Unrouted
        | Part::Quarantine
        | Part::Drift
        | Part::Failures
        | Part::UnrecognisedSources
        | Part::CannotBeJudged => None,
    }
}

fn open(writer: &Writer<'_>, shown: &Shown<'_>, section: &Section) -> Option<Block> {
    if section.records.is_empty() {
        return None;
    }
    let (heading, tone) = match section.part {
        Part::LateClocks => ("Late", Tone::Bad),
        Part::Deviations => ("To put right", Tone::Open),
        _ => ("Due today", Tone::Plain),
    };
    let rest = section.records.len().saturating_sub(LONGEST_PART);
    // No command lists what is to put right.
    let all = (section.part != Part::Deviations).then_some("fairlead clocks");
    Some(Block::Part {
        heading: heading.to_owned(),
        tone,
        entries: first_of(section)
            .map(|it| entry(writer, shown, it))
            .collect(),
        more: more(writer, rest, all, writer.list(shown.name)),
    })
}

/// What is said of those that are left out: with a link to all of them, or with a command for those who have one.
fn more(writer: &Writer<'_>, rest: usize, all: Option<&str>, link: Option<String>) -> Option<More> {
    let all = all.filter(|_| writer.operates());
    let words = match (rest, all, &link) {
        (0, ..) => return None,
        (rest, Some(all), _) => format!("and {rest} more: {all}"),
        (rest, None, Some(_)) => format!("and {rest} more"),
        (rest, None, None) => format!("and {rest} more, which hurt less"),
    };
    Some(More { words, link })
}

fn entry(writer: &Writer<'_>, shown: &Shown<'_>, it: &OpenRecord) -> Entry {
    let card = writer.card(&it.record);
    let mut stands = Vec::new();
    stands.extend(card.stage.as_ref().map(|stage| at(writer, &card, stage)));
    if it.owner != *writer.to {
        stands.push(writer.name_of(&it.owner));
    }
    let mut to_do: Vec<String> = Vec::new();
    let mut points = Vec::new();
    for thing in &it.things {
        let advice = advice(writer, &it.owner, thing);
        if !to_do.contains(&advice) {
            to_do.push(advice);
        }
        points.push(point(writer, thing, shown.news.is_new(&it.record, thing)));
    }
    points.truncate(MOST_OF_ONE);
    let answers = all_said(writer.rules, &it.answers, writer.to, shown.now);
    points.extend(answers.into_iter().take(MOST_OF_ONE).map(|text| Point {
        tone: Tone::Plain,
        new: false,
        text,
    }));
    to_do.truncate(2);
    let answerable = it.things.get(..MOST_OF_ONE).unwrap_or(&it.things);
    let later = reminders::later(writer, shown.people, answerable, &card);
    let see = writer.see(&it.record);
    // Who answers has it looked at again as well.
    let see = Reference {
        again: see.again.filter(|_| later.is_none()),
        later,
        ..see
    };
    Entry {
        name: card.name(),
        stands: stands.join(" · "),
        points,
        to_do,
        see,
    }
}

/// What to do, said to whoever is to do it or of them.
fn advice(writer: &Writer<'_>, owner: &PersonId, thing: &Thing) -> String {
    let model = &writer.rules.model;
    let to_do = match thing {
        Thing::Clock { name, .. } => advice_on_clock(model, name),
        Thing::Deviation { name, .. } => advice_on_deviation(model, name),
    };
    match owner == writer.to {
        true => format!("Please {to_do}."),
        false => format!("For {}: {to_do}.", writer.name_of(owner)),
    }
}

fn point(writer: &Writer<'_>, thing: &Thing, new: bool) -> Point {
    match thing {
        Thing::Clock {
            name, due, late, ..
        } => {
            let (name, due) = (capital(&writer.clock(name)), writer.moment(*due));
            let (tone, text) = match late {
                true => (Tone::Bad, format!("{name}: late since {due}")),
                false => (Tone::Plain, format!("{name}: due {due}")),
            };
            Point { tone, new, text }
        }
        Thing::Deviation { name, open } => {
            let (name, since) = (capital(&writer.deviation(name)), writer.day(open.since));
            let by = open.resolve_by.map(|by| writer.moment(by));
            let by = by.map_or_else(String::new, |by| format!("; put right by {by}"));
            let tone = match open.severity {
                Severity::High => Tone::Bad,
                Severity::Medium => Tone::Open,
                Severity::Low => Tone::Plain,
            };
            Point {
                tone,
                new,
                text: format!("{name}: since {since}{by}"),
            }
        }
    }
}

fn excepted(writer: &Writer<'_>, all: &[Excepted]) -> Option<Block> {
    if all.is_empty() {
        return None;
    }
    let entry = |it: &Excepted| {
        let card = writer.card(&it.record);
        let from: Vec<String> = it
            .of
            .iter()
            .map(|of| excused_from(&writer.rules.model, it.record.kind, of))
            .collect();
        let why = it.reason.iter().map(|why| format!(" Why: {why}"));
        let mut stands = Vec::new();
        stands.extend(card.stage.as_ref().map(|stage| at(writer, &card, stage)));
        let others = it.owner.as_ref().filter(|owner| *owner != writer.to);
        stands.extend(others.map(|owner| writer.name_of(owner)));
        Entry {
            name: card.name(),
            stands: stands.join(" · "),
            points: vec![Point {
                tone: Tone::Plain,
                new: false,
                text: format!(
                    "Excused from {} until {}, by {}.{}",
                    from.join(", "),
                    writer.moment(it.until),
                    writer.name_of(&it.by),
                    why.collect::<String>()
                ),
            }],
            to_do: Vec::new(),
            see: writer.see(&it.record),
        }
    };
    let rest = all.len().saturating_sub(LONGEST_PART);
    Some(Block::Part {
        heading: format!(
            "Excused for a time: {}",
            counted(all.len(), "record", "records")
        ),
        tone: Tone::Plain,
        entries: all.iter().take(LONGEST_PART).map(entry).collect(),
        more: more(writer, rest, Some("fairlead exceptions"), None),
    })
}

fn bars(heading: &str, counts: &[Count], tone: impl Fn(&Count) -> Tone) -> Option<Block> {
    let longest = counts.iter().map(|it| it.most.unwrap_or(0).max(it.count));
    let longest = longest.max().filter(|longest| *longest > 0)?;
    let bar = |it: &Count| Bar {
        name: it.whose.clone(),
        said: match it.most {
            Some(most) => format!("{} of {most}", it.count),
            None => it.count.to_string(),
        },
        long: it
            .count
            .saturating_mul(100)
            .checked_div(longest)
            .unwrap_or(0),
        tone: tone(it),
    };
    Some(Block::Bars {
        heading: heading.to_owned(),
        bars: counts.iter().take(LONGEST_PART).map(bar).collect(),
    })
}

fn adherence(all: &[Adherence]) -> Option<Block> {
    let bar = |it: &Adherence| Bar {
        name: it.metric.clone(),
        said: it.said.clone(),
        long: it.percent,
        tone: if it.below { Tone::Bad } else { Tone::Plain },
    };
    (!all.is_empty()).then(|| Block::Bars {
        heading: "Numbers against their floors".to_owned(),
        bars: all.iter().take(LONGEST_PART).map(bar).collect(),
    })
}

/// What was told the last time and is open for the reader no more.
fn over(writer: &Writer<'_>, shown: &Shown<'_>) -> Option<Block> {
    let over = shown.news.over(shown.sections);
    if over.is_empty() {
        return None;
    }
    let rest = over.len().saturating_sub(LONGEST_PART);
    let mut names: Vec<String> = over
        .iter()
        .take(LONGEST_PART)
        .map(|record| writer.card(record).name())
        .collect();
    if rest > 0 {
        names.push(format!("and {rest} more"));
    }
    Some(Block::Say(format!(
        "Off your list, put right or somebody else's now: {}.",
        names.join("; ")
    )))
}

fn at(writer: &Writer<'_>, card: &Card, stage: &str) -> String {
    format!("at {}", writer.stage(card, stage))
}
