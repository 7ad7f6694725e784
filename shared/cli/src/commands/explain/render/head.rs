use contracts::{
    Subject,
    state::{Clock, ClockStatus, RoutingState, RoutingStatus},
};

use super::{
    page::{Page, Row, Span, Style},
    reader::Reader,
};
use crate::commands::explain::{
    standing::{PersonStanding, RecordStanding, Standing},
    story::Story,
};

/// Columns from a label to what it says.
const LABEL: usize = 12;

/// Who or what the story is about, and what it is now.
pub(super) fn add(page: &mut Page, story: &Story, reader: &Reader) {
    page.plain(0, Style::Strong, &story.about.to_string());
    page.blank();
    match &story.stands {
        Some(Standing::Record(record)) => add_record(page, record, reader),
        Some(Standing::Person(person)) => add_person(page, person, reader),
        None => {
            let gone = match story.about {
                Subject::Record(_) => "no copy of it is kept (any more)",
                Subject::Person(_) => "no open work, and no digest yet",
            };
            entry(page, "now", vec![(Style::Plain, gone.to_owned())]);
        }
    }
    let last = story
        .chapters
        .iter()
        .flat_map(|chapter| &chapter.decisions)
        .next_back();
    if let Some(told) = last {
        let revision = &told.audit.revision;
        let said = format!("revision {} ({})", revision.number, revision.hash);
        entry(
            page,
            "model",
            vec![
                (Style::Plain, said),
                (Style::Faint, "at the last decision".to_owned()),
            ],
        );
    }
    entry(
        page,
        "times",
        vec![(Style::Plain, reader.zone_said.clone())],
    );
}

fn add_record(page: &mut Page, record: &RecordStanding, reader: &Reader) {
    entry(page, "stage", stage(record, reader));
    entry(page, "owner", owner(record));
    if let Some(routing) = &record.routing {
        entry(
            page,
            "routing",
            vec![(Style::Plain, routed(routing, reader))],
        );
    }
    if let Some(account) = &record.account {
        entry(page, "account", vec![(Style::Plain, account.to_string())]);
    }
    for (name, clock) in &record.clocks {
        entry(page, "clock", said_of_clock(name, clock, reader));
    }
    for (name, open) in &record.deviations {
        let by = open
            .resolve_by
            .map(|by| format!(", to be resolved by {}", reader.moment(by)));
        let said = format!(
            "since {}{}",
            reader.moment(open.since),
            by.unwrap_or_default()
        );
        let what = (Style::Bad, format!("{name} ({})", open.severity.word()));
        entry(page, "deviation", vec![what, (Style::Plain, said)]);
    }
    if record.deviations.is_empty() {
        entry(
            page,
            "deviations",
            vec![(Style::Plain, "none open".to_owned())],
        );
    }
    if !record.unjudged.is_empty() {
        let said = format!(
            "not known, for want of a value: {}",
            record.unjudged.join(", ")
        );
        entry(page, "", vec![(Style::Unsure, said)]);
    }
    if let Some(at) = record.last_contact {
        entry(page, "contacted", vec![(Style::Plain, reader.moment(at))]);
    }
    let gone = if record.archived {
        "; deleted there"
    } else {
        ""
    };
    let said = format!(
        "{}, as changed in the CRM {}{gone}",
        record.sequence,
        reader.moment(record.modified)
    );
    entry(page, "copy", vec![(Style::Plain, said)]);
}

fn stage(record: &RecordStanding, reader: &Reader) -> Vec<Span> {
    let in_crm = record.stage.as_deref();
    let Some(gate) = &record.gate else {
        let said = in_crm.unwrap_or("the first of its lifecycle");
        return vec![(Style::Strong, said.to_owned())];
    };
    let mut said = vec![
        (Style::Strong, gate.stage.clone()),
        (Style::Plain, format!("since {}", reader.moment(gate.since))),
    ];
    if let Some(other) = in_crm.filter(|stage| *stage != gate.stage) {
        said.push((Style::Unsure, format!("(the CRM still shows {other})")));
    }
    said
}

