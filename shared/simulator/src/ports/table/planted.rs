//! The faults that are planted at the table's port.

use std::collections::BTreeSet;

use contracts::{
    AuditRecord, Event, EventData, EventId, Key, Passage, RecordItem,
    state::{
        ApprovalStatus, ApprovalsState, BreakerState, Clock, ClocksState, DeviationsState,
        DigestState, EffectState, EffectStatus, ExceptionsState, GateState, LoadState, RecordState,
        RoutingState,
    },
};
use decisions::routing::OWNER_REMOVED;
use jiff::Timestamp;
use model::{GateMode, Start};
use store::{Body, DueItem, Guard, Item, MemoryStore, Store, StoreError, Transaction};

use crate::{
    planted::Planted,
    world::{Inside, World},
};

/// After a lost race nothing is answered any more.
pub(super) fn second_attempt(inside: &mut Inside) -> Result<(), StoreError> {
    if inside.planted == Some(Planted::OneAttempt) && inside.turn.lost_races > 0 {
        return Err(StoreError::Unavailable(
            "a lost race is not run again".to_owned(),
        ));
    }
    Ok(())
}

/// A partition in which what falls due stands as it did when a tick found it.
pub(super) fn as_the_index_showed(inside: &Inside, mut items: Vec<Item>) -> Vec<Item> {
    if inside.planted == Some(Planted::IndexTrusted) && inside.turn.of_deadline {
        for item in &mut items {
            if let Some(shown) = inside.shown.get(&item.key) {
                item.body.clone_from(shown);
            }
        }
    }
    items
}

/// A partition in which no lead's owner was taken off: it waits, as if no rule had named anybody.
pub(super) fn with_nobody_removed(inside: &Inside, mut items: Vec<Item>) -> Vec<Item> {
    if inside.planted == Some(Planted::RemovalForgotten) {
        for item in &mut items {
            if item.key.holds::<RoutingState>()
                && let Ok(mut state) = item.body.read::<RoutingState>()
                && state.rule == OWNER_REMOVED
            {
                state.rule = "none".to_owned();
                item.body = Body::of(state);
            }
        }
    }
    items
}

/// Copies of records that look old, so that whatever comes replaces them.
pub(super) fn of_any_age(inside: &Inside, mut items: Vec<Option<Item>>) -> Vec<Option<Item>> {
    if inside.planted == Some(Planted::OrderIgnored) {
        for item in items.iter_mut().flatten() {
            if item.key.holds::<RecordState>()
                && let Ok(mut state) = item.body.read::<RecordState>()
            {
                state.record.modified = Timestamp::UNIX_EPOCH;
                item.body = Body::of(state);
            }
        }
    }
    items
}

