use std::collections::BTreeMap;

use crm::{PersonId, RecordId, RecordKind, SourceName, Value};
use jiff::Timestamp;
use model::{GateMode, Place};
use serde::{Deserialize, Serialize};

use crate::{
    exception::{ExceptionAnswered, ExceptionAsked},
    leaver::RecordsLeft,
    reminder::ReminderAnswered,
    state::{Hold, Rounds},
};

/// What somebody is told. The text is made by `notify`, from the record as it then is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Notice {
    /// A lead is theirs now.
    LeadAssigned {
        /// The rule that decided.
        rule: String,
        /// By when they should respond, if a clock says so.
        respond_by: Option<Timestamp>,
    },
    /// A lead that its owner let a clock run out on is theirs now.
    LeadReassigned {
        /// Whose it was.
        from: PersonId,
        /// The clock.
        clock: String,
        /// By when they should respond, if a clock says so.
        respond_by: Option<Timestamp>,
    },
    /// A lead on which they let a clock run out is somebody else's now.
    LeadTakenBack {
        /// Whose it is now.
        to: PersonId,
        /// The clock.
        clock: String,
    },
    /// A lead of theirs was routed again, and is somebody else's now.
    LeadMoved {
        /// Whose it is now.
        to: PersonId,
        /// The edge, as it is written in the model: `field.changed account.owner`.
        upon: String,
    },
    /// A clock nears its due time.
    ClockWarning {
        /// The clock.
        clock: String,
        /// When it is due.
        due: Timestamp,
    },
    /// A clock ran out.
    ClockLate {
        /// The clock.
        clock: String,
        /// When it was due.
        due: Timestamp,
        /// Which step after the due time, from 1.
        step: u32,
    },
    /// The CRM refused for good what was to be written into it.
    CrmRefused {
        /// What was to be written.
        write: CrmWrite,
        /// Why, in the CRM's codes; no value of a record.
        why: String,
    },
    /// A stage move did not meet the gate.
    GateNotMet {
        /// The stage before.
        from: String,
        /// The stage it was moved to.
        to: String,
        /// The criteria that are not met, in words.
        unmet: Vec<String>,
        /// What the gate does about it.
        mode: GateMode,
    },
    /// More moves of one person were turned back or warned of than the model allows in its length of time.
    MovesHeld {
        /// Whose; a stranger where the CRM names an app or nobody.
        of: PersonId,
        /// How many within how long, as the model says it: `20 in 10m`.
        limit: String,
        /// What the gate does about it: one that turns back holds the moves that follow, one that warns
        /// sends no more mails about them.
        mode: GateMode,
        /// The move of this record that was turned back too often in a row, if that is why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rounds: Option<Rounds>,
    },
    /// Nothing is held any more of a person's moves.
    HoldEnded {
        /// Whose.
        of: PersonId,
        /// What had become of the moves.
        hold: Hold,
    },
    /// A record was handed to another team at a stage: to whoever is to take it over, and to whoever gave it.
    HandedOver {
        /// The stage.
        stage: String,
        /// The team that is to take it over.
        team: String,
        /// Which run of the hand-off's clock; 0 of one that was made before this was told.
        #[serde(default)]
        instance: u32,
        /// Who handed it over, if that is somebody of the model.
        from: Option<PersonId>,
        /// Who is to take it over.
        to: PersonId,
        /// By when.
        due: Timestamp,
    },
    /// A hand-off was refused, or accepted by nobody in time.
    NotTakenOver(NotTakenOver),
    /// Somebody is asked to approve a record as it is.
    ApprovalAsked {
        /// The approval.
        approval: String,
        /// Which asking of it, from 1.
        run: u32,
        /// Whether those who were asked first have not answered in time.
        late: bool,
        /// Of a change: what stood in the field before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        was: Option<Value>,
    },
    /// They are asked whether a record may be excused.
    ExceptionAsked(ExceptionAsked),
    /// What somebody says to what they asked.
    ExceptionAnswered(ExceptionAnswered),
    /// Whoever is reminded of something says that it is not theirs to do.
    NotMine(ReminderAnswered),
    /// A metric that they answer for is below its floor.
    MetricBelowFloor {
        /// The metric.
        metric: String,
        /// Of how many it holds.
        count: u64,
        /// Of how many it is known.
        of: u64,
        /// Of how many it is not.
        unknown: u64,
        /// The floor in percent, 0 to 100.
        floor: u8,
    },
    /// A metric that they answer for has surely become worse than some weeks before, or is so no more.
    SignalMoved(SignalMoved),
    /// A metric was counted otherwise than its records count for, and was corrected.
    MetricCorrected {
        /// The metric.
        metric: String,
        /// In what it differed.
        differ: Vec<String>,
    },
    /// An approval of a record of theirs was given or refused.
    ApprovalAnswered {
        /// The approval.
        approval: String,
        /// Who said so.
        by: PersonId,
        /// Whether it was given.
        given: bool,
        /// Why, in their words.
        reason: Option<String>,
    },
    /// A record has entered a stage, or left it, of which the model says that they hear.
    StageReached {
        /// The stage.
        stage: String,
        /// Whether it left it.
        left: bool,
    },
    /// Records of somebody who has left are still theirs: they are asked whose these are to be.
    RecordsLeft(RecordsLeft),
    /// Records of the CRM are not judged, since no journey of the model has their pipeline or their stage.
    NotJudged {
        /// What the model does not know, in the CRM's words: `stage NAME`, `pipeline NAME`.
        what: String,
    },
    /// A CRM has archived somebody of whom the model does not say that they have left.
    Archived {
        /// Who.
        person: PersonId,
        /// Which CRM.
        source: SourceName,
        /// The line of the model at which they are written.
        place: Option<Place>,
    },
    /// A record of the CRM holds in a field what the model does not expect there.
    Drifted {
        /// The field, as conditions name it.
        field: String,
        /// What differs, and what can be done.
        said: String,
        /// What the value looked like, each letter as `a` and each digit as `9`; empty if there was none.
        shape: String,
        /// The rules that read it.
        follows: String,
    },
    /// A deviation lasts, and a step of it was due.
    DeviationStep {
        /// The deviation.
        deviation: String,
        /// Which step of it, from 1.
        step: u32,
        /// What became of it.
        came: StepCame,
        /// The stage to which it moves the record, if it does.
        move_to: Option<String>,
        /// What it sets, by field, in words.
        set: BTreeMap<String, String>,
        /// What the gate asks for and does not find, in words.
        unmet: Vec<String>,
    },
}

