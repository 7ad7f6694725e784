//! When a whole CRM is looked through for what no event told of, and how far that has come.

use contracts::{
    DecisionDraft, EventData, EventId, Reason,
    state::{
        JudgedBy, LoadedPart, RecordState, SweepCounts, SweepEnded, SweepFailed, SweepKind,
        SweepPart, SweepRun, SweepState, Swept,
    },
};
use crm::{Record, RecordKind};
use jiff::{SignedDuration, Timestamp, civil::Date};

use crate::{
    facts::Facts,
    rules::Rules,
    sync::{Synced, just_after},
};

/// How often it is asked what a CRM has changed.
pub const EVERY: SignedDuration = SignedDuration::from_hours(1);

/// For how long what was changed may not be found by a search, and its webhook may still be on its way.
pub const UNDER_WAY: SignedDuration = SignedDuration::from_mins(15);

/// The hour of the day, where the company is, from which on everything is counted anew.
const NIGHT: i8 = 2;

/// What is to be looked through next, by a machine's clock that shows `now`: what is under way goes on, what is
/// due begins. What was never loaded is loaded first of all; nothing else looks through it before.
#[must_use]
pub fn next(
    rules: &Rules,
    known: &SweepState,
    parts: &[SweepPart],
    now: Timestamp,
) -> Option<SweepState> {
    let mut state = known.clone();
    let new = parts
        .iter()
        .filter(|part| loaded_part(known, part).is_none());
    let new: Vec<SweepPart> = new.cloned().collect();
    if !new.is_empty() {
        begin(&mut state, SweepKind::Load, new, now);
    }
    if state.judged.is_none() {
        // By another that comes while it is loaded everything is judged once more.
        state.judged = Some(judged_by(rules));
    }
    let there = loaded_of(known, parts);
    let seen = there.iter().filter_map(|part| loaded_part(known, part));
    if seen
        .map(|it| it.seen)
        .min()
        .is_some_and(|seen| now.duration_since(seen) >= EVERY)
    {
        begin(&mut state, SweepKind::Changes, there.clone(), now);
    }
    let tonight = night(rules, now).filter(|_| !there.is_empty());
    if let Some(day) = tonight.filter(|day| known.recounted.is_none_or(|it| it < *day)) {
        begin(&mut state, SweepKind::Recount, there.clone(), now);
        state.recounted = Some(day);
    }
    judge_by_another(rules, &mut state, there, now);
    Some(state).filter(|state| !state.runs.is_empty())
}

/// A look that somebody asks for begins, unless it is under way. But for a load, it goes through what was loaded.
#[must_use]
pub fn asked(
    known: &SweepState,
    kind: SweepKind,
    parts: &[SweepPart],
    now: Timestamp,
) -> SweepState {
    let mut state = known.clone();
    let through = match kind {
        SweepKind::Load => parts.to_vec(),
        _ => loaded_of(known, parts),
    };
    begin(&mut state, kind, through, now);
    state
}

/// What of these was loaded.
fn loaded_of(state: &SweepState, parts: &[SweepPart]) -> Vec<SweepPart> {
    let loaded = parts
        .iter()
        .filter(|part| loaded_part(state, part).is_some());
    loaded.cloned().collect()
}

fn loaded_part<'s>(state: &'s SweepState, part: &SweepPart) -> Option<&'s LoadedPart> {
    let is_it = |it: &&LoadedPart| it.source == part.source && it.kind == part.kind;
    state.loaded.iter().find(is_it)
}

/// Whether what is kept of the CRMs is still only a part of what they hold: some of it is being read for the first time.
#[must_use]
pub fn is_partial(state: &SweepState) -> bool {
    state.runs.iter().any(|run| run.kind == SweepKind::Load)
}

/// When the load of such records began; none if they were never loaded.
#[must_use]
pub fn loaded_at(state: &SweepState, part: &SweepPart) -> Option<Timestamp> {
    loaded_part(state, part).map(|it| it.at)
}

