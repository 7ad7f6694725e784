//! How long it took from the webhook that told of a lead to its owner in the CRM.

use std::collections::BTreeMap;

use contracts::{
    AuditRecord, CrmWrite, EventData, EventId, Function, Key, NOTICED, hour_of,
    state::{EffectState, EffectStatus},
};
use decisions::routing::TRIAL;
use jiff::{SignedDuration, Timestamp};
use store::{MOST_IN_TRANSACTION, Store, StoreError, Versioned, audits_of_hour};

/// How far back it is looked.
const HOURS: i64 = 24;

/// So many leads are enough: the latest.
const ENOUGH: usize = 2_000;

/// Of fewer leads nothing is said.
pub const FEWEST: usize = 20;

/// How long it took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Speed {
    /// Of how many leads.
    pub leads: usize,
    /// Over how many hours.
    pub hours: i64,
    /// Of half of them no longer than this, and of all but one in a hundred; none if there are too few.
    pub quantiles: Option<(SignedDuration, SignedDuration)>,
}

/// Looks at the leads of the last day, the latest first, by when their first webhook came and when their owner was
/// written.
///
/// # Errors
/// If the table does not answer, or an item is malformed.
pub async fn measure<S: Store>(table: &S, now: Timestamp) -> Result<Speed, StoreError> {
    let (mut noticed, mut asked) = (BTreeMap::new(), BTreeMap::new());
    let mut hours = 0;
    while hours <= HOURS && asked.len() < ENOUGH {
        let at = now.checked_sub(SignedDuration::from_hours(hours));
        let hour = hour_of(at.unwrap_or(Timestamp::MIN));
        for audit in audits_of_hour(table, &hour).await? {
            gather(&audit, &mut noticed, &mut asked);
        }
        hours = hours.saturating_add(1);
    }
    // Whose webhook came before the first hour is left out.
    let pairs: Vec<(Timestamp, EventId)> = asked
        .into_iter()
        .filter_map(|(chain, write)| Some((*noticed.get(&chain)?, write)))
        .collect();
    let mut took = Vec::with_capacity(pairs.len());
    for some in pairs.chunks(MOST_IN_TRANSACTION) {
        let keys: Vec<Key> = some.iter().map(|(_, write)| Key::effect(write)).collect();
        for ((began, _), item) in some.iter().zip(table.get(&keys).await?) {
            let effect = item.map(Versioned::<EffectState>::read).transpose()?;
            let done = effect.map(|it| it.state);
            let done = done.filter(|it| it.status == EffectStatus::Done);
            took.extend(done.map(|it| it.at.duration_since(*began)));
        }
    }
    took.sort();
    Ok(Speed {
        leads: took.len(),
        hours: hours.min(HOURS),
        quantiles: (took.len() >= FEWEST)
            .then(|| Some((rank(&took, 50)?, rank(&took, 99)?)))
            .flatten(),
    })
}

/// By chain: when its webhook came, and which write its lead's owner is.
fn gather(
    audit: &AuditRecord,
    noticed: &mut BTreeMap<EventId, Timestamp>,
    asked: &mut BTreeMap<EventId, EventId>,
) {
    let chain = &audit.correlation;
    match audit.function {
        Function::CrmSync => {
            let at = audit.facts.get(NOTICED).and_then(|at| at.parse().ok());
            if let Some(at) = at {
                noticed.insert(chain.clone(), at);
            }
        }
        Function::LeadRouting if audit.reasons.iter().any(|it| it.rule == TRIAL) => {}
        Function::LeadRouting => {
            let mut writes = audit.events.iter().filter(|event| {
                let write = match &event.data {
                    EventData::CrmWriteRequested { write } => write,
                    _ => return false,
                };
                matches!(write, CrmWrite::Owner { .. })
            });
            if let Some(write) = writes.next() {
                asked.insert(chain.clone(), write.id.clone());
            }
        }
        _ => {}
    }
}

/// The value that so many of a hundred do not exceed, of sorted ones.
fn rank(sorted: &[SignedDuration], of_hundred: usize) -> Option<SignedDuration> {
    let place = sorted.len().checked_mul(of_hundred)?.div_ceil(100);
    sorted.get(place.checked_sub(1)?).copied()
}
