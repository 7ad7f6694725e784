use std::collections::BTreeMap;

use contracts::state::{Exception, MetricState, MinutesState, Stood};
use crm::RecordId;
use decisions::{
    reviews::{self, Deviations, actions, attendees, changes},
    shown::{capital, excused_from, spoken},
};
use jiff::{Timestamp, civil::Date};
use model::{AgendaItem, Review};

use crate::{
    letter::{Block, Letter, Point, Tone, Writer},
    words::{counted, long_day},
};

/// How many records, decisions or changes one part names.
pub(crate) const MOST: usize = 10;

/// Everything that a pack shows.
pub(crate) struct Pack<'a> {
    /// The review's name.
    pub(crate) name: &'a str,
    pub(crate) review: &'a Review,
    pub(crate) day: Date,
    pub(crate) at: Timestamp,
    /// How things stood when the pack before went out, if there was one.
    pub(crate) before: Option<&'a Stood>,
    pub(crate) minutes: &'a MinutesState,
    pub(crate) metrics: &'a BTreeMap<String, MetricState>,
    pub(crate) deviations: Deviations,
    pub(crate) excepted: Vec<(&'a RecordId, &'a Exception)>,
}

/// The letter of a pack.
pub(crate) fn letter(writer: &Writer<'_>, pack: &Pack<'_>) -> Letter {
    let (day, name) = (long_day(pack.day), capital(&spoken(pack.name)));
    let open = actions(writer.rules, pack.minutes, pack.at);
    let late = open.iter().filter(|it| it.late).count();
    let mut summary = counted(open.len(), "action not done", "actions not done");
    if late > 0 {
        summary = format!("{summary}, {late} late");
    }
    let mut blocks = vec![Block::Say(format!("{name}, {day}: {summary}."))];
    blocks.push(Block::Say(about(writer, pack)));
    let agenda = pack.review.agenda.iter();
    blocks.extend(agenda.map(|item| block(writer, pack, *item)));
    blocks.extend(rights(writer, pack));
    blocks.push(Block::Say(minutes_are_kept_by(writer, pack)));
    writer.letter(&format!("{name}, {day}: {summary}"), blocks)
}

/// Who is in it, and with what it is compared.
fn about(writer: &Writer<'_>, pack: &Pack<'_>) -> String {
    let chair = writer.name_of(&pack.review.chair);
    let others = attendees(writer.rules, pack.review, pack.at).into_iter();
    let others = others.filter(|it| *it != pack.review.chair);
    let others: Vec<String> = others.map(|it| writer.name_of(&it)).collect();
    let with = match others.as_slice() {
        [] => String::new(),
        some => format!(", with {}", some.join(", ")),
    };
    let compared = match pack.before {
        Some(before) => format!("What has changed is told since {}.", writer.moment(before.told.at)),
        None => "It is the first one of which a pack goes out, so nothing is said yet of what has changed.".to_owned(),
    };
    format!("Led by {chair}{with}. {compared}")
}

fn block(writer: &Writer<'_>, pack: &Pack<'_>, item: AgendaItem) -> Block {
    let (heading, none, points) = match item {
        AgendaItem::Actions => (
            "To be done",
            "Every action is done.",
            to_be_done(writer, pack),
        ),
        AgendaItem::Decisions => (
            "Decided since the last time",
            "Nothing was recorded as decided.",
            decided(writer, pack),
        ),
        AgendaItem::Metrics => (
            "Numbers",
            "The model has no metric to show.",
            numbers(writer, pack),
        ),
        AgendaItem::Deviations => ("Deviations", "None is open.", deviations(writer, pack)),
        AgendaItem::Exceptions => (
            "Excused since the last time",
            "No exception was granted that counts still.",
            excepted(writer, pack),
        ),
        AgendaItem::Changes => (
            "Changed in the operating model",
            "Nothing is defined otherwise.",
            changed(writer, pack),
        ),
    };
    let points = match points.is_empty() {
        true => vec![plain(none.to_owned())],
        false => points,
    };
    Block::List {
        heading: heading.to_owned(),
        tone: Tone::Plain,
        points,
    }
}

const fn plain(text: String) -> Point {
    Point {
        tone: Tone::Plain,
        new: false,
        text,
    }
}

/// Actions are never cut: what is not shown would be forgotten.
fn to_be_done(writer: &Writer<'_>, pack: &Pack<'_>) -> Vec<Point> {
    let before = pack.before.map(|before| &before.actions);
    let open = actions(writer.rules, pack.minutes, pack.at).into_iter();
    let points = open.map(|it| {
        let late = if it.late { ": late" } else { "" };
        let due = it.due.strftime("%a %-d %b %Y");
        Point {
            tone: if it.late { Tone::Bad } else { Tone::Plain },
            new: before.is_some_and(|before| !before.contains(&it.number)),
            text: format!(
                "{}. {} · {}, due {due}{late}",
                it.number,
                it.what,
                writer.name_of(&it.owner)
            ),
        }
    });
    points.collect()
}

