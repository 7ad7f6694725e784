use std::collections::BTreeMap;

use business_time::BusinessAmount;
use crm::RecordKind;
use serde::{Deserialize, Serialize};

use crate::{
    clocks::Budget,
    condition::Condition,
    creates::Creates,
    criterion::{Criterion, Leave},
    follows::Follow,
    hand_off::HandOff,
    place::Place,
    recipient::Recipient,
};

/// One journey of a kind of record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Lifecycle {
    /// Its name; that of its kind, if the kind has no other.
    pub name: String,
    /// Of which kind of record.
    pub record: RecordKind,
    /// Which records of the kind are on it.
    pub which: Which,
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

/// Which records of a kind are on a journey.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Which {
    /// All of them: the kind has no other journey.
    All,
    /// Those of this pipeline of the CRM.
    Pipeline(String),
    /// Those of which this holds.
    When(Condition),
}

/// The field that says in which of the CRM's pipelines a record is.
pub const PIPELINE: &str = "pipeline";

/// What a stage is called that is written so at a journey of this name: within a kind no two stages have one name.
/// Those of the journey that is called as its kind have no more than their own.
#[must_use]
pub fn stage_name(journey: &str, kind: RecordKind, written: &str) -> String {
    if journey == kind.word() {
        written.to_owned()
    } else {
        format!("{journey}.{written}")
    }
}

impl Lifecycle {
    /// The stage of this name.
    #[must_use]
    pub fn stage(&self, name: &str) -> Option<&Stage> {
        self.stages.iter().find(|stage| stage.name == name)
    }

    /// The stage that a text of the CRM stands for in this journey, by its name or by what it is called here: two
    /// pipelines may use one text, each for a stage of its own.
    #[must_use]
    pub fn stage_read_as(&self, text: &str) -> Option<&Stage> {
        let here = |stage: &&Stage| self.called_here(stage) == text;
        self.stage(text).or_else(|| self.stages.iter().find(here))
    }

    /// What a stage is called within this journey.
    #[must_use]
    pub fn called_here<'s>(&self, stage: &'s Stage) -> &'s str {
        let ours = stage.name.strip_prefix(self.name.as_str());
        let ours = ours.and_then(|rest| rest.strip_prefix('.'));
        ours.unwrap_or(&stage.name)
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
    /// Its name, which no other stage of the kind has: `won`, or `renewal.won` of another journey than the one
    /// called as its kind.
    pub name: String,
    /// How people call it; its name in words, if absent.
    #[serde(default)]
    pub label: Option<String>,
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
    /// How long a record may stay.
    #[serde(default)]
    pub stay: Stay,
    /// How a record is handed to another team here.
    #[serde(default)]
    pub hand_off: Option<HandOff>,
    /// Whether the journey ends here.
    pub closes: bool,
    /// The record that follows when this stage is entered.
    pub creates: Option<Creates>,
    /// Where it is written.
    pub place: Place,
}

/// How long a record may stay at a stage.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stay {
    /// The shortest.
    pub at_least: Option<Budget>,
    /// The longest.
    pub at_most: Option<Budget>,
    /// By which calendar their business time is counted; none if all of it is wall-clock time.
    pub calendar: Option<String>,
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
    /// How often in a row the same move of one record is turned back; the next is held. No limit, if absent.
    #[serde(default)]
    pub rounds: Option<u32>,
    /// The decision right it takes to answer for what is held; anybody of the model, if absent.
    pub right: Option<String>,
}

impl WhenTurnedBack {
    /// Whether a move may be held.
    #[must_use]
    pub const fn may_hold(&self) -> bool {
        self.at_most.is_some() || self.rounds.is_some()
    }
}
