//! What is kept of absences, and for how long.

use contracts::{
    DecisionDraft, EventData, Reason,
    state::{Absence, AbsencesState, Span},
};
use crm::PersonId;
use jiff::{SignedDuration, Timestamp};

use crate::rules::Rules;

/// How many days an absence that is over is still kept: longer than any clock of a lead runs, so
/// that a due time comes out the same whenever it is calculated again.
pub(super) const KEPT_DAYS: i64 = 60;

/// The same of what a CRM says, and how many days ahead it is kept: of 1,000 people the item is read with every lead.
pub(super) const OF_CRM_DAYS: i64 = 14;

/// A decision about who is away, and the item it leads to.
#[must_use]
#[derive(Debug, Clone, PartialEq)]
pub struct Changed {
    /// The decision.
    pub draft: DecisionDraft,
    /// The item of the whole company.
    pub absences: AbsencesState,
}

/// A change by hand.
pub(super) fn changed(
    rules: &Rules,
    person: &PersonId,
    mut absences: AbsencesState,
    (span, away): (Span, bool),
    outcome: String,
    note: String,
) -> Changed {
    absences.people.retain(|_, all| !all.is_empty());
    let place = rules.model.people.get(person).map(|known| known.place);
    let draft = DecisionDraft {
        outcome,
        reasons: vec![Reason::note(format!("people.{person}"), place, note)],
        emits: vec![EventData::AbsenceChanged {
            person: person.clone(),
            from: span.from,
            to: span.to,
            away,
        }],
        ..DecisionDraft::default()
    };
    Changed { draft, absences }
}

/// Everything but what was over long ago.
pub(super) fn kept(before: &AbsencesState, now: Timestamp) -> AbsencesState {
    let mut after = before.clone();
    for all in after.people.values_mut() {
        all.retain(|absence| match absence.of {
            None => !is_long_ago(&absence.span, now),
            Some(_) => now.duration_since(absence.span.to) <= days(OF_CRM_DAYS),
        });
    }
    after
}

pub(super) fn is_long_ago(span: &Span, now: Timestamp) -> bool {
    now.duration_since(span.to) > days(KEPT_DAYS)
}

pub(super) const fn days(count: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * count)
}

/// Adds what a CRM says to what was entered by hand: as far as that does not say it already.
pub(super) fn beside(all: &mut Vec<Absence>, told_by_crm: Vec<Absence>) {
    for absence in told_by_crm {
        let mut spans = vec![absence.span];
        for known in all.iter().map(|known| known.span) {
            spans = spans.into_iter().flat_map(|it| cut(it, known)).collect();
        }
        let pieces = spans.into_iter().map(|span| Absence {
            span,
            ..absence.clone()
        });
        all.extend(pieces.collect::<Vec<_>>());
    }
    all.sort_by_key(|it| it.span);
}

/// What is left of a time without another.
fn cut(span: Span, without: Span) -> impl Iterator<Item = Span> {
    let ahead = Span {
        to: span.to.min(without.from),
        ..span
    };
    let behind = Span {
        from: span.from.max(without.to),
        ..span
    };
    [ahead, behind].into_iter().filter(|it| it.from < it.to)
}
