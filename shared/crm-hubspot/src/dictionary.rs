//! What must be known of a portal to read its values: who its users are, what its properties are
//! declared to hold, and in which zone it shows an instant.

use std::collections::BTreeMap;

use crm::{FieldMapping, FieldType, ObjectMapping};
use engine::Unfit;
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde_json::Value;

use crate::author::UserIds;

/// What is known of a portal.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Dictionary {
    /// The owner of each user.
    pub users: UserIds,
    /// What the properties of one type of object hold, by their names. Empty where no field of the
    /// mapping needs it.
    pub declared: BTreeMap<String, Declared>,
    /// The zone in which the portal shows instants; none where no field of the mapping needs it.
    pub zone: Option<TimeZone>,
}

/// What a property is declared to hold, as far as it changes how its text is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Declared {
    /// A day (type `date`): ten characters, or its midnight in UTC.
    Day,
    /// An instant (type `datetime`), which people see in the portal's zone.
    Instant,
    /// Something else.
    Other,
}

impl Declared {
    /// The property that a definition of the API is of, and what it says of it, if it does; none if it is
    /// of no property.
    pub(crate) fn of(definition: &Value) -> Option<(String, Option<Self>)> {
        let name = definition.get("name")?.as_str()?;
        let said = definition.get("type").and_then(Value::as_str);
        let declared = said.map(|said| match said {
            "date" => Self::Day,
            "datetime" => Self::Instant,
            _ => Self::Other,
        });
        Some((name.to_owned(), declared))
    }
}

impl Dictionary {
    /// The day that people see in the portal of an instant that a property holds; none if that is
    /// not known.
    pub(crate) fn day(&self, property: &str, at: Timestamp) -> Option<Date> {
        let zone = match self.declared.get(property)? {
            Declared::Day => TimeZone::UTC,
            Declared::Instant | Declared::Other => self.zone.clone()?,
        };
        Some(at.to_zoned(zone).date())
    }

    /// The instant that a text of a property means, by the instant and the day that can be read in
    /// it: a day begins when it begins in the portal. Where the property holds instants, a day is none.
    pub(crate) fn instant(
        &self,
        property: &str,
        at: Option<Timestamp>,
        day: Option<Date>,
    ) -> Result<Timestamp, Unfit> {
        let declared = self.declared.get(property).ok_or(Unfit::Undeclared)?;
        let day = match (declared, at, day) {
            (Declared::Day, Some(at), _) => at.to_zoned(TimeZone::UTC).date(),
            (_, Some(at), _) => return Ok(at),
            (Declared::Day | Declared::Other, None, Some(day)) => day,
            (_, None, _) => return Err(Unfit::OtherType),
        };
        self.start(day).ok_or(Unfit::Undeclared)
    }

    /// When a day begins in the portal.
    pub(crate) fn start(&self, day: Date) -> Option<Timestamp> {
        let start = day.to_zoned(self.zone.clone()?).ok()?;
        Some(start.timestamp())
    }
}

/// The properties of a mapping whose declared type must be known, each once.
pub(crate) fn to_declare(mapping: &ObjectMapping) -> impl Iterator<Item = &FieldMapping> {
    let dated =
        |field: &&FieldMapping| matches!(field.holds, FieldType::Date | FieldType::Timestamp);
    mapping.fields.iter().filter(dated)
}

/// Whether the portal's zone must be known to read a field: of what it holds and what its property
/// holds, one is or may be a day and the other an instant.
pub(crate) fn needs_zone(field: &FieldMapping, declared: Option<&Declared>) -> bool {
    match (field.holds, declared) {
        (_, None) => false,
        (FieldType::Date, Some(declared)) => *declared != Declared::Day,
        (FieldType::Timestamp, Some(declared)) => *declared != Declared::Instant,
        _ => false,
    }
}
