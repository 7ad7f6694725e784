use std::collections::BTreeMap;

use business_time::BusinessAmount;
use crm::{FieldRef, PersonId, RecordKind};
use serde::{Deserialize, Serialize};

use crate::{
    condition::Condition,
    criterion::{Criterion, Leave},
    follows::Follow,
    place::Place,
    recipient::Recipient,
};

/// The journey of one kind of record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Lifecycle {
    /// Of which kind of record.
    pub record: RecordKind,
    /// What a gate does with a move that does not meet it.
    pub gate: GateMode,
    /// The longest time from creation to close, by segment, in wall-clock time.
    pub corridor: BTreeMap<String, BusinessAmount>,
    /// The stages in order. A record without a stage stands at the first.
    pub stages: Vec<Stage>,
    /// What follows a move that was turned back.
    pub when_turned_back: WhenTurnedBack,
    /// Where it is written.
    pub place: Place,
}

impl Lifecycle {
    /// The stage of this name.
    #[must_use]
    pub fn stage(&self, name: &str) -> Option<&Stage> {
        self.stages.iter().find(|stage| stage.name == name)
    }

    /// What a record needs before it may go from a stage to another one: nothing on its way back to an
    /// earlier stage, nor to a later one that the stage excepts.
    #[must_use]
    pub fn exit_criteria(&self, from: &str, to: &str) -> &[Criterion] {
        let mut stages = self.stages.iter();
        let Some(stage) = stages.find(|stage| stage.name == from) else {
            return &[];
        };
        let later = stages.any(|stage| stage.name == to);
        let excepted = stage.leave.unless_to.iter().any(|name| name == to);
        if later && !excepted {
            &stage.leave.criteria
        } else {
            &[]
        }
    }
}

/// What a gate does with a move whose criteria are not met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GateMode {
    /// Record it, tell nobody.
    Observe,
    /// Tell the owner, leave the move.
    Warn,
    /// Restore the stage before.
    TurnBack,
}

/// One stage of a lifecycle.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Stage {
    /// Its name.
    pub name: String,
    /// The team that works records in it.
    pub team: Option<String>,
    /// The stages a record may go to from here.
    pub may_move_to: Vec<String>,
    /// What a record needs before it may enter.
    pub enter: Vec<Criterion>,
    /// What a record needs before it may leave.
    pub leave: Leave,
    /// What follows when a record has entered it, in the order of the file.
    pub upon_entering: Vec<Follow>,
    /// What follows when a record has left it, in the order of the file.
    pub upon_leaving: Vec<Follow>,
    /// The shortest stay, in wall-clock time.
    #[serde(default)]
    pub stay_at_least: Option<BusinessAmount>,
    /// The longest stay, in wall-clock time.
    pub stay_at_most: Option<BusinessAmount>,
    /// How a record is handed to another team here.
    #[serde(default)]
    pub hand_off: Option<HandOff>,
    /// Whether the journey ends here.
    pub closes: bool,
    /// The kind of record whose journey begins when this one ends.
    #[serde(default)]
    pub creates: Option<RecordKind>,
    /// Where it is written.
    pub place: Place,
}

/// How a record is handed from team to team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandOff {
    /// The team that takes over.
    pub to: String,
    /// What shows that it was accepted.
    pub accept_by: AcceptedBy,
    /// How long they have, by the team's calendar.
    pub within: BusinessAmount,
    /// What follows if it was not accepted.
    pub otherwise: NotAccepted,
    /// Where it is written.
    pub place: Place,
}

/// What shows that a hand-off was accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum AcceptedBy {
    /// A contact with the customer was logged by one of the team.
    #[serde(rename = "activity.logged")]
    ActivityLogged,
    /// One of the team said so in the CRM.
    #[serde(rename = "handoff.accepted")]
    Statement,
}

/// What follows when a hand-off was not accepted in time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotAccepted {
    /// The record moves to this stage.
    MoveTo(String),
    /// This person is asked.
    Ask(PersonId),
}

/// How often something may happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rate {
    /// So often for each person, at least once.
    pub times: u32,
    /// Within this length of wall-clock time.
    pub within: BusinessAmount,
}

/// What follows a move that was turned back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WhenTurnedBack {
    /// The heading of the task that names the unmet criteria; no task if absent.
    pub task: Option<String>,
    /// Who is told.
    pub tell: Vec<Recipient>,
    /// How often before Fairlead stops turning back and asks the operators.
    #[serde(default)]
    pub at_most: Option<Rate>,
}