fn decided(writer: &Writer<'_>, pack: &Pack<'_>) -> Vec<Point> {
    let since = pack.before.map(|before| before.told.at);
    let all = pack.minutes.decided.iter();
    let new = all.filter(|it| since.is_none_or(|since| since <= it.at) && it.at <= pack.at);
    let mut points: Vec<Point> = new
        .map(|it| {
            let right = it
                .right
                .iter()
                .map(|right| format!(" by the right {}", spoken(right)));
            plain(format!(
                "{}, {}{}: {}",
                writer.day(it.at),
                writer.name_of(&it.by),
                right.collect::<String>(),
                it.what
            ))
        })
        .collect();
    // Of many the last ones.
    points.drain(..points.len().saturating_sub(2 * MOST));
    points
}

fn numbers(writer: &Writer<'_>, pack: &Pack<'_>) -> Vec<Point> {
    let lines = reviews::metrics(
        writer.rules,
        pack.review,
        pack.metrics,
        pack.before,
        pack.at,
    );
    let points = lines.into_iter().map(|it| Point {
        tone: if it.below { Tone::Bad } else { Tone::Plain },
        new: false,
        text: format!(
            "{} ({}): {}",
            capital(&it.metric),
            writer.name_of(&it.owner),
            it.said()
        ),
    });
    points.collect()
}

fn deviations(writer: &Writer<'_>, pack: &Pack<'_>) -> Vec<Point> {
    let of = &pack.deviations;
    let mut points = Vec::new();
    if of.open > 0 {
        let each = of.by_name.iter().take(MOST);
        let each: Vec<String> = each
            .map(|(name, count)| format!("{count} {}", writer.deviation(name)))
            .collect();
        let text = format!("{} open: {}", of.open, each.join(", "));
        points.push(Point {
            tone: Tone::Open,
            new: false,
            text,
        });
    }
    for (word, moved) in [
        ("opened", &of.opened),
        ("resolved, or of a record that is closed", &of.resolved),
    ] {
        if moved.is_empty() {
            continue;
        }
        let named = moved.iter().take(MOST);
        let mut named: Vec<String> = named
            .map(|(record, name)| {
                format!(
                    "{} ({})",
                    writer.card(record).name(),
                    writer.deviation(name)
                )
            })
            .collect();
        let rest = moved.len().saturating_sub(MOST);
        if rest > 0 {
            named.push(format!("and {rest} more"));
        }
        points.push(plain(format!(
            "{} {word}: {}",
            moved.len(),
            named.join("; ")
        )));
    }
    points
}

fn excepted(writer: &Writer<'_>, pack: &Pack<'_>) -> Vec<Point> {
    let shown = pack.excepted.iter().take(MOST);
    let mut points: Vec<Point> = shown
        .map(|(record, it)| {
            let from = it
                .of()
                .map(|of| excused_from(&writer.rules.model, record.kind, of));
            let from: Vec<String> = from.collect();
            let why = it.reason.iter().map(|why| format!(" Why: {why}"));
            plain(format!(
                "{}: excused from {} until {}, by {}.{}",
                writer.card(record).name(),
                from.join(", "),
                writer.moment(it.until),
                writer.name_of(&it.by),
                why.collect::<String>()
            ))
        })
        .collect();
    let rest = pack.excepted.len().saturating_sub(MOST);
    if rest > 0 {
        points.push(plain(format!("and {rest} more")));
    }
    points
}

fn changed(writer: &Writer<'_>, pack: &Pack<'_>) -> Vec<Point> {
    let Some(all) = changes(&writer.rules.model, pack.before) else {
        return vec![plain(
            "It is not known what the model said before.".to_owned(),
        )];
    };
    let rest = all.len().saturating_sub(2 * MOST);
    let mut points: Vec<Point> = all.into_iter().take(2 * MOST).map(plain).collect();
    if rest > 0 {
        points.push(plain(format!("and {rest} more")));
    }
    points
}

/// Who may decide by which right.
fn rights(writer: &Writer<'_>, pack: &Pack<'_>) -> Option<Block> {
    let named = pack.review.decides.iter().filter_map(|name| {
        let right = writer.rules.model.decision_rights.get(name)?;
        let people = right.people.iter().map(|it| writer.name_of(it));
        let people: Vec<String> = people.collect();
        Some(plain(format!(
            "{}: {}",
            capital(&spoken(name)),
            people.join(", ")
        )))
    });
    let points: Vec<Point> = named.collect();
    (!points.is_empty()).then(|| Block::List {
        heading: "Who may decide".to_owned(),
        tone: Tone::Plain,
        points,
    })
}

fn minutes_are_kept_by(writer: &Writer<'_>, pack: &Pack<'_>) -> String {
    if writer.operates() {
        return format!(
            "Record what is decided with `fairlead review {} --decide`, what is to be done with --action and what is done with \
             --done.",
            pack.name
        );
    }
    format!(
        "Tell {} what is decided, what is to be done and what is done by now: they record it.",
        writer.operators().join(" or ")
    )
}
