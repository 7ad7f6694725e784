use std::collections::{BTreeMap, BTreeSet};

use business_time::{
    CalendarSpec, Hours, Weekday,
    ical::IcalError,
    regions::{self, RegionError},
};
use crm::PersonId;
use jiff::civil::Date;

use super::{
    conditions,
    parts::{amount, label, person, place, section},
    processes::destination,
    technology::by_source,
};
use crate::{
    checks::check::Reading,
    yaml::{node::Node, scalars},
};
use model::{
    AllAway, AllFull, Calendar, Capacity, DecisionRight, Eligibility, ModelFile, NamedByRule,
    NobodyWorking, Pairs, Person, Pool, Queue, Team, Turn,
};

const FILE: ModelFile = ModelFile::People;

pub(super) fn calendars(reading: &Reading<'_>, root: &Node) -> Option<BTreeMap<String, Calendar>> {
    section(root, "calendars", |_, key, node| {
        let mut spec = hours(node)?;
        if let Some(given) = node.get("holidays") {
            spec.holidays = match given.get("region") {
                Some(region) => public_holidays(region.text()?).ok()?,
                None => holidays(reading.texts.get(given.text()?)?).ok()?,
            };
        }
        Some(Calendar {
            spec,
            place: place(FILE, key.span),
        })
    })
}

/// A calendar without its holidays.
pub(crate) fn hours(node: &Node) -> Option<CalendarSpec> {
    let mut spec = CalendarSpec {
        time_zone: node.text_of("time_zone")?.to_owned(),
        ..CalendarSpec::default()
    };
    for (days, _, hours) in node.get("hours").filter(|it| it.is_mapping())?.entries() {
        for day in Weekday::parse_range(days).ok()? {
            spec.hours.insert(day, intervals(hours)?);
        }
    }
    for (_, date, hours) in node.get("on_dates").into_iter().flat_map(Node::entries) {
        spec.on_dates
            .insert(scalars::date(date)?, intervals(hours)?);
    }
    Some(spec)
}

fn intervals(node: &Node) -> Option<Vec<Hours>> {
    if !node.is_list() {
        return None;
    }
    node.items()
        .iter()
        .map(|item| item.text()?.parse().ok())
        .collect()
}

/// The years for which repeated holidays are written out.
const HOLIDAY_YEARS: std::ops::RangeInclusive<i16> = 2020..=2040;

/// The dates of a holiday file, or the mistakes in it.
pub(crate) fn holidays(text: &str) -> Result<BTreeSet<Date>, Vec<IcalError>> {
    let dates = business_time::ical::holidays(text, HOLIDAY_YEARS)?;
    Ok(dates.into_keys().collect())
}

/// The public holidays of a country or a part of one, for all years that are known.
pub(crate) fn public_holidays(region: &str) -> Result<BTreeSet<Date>, RegionError> {
    regions::public_holidays(region, regions::YEARS)
}

pub(super) fn teams(root: &Node) -> Option<BTreeMap<String, Team>> {
    section(root, "teams", |_, key, node| {
        Some(Team {
            lead: person(node.get("lead")?)?,
            calendar: node.text_of("calendar")?.to_owned(),
            place: place(FILE, key.span),
        })
    })
}

pub(super) fn people(root: &Node) -> Option<BTreeMap<PersonId, Person>> {
    let build = |(id, key, node): (&str, &Node, &Node)| {
        Some((PersonId::new(id), someone(root, key, node)?))
    };
    root.get("people")?.entries().map(build).collect()
}

fn someone(root: &Node, key: &Node, node: &Node) -> Option<Person> {
    let team = node.text_of("team");
    let teams_calendar = || root.get("teams")?.get(team?)?.text_of("calendar");
    Some(Person {
        name: node.text_of("name")?.to_owned(),
        title: node.text_of("title").map(str::to_owned),
        email: node.text_of("email")?.to_owned(),
        team: team.map(str::to_owned),
        reports_to: node.get("reports_to").and_then(person),
        calendar: node.text_of("calendar").or_else(teams_calendar)?.to_owned(),
        crm: by_source(section(node, "crm", |_, _, id| {
            id.text().map(str::to_owned)
        })?)?,
        capacity: node
            .get("capacity")
            .map_or(Some(None), |node| capacity(node).map(Some))?,
        starts: day(node, "starts")?,
        ramp: listed(node, "ramp", |item| {
            u8::try_from(scalars::percent(item)?).ok()
        })?,
        left: day(node, "left")?,
        certified: listed(node, "certified", |item| item.text().map(str::to_owned))?,
        place: place(FILE, key.span),
    })
}

/// A date that may be left out; none if it cannot be read.
fn day(node: &Node, word: &str) -> Option<Option<Date>> {
    let day = node.get(word);
    day.map_or(Some(None), |day| scalars::date(day).map(Some))
}

