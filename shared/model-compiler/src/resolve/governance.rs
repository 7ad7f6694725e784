use std::collections::BTreeMap;

use jiff::civil::Weekday;

use super::{
    conditions, follows,
    parts::{amount, label, person, place, recipient, section, texts},
};
use crate::{
    checks::check::Reading,
    yaml::{node::Node, scalars},
};
use model::{
    AgendaItem, Audience, DeviationRule, Digest, Enforcement, Exceptions, ModelFile, Part,
    Recipient, Recurrence, Response, Review, Scope, Severity,
};

const FILE: ModelFile = ModelFile::Governance;

pub(super) fn deviations(
    reading: &Reading<'_>,
    root: &Node,
) -> Option<BTreeMap<String, DeviationRule>> {
    section(root, "deviations", |_, key, node| {
        let severity = match node.text_of("severity")? {
            "high" => Severity::High,
            "medium" => Severity::Medium,
            "low" => Severity::Low,
            _ => return None,
        };
        let (acts, steps) = follows::steps(reading, FILE, node)?;
        Some(DeviationRule {
            label: label(node),
            record: node.text_of("record")?.parse().ok()?,
            when: conditions::condition(reading, FILE, node.get("when")?)?,
            severity,
            respond: node.text_of("respond")?.to_owned(),
            acts,
            steps,
            place: place(FILE, key.span),
        })
    })
}

pub(super) fn responses(root: &Node) -> Option<BTreeMap<String, Response>> {
    section(root, "responses", |name, key, node| {
        let by = match (node.get("by"), name) {
            (Some(by), _) => recipient(by)?,
            (None, "owner") => Recipient::Owner,
            (None, "manager") => Recipient::Manager,
            (None, _) => return None,
        };
        Some(Response {
            by,
            resolve_within: amount(node.get("resolve_within")?)?,
            escalate_to: recipient(node.get("escalate_to")?)?,
            place: place(FILE, key.span),
        })
    })
}

pub(super) fn digests(root: &Node) -> Option<BTreeMap<String, Digest>> {
    section(root, "digests", |_, key, node| {
        let shows = match node.text_of("shows")? {
            "own" => Scope::Own,
            "team" => Scope::Team,
            "company" => Scope::Company,
            "all" => Scope::All,
            _ => return None,
        };
        Some(Digest {
            to: audience(node.get("to")?)?,
            shows,
            parts: node
                .get("parts")?
                .items()
                .iter()
                .map(part)
                .collect::<Option<_>>()?,
            every: recurrence(node.text_of("every")?)?,
            at: scalars::time(node.get("at")?)?,
            skip_when_empty: node.text_of("when_empty") == Some("skip"),
            place: place(FILE, key.span),
        })
    })
}

fn audience(node: &Node) -> Option<Audience> {
    if node.is_list() {
        return Some(Audience::People(
            node.items().iter().map(person).collect::<Option<_>>()?,
        ));
    }
    match node.text()? {
        "owners" => Some(Audience::Owners),
        "team_leads" => Some(Audience::TeamLeads),
        text => text
            .strip_prefix("team ")
            .map(|team| Audience::Team(team.trim().to_owned())),
    }
}

fn part(node: &Node) -> Option<Part> {
    let text = node.text()?;
    Part::ALL.into_iter().find(|part| part.word() == text)
}

pub(super) fn enforcement(root: &Node) -> Option<Option<Enforcement>> {
    let Some((_, key, node)) = root.entries().find(|(word, ..)| *word == "enforcement") else {
        return Some(None);
    };
    Some(Some(Enforcement {
        observe_until: scalars::date(node.get("observe_until")?)?,
        place: place(FILE, key.span),
    }))
}

pub(super) fn exceptions(root: &Node) -> Option<Option<Exceptions>> {
    let Some((_, key, node)) = root.entries().find(|(word, ..)| *word == "exceptions") else {
        return Some(None);
    };
    Some(Some(Exceptions {
        right: node.text_of("right")?.to_owned(),
        at_most: amount(node.get("at_most")?)?,
        reason_required: node.text_of("reason")? == "required",
        place: place(FILE, key.span),
    }))
}

pub(super) fn reviews(root: &Node) -> Option<BTreeMap<String, Review>> {
    section(root, "reviews", |_, key, node| {
        let all = |word: &str| node.get(word).into_iter().flat_map(Node::items);
        Some(Review {
            every: recurrence(node.text_of("every")?)?,
            at: scalars::time(node.get("at")?)?,
            chair: person(node.get("chair")?)?,
            attends: all("attends").map(recipient).collect::<Option<_>>()?,
            agenda: all("agenda").map(agenda_item).collect::<Option<_>>()?,
            metrics: texts(node.get("metrics")),
            decides: texts(node.get("decides")),
            place: place(FILE, key.span),
        })
    })
}

fn agenda_item(node: &Node) -> Option<AgendaItem> {
    let text = node.text()?;
    let mut all = AgendaItem::ALL.into_iter();
    all.find(|item| item.word() == text)
}

fn recurrence(words: &str) -> Option<Recurrence> {
    if words == "working_day" {
        return Some(Recurrence::WorkingDay);
    }
    let Some(first) = words.strip_prefix("first ") else {
        return weekday(words).map(Recurrence::Weekly);
    };
    match first.split_once(' ') {
        None => weekday(first).map(Recurrence::FirstOfMonth),
        Some((day, "of quarter")) => weekday(day).map(Recurrence::FirstOfQuarter),
        Some(_) => None,
    }
}

fn weekday(word: &str) -> Option<Weekday> {
    Some(match word {
        "monday" => Weekday::Monday,
        "tuesday" => Weekday::Tuesday,
        "wednesday" => Weekday::Wednesday,
        "thursday" => Weekday::Thursday,
        "friday" => Weekday::Friday,
        "saturday" => Weekday::Saturday,
        "sunday" => Weekday::Sunday,
        _ => return None,
    })
}
