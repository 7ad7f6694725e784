//! A run that stands still while its owner is away: its calendar is somebody's working hours
//! without the time they are away.
//!
//! Time off keeps a run from becoming late. It does not hold back the steps after the due time:
//! whoever comes next must hear of a late clock although its owner has gone on holiday.

use business_time::{Calendar, TimeOff};
use contracts::state::{Clock, ClockStatus, KeptTerms, Span};
use crm::PersonId;
use jiff::Timestamp;

use super::{
    calculate::{due, remaining, steps, warning},
    context::Context,
};
use crate::{absences::told, rules::Staffing};

/// The calendar by which a run is counted until it is due.
#[must_use]
pub fn calendar_of(staffing: &Staffing, clock: &Clock) -> Option<Calendar> {
    let calendar = staffing.calendar(&clock.calendar)?;
    Some(match clock.time_off {
        Some(_) => staffing.without_time_off(calendar, &clock.owner),
        None => calendar.clone(),
    })
}

/// The time off of a run's owner that falls into it.
pub(super) fn within(
    staffing: &Staffing,
    owner: &PersonId,
    from: Timestamp,
    due: Timestamp,
) -> Vec<Span> {
    let run = Span { from, to: due };
    let spans = staffing.absences().of(owner).map(|absence| absence.span);
    spans.filter(|span| span.overlaps(&run)).collect()
}

/// Why a run is due at another instant than before: who is away otherwise, or what a changed
/// calendar says.
pub(super) fn why_moved(
    staffing: &Staffing,
    clock: &Clock,
    kept: &KeptTerms,
    to: Timestamp,
) -> String {
    let by_calendar = format!(
        "since the calendar {} says otherwise in revision {}",
        clock.calendar, staffing.model.revision
    );
    let Some(before) = &clock.time_off else {
        return by_calendar;
    };
    let after = within(staffing, &clock.owner, kept.from, to.max(clock.due));
    let mut reasons = differences(staffing, &clock.owner, before, &after);
    let same_calendar = staffing.calendar(&clock.calendar).is_some_and(|calendar| {
        let as_before = calendar.with_time_off(&before.iter().map(off).collect::<Vec<_>>());
        due(&as_before, kept.from, &kept.left) == Ok(clock.due)
    });
    if reasons.is_empty() || !same_calendar {
        reasons.push(by_calendar);
    }
    reasons.join(", and ")
}

/// What is said of the time during which a run that begins will stand still.
pub(super) fn while_away(staffing: &Staffing, owner: &PersonId, spans: &[Span]) -> String {
    let zone = staffing.zone_of(owner);
    let spans = spans.iter().map(|span| told(span, zone));
    let reasons = spans.map(|span| format!(", and stands still while {owner} is away {span}"));
    reasons.collect()
}

fn differences(
    staffing: &Staffing,
    owner: &PersonId,
    before: &[Span],
    after: &[Span],
) -> Vec<String> {
    let zone = staffing.zone_of(owner);
    let covered =
        |span: &Span, by: &[Span]| by.iter().any(|it| it.from <= span.from && span.to <= it.to);
    let mut reasons = Vec::new();
    for span in after.iter().filter(|span| !covered(span, before)) {
        reasons.push(format!("since {owner} is away {}", told(span, zone)));
    }
    for span in before.iter().filter(|span| !covered(span, after)) {
        let rest: Vec<String> = after
            .iter()
            .filter(|it| it.overlaps(span) && covered(it, before))
            .map(|it| told(it, zone))
            .collect();
        reasons.push(if rest.is_empty() {
            format!("since {owner} is not away {} after all", told(span, zone))
        } else {
            format!("since {owner} is away only {}", rest.join("; "))
        });
    }
    reasons
}

fn off(span: &Span) -> TimeOff {
    TimeOff {
        from: span.from,
        to: span.to,
    }
}

impl Context<'_> {
    /// From `at` on a run is counted by another owner's time off; what was used until then stays
    /// used.
    pub(super) fn hand_time_off(
        &self,
        clock: &mut Clock,
        kept: &mut KeptTerms,
        owner: &PersonId,
        at: Timestamp,
    ) {
        if clock.status != ClockStatus::Running || clock.time_off.is_none() {
            return;
        }
        let Some(plain) = self.staffing.calendar(&clock.calendar) else {
            return;
        };
        let before = self.staffing.without_time_off(plain, &clock.owner);
        let from = at.max(kept.from).min(clock.due);
        let left = remaining(&before, &kept.left, from, clock.due);
        let calendar = self.staffing.without_time_off(plain, owner);
        let calculated =
            due(&calendar, from, &left).and_then(|due| Ok((due, steps(plain, due, &kept.steps)?)));
        let Ok((due, steps)) = calculated else {
            return;
        };
        kept.from = from;
        kept.left = left;
        clock.due = due;
        clock.warn_at = warning(&calendar, kept, due);
        clock.steps = steps;
        clock.time_off = Some(within(self.staffing, owner, from, due));
    }
}
