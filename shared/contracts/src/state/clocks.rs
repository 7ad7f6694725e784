use std::collections::{BTreeMap, BTreeSet};

use crm::{ActivityKind, PersonId, RecordId};
use jiff::Timestamp;
use model::{
    Budget, BudgetChanges, Condition, HandingOver, Meet, OwnerChanges, Reassign, Recipient, Reopen,
    Start, Upon,
};
use serde::{Deserialize, Serialize};

use super::absences::Span;
use crate::{deadline::DeadlineKind, key::Key, record_item::RecordItem};

/// sla-timers' item: the latest run of each clock of the record.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ClocksState {
    /// By the clock's name.
    pub clocks: BTreeMap<String, Clock>,
    /// The clocks that something started while nobody owned the record, and when that was: they start for whoever
    /// gets it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub owed: BTreeMap<String, Timestamp>,
    /// The clocks that start on a day, and when that is or was.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub dated: BTreeMap<String, Dated>,
}

/// When a clock starts that starts on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dated {
    /// When.
    pub at: Timestamp,
    /// Whether that has come, whatever came of it.
    pub begun: bool,
}

impl RecordItem for ClocksState {
    const NAME: &'static str = DeadlineKind::Clocks.word();
}

impl Key {
    /// sla-timers' item.
    #[must_use]
    pub fn clocks(record: &RecordId) -> Self {
        Self::of::<ClocksState>(record)
    }
}

/// The terms with which a run started, and where its calculation stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KeptTerms {
    /// From when on `left` is counted: the start, or the end of the last pause.
    pub from: Timestamp,
    /// What was left then; the due time is `from` plus this.
    pub left: Left,
    /// The whole budget in seconds, of open time or of the wall clock as in `left`, as the
    /// calendar stood at the start.
    pub seconds: i64,
    /// The percentage of the budget after which the owner is warned.
    pub warn_at: Option<u8>,
    /// Whether the owner was warned.
    pub warned: bool,
    /// The steps after the due time, in order.
    pub steps: Vec<KeptStep>,
    /// The numbers of the steps that wait for working time.
    pub postponed: BTreeSet<u32>,
    /// How many contacts meet it, as the first of what meets it says.
    pub times: u32,
    /// Whether only the owner's contacts count.
    pub by_owner: bool,
    /// On how many different days they must be made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_days: Option<u32>,
    /// Of which kinds an activity must be, as the first of what meets it says; any contact if empty.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub kinds: BTreeSet<ActivityKind>,
    /// What else meets it, and how far that is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub or_meet: Vec<KeptMeet>,
    /// The sequence of the copy by which its start was told; none where no copy told it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sequence: Option<u64>,
    /// What the model said of this clock besides.
    pub policy: RunPolicy,
    /// When the contacts that count so far were made.
    pub contacts: BTreeSet<Timestamp>,
    /// Since when it stands still, if it does.
    pub paused: Option<Paused>,
    /// Whether it ended because its record was closed, and can go on with this when it is opened.
    pub closed: Option<Left>,
    /// What is left until its further steps, once it stood still after its due time.
    pub steps_left: Option<StepsLeft>,
}

impl KeptTerms {
    /// All that meets the run, and how far each is.
    #[must_use]
    pub fn meets(&self) -> Vec<KeptMeet> {
        let first = KeptMeet {
            meet: Meet {
                kinds: self.kinds.clone(),
                upon: self.policy.met_upon.clone(),
                by_owner: self.by_owner,
                times: self.times,
                on_days: self.on_days,
            },
            contacts: self.contacts.clone(),
        };
        let mut all = vec![first];
        all.extend(self.or_meet.iter().cloned());
        all
    }

    /// Keeps how far each of [`KeptTerms::meets`] is by now.
    pub fn keep(&mut self, meets: Vec<KeptMeet>) {
        let mut meets = meets.into_iter();
        if let Some(first) = meets.next() {
            self.contacts = first.contacts;
        }
        self.or_meet = meets.collect();
    }
}

/// One of several things that meet a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptMeet {
    /// What it is.
    pub meet: Meet,
    /// When the contacts that count so far were made.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub contacts: BTreeSet<Timestamp>,
}

/// How a run behaves as its record changes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunPolicy {
    /// What started it.
    pub start: Start,
    /// The first of what meets it.
    pub met_upon: Upon,
    /// While this holds, it stands still.
    pub pause: Option<Condition>,
    /// What becomes of it when the record gets another owner.
    pub owner_changes: OwnerChanges,
    /// What becomes of it when its record is opened again after it was closed.
    pub reopen: Option<Reopen>,
    /// The table by which its budget goes, if it follows the table's field while it runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within: Option<Budget>,
    /// How it follows it.
    #[serde(default)]
    pub budget_changes: BudgetChanges,
    /// Of the run of a hand-off: which, and what came of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hand_off: Option<KeptHandOff>,
}

