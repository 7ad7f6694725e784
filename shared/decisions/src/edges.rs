//! What a new copy of a record says that has happened. It says which fields have changed, never from what
//! to what: the copy at hand tells what they hold now. Whoever decides derives it here, so that it means
//! one thing to all of them.
//!
//! That a record has moved to another stage is no such edge: stage-gates alone tells of it, once a gate
//! has let the move stand.

use contracts::{Event, EventData};
use crm::{Contacted, Record, RecordKind};
use jiff::Timestamp;

use crate::sync::{
    ACTIVITIES, ARCHIVED, LAST_CONTACT, LAST_REPLY, MERGED, MERGED_INTO, OF_ACCOUNT, STAGE,
};

/// Something that has happened to a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edge<'a> {
    /// `field.changed`: a field of it, or of its account, holds something else.
    FieldChanged {
        /// Whose field: the record's own kind, or its account.
        kind: RecordKind,
        /// The field.
        name: &'a str,
    },
    /// `owner.removed`: the CRM names nobody as its owner any more.
    OwnerRemoved,
    /// `activity.logged`: a contact with the customer.
    ActivityLogged(&'a Contacted),
    /// `customer.replied`: the customer wrote, at this time.
    CustomerReplied(Timestamp),
}

/// What has happened to a record, by an event about it and the copy at hand, which may be newer than
/// the event's: what has been undone since has not happened. A first copy changes no field: nothing is
/// known of the record from before.
#[must_use]
pub fn edges<'a>(event: &'a Event, record: &Record) -> Vec<Edge<'a>> {
    let EventData::RecordChanged {
        changed,
        first,
        contact,
        ..
    } = &event.data
    else {
        return Vec::new();
    };
    let mut found: Vec<Edge<'a>> = contact.iter().map(Edge::ActivityLogged).collect();
    if *first {
        return found;
    }
    for name in changed {
        found.extend(match name.as_str() {
            LAST_REPLY => record.last_reply.map(Edge::CustomerReplied),
            LAST_CONTACT | ACTIVITIES | ARCHIVED | STAGE | MERGED | MERGED_INTO => None,
            name => Some(field(record.id.kind, name)),
        });
        if name == record.owner_field() && record.owner().is_none() {
            found.push(Edge::OwnerRemoved);
        }
    }
    found
}

fn field(kind: RecordKind, name: &str) -> Edge<'_> {
    match name.strip_prefix(OF_ACCOUNT) {
        Some(name) => Edge::FieldChanged {
            kind: RecordKind::Account,
            name,
        },
        None => Edge::FieldChanged { kind, name },
    }
}