/// A list that may be left out; none if an entry of it cannot be read.
fn listed<T, L: FromIterator<T>>(
    node: &Node,
    word: &str,
    read: impl Fn(&Node) -> Option<T>,
) -> Option<L> {
    let items = node.get(word).into_iter().flat_map(Node::items);
    items.map(read).collect()
}

fn capacity(node: &Node) -> Option<Capacity> {
    let count = |word| {
        let count = node.get(word);
        count.map_or(Some(None), |node| {
            u32::try_from(scalars::whole(node)?).ok().map(Some)
        })
    };
    Some(Capacity {
        open_leads: count("open_leads")?,
        per_day: count("per_day")?,
        per_week: count("per_week")?,
    })
}

/// Who gets what a rule gives to somebody who is away.
pub(super) fn named_by_rule(root: &Node) -> Option<Option<NamedByRule>> {
    let Some(away) = root.get("away") else {
        return Some(None);
    };
    Some(Some(match away.text_of("named_by_rule")? {
        "cover" => NamedByRule::Cover,
        "manager" => NamedByRule::Manager,
        "wait" => NamedByRule::Wait,
        _ => return None,
    }))
}

pub(super) fn pools(reading: &Reading<'_>, root: &Node) -> Option<BTreeMap<String, Pool>> {
    section(root, "pools", |_, key, node| {
        let weight = |(id, _, weight): (&str, &Node, &Node)| {
            Some((
                PersonId::new(id),
                u32::try_from(scalars::whole(weight)?).ok()?,
            ))
        };
        let eligible = node.get("eligible").into_iter().flat_map(Node::items);
        Some(Pool {
            label: label(node),
            weights: node
                .get("weights")?
                .entries()
                .map(weight)
                .collect::<Option<_>>()?,
            eligible: eligible.map(eligibility).collect::<Option<_>>()?,
            nobody_working: match node.text_of("nobody_working") {
                None | Some("next_to_start") => NobodyWorking::NextToStart,
                Some("everyone") => NobodyWorking::Everyone,
                Some(text) => NobodyWorking::Ask(asked(text)?),
            },
            all_away: match node.text_of("all_away") {
                None | Some("first_back") => AllAway::FirstBack,
                Some(text) => AllAway::Ask(asked(text)?),
            },
            all_full: match node.text_of("all_full") {
                None | Some("everyone") => AllFull::Everyone,
                Some(text) => AllFull::Ask(asked(text)?),
            },
            turn: match node.get("turn") {
                Some(turn) => Some(Turn {
                    used_when: conditions::condition(reading, FILE, turn.get("used_when")?)?,
                    held_for: amount(turn.get("held_for")?)?,
                }),
                None => None,
            },
            place: place(FILE, key.span),
        })
    })
}

pub(super) fn queues(root: &Node) -> Option<BTreeMap<String, Queue>> {
    section(root, "queues", |_, key, node| {
        let team = node.text_of("members")?.strip_prefix("team ")?;
        let finally = node.text_of("finally")?;
        Some(Queue {
            label: label(node),
            team: team.trim().to_owned(),
            up_to: amount(node.get("up_to")?)?,
            finally: destination(finally.strip_prefix("ask ").unwrap_or(finally).trim()),
            place: place(FILE, key.span),
        })
    })
}

pub(super) fn pairs(root: &Node) -> Option<BTreeMap<String, Pairs>> {
    section(root, "pairs", |_, key, node| {
        let pair = |(id, _, partner): (&str, &Node, &Node)| {
            Some((PersonId::new(id), PersonId::new(partner.text()?)))
        };
        Some(Pairs {
            partners: node.entries().map(pair).collect::<Option<_>>()?,
            place: place(FILE, key.span),
        })
    })
}

fn eligibility(node: &Node) -> Option<Eligibility> {
    if let Some(certified) = node.text_of("certified") {
        return Some(Eligibility::Certified(certified.to_owned()));
    }
    match node.text()? {
        "working_now" => Some(Eligibility::WorkingNow),
        "not_away" => Some(Eligibility::NotAway),
        "under_capacity" => Some(Eligibility::UnderCapacity),
        _ => None,
    }
}

/// The person of `ask jonas`.
fn asked(text: &str) -> Option<PersonId> {
    Some(PersonId::new(text.strip_prefix("ask ")?.trim()))
}

pub(super) fn rights(root: &Node) -> Option<BTreeMap<String, DecisionRight>> {
    section(root, "decision_rights", |_, key, node| {
        let people = node.get("people")?.items().iter().map(person);
        Some(DecisionRight {
            people: people.collect::<Option<_>>()?,
            never_own_records: node.get("never").is_some(),
            place: place(FILE, key.span),
        })
    })
}
