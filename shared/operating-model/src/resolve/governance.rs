use std::collections::BTreeMap;

use jiff::civil::Weekday;

use super::{amount, conditions, person, place, recipient, section};
use crate::{
    Audience, DeviationRule, Digest, ModelFile, Part, Recipient, Recurrence, Response, Scope,
    Severity, checks::Reading, node::Node, scalars,
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
        Some(DeviationRule {
            record: node.text_of("record")?.parse().ok()?,
            when: conditions::condition(reading, FILE, node.get("when")?)?,
            severity,
            respond: node.text_of("respond")?.to_owned(),
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
    match node.text()? {
        "late_clocks" => Some(Part::LateClocks),
        "deviations" => Some(Part::Deviations),
        "due_today" => Some(Part::DueToday),
        _ => None,
    }
}

fn recurrence(word: &str) -> Option<Recurrence> {
    Some(Recurrence::Weekly(match word {
        "working_day" => return Some(Recurrence::WorkingDay),
        "monday" => Weekday::Monday,
        "tuesday" => Weekday::Tuesday,
        "wednesday" => Weekday::Wednesday,
        "thursday" => Weekday::Thursday,
        "friday" => Weekday::Friday,
        "saturday" => Weekday::Saturday,
        "sunday" => Weekday::Sunday,
        _ => return None,
    }))
}
