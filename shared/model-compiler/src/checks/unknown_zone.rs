//! Time zones and currencies are written as their registers know them.

use business_time::{CalendarSpec, SpecError};

use super::check::{Check, Problems, Reading};
use crate::{grammar::Shape, problems::problem::ProblemSeverity};

pub(super) static CHECK: Check = Check {
    name: "unknown-zone",
    about: "Time zones and currencies are written as their registers know them.",
    severity: ProblemSeverity::Error,
    run,
};

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    // Every zone of the world is looked at for a guess, and a hostile file could have thousands of
    // others; no more than this many are told of one file.
    let mut guesses = 100_u32;
    for site in &reading.sites.values {
        let Some(text) = site.node.text() else {
            continue;
        };
        let fault = match site.shape {
            Shape::Zone if guesses > 0 && !known(text) => {
                guesses -= 1;
                (format!("there is no time zone `{text}`"), zone(text))
            }
            Shape::Currency if text.len() != 3 || !text.bytes().all(|b| b.is_ascii_uppercase()) => {
                (
                    format!("`{text}` is not the code of a currency"),
                    "write its three letters of ISO 4217, for example `EUR`".to_owned(),
                )
            }
            _ => continue,
        };
        problems.at(&CHECK, site.context.file, site.node.span, fault.0, fault.1);
    }
}

/// How to fix a time zone that there is not.
pub(crate) fn zone(text: &str) -> String {
    let zones: Vec<String> = jiff::tz::db()
        .available()
        .map(|it| it.to_string())
        .collect();
    let plain = |text: &str| -> String {
        let letters = text.chars().filter(|c| c.is_alphanumeric());
        letters.flat_map(char::to_lowercase).collect()
    };
    let wanted = plain(text);
    // A city alone names its zone: `Berlin`, `new york`.
    let same = zones.iter().find(|zone| {
        let city = zone.rsplit('/').next().unwrap_or(zone);
        plain(zone) == wanted || plain(city) == wanted
    });
    let near = || {
        // Elsewhere in the world a city that is spelt alike says nothing.
        let (region, city) = text.rsplit_once('/')?;
        let of_region = |zone: &String| zone.rsplit_once('/').is_some_and(|it| it.0 == region);
        let there = zones.iter().filter(|zone| of_region(zone));
        let cities = there.filter_map(|zone| zone.rsplit_once('/').map(|it| it.1));
        crate::fixes::nearest::nearest(city, cities).map(|city| format!("{region}/{city}"))
    };
    same.cloned().or_else(near).map_or_else(
        || "write a name of the IANA database, for example `Europe/Berlin`".to_owned(),
        |zone| format!("write `{zone}`"),
    )
}

fn known(zone: &str) -> bool {
    let spec = CalendarSpec {
        time_zone: zone.to_owned(),
        ..CalendarSpec::default()
    };
    !spec
        .validate()
        .iter()
        .any(|error| matches!(error, SpecError::UnknownZone { .. }))
}
