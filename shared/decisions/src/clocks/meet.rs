use contracts::{
    DecisionDraft, EventData, Reason,
    state::{Clock, ClockStatus, ClocksState},
};
use crm::{Contacted, RecordKind};
use jiff::Timestamp;
use operating_model::{ClockTerms, Upon};

use super::Clocked;
use crate::{condition::length, rules::Rules};

/// Meets the open clocks that a logged contact meets.
///
/// What counts is when the contact was made, not when we heard of it: a contact made in time that
/// is logged after the breach makes the clock met in time after all.
#[must_use]
pub fn meet(
    rules: &Rules,
    kind: RecordKind,
    before: Option<&ClocksState>,
    contact: &Contacted,
) -> Option<Clocked> {
    let mut clocks = before?.clone();
    let mut draft = DecisionDraft::default();
    let mut met = Vec::new();
    for (name, clock) in &mut clocks.clocks {
        let terms = rules.model.clocks.get(name);
        if !terms.is_none_or(|terms| terms.record == kind && counts(terms, clock, contact)) {
            continue;
        }
        if !clock.status.is_open() || contact.at < clock.started {
            continue;
        }
        let late = contact.at > clock.due;
        draft.reasons.push(Reason::note(
            format!("clocks.{name}"),
            terms.map(|terms| terms.place),
            said(clock, contact, late),
        ));
        draft.emits.push(EventData::ClockMet {
            clock: name.clone(),
            instance: clock.instance,
            late,
        });
        met.push(format!("{name} {}", if late { "late" } else { "in time" }));
        clock.status = if late {
            ClockStatus::MetLate
        } else {
            ClockStatus::MetInTime
        };
        clock.met = Some(contact.at);
        clock.warn_at = None;
        clock.steps.clear();
    }
    draft.outcome = format!("clock met: {}", met.join("; "));
    (!met.is_empty()).then_some(Clocked { draft, clocks })
}

fn counts(terms: &ClockTerms, clock: &Clock, contact: &Contacted) -> bool {
    let by_owner = contact.by.as_ref().is_none_or(|by| *by == clock.owner);
    terms.meet.upon == Upon::ActivityLogged && (by_owner || !terms.meet.by_owner)
}

fn said(clock: &Clock, contact: &Contacted, late: bool) -> String {
    let by = contact.by.as_ref().map_or_else(
        || "a contact was logged".to_owned(),
        |by| format!("{by} logged a contact"),
    );
    let distance = length(clock.due.duration_since(contact.at).abs());
    let withdrawn = if clock.status == ClockStatus::Late && !late {
        "; we heard of it after the due time, so the breach is withdrawn"
    } else {
        ""
    };
    let side = if late { "after" } else { "before" };
    format!("{by} {distance} {side} it was due{withdrawn}")
}

/// Cancels the open clocks of a record whose journey has ended.
#[must_use]
pub fn cancel(before: Option<&ClocksState>, why: &str, at: Timestamp) -> Option<Clocked> {
    let mut clocks = before?.clone();
    let mut draft = DecisionDraft::default();
    let mut names = Vec::new();
    for (name, clock) in &mut clocks.clocks {
        if !clock.status.is_open() {
            continue;
        }
        draft.emits.push(EventData::ClockCancelled {
            clock: name.clone(),
            instance: clock.instance,
        });
        let left = clock.due.duration_since(at);
        let side = if left.is_negative() {
            "after"
        } else {
            "before"
        };
        draft.reasons.push(Reason::note(
            format!("clocks.{name}"),
            None,
            format!("{why}, {} {side} it was due", length(left.abs())),
        ));
        names.push(name.clone());
        clock.status = ClockStatus::Cancelled;
        clock.warn_at = None;
        clock.steps.clear();
    }
    draft.outcome = format!("clock cancelled: {}", names.join("; "));
    (!names.is_empty()).then_some(Clocked { draft, clocks })
}
