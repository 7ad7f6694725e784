//! A review is held on days on which its chair works, somebody is in it beside the chair, and its pack can show what is
//! asked for.

use std::collections::BTreeSet;

use business_time::Weekday;

use super::check::{Check, Problems, Reading};
use crate::{problems::problem::ProblemSeverity, yaml::node::Node};
use model::ModelFile;

pub(super) static CHECK: Check = Check {
    name: "review",
    about: "A review is held on days on which its chair works, somebody is in it beside the chair, and its pack can show \
            what is asked for.",
    severity: ProblemSeverity::Error,
    run,
};

/// The words of a metric that is made of single values, which are not kept live.
const NOT_LIVE: [&str; 3] = ["quantile", "from", "to"];

/// The word that is wrong, what is wrong, how to fix it.
type Fault<'n> = (&'n Node, String, String);

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    let reviews = reading
        .trees
        .get(&ModelFile::Governance)
        .and_then(|root| root.get("reviews"));
    for (name, key, review) in reviews.into_iter().flat_map(Node::entries) {
        let mut faults = Vec::new();
        faults.extend(nobody_attends(reading, (name, key), review));
        faults.extend(no_working_day(reading, name, review));
        faults.extend(metrics(reading, review));
        for (at, what, fix) in faults {
            problems.at(&CHECK, ModelFile::Governance, at.span, what, fix);
        }
    }
}

/// Whoever leads it meets nobody.
fn nobody_attends<'n>(
    reading: &Reading<'_>,
    (name, key): (&str, &'n Node),
    review: &'n Node,
) -> Option<Fault<'n>> {
    let attends = review.get("attends").filter(|it| it.is_list())?;
    let chair = review.text_of("chair")?;
    let people = reading.trees.get(&ModelFile::People)?.get("people")?;
    let named = attends.items().iter().filter_map(Node::text);
    let somebody = named
        .into_iter()
        .any(|who| match who.strip_prefix("team ") {
            Some(team) => people
                .entries()
                .any(|(id, _, person)| id != chair && person.text_of("team") == Some(team.trim())),
            None => who != chair,
        });
    (!somebody).then(|| {
        let at = attends.items().first().unwrap_or(key);
        let what = format!("nobody attends the review `{name}` beside {chair}, who leads it");
        let fix = "name people, or a team with somebody in it, or remove the review";
        (at, what, fix.to_owned())
    })
}

/// On the day on which it would be held its chair never works.
fn no_working_day<'n>(reading: &Reading<'_>, name: &str, review: &'n Node) -> Option<Fault<'n>> {
    let every = review.get("every")?;
    let text = every.text()?;
    let day = text
        .split(' ')
        .find_map(|word| Weekday::parse_range(word.get(..3)?).ok())?;
    let chair = review.text_of("chair")?;
    let people = reading.trees.get(&ModelFile::People)?;
    let person = people.get("people")?.get(chair)?;
    let of_team = || {
        let team = people.get("teams")?.get(person.text_of("team")?)?;
        team.text_of("calendar")
    };
    let calendar = person.text_of("calendar").or_else(of_team)?;
    let hours = people.get("calendars")?.get(calendar)?.get("hours")?;
    let works: BTreeSet<Weekday> = hours
        .entries()
        .flat_map(|(days, ..)| Weekday::parse_range(days).unwrap_or_default())
        .collect();
    let never = !works.is_empty() && !day.iter().any(|day| works.contains(day));
    never.then(|| {
        let word = text.trim_start_matches("first ").trim_end_matches(" of quarter");
        let what = format!("the review `{name}` would be on a {word}, and {chair} never works then (calendar {calendar})");
        let fix = "write a day on which the chair works; a holiday is no matter, since it is then the next working day";
        (every, what, fix.to_owned())
    })
}

/// Metrics that no pack can show.
fn metrics<'n>(reading: &Reading<'_>, review: &'n Node) -> Vec<Fault<'n>> {
    let Some(named) = review.get("metrics").filter(|it| it.is_list()) else {
        return Vec::new();
    };
    let agenda = review.get("agenda").into_iter().flat_map(Node::items);
    if !agenda.filter_map(Node::text).any(|it| it == "metrics") {
        let what = "metrics are named here, and the agenda has no `metrics`".to_owned();
        let fix = "add `metrics` to the agenda, or remove these";
        return vec![(named, what, fix.to_owned())];
    }
    let defined = reading.trees.get(&ModelFile::Metrics);
    let defined = defined.and_then(|root| root.get("metrics"));
    let named = named.items().iter().filter_map(|node| {
        let name = node.text()?;
        let metric = defined?.get(name)?;
        let lifecycle = metric.text_of("of").is_some_and(|of| of.starts_with("lifecycle "));
        let single = lifecycle || NOT_LIVE.iter().any(|word| metric.get(word).is_some());
        single.then(|| {
            let what = format!(
                "the metric {name} is made of single values, which are not kept live, so no pack can show it"
            );
            let fix = "name one that is a portion, a count, a sum or a ratio; exports tell this one: `fairlead metrics`";
            (node, what, fix.to_owned())
        })
    });
    named.collect()
}