/// A hand-off that was made, whose time is the run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptHandOff {
    /// The stage and the team, and where it moves if it is refused, as the model said when it was made.
    pub terms: HandingOver,
    /// Who handed it over, if that is somebody of the model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<PersonId>,
    /// What somebody of the team, or from above it, said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<HandOffAnswer>,
    /// The stage to which it was asked to move when its time was up: from then on nobody takes it over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leaves_for: Option<String>,
}

/// What somebody said of a hand-off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandOffAnswer {
    /// Who.
    pub by: PersonId,
    /// When.
    pub at: Timestamp,
    /// Why they refuse it, in their words; none: they accept it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
}

/// The steps of a late clock that stood still: each comes when what was left until it has passed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepsLeft {
    /// Since when it stands still, or stood.
    pub since: Timestamp,
    /// From when on `left` is counted; none while it stands still.
    pub from: Option<Timestamp>,
    /// What is left until each step, by its number.
    pub left: BTreeMap<u32, Left>,
}

/// A length of time still to pass.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Left {
    /// An amount in the words of the model.
    Budget(String),
    /// So many seconds of the calendar's open time.
    Open(i64),
    /// So many seconds that pass day and night.
    Wall(i64),
}

/// A clock that stands still.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paused {
    /// Since when.
    pub since: Timestamp,
    /// What was left then.
    pub left: Left,
}

/// One step after the due time, as the model says it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptStep {
    /// Which step, from 1.
    pub number: u32,
    /// How long after the due time or after the step before, in the words of the model; at once if
    /// absent.
    pub after: Option<String>,
    /// Whether `after` counts from the step before.
    pub after_previous: bool,
    /// Who is told, if anybody.
    pub tell: Option<Recipient>,
    /// Whether it waits for the working time of those who are told.
    pub within_working_time: bool,
    /// The stage the record is then moved to.
    pub move_to: Option<String>,
    /// Whether it is then given to another member of the pool it came from.
    pub reassign: Option<Reassign>,
}

/// One run of a clock.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Clock {
    /// Which run of it, from 1.
    pub instance: u32,
    /// Where it stands.
    pub status: ClockStatus,
    /// Whose it is.
    pub owner: PersonId,
    /// When it started.
    pub started: Timestamp,
    /// How long it may run, in the words of the model.
    pub budget: String,
    /// The calendar that counts.
    pub calendar: String,
    /// When it is due; while it is paused, when it would have been.
    pub due: Timestamp,
    /// When the owner is warned; none once it was done, or if the model does not ask for it.
    pub warn_at: Option<Timestamp>,
    /// What is still to happen from the due time on, in order.
    pub steps: Vec<Step>,
    /// When it was met.
    pub met: Option<Timestamp>,
    /// Whether it was cancelled because nobody owned the record any more: the next owner starts it
    /// anew.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ownerless: bool,
    /// The owner's time off within the run, as it was known when `due` was calculated; none if the
    /// run goes on while its owner is away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_off: Option<Vec<Span>>,
    /// The terms by which it is calculated: every run has them from its start on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept: Option<KeptTerms>,
}

/// Where a clock stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockStatus {
    /// It runs and is not late.
    Running,
    /// It stands still.
    Paused,
    /// It ran out and is not met.
    Late,
    /// It was met by its due time.
    MetInTime,
    /// It was met after its due time.
    MetLate,
    /// It lost its object.
    Cancelled,
}

impl ClockStatus {
    /// Whether it can still be met.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Running | Self::Paused | Self::Late)
    }
}

/// One step after the due time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Which step, from 1.
    pub number: u32,
    /// When it is taken.
    pub at: Timestamp,
    /// Who is told, if anybody.
    pub tell: Option<Recipient>,
}

impl Clock {
    /// The next instant at which something is to happen, if any.
    #[must_use]
    pub fn next(&self) -> Option<Timestamp> {
        let first_step = self.steps.iter().map(|step| step.at).min();
        match self.status {
            ClockStatus::Running => Some(self.warn_at.map_or(self.due, |warn| warn.min(self.due))),
            ClockStatus::Late => first_step,
            _ => None,
        }
    }
}

impl ClocksState {
    /// The next instant at which something is to happen, if any.
    #[must_use]
    pub fn next(&self) -> Option<Timestamp> {
        let dated = self.dated.values().filter(|dated| !dated.begun);
        let runs = self.clocks.values().filter_map(Clock::next);
        runs.chain(dated.map(|dated| dated.at)).min()
    }
}