fn owner(record: &RecordStanding) -> Vec<Span> {
    let ours = record
        .routing
        .as_ref()
        .and_then(|routing| routing.owner.as_ref());
    match (&record.owner, ours) {
        (Some(owner), _) => vec![(Style::Strong, owner.to_string())],
        (None, Some(ours)) => vec![
            (Style::Strong, ours.to_string()),
            (
                Style::Unsure,
                "(our copy of the CRM does not show it yet)".to_owned(),
            ),
        ],
        (None, None) => vec![(Style::Plain, "nobody".to_owned())],
    }
}

fn routed(routing: &RoutingState, reader: &Reader) -> String {
    let pool = routing
        .pool
        .as_ref()
        .map(|pool| format!(" from pool {pool}"))
        .unwrap_or_default();
    let what = match routing.status {
        RoutingStatus::Routed => match routing.reassigned.last() {
            Some(last) if routing.owner.as_ref() == Some(&last.to) => {
                format!(
                    "reassigned{pool}, since {} let {} run out",
                    last.from, last.clock
                )
            }
            _ => format!("by rule {}{pool}", routing.rule),
        },
        RoutingStatus::OwnedByHand => "the owner was set in the CRM by hand".to_owned(),
        RoutingStatus::Left => format!("left without an owner by rule {}", routing.rule),
        RoutingStatus::Waiting => "waiting: no rule names anybody who is there".to_owned(),
    };
    format!("{what}, {}", reader.moment(routing.at))
}

fn said_of_clock(name: &str, clock: &Clock, reader: &Reader) -> Vec<Span> {
    let due = reader.moment(clock.due);
    let (style, status, rest) = match clock.status {
        ClockStatus::Running => (Style::Good, "running", format!("due {due}")),
        ClockStatus::Paused => (Style::Unsure, "paused", format!("was due {due}")),
        ClockStatus::Late => (Style::Bad, "late", format!("was due {due}")),
        ClockStatus::MetInTime => (Style::Good, "met in time", format!("due {due}")),
        ClockStatus::MetLate => (Style::Unsure, "met late", format!("was due {due}")),
        ClockStatus::Cancelled => (
            Style::Faint,
            "cancelled",
            format!("would have been due {due}"),
        ),
    };
    let mut said = vec![
        (Style::Plain, format!("{name}:")),
        (style, status.to_owned()),
        (Style::Plain, format!("· {rest}")),
    ];
    if let Some(met) = clock.met {
        said.push((Style::Plain, format!("· met {}", reader.moment(met))));
    }
    if let Some(warn) = clock.warn_at {
        said.push((Style::Plain, format!("· warns {}", reader.moment(warn))));
    }
    if let Some(step) = clock.steps.first().filter(|_| clock.status.is_open()) {
        said.push((
            Style::Plain,
            format!("· step {} {}", step.number, reader.moment(step.at)),
        ));
    }
    let terms = format!(
        "· {}, {}, run {}, owner {}",
        clock.budget, clock.calendar, clock.instance, clock.owner
    );
    said.push((Style::Faint, terms));
    said
}

fn add_person(page: &mut Page, person: &PersonStanding, reader: &Reader) {
    let digests: Vec<String> = person
        .digests
        .iter()
        .map(|(name, day)| format!("{name} of {day}"))
        .collect();
    let none = |list: Vec<String>, word: &str| {
        if list.is_empty() {
            word.to_owned()
        } else {
            list.join(", ")
        }
    };
    entry(
        page,
        "digests",
        vec![(Style::Plain, none(digests, "none yet"))],
    );
    let work = person.open_work.len();
    let said = format!("{work}: {}", person.open_work.join(", "));
    let said = if work == 0 { "none".to_owned() } else { said };
    entry(page, "open work", vec![(Style::Plain, said)]);
    for span in &person.away {
        let (from, to) = (reader.moment(span.from), reader.moment(span.to));
        entry(
            page,
            "away",
            vec![(Style::Unsure, format!("from {from} to {to}"))],
        );
    }
}

fn entry(page: &mut Page, label: &str, body: Vec<Span>) {
    page.row(&Row {
        indent: 2,
        mark: (Style::Faint, label.to_owned()),
        hang: LABEL,
        body,
        right: None,
    });
}
