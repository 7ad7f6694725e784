//! The compiled operating model: its types, the one file in which a function carries it, and the
//! questions that more than one decision asks of it.
//!
//! This is all of the model that a function loads. It knows neither YAML nor a solver:
//! `model-compiler` reads and checks the six files, and [`artefact::write`] puts down what came of
//! them. Every name in here is known to exist; only [`Place`] still refers to YAML.

mod approval;
pub mod artefact;
mod away;
mod before_routing;
mod clocks;
mod condition;
mod creates;
mod criterion;
mod definitions;
mod duplicates;
mod enforcement;
mod follows;
mod governance;
mod hand_off;
mod leaning;
mod leavers;
pub mod lineage;
mod lookup;
mod mappings;
mod metrics;
mod operating_model;
mod people;
mod place;
mod processes;
mod recipient;
mod renamed;
mod reroute;
mod reviews;
mod routing;
mod rows;
pub mod scenario;
mod strategy;
mod targets;
mod technology;
pub mod wording;

pub use approval::{APPROVAL_STATUS, ApprovalRule, Approver, approval_field};
pub use away::NamedByRule;
pub use before_routing::{BeforeRouting, Filled, NOT_FILLED};
pub use clocks::{
    Budget, BudgetChanges, CLOCK_STATUS, ClockCalendar, ClockTerms, CountsFrom, CountsSince,
    HandingOver, LateStep, Meet, OwnerChanges, Reassign, Reopen, Start, Upon,
};
pub use condition::{Condition, Entry, FirstMatch, Limit, Operator, Test, When};
pub use creates::{CreatedWith, Creates, FieldToCreate};
pub use criterion::{Criterion, Leave};
pub use duplicates::Duplicates;
pub use enforcement::Enforcement;
pub use follows::{Acts, DeviationStep, FieldToSet, FieldsToSet, Follow, SetTo};
pub use governance::{
    Audience, DeviationRule, Digest, Exceptions, Part, Recurrence, Response, Scope, Severity,
};
pub use hand_off::{CARRIED, Finally, HandOff, hand_off_clock};
pub use leavers::{Leavers, LeaversThen};
pub use lookup::{ACCOUNT_DOMAIN, ACCOUNT_NAME, RecordNameError};
pub use mappings::Mappings;
pub use metrics::{By, Measure, Metric, Period, Population, Signal, Worse, weeks_before};
pub use operating_model::{OperatingModel, Revision};
pub use people::{
    AllAway, AllFull, Calendar, Capacity, DecisionRight, Eligibility, NobodyWorking, Pairs, Person,
    Pool, Queue, Team, Turn,
};
pub use place::{ModelFile, Place};
pub use processes::{
    GateMode, Lifecycle, PIPELINE, Rate, Stage, Stay, WhenTurnedBack, Which, stage_name,
};
pub use recipient::Recipient;
pub use renamed::Renamed;
pub use reroute::{Reroute, RerouteLimit, RerouteUpon};
pub use reviews::{AgendaItem, Review};
pub use routing::{Destination, RoutingRule};
pub use rows::Rows;
pub use strategy::{Company, Table};
pub use targets::{Target, TargetAmount};
pub use technology::{
    BehaviourCount, Comparison, Count, Derived, Field, FoundBy, Keep, KnownBy, Lately,
    LatestOfDomain, Moment, Score, ScoreLine, Source, Sum, Tags, Whose, WritePolicy,
};
