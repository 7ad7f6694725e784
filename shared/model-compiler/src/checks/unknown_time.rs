//! Lengths of time, times of day, intervals, dates and days of the week can be read, and a length
//! is of the sort that its place can measure.

use business_time::{BusinessAmount, Hours, Weekday};

use super::check::{Check, Problems, Reading};
use crate::{
    fixes::values,
    grammar::{Keys, Shape},
    problems::problem::ProblemSeverity,
    yaml::{
        node::Node,
        scalars::{self, Clock},
    },
};

pub(super) static CHECK: Check = Check {
    name: "unknown-time",
    about: "Lengths of time, times, dates and days can be read.",
    severity: ProblemSeverity::Error,
    run,
};

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    for site in &reading.sites.values {
        let Some(text) = site.node.text() else {
            continue;
        };
        let fault = match site.shape {
            Shape::Time => time(site.node, text),
            Shape::Day => date(site.node, text),
            Shape::Hours => hours(text),
            Shape::Amount(clock) => amount(text, *clock),
            Shape::WeeksBefore if scalars::weeks_before(site.node).is_none() => Some((
                format!("`{text}` is no time in the past"),
                "write 1 to 52 weeks, for example `4 weeks before`".to_owned(),
            )),
            Shape::Rate if scalars::rate(site.node).is_none() => Some((
                format!("`{text}` does not say how often something may happen"),
                "write for example `20 per person in 10m`".to_owned(),
            )),
            Shape::Often if scalars::often(site.node).is_none() => Some((
                format!("`{text}` does not say how often something may happen"),
                "write for example `3 in 7d`".to_owned(),
            )),
            _ => None,
        };
        if let Some((what, fix)) = fault {
            problems.at(&CHECK, site.context.file, site.node.span, what, fix);
        }
    }
    for site in &reading.sites.keys {
        let Some(text) = site.key.text() else {
            continue;
        };
        let fault = match site.keys {
            Keys::Days => Weekday::parse_range(text).err().map(|error| {
                let (what, fix) = parted(&error.to_string());
                (what, values::days(text).unwrap_or(fix))
            }),
            Keys::Dates => date(site.key, text),
            _ => None,
        };
        if let Some((what, fix)) = fault {
            problems.at(&CHECK, site.context.file, site.key.span, what, fix);
        }
    }
}

fn date(node: &Node, text: &str) -> Option<(String, String)> {
    let fault = || {
        (
            format!("`{text}` is not a date"),
            "write year, month and day, for example `\"2026-12-24\"`".to_owned(),
        )
    };
    scalars::date(node).is_none().then(fault)
}

fn time(node: &Node, text: &str) -> Option<(String, String)> {
    let fault = || {
        let fix = values::time(text).map_or_else(
            || "write hours and minutes from 00:00 to 23:59, for example `\"08:00\"`".to_owned(),
            |time| format!("write `\"{time}\"`"),
        );
        (format!("`{text}` is not a time of day"), fix)
    };
    scalars::time(node).is_none().then(fault)
}

fn hours(text: &str) -> Option<(String, String)> {
    let error = text.parse::<Hours>().err()?;
    let (what, fix) = parted(&error.to_string());
    let meant = values::hours(text).map(|hours| format!("write `\"{hours}\"`"));
    Some((what, meant.unwrap_or(fix)))
}

fn amount(text: &str, clock: Clock) -> Option<(String, String)> {
    match text.parse::<BusinessAmount>() {
        Err(error) => {
            let (what, fix) = parted(&error.to_string());
            Some((what, values::amount(text, clock).unwrap_or(fix)))
        }
        Ok(amount) if clock == Clock::Wall && amount.needs_calendar() => {
            let what = format!("`{text}` is business time, and no calendar is at hand here");
            Some((
                what,
                "write time that passes day and night, for example `30d` or `24h`".to_owned(),
            ))
        }
        Ok(_) => None,
    }
}

/// What is wrong and how to fix it, from a message that says the one and then the other.
pub(super) fn parted(message: &str) -> (String, String) {
    let parts = message
        .split_once("; ")
        .or_else(|| message.split_once(": "));
    parts.map_or_else(
        || (message.to_owned(), "see the example model".to_owned()),
        |(what, fix)| (what.to_owned(), fix.to_owned()),
    )
}
