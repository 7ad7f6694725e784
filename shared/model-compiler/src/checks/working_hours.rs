//! The hours of a calendar do not overlap, and it opens at some time.

use business_time::SpecError;

use super::{
    check::{Check, Problems, Reading},
    unknown_time::parted,
};
use crate::{
    problems::problem::ProblemSeverity,
    resolve,
    yaml::{node::Node, span::Span},
};
use model::ModelFile;

pub(super) static CHECK: Check = Check {
    name: "working-hours",
    about: "The hours of a calendar do not overlap, and it opens at some time.",
    severity: ProblemSeverity::Error,
    run,
};

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    let calendars = reading
        .trees
        .get(&ModelFile::People)
        .and_then(|root| root.get("calendars"));
    for (_, key, calendar) in calendars.into_iter().flat_map(Node::entries) {
        days(problems, calendar);
        // What cannot be read is reported as that.
        let Some(spec) = resolve::hours(calendar) else {
            continue;
        };
        let mut reported = std::collections::BTreeSet::new();
        for error in spec.validate() {
            let span = place(calendar, key, &error);
            // A range of days has one place and is said once.
            if !matches!(error, SpecError::UnknownZone { .. }) && reported.insert(span) {
                let (what, fix) = parted_last(&error.to_string());
                problems.at(&CHECK, ModelFile::People, span, what, fix);
            }
        }
    }
}

/// A day of the week that two ranges name.
fn days(problems: &mut Problems<'_>, calendar: &Node) {
    let mut seen = std::collections::BTreeMap::new();
    for (text, key, _) in calendar.get("hours").into_iter().flat_map(Node::entries) {
        for day in business_time::Weekday::parse_range(text).unwrap_or_default() {
            if let Some(first) = seen.insert(day, text).filter(|first| *first != text) {
                let what = format!("{day} stands in `{first}` and in `{text}`");
                problems.at(
                    &CHECK,
                    ModelFile::People,
                    key.span,
                    what,
                    "name each day of the week once".to_owned(),
                );
                break;
            }
        }
    }
}

/// The line that the mistake is about, or the calendar's name.
fn place(calendar: &Node, key: &Node, error: &SpecError) -> Span {
    let interval = match error {
        SpecError::StartsAtEndOfDay { interval, .. }
        | SpecError::OverlapsNextDay { interval, .. } => interval,
        SpecError::Overlap { second, .. } => second,
        _ => return key.span,
    };
    let days = ["hours", "on_dates"]
        .into_iter()
        .filter_map(|word| calendar.get(word))
        .flat_map(Node::entries);
    let written = days.flat_map(|(_, _, hours)| hours.items()).find(|node| {
        node.text()
            .and_then(|text| text.parse::<business_time::Hours>().ok())
            .as_ref()
            == Some(interval)
    });
    written.map_or(key.span, |node| node.span)
}

fn parted_last(message: &str) -> (String, String) {
    message.rsplit_once(": ").map_or_else(
        || parted(message),
        |(what, fix)| (what.to_owned(), fix.to_owned()),
    )
}
