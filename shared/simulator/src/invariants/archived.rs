use contracts::{
    EventData, Key, Subject,
    state::{AbsencesState, Archived, LeaversState, RoutingState},
};
use crm::{PersonId, RecordId};
use decisions::routing::leaver_of;
use jiff::SignedDuration;

use super::seen::Seen;
use crate::fault::FaultKind;

/// What was read a moment before, and is decided a moment later.
const SOON: SignedDuration = SignedDuration::from_mins(20);

/// Nobody whom a CRM has archived is given a record by a pool since that was seen; and what is open and theirs goes
/// on, as if they had left.
pub(super) fn violations(seen: &Seen<'_>) -> Vec<String> {
    let absences: AbsencesState = seen.state(&Key::absences()).unwrap_or_default();
    let mut found: Vec<String> = absences
        .archived
        .iter()
        .flat_map(|it| given(seen, it))
        .collect();
    let rules = seen.rules.without_archived(&absences);
    let told = seen.state::<LeaversState>(&Key::leavers());
    let all = told.map(|told| told.done).unwrap_or_default();
    for copy in seen.copies() {
        let record = &copy.record;
        let Some((owner, ..)) = leaver_of(&rules, record, seen.ending.now) else {
            continue;
        };
        // The second time, when nothing is on its way to them any more, and after a shadow month.
        let looked = all.get(owner).is_some_and(|upon| {
            let mut acted = upon.iter().filter(|it| !it.contains(" observed"));
            acted.any(|it| it.ends_with(" again"))
        });
        let routing = seen.state::<RoutingState>(&Key::routing(&record.id));
        let asked = routing.and_then(|routing| routing.asked);
        let is_asked = asked.is_some_and(|asked| asked.of == *owner);
        let Some(archived) = absences.archived.get(owner) else {
            continue;
        };
        let came_back = came_back(seen, &record.id, archived);
        if looked && !is_asked && !came_back && !may_be_refused(seen) {
            found.push(format!(
                "{} is still {owner}'s, whom the CRM has archived",
                record.id
            ));
        }
    }
    found
}

fn given<'a>(
    seen: &'a Seen<'_>,
    (person, archived): (&'a PersonId, &'a Archived),
) -> impl Iterator<Item = String> + 'a {
    let late = seen
        .audits
        .iter()
        .filter(|it| it.at.duration_since(archived.seen) > SOON);
    let events = late.flat_map(|audit| &audit.events);
    events.filter_map(move |event| match &event.data {
        EventData::RecordRouted {
            owner,
            pool: Some(pool),
            ..
        } if owner == person => Some(format!(
            "pool {pool} gives a record to {owner}, whom the CRM has archived"
        )),
        _ => None,
    })
}

/// Whether the record entered a stage since, or was restored: what was closed, on no journey, or deleted, when theirs was
/// gone through and comes back later waits for a person.
fn came_back(seen: &Seen<'_>, record: &RecordId, archived: &Archived) -> bool {
    let of_it = seen.audits.iter().filter(|audit| {
        let is_late = audit.at.duration_since(archived.seen) > SOON;
        is_late && matches!(&audit.subject, Subject::Record(id) if id == record)
    });
    let mut events = of_it.flat_map(|audit| &audit.events);
    events.any(|event| match &event.data {
        EventData::StageEntered { .. } => true,
        EventData::RecordChanged { changed, .. } => changed.iter().any(|it| it == "archived"),
        _ => false,
    })
}

/// Whether the CRM takes somebody for no owner: whom the record was then given to, it does not show.
fn may_be_refused(seen: &Seen<'_>) -> bool {
    let mut faults = seen.story.faults.iter();
    faults.any(|fault| matches!(fault.kind, FaultKind::OwnerRefused { .. }))
}