/// Every open record is judged anew by a model that a later deployment has brought; from the beginning, if that is
/// done by the one before.
fn judge_by_another(rules: &Rules, state: &mut SweepState, parts: Vec<SweepPart>, now: Timestamp) {
    let ours = judged_by(rules);
    let another = |judged: &JudgedBy| judged.revision < ours.revision && judged.model != ours.model;
    match &state.judged {
        Some(judged) if another(judged) => {
            state.runs.retain(|run| run.kind != SweepKind::Revision);
            begin(state, SweepKind::Revision, parts, now);
            state.judged = Some(ours);
        }
        _ => {}
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
pub fn judged_anew(
    rules: &Rules,
    before: &RecordState,
    (began, now): (Timestamp, Timestamp),
) -> Option<Synced> {
    let record = &before.record;
    if !Facts::of(rules, record, now).is_open() {
        return None;
    }
    let revision = &rules.model.revision;
    // Once for each look: another may be asked for by hand.
    let (number, began) = (revision.number.to_string(), began.to_string());
    let note = format!("the model of {revision} has come since it was judged: it is judged anew");
    Some(Synced {
        event: EventId::of(&[
            "record.judged",
            &record.id.to_string(),
            &revision.hash,
            &number,
            &began,
        ]),
        draft: Some(DecisionDraft {
            outcome: "to be judged by another model".to_owned(),
            reasons: vec![Reason::note("sweep", None, note)],
            emits: vec![EventData::RecordChanged {
                changed: Vec::new(),
                modified: record.modified,
                first: false,
                contact: None,
                watched: record.id.kind == RecordKind::Account,
                left_domain: None,
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
fn begin(state: &mut SweepState, kind: SweepKind, parts: Vec<SweepPart>, now: Timestamp) {
    if state.runs.iter().any(|run| run.kind == kind) {
        return;
    }
    let gone = parts.iter().filter(|_| kind == SweepKind::Recount);
    let gone = gone.map(|part| SweepPart {
        gone: true,
        ..part.clone()
    });
    let gone: Vec<SweepPart> = gone.collect();
    state.runs.push(SweepRun {
        kind,
        began: now,
        left: parts.into_iter().chain(gone).collect(),
        counts: SweepCounts::default(),
        failed: None,
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

/// How far it has come once a page of a look has been gone through, at `now`.
#[must_use]
pub fn gone_through(
    rules: &Rules,
    mut state: SweepState,
    (kind, page): (SweepKind, Paged),
    now: Timestamp,
) -> SweepState {
    let Some(run) = state.runs.iter_mut().find(|run| run.kind == kind) else {
        return state;
    };
    let counts = &mut run.counts;
    counts.seen = counts.seen.saturating_add(page.counts.seen);
    counts.missed = counts.missed.saturating_add(page.counts.missed);
    counts.unread = counts.unread.saturating_add(page.counts.unread);
    run.failed = None;
    if let (Some(part), Some(after)) = (run.left.first_mut(), page.next) {
        part.after = Some(after);
        return state;
    }
    let began = run.began;
    let through = (!run.left.is_empty()).then(|| run.left.remove(0));
    let over = run.left.is_empty();
    match (kind, through) {
        (SweepKind::Load, Some(part)) => loaded(rules, &mut state, &part, began),
        (SweepKind::Changes, Some(part)) => seen(&mut state, &part, began),
        _ => {}
    }
    if over {
        ended(&mut state, kind, now);
    }
    state
}

/// The records of one kind have been loaded. What was loaded before keeps the instant from which on it is not past.
fn loaded(rules: &Rules, state: &mut SweepState, part: &SweepPart, began: Timestamp) {
    if loaded_part(state, part).is_some() {
        return;
    }
    state.loaded.push(LoadedPart {
        source: part.source.clone(),
        kind: part.kind,
        at: began,
        seen: began,
    });
    if state.recounted.is_none() {
        let there = began.to_zoned(rules.company_zone().clone());
        state.recounted = Some(there.date());
    }
}

/// All that was changed of one kind before a look began has been seen.
fn seen(state: &mut SweepState, part: &SweepPart, began: Timestamp) {
    let mut loaded = state.loaded.iter_mut();
    if let Some(it) = loaded.find(|it| it.source == part.source && it.kind == part.kind) {
        it.seen = began;
    }
}

fn ended(state: &mut SweepState, kind: SweepKind, now: Timestamp) {
    let over = state.runs.iter().position(|run| run.kind == kind);
    let Some(over) = over.map(|index| state.runs.remove(index)) else {
        return;
    };
    state.ended.retain(|ended| ended.kind != kind);
    state.ended.push(SweepEnded {
        kind,
        began: over.began,
        at: now,
        counts: over.counts,
    });
    state.ended.sort_by_key(|ended| ended.kind);
}

/// A page could not be gone through: what else the look has to go through comes first, and that again after it.
#[must_use]
pub fn failed(mut state: SweepState, kind: SweepKind, why: String) -> SweepState {
    if let Some(run) = state.runs.iter_mut().find(|run| run.kind == kind) {
        let before = run.failed.as_ref().map_or(0, |failed| failed.times);
        let times = before.saturating_add(1);
        run.failed = Some(SweepFailed { times, why });
        if !run.left.is_empty() {
            run.left.rotate_left(1);
        }
    }
    state
}

/// Since when it is asked what was changed of a kind: since what has been seen, and a little earlier, as a search
/// finds things late.
#[must_use]
pub fn changed_since(state: &SweepState, part: &SweepPart) -> Timestamp {
    let seen = loaded_part(state, part).map_or(Timestamp::UNIX_EPOCH, |it| it.seen);
    seen.checked_sub(UNDER_WAY).unwrap_or(seen)
}

/// Whether a record of this age was there before a load that began then, so that what happened to it is past.
/// What is about as old may have been made while its webhook was on the way, and is as new as any other.
#[must_use]
pub fn was_there(created: Timestamp, began: Timestamp) -> bool {
    began.duration_since(created) > UNDER_WAY
}

/// A record of which no webhook has told, with the instant before which all is past, if it was there when its kind
/// was loaded. What was changed while that load went on, and not just now, is past as well: a webhook would have come.
#[must_use]
pub fn found(record: Record, swept: Swept, now: Timestamp) -> Record {
    if !was_there(record.created, swept.loaded) {
        return record;
    }
    let meanwhile = swept.look == SweepKind::Load && was_missed(record.modified, now);
    let found_at = match meanwhile {
        true => swept.loaded.max(just_after(record.modified)),
        false => swept.loaded,
    };
    Record {
        found_at: Some(found_at),
        ..record
    }
}

/// Whether an event should have told by now of what was changed at this instant.
#[must_use]
pub fn was_missed(modified: Timestamp, now: Timestamp) -> bool {
    now.duration_since(modified) > UNDER_WAY
}

/// A new copy, with how it was found if no webhook told of it.
pub fn told(mut synced: Synced, swept: Option<Swept>) -> Synced {
    let why = swept.map(|swept| match swept.look {
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
