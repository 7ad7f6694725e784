//! What one delivery says, and what of it was set aside.

use engine::webhooks::Merger;
use jiff::Timestamp;

use crate::object_type::ObjectType;

/// How many records one event may name: only a merge names more than two.
pub const MOST_RECORDS: usize = 100;

/// What one delivery says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Batch {
    /// The records to look at, in the order of the body.
    pub noticed: Vec<Noticed>,
    /// The events that could not be read or are of a kind we do not know.
    pub quarantined: Vec<Quarantined>,
    /// How many events belong to another portal. Nothing else of them is kept.
    pub foreign: usize,
}

/// A record to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Noticed {
    /// The same for every delivery of the same event, however often it is tried; different for
    /// each record that one event names. 32 hexadecimal digits.
    pub event_key: String,
    /// What kind of object.
    pub object: ObjectType,
    /// Its id in `HubSpot`: a whole number from 1, without leading zeros.
    pub object_id: String,
    /// The property that changed, where the event names one.
    pub property: Option<String>,
    /// When it happened.
    pub occurred: Timestamp,
    /// Whether the record is gone: deleted, erased for privacy, or merged into another.
    pub deletion: bool,
    /// Whether the person it is about is to be forgotten: the CRM has erased it for privacy.
    pub erasure: bool,
    /// What a merge has made of it, if it was one.
    pub merger: Option<Merger>,
    /// Whether it was changed together with others, as `changeSource` has it.
    pub in_bulk: bool,
    /// The application that subscribed to the event. It is not who made the change; that stands
    /// in the history of the property.
    pub app_id: Option<String>,
}

/// An event that was set aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quarantined {
    /// The same for every delivery of the same event. 32 hexadecimal digits.
    pub event_key: String,
    /// Why.
    pub reason: Reason,
    /// The subscription type, if it looks like one.
    pub subscription: Option<String>,
    /// The object's id, if it looks like one.
    pub object_id: Option<String>,
    /// What kind of object, if it is one that we read.
    pub object: Option<ObjectType>,
    /// When it happened, if the event says so.
    pub occurred: Option<Timestamp>,
}

/// Why an event was set aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
pub enum Reason {
    /// It is not a JSON object.
    #[error("the event is not a JSON object")]
    NotAnObject,
    /// It is written in a way that JSON does not allow or that nobody reads.
    #[error(
        "the event is no JSON that can be read: a number too large, or nested too deep, or broken"
    )]
    NotReadable,
    /// `portalId` is missing or no id.
    #[error("the event does not say which portal it comes from (portalId)")]
    NoPortal,
    /// `subscriptionType` is missing or none that we know.
    #[error("the subscription type is not one we read: remove the subscription, or read it here")]
    UnknownSubscription,
    /// The object is of a type that we keep no copies of.
    #[error("the object type is not one we read: contacts, companies and deals are")]
    UnknownObjectType,
    /// The object's id is missing or no whole number from 1.
    #[error("the object's id is missing or is not a whole number from 1")]
    BadObjectId,
    /// `occurredAt` is missing or no time in milliseconds.
    #[error("the event's time is missing or is not in milliseconds since 1970 (occurredAt)")]
    BadTime,
    /// A change of a property without the property's name.
    #[error("the event says that a property changed and does not name it (propertyName)")]
    NoProperty,
    /// One event names more records than [`MOST_RECORDS`].
    #[error("the event names more records than one event may")]
    TooManyRecords,
}

impl Reason {
    /// A short word for counting and keeping.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::NotAnObject => "not_an_object",
            Self::NotReadable => "not_readable",
            Self::NoPortal => "no_portal",
            Self::UnknownSubscription => "unknown_subscription",
            Self::UnknownObjectType => "unknown_object_type",
            Self::BadObjectId => "bad_object_id",
            Self::BadTime => "bad_time",
            Self::NoProperty => "no_property",
            Self::TooManyRecords => "too_many_records",
        }
    }
}