/// The terms of a clock. A running clock keeps the terms it started with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClockTerms {
    /// Of which kind of record.
    pub record: RecordKind,
    /// What starts it.
    pub start: Start,
    /// Of a clock that starts when its record gets an owner: since when the first run counts.
    #[serde(default)]
    pub counts_since: CountsSince,
    /// What meets it.
    pub meet: Meet,
    /// While this holds, it does not run.
    pub pause: Option<Condition>,
    /// Whether it does not run while its owner is away. As `pause` says; if it does not, a clock
    /// that counts the owner's own hours stands still, and another goes on.
    #[serde(default)]
    pub owner_away: bool,
    /// What becomes of a run when the record gets another owner.
    pub owner_changes: OwnerChanges,
    /// What becomes of a run that ended because the record was closed, when the record is opened
    /// again; nothing if absent.
    pub reopen: Option<Reopen>,
    /// How long it may run.
    pub within: Budget,
    /// Whose working hours count.
    pub calendar: ClockCalendar,
    /// The percentage of the budget (1 to 99) after which the owner is warned.
    pub warn_at: Option<u8>,
    /// What happens from the due time on, in order.
    pub when_late: Vec<LateStep>,
    /// Where it is written.
    pub place: Place,
}

/// What starts a clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Start {
    /// The record has got an owner.
    Routed,
    /// The first contact with the customer was logged.
    ActivityLogged,
    /// The clock of this name was met.
    ClockMet(String),
    /// The customer has written, and nobody has answered yet; every time anew.
    CustomerReplied(CountsFrom),
}

/// From which of several messages that nobody has answered a clock counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CountsFrom {
    /// The first: so long has the customer been waiting.
    #[default]
    FirstUnanswered,
    /// The latest: each message starts a new run.
    Latest,
}

/// Since when the first run of a clock counts that starts when its record gets an owner.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CountsSince {
    /// Since it got one.
    #[default]
    Routed,
    /// Since it was created.
    Created,
    /// Since the instant in this field; since it got an owner where that has no value.
    Field(FieldRef),
}

/// What becomes of a clock's run when the record gets another owner.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OwnerChanges {
    /// It goes on, as the new owner's.
    Keep,
    /// It is cancelled, and a new run starts for the new owner.
    #[default]
    Restart,
}

/// What becomes of a clock when its record is opened again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reopen {
    /// The run goes on with the time that was left.
    Resume,
    /// A new run starts.
    New,
}

/// The event that meets a clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Upon {
    /// The record has got an owner.
    #[serde(rename = "record.routed", alias = "lead.routed")]
    Routed,
    /// A contact with the customer was logged.
    #[serde(rename = "activity.logged")]
    ActivityLogged,
}

/// What meets a clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meet {
    /// The event.
    pub upon: Upon,
    /// Whether only the owner's own doing counts. Where the CRM does not say who it was, it counts.
    pub by_owner: bool,
    /// How often it must happen, from 1 to 100.
    pub times: u32,
}

/// How long a clock may run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Budget {
    /// The same for every record.
    Fixed(BusinessAmount),
    /// By the value of a field that is one of a closed list; every value is listed.
    By {
        /// The field.
        field: FieldRef,
        /// The amount for each value.
        amounts: BTreeMap<String, BusinessAmount>,
    },
}

/// Whose working hours a clock counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockCalendar {
    /// Those of the record's owner.
    Owner,
    /// Those of the owner's team; the owner's own where they are in no team.
    Team,
    /// Those of this calendar.
    Named(String),
    /// Those of the calendar that stands for the value of a field, such as the customer's country.
    By {
        /// The field.
        field: FieldRef,
        /// The calendar for each value.
        calendars: BTreeMap<String, String>,
        /// The calendar for every other value; none if every value has its line.
        otherwise: Option<String>,
        /// The calendar where the field has no value.
        unknown: String,
    },
}

/// One step after the due time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LateStep {
    /// How long after the due time, or after the step before; at once if absent.
    pub after: Option<BusinessAmount>,
    /// Whether `after` counts from the step before.
    pub after_previous: bool,
    /// Who is told, if anybody.
    pub tell: Option<Recipient>,
    /// Whether the step waits until it is working time for one of those who are told, by their own
    /// calendar.
    pub within_working_time: bool,
    /// The stage the record is then moved to, if any.
    pub move_to: Option<String>,
    /// Whether it is then given to another member of the pool it came from.
    #[serde(default)]
    pub reassign: Option<Reassign>,
    /// Where it is written.
    pub place: Place,
}

/// A record goes from the owner who let a clock run out to another member of the same pool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reassign {
    /// How often one record is reassigned, from 1 to 100, counted over all its clocks.
    pub at_most: u32,
    /// Who gets it when that often was not enough, or nobody else is left: a person, or the last
    /// owner's manager.
    pub finally: Recipient,
}
