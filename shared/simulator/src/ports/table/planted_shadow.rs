//! What is planted into decisions of a shadow month.

use contracts::{AuditRecord, EventData};
use store::{Body, Transaction};

use crate::{planted::Planted, world::World};

/// What is only observed is asked for all the same.
pub(super) fn forgotten(world: &World, mut transaction: Transaction) -> Transaction {
    if world.lock().planted != Some(Planted::ShadowForgotten) {
        return transaction;
    }
    for put in transaction.puts.iter_mut().filter(|it| it.key.is_audit()) {
        if let Ok(mut audit) = put.body.read::<AuditRecord>() {
            for event in &mut audit.events {
                if let EventData::CrmWriteObserved(write) = &event.data {
                    let write = write.clone();
                    event.data = EventData::CrmWriteRequested { write };
                }
            }
            put.body = Body::of(audit);
        }
    }
    transaction
}