/// A transaction without the guard that is planted away.
pub(super) async fn unguarded(
    world: &World,
    store: &MemoryStore,
    mut transaction: Transaction,
) -> Result<Transaction, StoreError> {
    let planted = world.lock().planted;
    match planted {
        Some(Planted::RecordNotChecked) => transaction.checks.clear(),
        Some(Planted::AuditMayExist) => {
            for put in &mut transaction.puts {
                if !put.key.is_audit() {
                    continue;
                }
                let key = put.key.clone();
                let there = store.get(&[key]).await?.into_iter().flatten().next();
                if let Some(there) = there {
                    put.guard = Guard::Version(there.version);
                }
            }
        }
        Some(Planted::MarkedBeforeDone) => {
            for put in &mut transaction.puts {
                let effect = put.key.pk.starts_with("E#");
                let state = effect.then(|| put.body.read::<EffectState>());
                if let Some(Ok(mut state)) = state
                    && state.status == EffectStatus::Claimed
                {
                    state.status = EffectStatus::Done;
                    put.body = Body::of(state);
                }
            }
        }
        Some(Planted::LeaseTooShort) => {
            for put in &mut transaction.puts {
                let effect = put.key.pk.starts_with("E#");
                let state = effect.then(|| put.body.read::<EffectState>());
                if let Some(Ok(mut state)) = state
                    && state.status == EffectStatus::Claimed
                {
                    state.lease_until = state.at;
                    put.body = Body::of(state);
                }
            }
        }
        Some(Planted::TurnedBackEnters) => {
            for put in transaction.puts.iter_mut().filter(|it| it.key.is_audit()) {
                if let Ok(audit) = put.body.read::<AuditRecord>() {
                    put.body = Body::of(entered_all_the_same(audit));
                }
            }
        }
        Some(Planted::CountKept) => {
            for put in transaction.puts.iter_mut().filter(|it| it.key.is_load()) {
                let key = put.key.clone();
                let there = store.get(&[key]).await?.into_iter().flatten().next();
                let there = there.and_then(|it| it.body.read::<LoadState>().ok());
                if let (Some(there), Ok(mut load)) = (there, put.body.read::<LoadState>()) {
                    load.open = load.open.max(there.open);
                    put.body = Body::of(load);
                }
            }
        }
        Some(Planted::CountedOnce) => {
            for put in transaction
                .puts
                .iter_mut()
                .filter(|it| it.key.holds::<RecordState>())
            {
                let key = put.key.clone();
                let there = store.get(&[key]).await?.into_iter().flatten().next();
                let there = there.and_then(|it| it.body.read::<RecordState>().ok());
                let known = there.and_then(|it| it.record.others);
                if let (Some(known), Ok(mut copy)) = (known, put.body.read::<RecordState>()) {
                    copy.record.others = Some(known);
                    put.body = Body::of(copy);
                }
            }
        }
        Some(Planted::MergeForgotten) => {
            edit::<RecordState>(&mut transaction, |copy| copy.record.merged_into = None);
        }
        Some(Planted::ErasureForgotten) => {
            let copies = transaction.puts.iter_mut();
            for put in copies.filter(|put| put.key.holds::<RecordState>()) {
                let key = put.key.clone();
                let there = store.get(&[key]).await?.into_iter().flatten().next();
                let there = there.and_then(|it| it.body.read::<RecordState>().ok());
                if let (Some(there), Ok(mut copy)) = (there, put.body.read::<RecordState>())
                    && copy.record.erased.is_some()
                {
                    copy.record.erased = None;
                    copy.record.fields = there.record.fields;
                    put.body = Body::of(copy);
                }
            }
        }
        Some(Planted::EndlessChain) => {
            edit::<GateState>(&mut transaction, |gate| gate.rounds = None);
        }
        Some(Planted::ExceptionWithoutEnd) => {
            edit::<ExceptionsState>(&mut transaction, |state| {
                let all = state.granted.values_mut();
                all.for_each(|it| it.until = Timestamp::MAX);
            });
            let granted = transaction.puts.iter_mut();
            for put in granted.filter(|put| put.key.holds::<ExceptionsState>()) {
                put.indexes.due = None;
            }
        }
        Some(Planted::SnoozeWithoutEnd) => {
            edit::<DeviationsState>(&mut transaction, |state| {
                let all = state.resting.iter_mut();
                all.for_each(|it| it.until = Timestamp::MAX);
            });
        }
        Some(Planted::ApprovalKept) => {
            edit::<ApprovalsState>(&mut transaction, |state| {
                let again = state.asked.values_mut().filter(|it| it.run > 1);
                for approval in again.filter(|it| it.is_pending()) {
                    approval.status = ApprovalStatus::Given;
                    approval.by = approval.of.first().cloned();
                }
            });
        }
        Some(Planted::JoinLost) => {
            let copies = transaction.puts.iter_mut();
            for put in copies.filter(|put| put.key.holds::<RecordState>()) {
                let at = put.indexes.account.as_deref();
                if at.is_some_and(|at| at.contains(":domain:")) {
                    put.indexes.account = None;
                }
            }
        }
        Some(Planted::LeaverKept) => {
            let copies = transaction.puts.iter_mut();
            for put in copies.filter(|put| put.key.holds::<RecordState>()) {
                put.indexes.person = None;
            }
        }
        Some(Planted::NoticeLeftOut) => {
            transaction.puts.retain(|put| !put.key.is_enclosed());
        }
        Some(Planted::PersonForgotten) => {
            transaction.puts.retain(|put| !put.key.is_identity());
        }
        Some(Planted::TurnForgotten) => {
            for put in transaction.puts.iter_mut() {
                let state = put.key.holds::<RoutingState>();
                let state = state.then(|| put.body.read::<RoutingState>());
                if let Some(Ok(state)) = state
                    && state.waits.is_none()
                {
                    put.indexes.due = None;
                }
            }
        }
        Some(Planted::WaitWithoutDeadline) => {
            let routings = transaction.puts.iter_mut();
            for put in routings.filter(|put| put.key.holds::<RoutingState>()) {
                put.indexes.due = None;
            }
        }
        Some(Planted::StepsForgotten) => {
            edit::<DeviationsState>(&mut transaction, |state| {
                let steps = state.open.values_mut().filter_map(|it| it.steps.as_mut());
                steps.for_each(|steps| steps.taken = 0);
            });
        }
        Some(Planted::StageForgotten) => {
            edit::<ClocksState>(&mut transaction, |state| {
                state.clocks.retain(|_, run| !by_stage(run));
            });
        }
        Some(Planted::RefusalLost) => {
            for put in transaction.puts.iter_mut().filter(|it| it.key.is_audit()) {
                if let Ok(mut audit) = put.body.read::<AuditRecord>()
                    && audit.events.iter().any(is_refusal)
                {
                    audit.events.retain(|event| !asks_for_something(event));
                    put.body = Body::of(audit);
                }
            }
        }
        Some(Planted::DigestForgotten) => {
            for put in transaction.puts.iter_mut().filter(|it| it.key.is_digest()) {
                if let Ok(mut state) = put.body.read::<DigestState>() {
                    state.told = None;
                    put.body = Body::of(state);
                }
            }
        }
        Some(Planted::BreakerForgotten) => {
            let breakers = transaction.puts.iter_mut();
            for put in breakers.filter(|put| put.key.breaker_of().is_some()) {
                if let Ok(mut state) = put.body.read::<BreakerState>() {
                    state.turned.clear();
                    put.body = Body::of(state);
                }
            }
        }
        Some(Planted::ChangeLeftOut) => {
            for put in transaction.puts.iter_mut().filter(|it| it.key.is_audit()) {
                if let Ok(mut audit) = put.body.read::<AuditRecord>() {
                    audit.changes.retain(|_, change| change.nth == 0);
                    put.body = Body::of(audit);
                }
            }
        }
        _ => {}
    }
    Ok(transaction)
}

