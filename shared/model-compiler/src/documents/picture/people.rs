use business_time::{CalendarSpec, Hours, Weekday};
use jiff::civil;

use super::{
    table::Table,
    words::{choice, choices, inline, members},
};
use model::{Eligibility, OperatingModel, Pool, Recurrence, Scope};

pub(super) fn pools(model: &OperatingModel) -> Table {
    let rows = model.pools.iter().map(|(name, pool)| {
        [
            name.clone(),
            members(&pool.weights),
            eligible(pool),
            otherwise(pool),
        ]
    });
    let heads = [
        "pool",
        "members' shares",
        "who can get a record",
        "if nobody can",
    ];
    Table::new("Pools", heads, rows)
}

/// Who can get a record, and what uses a turn, if that is not the record itself.
fn eligible(pool: &Pool) -> String {
    let mut lines = vec![choices(&pool.eligible)];
    lines.extend(pool.turn.as_ref().map(|turn| {
        let (used, held) = (inline(&turn.used_when), turn.held_for);
        format!("a turn is used if, after {held}, {used}")
    }));
    lines.retain(|line| !line.is_empty());
    lines.join("\n")
}

/// What happens where none of the members can get a record.
fn otherwise(pool: &Pool) -> String {
    let must = |what: Eligibility| pool.eligible.contains(&what);
    let mut lines = Vec::new();
    if must(Eligibility::WorkingNow) {
        lines.push(format!("nobody working: {}", choice(&pool.nobody_working)));
    }
    if must(Eligibility::NotAway) {
        lines.push(format!("all away: {}", choice(&pool.all_away)));
    }
    if must(Eligibility::UnderCapacity) {
        lines.push(format!("all at capacity: {}", choice(&pool.all_full)));
    }
    lines.join("\n")
}

pub(super) fn digests(model: &OperatingModel) -> Table {
    let rows = model.digests.iter().map(|(name, digest)| {
        let every = match digest.every {
            Recurrence::Weekly(day) => format!("each {}", weekday(day)),
            other => format!("each {}", choice(&other)),
        };
        let empty = if digest.skip_when_empty {
            ", unless empty"
        } else {
            ""
        };
        let at = digest.at.strftime("%H:%M");
        [
            name.clone(),
            choice(&digest.to),
            whose(digest.shows).to_owned(),
            choices(&digest.parts),
            format!("{every} at {at}{empty}"),
        ]
    });
    let heads = ["digest", "sent to", "whose work", "sections", "when"];
    Table::new("Digests", heads, rows)
}

const fn whose(scope: Scope) -> &'static str {
    match scope {
        Scope::Own => "their own",
        Scope::Team => "their team's",
        Scope::Company => "everyone's",
        Scope::All => "everyone's and nobody's",
    }
}

const fn weekday(day: civil::Weekday) -> &'static str {
    match day {
        civil::Weekday::Monday => "Monday",
        civil::Weekday::Tuesday => "Tuesday",
        civil::Weekday::Wednesday => "Wednesday",
        civil::Weekday::Thursday => "Thursday",
        civil::Weekday::Friday => "Friday",
        civil::Weekday::Saturday => "Saturday",
        civil::Weekday::Sunday => "Sunday",
    }
}

pub(super) fn people(model: &OperatingModel) -> Table {
    let rows = model.people.iter().map(|(id, person)| {
        let manager = person.reports_to.as_ref();
        let leads: Vec<&str> = model.led_by(id).collect();
        [
            id.to_string(),
            person.name.clone(),
            person.team.clone().unwrap_or_default(),
            leads.join(", "),
            manager.map_or_else(String::new, ToString::to_string),
            person.calendar.clone(),
        ]
    });
    let heads = [
        "person",
        "name",
        "team",
        "leads the team",
        "reports to",
        "calendar",
    ];
    Table::new("People", heads, rows)
}

pub(super) fn calendars(model: &OperatingModel) -> Table {
    let rows = model.calendars.iter().map(|(name, calendar)| {
        let spec = &calendar.spec;
        [
            name.clone(),
            spec.time_zone.clone(),
            week(spec),
            format!(
                "{} holidays, {} days of other hours",
                spec.holidays.len(),
                spec.on_dates.len()
            ),
        ]
    });
    let heads = ["calendar", "time zone", "working hours", "exceptions"];
    Table::new("Calendars", heads, rows)
}

/// The hours of a week; days of the same hours that follow each other are one line.
fn week(spec: &CalendarSpec) -> String {
    let mut runs: Vec<(Weekday, Weekday, &[Hours])> = Vec::new();
    for day in Weekday::ALL {
        let hours = spec.hours.get(&day).map_or(&[][..], Vec::as_slice);
        match runs.last_mut() {
            Some((_, last, same)) if *same == hours => *last = day,
            _ => runs.push((day, day, hours)),
        }
    }
    runs.retain(|(.., hours)| !hours.is_empty());
    let lines = runs.iter().map(|(first, last, hours)| {
        let hours: Vec<String> = hours.iter().map(ToString::to_string).collect();
        let days = if first == last {
            first.as_str().to_owned()
        } else {
            format!("{}-{}", first.as_str(), last.as_str())
        };
        format!("{days} {}", hours.join(", "))
    });
    lines.collect::<Vec<String>>().join("\n")
}
