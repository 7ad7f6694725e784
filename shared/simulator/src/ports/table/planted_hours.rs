//! What is planted into the index over hours.

use contracts::AuditRecord;
use store::{Body, Transaction};

use crate::{planted::Planted, world::World};

/// Decisions of which each is taken to follow from another: none stands in the index.
pub(super) fn without_heads(world: &World, mut transaction: Transaction) -> Transaction {
    if world.lock().planted == Some(Planted::HourForgotten) {
        for put in transaction.puts.iter_mut().filter(|it| it.key.is_audit()) {
            if let Ok(mut audit) = put.body.read::<AuditRecord>() {
                audit.follows = true;
                put.indexes.hour = None;
                put.body = Body::of(audit);
            }
        }
    }
    transaction
}