/// Changes what a transaction is about to write of this type.
fn edit<T: RecordItem>(transaction: &mut Transaction, change: impl Fn(&mut T)) {
    let puts = transaction.puts.iter_mut();
    for put in puts.filter(|put| put.key.holds::<T>()) {
        if let Ok(mut state) = put.body.read::<T>() {
            change(&mut state);
            put.body = Body::of(state);
        }
    }
}

const fn is_refusal(event: &Event) -> bool {
    matches!(event.data, EventData::HandOffRefused(_))
}

const fn asks_for_something(event: &Event) -> bool {
    matches!(
        event.data,
        EventData::NoticeRequested { .. } | EventData::CrmWriteRequested { .. }
    )
}

/// Whether a stage has started a run.
fn by_stage(run: &Clock) -> bool {
    let start = run.kept.as_ref().map(|kept| &kept.policy.start);
    matches!(start, Some(Start::StageEntered(_)))
}

/// The decision, and that a move which it turns back enters its stage.
fn entered_all_the_same(mut audit: AuditRecord) -> AuditRecord {
    let enters = audit.events.iter().find_map(|event| match &event.data {
        EventData::GateTurnedBack {
            from,
            to,
            mode: GateMode::TurnBack,
            ..
        } => {
            let mut enters: Event = event.clone();
            enters.id = EventId::emitted(&audit.decision, audit.events.len());
            enters.data = EventData::StageEntered {
                stage: to.clone(),
                from: Some(from.clone()),
                since: audit.at,
                by: None,
                passage: Passage::NotJudged,
            };
            Some(enters)
        }
        _ => None,
    });
    audit.events.extend(enters);
    audit
}

/// What a tick finds due.
pub(super) async fn found(world: &World, due: Vec<DueItem>) -> Result<Vec<DueItem>, StoreError> {
    let (planted, store) = {
        let inside = world.lock();
        (inside.planted, std::sync::Arc::clone(&inside.store))
    };
    match planted {
        Some(Planted::IndexTrusted) => {
            let keys: BTreeSet<Key> = due.iter().map(|item| item.key.clone()).collect();
            let keys: Vec<Key> = keys.into_iter().collect();
            for chunk in keys.chunks(store::MOST_IN_TRANSACTION) {
                let items = store.get(chunk).await?;
                let mut inside = world.lock();
                for item in items.into_iter().flatten() {
                    inside.shown.insert(item.key, item.body);
                }
            }
        }
        Some(Planted::DeadlineForgotten) => {
            for item in &due {
                forget(&store, item).await?;
            }
        }
        _ => {}
    }
    Ok(due)
}

/// Takes a deadline out of the index.
async fn forget(store: &MemoryStore, due: &DueItem) -> Result<(), StoreError> {
    let found = store.get(std::slice::from_ref(&due.key)).await?;
    let Some(item) = found.into_iter().flatten().next() else {
        return Ok(());
    };
    let put = store::Put {
        key: item.key,
        body: item.body,
        guard: Guard::Version(item.version),
        indexes: contracts::Indexes::default(),
        expires: None,
        whole: None,
    };
    let transaction = Transaction {
        puts: vec![put],
        checks: Vec::new(),
    };
    // Whoever is faster writes the deadline anew.
    let _ = store.commit(transaction).await;
    Ok(())
}
