//! The business's own examples: of a record and a time, what must be decided.
//!
//! They stand in files beside the model, `scenarios/*.yaml`, and name only what the model has. The
//! compiler reads and checks them, `decisions` plays them, and `fairlead test` prints what came of
//! it.

use std::collections::{BTreeMap, BTreeSet};

use crm::{FieldRef, PersonId, Record};
use jiff::{Timestamp, Zoned};

/// An example: given a record at a time, what must be decided.
#[derive(Debug, Clone, PartialEq)]
pub struct Scenario {
    /// Its name, a sentence that says what must be so.
    pub name: String,
    /// The path of its file below the model's folder.
    pub file: String,
    /// The line of its name, from 1.
    pub line: u32,
    /// When it takes place.
    pub at: Timestamp,
    /// The record, with the facts of its account.
    pub record: Record,
    /// The stage from which the record is moved at that time; it shows the stage to which.
    pub from: Option<String>,
    /// Since when it stands, or before a move stood, in its stage; since it was created if absent.
    pub in_stage_since: Option<Timestamp>,
    /// The fields of it or its account that hold something else since then.
    pub changes: BTreeSet<FieldRef>,
    /// Who is away on that day, where the company is.
    pub away: BTreeSet<PersonId>,
    /// How many open leads these people have already; the others have none.
    pub open_leads: BTreeMap<PersonId, u32>,
    /// The deviations that are open already, and since when.
    pub open_since: BTreeMap<String, Timestamp>,
    /// The criteria, each with its stage (`sql.budget`), and the deviations from which it is excepted then.
    pub exceptions: BTreeSet<String>,
    /// What somebody has answered by then, for the values as they are: whether it was given.
    pub approvals: BTreeMap<String, bool>,
    /// What must come of it, in the order of the file.
    pub expect: Vec<Expectation>,
    /// What happens afterwards, each later than the one before.
    pub later: Vec<Moment>,
}

/// A later moment of a scenario.
#[derive(Debug, Clone, PartialEq)]
pub struct Moment {
    /// Its line, from 1.
    pub line: u32,
    /// When it is.
    pub at: Timestamp,
    /// The record as it is by then, without what the model itself has changed.
    pub record: Record,
    /// Whether somebody moves it then, to the stage that it shows.
    pub moves: bool,
    /// The fields of it or its account that hold something else since then.
    pub changes: BTreeSet<FieldRef>,
    /// Whether somebody spoke with the customer since the moment before.
    pub contacted: bool,
    /// Who is away on that day, where the company is.
    pub away: BTreeSet<PersonId>,
    /// What somebody answers then, for the values as they are: whether it is given.
    pub approvals: BTreeMap<String, bool>,
    /// What must have come of it, in the order of the file.
    pub expect: Vec<Expectation>,
}

/// One thing that must come of a scenario.
#[derive(Debug, Clone, PartialEq)]
pub struct Expectation {
    /// Its line, from 1.
    pub line: u32,
    /// What it is.
    pub what: Expected,
}

/// What can be expected.
#[derive(Debug, Clone, PartialEq)]
pub enum Expected {
    /// This routing rule decides; `none` if none may.
    Rule(String),
    /// This person gets the record; nobody if absent.
    Owner(Option<PersonId>),
    /// The record's owner comes from this pool; `none` if from no pool.
    Pool(String),
    /// The record is in this queue; `none` if in none.
    Queue(String),
    /// What became of the turn that the record cost.
    Turn(TurnOf),
    /// Before it is routed, exactly these facts are waited for.
    WaitsFor(BTreeSet<String>),
    /// The rule, or a step of a deviation that is open already, moves the record to this stage; `none` if
    /// to no other.
    MovedTo(String),
    /// Exactly these fields are set by itself, each to this value in words.
    Sets(BTreeMap<String, String>),
    /// Exactly these records follow, by their journey, each with at least these fields in words.
    Creates(BTreeMap<String, BTreeMap<String, String>>),
    /// Exactly these people are told.
    Tells(BTreeSet<String>),
    /// Exactly these approvals are asked for and not answered, each of exactly these people.
    Asks(BTreeMap<String, BTreeSet<String>>),
    /// What the gate does with the move.
    Gate(Gate),
    /// Exactly these criteria are not met.
    Unmet(BTreeSet<String>),
    /// The clock is due then, read in the zone in which it is written; it does not run if absent.
    Due(String, Option<Zoned>),
    /// Where the clock stands, in the words of `clock.NAME`.
    Clock(String, String),
    /// Exactly these deviations are open.
    Deviations(BTreeSet<String>),
    /// It is on this journey; `none` if it is on none of the model, or that cannot be told.
    Journey(String),
    /// The record's account is of this segment.
    Segment(String),
    /// The record's account is in this territory.
    Territory(String),
    /// The record's account fits the ideal customer profile, or does not, or that is not known.
    InIcp(Option<bool>),
}

impl Expected {
    /// The word under `expect`.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Rule(_) => "rule",
            Self::Owner(_) => "owner",
            Self::Pool(_) => "pool",
            Self::Queue(_) => "queue",
            Self::Turn(_) => "turn",
            Self::WaitsFor(_) => "waits_for",
            Self::MovedTo(_) => "moved_to",
            Self::Sets(_) => "sets",
            Self::Creates(_) => "creates",
            Self::Tells(_) => "tells",
            Self::Asks(_) => "asks",
            Self::Gate(_) => "gate",
            Self::Unmet(_) => "unmet",
            Self::Due(..) => "due",
            Self::Clock(..) => "clocks",
            Self::Deviations(_) => "deviations",
            Self::Journey(_) => "journey",
            Self::Segment(_) => "segment",
            Self::Territory(_) => "territory",
            Self::InIcp(_) => "in_icp",
        }
    }
}

/// What became of the turn of a pool that a record cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TurnOf {
    /// It counts, until something uses it or its time is over.
    Held,
    /// It counts for good.
    Used,
    /// Nothing has used it in its time, so that it counts no more.
    GivenBack,
    /// It cost nobody a turn.
    None,
}

impl TurnOf {
    /// Every one, in the order in which they are documented.
    pub const ALL: [Self; 4] = [Self::Held, Self::Used, Self::GivenBack, Self::None];

    /// The word used for it in a scenario.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Used => "used",
            Self::GivenBack => "given_back",
            Self::None => "none",
        }
    }
}

/// What a gate does with a move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gate {
    /// Every criterion is met.
    Passed,
    /// The stage before is restored.
    TurnedBack,
    /// Those concerned are told, and the move stays.
    Warned,
    /// It is recorded, and the move stays.
    Observed,
}

impl Gate {
    /// Every one, in the order in which they are documented.
    pub const ALL: [Self; 4] = [Self::Passed, Self::TurnedBack, Self::Warned, Self::Observed];

    /// The word used for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::TurnedBack => "turned_back",
            Self::Warned => "warned",
            Self::Observed => "observed",
        }
    }
}