/// Of a hand-off that was refused, or accepted by nobody in time: what follows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotTakenOver {
    /// The stage at which the record was handed over.
    pub stage: String,
    /// The team that was to take it over.
    pub team: String,
    /// Who handed it over, if that is somebody of the model.
    pub from: Option<PersonId>,
    /// Who was to take it over.
    pub to: PersonId,
    /// By when.
    pub due: Timestamp,
    /// Who refused it and why, in their words; none: the time was up.
    pub refused: Option<(PersonId, String)>,
    /// The stage to which the record is moved, if it is.
    pub move_to: Option<String>,
    /// Who is asked what becomes of it.
    pub asked: Vec<PersonId>,
    /// What the gate asks for and does not find, in words, where the record was to be moved and could not.
    pub unmet: Vec<String>,
}

/// Of a signal that opened, or is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignalMoved {
    /// The signal.
    pub signal: String,
    /// The metric that it watches.
    pub metric: String,
    /// Whether it opened; else it is over.
    pub open: bool,
    /// What the metric comes to, with its 95 % interval, in words.
    pub now: String,
    /// What it had come to before, likewise.
    pub before: String,
    /// How many weeks before (1 to 52).
    pub weeks: u8,
}

/// A step of a deviation that lasts was due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviationStepTaken {
    /// The deviation.
    pub deviation: String,
    /// Which step of it, from 1.
    pub step: u32,
    /// What became of it.
    pub came: StepCame,
    /// The stage to which it moves the record, if it does.
    pub move_to: Option<String>,
    /// What it sets, by field, in words.
    pub set: BTreeMap<String, String>,
}

/// What became of a step of a deviation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepCame {
    /// It was recorded what it would have done.
    Observed,
    /// It was said what it would have done.
    Warned,
    /// It was done: what is to be written was asked for.
    Done,
    /// The gate would have refused the move, so nothing was written.
    Refused,
    /// Too much was done to the record by itself within a day, so nothing was written.
    Stopped,
}

impl StepCame {
    /// The word used for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Observed => "observed",
            Self::Warned => "warned of",
            Self::Done => "done",
            Self::Refused => "refused by the gate",
            Self::Stopped => "stopped",
        }
    }
}

/// What is to be written into the CRM. Level-triggered: it is written only if it is still needed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CrmWrite {
    /// The record's owner.
    Owner {
        /// The new owner.
        to: PersonId,
        /// The owner it must still have; none: it must still have no owner.
        only_if: Option<PersonId>,
    },
    /// The record's stage.
    Stage {
        /// The stage to set.
        to: String,
        /// The stage it must still stand at; none: whatever it is.
        only_if: Option<String>,
    },
    /// Several fields of the record, in one write: all of them or none.
    Fields {
        /// The fields, each named once.
        set: Vec<FieldChange>,
    },
    /// The record that follows this one: created, unless there is one already with this value.
    Create {
        /// Of which kind.
        kind: RecordKind,
        /// The journey on which it begins.
        journey: String,
        /// The field that no two records of the kind share.
        by: String,
        /// What that field holds: what it follows, and on which journey.
        key: String,
        /// What its fields hold from the start. No value of a personal field stands here.
        with: BTreeMap<String, Value>,
        /// The account that it belongs to.
        account: Option<RecordId>,
    },
    /// A task beside the record.
    Task {
        /// Its heading.
        subject: String,
        /// Its lines.
        lines: Vec<String>,
        /// Whose task it is.
        owner: Option<PersonId>,
    },
}

/// What a field is to hold, unless it holds something else by then than when that was decided. No value of a
/// personal field stands here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldChange {
    /// The field's name in the model.
    pub field: String,
    /// What it is to hold; none: it is emptied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Value>,
    /// What it must still hold; none: it must still be empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only_if: Option<Value>,
}

impl FieldChange {
    /// What takes this change back, as long as the field still holds what it made of it.
    #[must_use]
    pub fn back(&self) -> Self {
        Self {
            field: self.field.clone(),
            to: self.only_if.clone(),
            only_if: self.to.clone(),
        }
    }

    /// What the field is to hold, in a word.
    #[must_use]
    pub fn word(&self) -> String {
        self.to
            .as_ref()
            .map_or_else(|| "empty".to_owned(), ToString::to_string)
    }
}
