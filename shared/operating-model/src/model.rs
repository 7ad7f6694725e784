//! The operating model, read, resolved and checked: what decisions are functions of.
//!
//! Every name in here is known to exist. A function loads it from the artefact that
//! `fairlead build` wrote; nothing in it refers to YAML any more except [`Place`].

mod condition;
mod governance;
mod people;
mod place;
mod processes;
mod strategy;
mod technology;

use std::collections::BTreeMap;

use crm::RecordKind;
use serde::{Deserialize, Serialize};

pub use condition::{Condition, Entry, FirstMatch, Limit, Operator, Test, When};
pub use governance::{
    Audience, DeviationRule, Digest, Part, Recurrence, Response, Scope, Severity,
};
pub use people::{AllAway, Calendar, Eligibility, NobodyWorking, Person, Pool, Team};
pub use place::{ModelFile, Place};
pub use processes::{
    Budget, ClockCalendar, ClockTerms, CountsFrom, Criterion, Destination, GateMode, LateStep,
    Lifecycle, Meet, OwnerChanges, Reassign, Recipient, Reopen, RoutingRule, Stage, Start, Upon,
    WhenTurnedBack,
};
pub use strategy::{Company, Metric};
pub use technology::{Derived, Field, Source, WritePolicy};

/// Which state of the model: ordered by `number`, told apart by `hash`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revision {
    /// Grows with every change of the model that is deployed.
    pub number: u64,
    /// The first 16 hexadecimal digits of the SHA-256 of the model's content.
    pub hash: String,
}

/// A checked operating model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OperatingModel {
    /// Which revision this is. It is not part of the content that its hash is taken of; the
    /// artefact keeps it beside the model.
    #[serde(skip)]
    pub revision: Revision,
    /// The company whose model this is.
    pub company: Company,
    /// Named lists of values.
    pub lists: BTreeMap<String, Vec<crm::Value>>,
    /// Named conditions, referred to by `is:`.
    pub conditions: BTreeMap<String, Condition>,
    /// The criteria of the ideal customer profile, all of which must hold.
    pub icp: Vec<Criterion>,
    /// Segment of an account, first match wins.
    pub segments: FirstMatch,
    /// Territory of an account, first match wins.
    pub territories: FirstMatch,
    /// The numbers the company watches.
    pub metrics: BTreeMap<String, Metric>,
    /// Where records come from.
    pub sources: BTreeMap<String, Source>,
    /// The fields of each kind of record.
    pub records: BTreeMap<RecordKind, BTreeMap<String, Field>>,
    /// Fields computed from other fields.
    pub derived: BTreeMap<crm::FieldRef, Derived>,
    /// The journey of each kind of record.
    pub lifecycles: BTreeMap<RecordKind, Lifecycle>,
    /// Who gets a record, first match wins.
    pub routing: BTreeMap<RecordKind, Vec<RoutingRule>>,
    /// The clocks, by name.
    pub clocks: BTreeMap<String, ClockTerms>,
    /// What counts as a deviation.
    pub deviations: BTreeMap<String, DeviationRule>,
    /// How a deviation is answered.
    pub responses: BTreeMap<String, Response>,
    /// The mails people get.
    pub digests: BTreeMap<String, Digest>,
    /// Working hours and holidays.
    pub calendars: BTreeMap<String, Calendar>,
    /// Teams and their leads.
    pub teams: BTreeMap<String, Team>,
    /// Everybody.
    pub people: BTreeMap<crm::PersonId, Person>,
    /// Rotating pools.
    pub pools: BTreeMap<String, Pool>,
}
