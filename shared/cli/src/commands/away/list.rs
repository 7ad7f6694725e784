use contracts::state::{Absence, AbsencesState};
use crm::{PersonId, SourceName};
use decisions::{
    Rules,
    absences::{told, until},
};
use jiff::Timestamp;
use serde::Serialize;

use crate::commands::{CouldNotRun, table::table_of};

const HEAD: [&str; 3] = ["person", "away", "reason"];

/// The absences that are not over, of one person or of all, the first first.
pub(super) fn coming<'s>(
    state: &'s AbsencesState,
    person: Option<&PersonId>,
    now: Timestamp,
) -> Vec<(&'s PersonId, &'s Absence)> {
    let mut found: Vec<_> = state
        .people
        .iter()
        .filter(|(id, _)| person.is_none_or(|person| person == *id))
        .flat_map(|(id, all)| all.iter().map(move |absence| (id, absence)))
        .filter(|(_, absence)| absence.span.to > now)
        .collect();
    found.sort_by_key(|(id, absence)| (absence.span, *id));
    found
}

/// A table, in each person's own time.
pub(super) fn as_text(
    rules: &Rules,
    shown: &[(&PersonId, &Absence)],
    person: Option<&PersonId>,
    now: Timestamp,
) -> String {
    if shown.is_empty() {
        return match person {
            Some(person) => format!("{person} is not away, and no absence is planned\n"),
            None => "nobody is away, and no absence is planned\n".to_owned(),
        };
    }
    let rows: Vec<[String; 3]> = shown
        .iter()
        .map(|(id, absence)| {
            let zone = rules.zone_of(id);
            let when = if absence.span.contains(now) {
                format!("now, until {}", until(absence.span.to, zone))
            } else {
                told(&absence.span, zone)
            };
            let when = match &absence.cover {
                Some(cover) => format!("{when} ({cover} covers)"),
                None => when,
            };
            let of_crm = absence.of.as_ref();
            let of_crm = of_crm.map(|source| format!("out of office in {source}"));
            let reason = absence.reason.clone().or(of_crm);
            [id.to_string(), when, reason.unwrap_or_default()]
        })
        .collect();
    table_of(&HEAD, &rows)
}

#[derive(Serialize)]
struct Shown<'s> {
    person: &'s PersonId,
    from: Timestamp,
    to: Timestamp,
    now: bool,
    reason: Option<&'s str>,
    cover: Option<&'s PersonId>,
    /// The CRM that says so; entered by hand, if none does.
    of: Option<&'s SourceName>,
}

/// The same as JSON.
///
/// # Errors
/// If it cannot be written.
pub(super) fn as_json(
    shown: &[(&PersonId, &Absence)],
    now: Timestamp,
) -> Result<String, CouldNotRun> {
    let shown: Vec<Shown<'_>> = shown
        .iter()
        .map(|(person, absence)| Shown {
            person,
            from: absence.span.from,
            to: absence.span.to,
            now: absence.span.contains(now),
            reason: absence.reason.as_deref(),
            cover: absence.cover.as_ref(),
            of: absence.of.as_ref(),
        })
        .collect();
    serde_json::to_string_pretty(&shown)
        .map_err(|why| CouldNotRun(format!("the absences cannot be written as JSON: {why}")))
}

/// Whom a CRM has archived, each with what follows; nothing if it has archived nobody.
pub(super) fn archived(rules: &Rules, state: &AbsencesState, person: Option<&PersonId>) -> String {
    let wanted = state.archived.iter();
    let wanted = wanted.filter(|(id, _)| person.is_none_or(|person| person == *id));
    let lines = wanted.map(|(id, archived)| {
        let seen = archived.seen.to_zoned(rules.zone_of(id).clone());
        let day = seen.strftime("%a %-d %b %Y");
        format!(
            "{id} is archived in {}, as seen on {day}, and gets nothing: write `left` in people.yaml, or restore \
             them there\n",
            archived.source
        )
    });
    lines.collect()
}
