//! When a whole CRM is looked through for what no event told of, and how far that has come.

use contracts::{
    DecisionDraft, EventData, EventId, Reason,
    state::{
        JudgedBy, RecordState, SweepCounts, SweepEnded, SweepKind, SweepPart, SweepRun, SweepState,
    },
};
use jiff::{SignedDuration, Timestamp, civil::Date};

use crate::{facts::Facts, rules::Rules, sync::Synced};

/// How often it is asked what a CRM has changed.
pub const EVERY: SignedDuration = SignedDuration::from_hours(1);

/// For how long what was changed may not be found by a search, and its webhook may still be on its way.
pub const UNDER_WAY: SignedDuration = SignedDuration::from_mins(15);

/// The hour of the day, where the company is, from which on everything is counted anew.
const NIGHT: i8 = 2;

/// What is to be looked through next, by a machine's clock that shows `now`: what is under way goes on, what is
/// due begins. First of all everything is read once; until then nothing else begins.
#[must_use]
pub fn next(
    rules: &Rules,
    known: &SweepState,
    parts: &[SweepPart],
    now: Timestamp,
) -> Option<SweepState> {
    let mut state = known.clone();
    match known.seen {
        None => begin(&mut state, SweepKind::Load, parts, now),
        Some(seen) => {
            if now.duration_since(seen) >= EVERY {
                begin(&mut state, SweepKind::Changes, parts, now);
            }
            let tonight = night(rules, now);
            if let Some(day) = tonight.filter(|day| known.recounted.is_none_or(|it| it < *day)) {
                begin(&mut state, SweepKind::Recount, parts, now);
                state.recounted = Some(day);
            }
            judge_by_another(rules, &mut state, parts, now);
        }
    }
    (!state.runs.is_empty()).then_some(state)
}

/// Every open record is judged anew by a model that a later deployment has brought; from the beginning, if that is
/// done by the one before.
fn judge_by_another(rules: &Rules, state: &mut SweepState, parts: &[SweepPart], now: Timestamp) {
    let ours = judged_by(rules);
    let another = |judged: &JudgedBy| judged.revision < ours.revision && judged.model != ours.model;
    match &state.judged {
        // What was kept by an earlier release is judged as it comes.
        None => state.judged = Some(ours),
        Some(judged) if another(judged) => {
            state.runs.retain(|run| run.kind != SweepKind::Revision);
            begin(state, SweepKind::Revision, parts, now);
            state.judged = Some(ours);
        }
        Some(_) => {}
    }
}

fn judged_by(rules: &Rules) -> JudgedBy {
    let revision = &rules.model.revision;
    JudgedBy {
        revision: revision.number,
        model: revision.hash.clone(),
    }
}

/// A copy that is to be judged by another model than before; none of what is closed or gone.
pub fn judged_anew(rules: &Rules, before: &RecordState, now: Timestamp) -> Option<Synced> {
    let record = &before.record;
    if !Facts::of(rules, record, now).is_open() {
        return None;
    }
    let revision = &rules.model.revision;
    let number = revision.number.to_string();
    let note = format!("the model of {revision} has come since it was judged: it is judged anew");
    Some(Synced {
        event: EventId::of(&[
            "record.judged",
            &record.id.to_string(),
            &revision.hash,
            &number,
        ]),
        draft: Some(DecisionDraft {
            outcome: "to be judged by another model".to_owned(),
            reasons: vec![Reason::note("sweep", None, note)],
            emits: vec![EventData::RecordChanged {
                changed: Vec::new(),
                modified: record.modified,
                first: false,
                contact: None,
            }],
            ..DecisionDraft::default()
        }),
        record: RecordState {
            sequence: before.sequence.saturating_add(1),
            ..before.clone()
        },
    })
}

/// Begins a look, unless it is under way.
pub fn begin(state: &mut SweepState, kind: SweepKind, parts: &[SweepPart], now: Timestamp) {
    if state.runs.iter().any(|run| run.kind == kind) {
        return;
    }
    let gone = parts.iter().filter(|_| kind == SweepKind::Recount);
    let gone = gone.map(|part| SweepPart {
        gone: true,
        ..part.clone()
    });
    state.runs.push(SweepRun {
        kind,
        began: now,
        left: parts.iter().cloned().chain(gone).collect(),
        after: None,
        counts: SweepCounts::default(),
    });
    state.runs.sort_by_key(|run| run.kind);
}

/// The day whose night has come, where the company is; none before it has.
fn night(rules: &Rules, now: Timestamp) -> Option<Date> {
    let there = now.to_zoned(rules.company_zone().clone());
    (there.hour() >= NIGHT).then(|| there.date())
}

/// What was found on a page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Paged {
    /// What it adds.
    pub counts: SweepCounts,
    /// Where the list goes on.
    pub next: Option<String>,
}

/// How far it has come once a page of the first look has been gone through, at `now`.
#[must_use]
pub fn gone_through(
    rules: &Rules,
    mut state: SweepState,
    page: Paged,
    now: Timestamp,
) -> SweepState {
    let Some(run) = state.runs.first_mut() else {
        return state;
    };
    let counts = &mut run.counts;
    counts.seen = counts.seen.saturating_add(page.counts.seen);
    counts.missed = counts.missed.saturating_add(page.counts.missed);
    counts.unread = counts.unread.saturating_add(page.counts.unread);
    run.after = page.next;
    if run.after.is_none() && !run.left.is_empty() {
        run.left.remove(0);
    }
    if !run.left.is_empty() {
        return state;
    }
    let over = state.runs.remove(0);
    if matches!(over.kind, SweepKind::Load | SweepKind::Changes) {
        state.seen = Some(over.began);
    }
    if over.kind == SweepKind::Load {
        let there = over.began.to_zoned(rules.company_zone().clone());
        state.recounted = Some(there.date());
        state.judged = Some(judged_by(rules));
    }
    state.ended.retain(|ended| ended.kind != over.kind);
    state.ended.push(SweepEnded {
        kind: over.kind,
        began: over.began,
        at: now,
        counts: over.counts,
    });
    state.ended.sort_by_key(|ended| ended.kind);
    state
}

/// Since when it is asked what was changed: since what has been seen, and a little earlier, as a search finds
/// things late.
#[must_use]
pub fn changed_since(state: &SweepState) -> Timestamp {
    let seen = state.seen.unwrap_or(Timestamp::UNIX_EPOCH);
    seen.checked_sub(UNDER_WAY).unwrap_or(seen)
}

/// Whether a record of this age was there before a load that began then, so that what happened to it is past.
/// What is about as old may have been made while its webhook was on the way, and is as new as any other.
#[must_use]
pub fn was_there(created: Timestamp, began: Timestamp) -> bool {
    began.duration_since(created) > UNDER_WAY
}

/// Whether an event should have told by now of what was changed at this instant.
#[must_use]
pub fn was_missed(modified: Timestamp, now: Timestamp) -> bool {
    now.duration_since(modified) > UNDER_WAY
}

/// A new copy, with how it was found if no webhook told of it.
pub fn told(mut synced: Synced, swept: Option<SweepKind>) -> Synced {
    let why = swept.map(|kind| match kind {
        SweepKind::Load => "it was read with everything else, as the CRM was loaded",
        SweepKind::Changes => {
            "no webhook had told of it: it was found among what the CRM has changed since the last look"
        }
        SweepKind::Revision | SweepKind::Recount => {
            "no webhook had told of it: it was found as all records of the CRM were compared with our copies"
        }
    });
    if let (Some(why), Some(draft)) = (why, &mut synced.draft) {
        draft.reasons.push(Reason::note("sweep", None, why));
    }
    synced
}
