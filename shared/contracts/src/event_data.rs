use crm::{Contacted, PersonId};
use jiff::Timestamp;
use model::{GateMode, Severity};
use serde::{Deserialize, Serialize};

use crate::{
    approval::{ApprovalAnswered, ApprovalAsked, ApprovalLapsed, ApprovalSettled},
    behaviour::BehaviourSeen,
    deadline::{DeadlineKind, DeadlinesContinued},
    digest::DigestRequested,
    effect::{CrmWrite, DeviationStepTaken, Notice},
    erasure::Erasure,
    exception::{ExceptionAnswered, ExceptionAsked, ExceptionGranted},
    hand_off::{HandOffAccepted, HandOffAnswered, HandOffMade, HandOffRefused},
    hold::{GateHeld, HeldAnswered, HoldReleased},
    merge::Merge,
    passage::Passage,
    quarantined::Quarantined,
    reassign::ReassignRequested,
    reminder::ReminderAnswered,
    review::ReviewRequested,
    state::{ExceptionEnd, SweepKind, Swept},
};

/// What happened. The variants' names on the wire are the bus' detail types.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "name", content = "data")]
pub enum EventData {
    /// A webhook says that a record is worth a look.
    #[serde(rename = "record.noticed")]
    RecordNoticed {
        /// The property it names, if any.
        property: Option<String>,
        /// When the CRM says it happened.
        occurred: Timestamp,
        /// Whether the record was deleted.
        deleted: bool,
        /// What a merge has made of it, if it was one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        merge: Option<Merge>,
        /// How it was found by looking through the whole CRM, if no webhook told of it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        swept: Option<Swept>,
        /// That the person it is about is to be forgotten.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        erasure: Option<Erasure>,
    },
    /// A webhook of ours that could not be understood.
    #[serde(rename = "webhook.quarantined")]
    WebhookQuarantined(Quarantined),
    /// Somebody has done something outside the CRM.
    #[serde(rename = "behaviour.seen")]
    BehaviourSeen(BehaviourSeen),
    /// Our copy of a record has changed.
    #[serde(rename = "record.changed")]
    RecordChanged {
        /// The names of the fields that changed; those of its account as `account.x`.
        changed: Vec<String>,
        /// The CRM's modification time of this copy.
        modified: Timestamp,
        /// Whether we see the record for the first time.
        first: bool,
        /// The contact that was logged, if that is what changed.
        contact: Option<Contacted>,
        /// Of an account: whether those hear of it who keep clocks, deviations and approvals, since the model has
        /// some of accounts. Of leads and opportunities they always do.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        watched: bool,
        /// Of an account: the domain that it had before, if it has another one now. Who has looked for it there looks again.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        left_domain: Option<String>,
    },
    /// A record has got an owner.
    #[serde(rename = "record.routed", alias = "lead.routed")]
    RecordRouted {
        /// The owner.
        owner: PersonId,
        /// The rule that decided; `already_owned` if the CRM had an owner.
        rule: String,
        /// The pool, if the rule names one.
        pool: Option<String>,
    },
    /// A record has no owner, on purpose or for want of one.
    #[serde(rename = "record.waiting", alias = "lead.waiting")]
    RecordWaiting {
        /// The rule that decided.
        rule: String,
    },
    /// A lead's owner let a clock run out, and another member of its pool is to have it.
    #[serde(rename = "reassign.requested")]
    ReassignRequested(ReassignRequested),
    /// A clock runs.
    #[serde(rename = "clock.started")]
    ClockStarted {
        /// Its name.
        clock: String,
        /// Which run of it, from 1.
        instance: u32,
        /// When it is due.
        due: Timestamp,
    },
    /// A clock was met.
    #[serde(rename = "clock.met")]
    ClockMet {
        /// Its name.
        clock: String,
        /// Which run of it.
        instance: u32,
        /// Whether it was met after its due time.
        late: bool,
    },
    /// A clock nears its due time.
    #[serde(rename = "clock.warned")]
    ClockWarned {
        /// Its name.
        clock: String,
        /// Which run of it.
        instance: u32,
        /// When it is due.
        due: Timestamp,
    },
    /// A clock ran out.
    #[serde(rename = "clock.breached")]
    ClockBreached {
        /// Its name.
        clock: String,
        /// Which run of it.
        instance: u32,
        /// When it was due.
        due: Timestamp,
    },
    /// A late clock was brought before somebody else.
    #[serde(rename = "clock.escalated")]
    ClockEscalated {
        /// Its name.
        clock: String,
        /// Which run of it.
        instance: u32,
        /// Which step after the due time, from 1.
        step: u32,
        /// Before whom.
        to: PersonId,
    },
    /// A clock was stopped because it lost its object.
    #[serde(rename = "clock.cancelled")]
    ClockCancelled {
        /// Its name.
        clock: String,
        /// Which run of it.
        instance: u32,
    },
    /// A clock stands still.
    #[serde(rename = "clock.paused")]
    ClockPaused {
        /// Its name.
        clock: String,
        /// Which run of it.
        instance: u32,
        /// What is left of its budget, in seconds: of open time, or of the wall clock if that is counted.
        left: i64,
    },
    /// A clock that stood still runs again.
    #[serde(rename = "clock.resumed")]
    ClockResumed {
        /// Its name.
        clock: String,
        /// Which run of it.
        instance: u32,
        /// When it is due now.
        due: Timestamp,
    },
    /// A clock that had run out had not: what we heard of late came before its due time.
    #[serde(rename = "clock.breach_withdrawn")]
    ClockBreachWithdrawn {
        /// Its name.
        clock: String,
        /// Which run of it.
        instance: u32,
        /// When it was due.
        due: Timestamp,
    },
    /// A clock's due time has moved: its calendar was changed in the model, or its owner is away otherwise.
    #[serde(rename = "clock.moved")]
    ClockMoved {
        /// Its name.
        clock: String,
        /// Which run of it.
        instance: u32,
        /// When it was due.
        from: Timestamp,
        /// When it is due now.
        to: Timestamp,
    },
    /// A stage move met the gate.
    #[serde(rename = "gate.passed")]
    GatePassed {
        /// The stage before; none for a record that began there.
        from: Option<String>,
        /// The stage after.
        to: String,
    },
    /// A stage move did not meet the gate.
    #[serde(rename = "gate.turned_back")]
    GateTurnedBack {
        /// The stage before, to which a gate that turns back restores it.
        from: String,
        /// The stage it was moved to.
        to: String,
        /// The criteria that are not met.
        unmet: Vec<String>,
        /// What the gate does about it.
        mode: GateMode,
    },
    /// A stage move did not meet the gate, and is held: too many of the same person were turned back.
    #[serde(rename = "gate.held")]
    GateHeld(GateHeld),
    /// A record was handed to another team at a stage.
    #[serde(rename = "hand_off.made")]
    HandOffMade(HandOffMade),
    /// Somebody says what becomes of a hand-off that was made.
    #[serde(rename = "hand_off.answered")]
    HandOffAnswered(HandOffAnswered),
    /// Somebody takes back what was written into a record by itself.
    #[serde(rename = "undo.requested")]
    UndoRequested(crate::undo::Undo),
    /// A hand-off was accepted: the other team has taken the record over.
    #[serde(rename = "hand_off.accepted")]
    HandOffAccepted(HandOffAccepted),
    /// A hand-off was refused.
    #[serde(rename = "hand_off.refused")]
    HandOffRefused(HandOffRefused),
    /// Somebody says what is to become of the moves that are held of a person.
    #[serde(rename = "hold.answered")]
    HoldAnswered(HeldAnswered),
    /// A move that is held is to be judged again, by what somebody said is to become of it.
    #[serde(rename = "hold.released")]
    HoldReleased(HoldReleased),
    /// The owner of an open record has left, and the model says what becomes of it.
    #[serde(rename = "owner.left")]
    OwnerLeft(crate::leaver::OwnerLeft),
    /// A record stands at a stage of the model: its gate let it stand. What is turned back enters nothing.
    #[serde(rename = "stage.entered")]
    StageEntered {
        /// The stage.
        stage: String,
        /// The stage that it left for it; none if it stood at none that the model knew.
        from: Option<String>,
        /// Since when it stands there, as far as the CRM tells.
        since: Timestamp,
        /// Who moved it, where the CRM names a person.
        by: Option<PersonId>,
        /// Why the gate let it stand.
        passage: Passage,
    },
    /// A record does not stand any more at a stage that it had entered.
    #[serde(rename = "stage.left")]
    StageLeft {
        /// The stage.
        stage: String,
        /// The stage that it enters; none if the model does not know where it went.
        to: Option<String>,
        /// Since when it had stood there.
        since: Timestamp,
        /// When it left.
        at: Timestamp,
        /// Who moved it, where the CRM names a person.
        by: Option<PersonId>,
        /// Why the gate let it go.
        passage: Passage,
    },
    /// A deviation was found.
    #[serde(rename = "deviation.opened")]
    DeviationOpened {
        /// Its name.
        deviation: String,
        /// How bad it is.
        severity: Severity,
    },
    /// A deviation is over.
    #[serde(rename = "deviation.closed")]
    DeviationClosed {
        /// Its name.
        deviation: String,
    },
    /// A step of a deviation that lasts was due.
    #[serde(rename = "deviation.step_taken")]
    DeviationStepTaken(DeviationStepTaken),
    /// Somebody answers, by a link, what they are reminded of.
    #[serde(rename = "reminder.answered")]
    ReminderAnswered(ReminderAnswered),
    /// Somebody asks that a record be excused.
    #[serde(rename = "exception.asked")]
    ExceptionAsked(ExceptionAsked),
    /// Somebody says, by a link, whether it is.
    #[serde(rename = "exception.answered")]
    ExceptionAnswered(ExceptionAnswered),
    /// A record is excused from criteria or deviations for a time.
    #[serde(rename = "exception.granted")]
    ExceptionGranted(ExceptionGranted),
    /// Without an exception it would have come out otherwise.
    #[serde(rename = "exception.used")]
    ExceptionUsed {
        /// Its id.
        exception: String,
        /// The criterion, with its stage, that counted as met; or the deviation that is not open.
        of: String,
    },
    /// An exception counts no more.
    #[serde(rename = "exception.ended")]
    ExceptionEnded {
        /// Its id.
        exception: String,
        /// How it ended.
        how: ExceptionEnd,
    },
    /// Somebody is asked to approve a record as it is.
    #[serde(rename = "approval.asked")]
    ApprovalAsked(ApprovalAsked),
    /// Somebody says whether they approve.
    #[serde(rename = "approval.answered")]
    ApprovalAnswered(ApprovalAnswered),
    /// An approval was given.
    #[serde(rename = "approval.given")]
    ApprovalGiven(ApprovalSettled),
    /// An approval was refused.
    #[serde(rename = "approval.refused")]
    ApprovalRefused(ApprovalSettled),
    /// An approval, or the asking for one, counts no more.
    #[serde(rename = "approval.lapsed")]
    ApprovalLapsed(ApprovalLapsed),
    /// Something on a record falls due.
    #[serde(rename = "deadline.due")]
    DeadlineDue {
        /// What is due.
        kind: DeadlineKind,
        /// When it is due.
        due: Timestamp,
        /// The time of the tick that found it.
        at: Timestamp,
    },
    /// A shard has more deadlines than are sent on at a time; the rest follow.
    #[serde(rename = "deadlines.continued")]
    DeadlinesContinued(DeadlinesContinued),
    /// Somebody asks that whole CRMs are looked through now.
    #[serde(rename = "sweep.asked")]
    SweepAsked {
        /// Which look begins, if it is not under way.
        look: SweepKind,
    },
    /// Somebody is to be told something.
    #[serde(rename = "notice.requested")]
    NoticeRequested {
        /// Who.
        to: PersonId,
        /// What.
        notice: Notice,
    },
    /// Something is to be written into the CRM.
    #[serde(rename = "crm_write.requested")]
    CrmWriteRequested {
        /// What.
        write: CrmWrite,
    },
    /// What would have been written into the CRM, if the model did not only observe yet.
    #[serde(rename = "crm_write.observed")]
    CrmWriteObserved(CrmWrite),
    /// The CRM refused for good what was to be written into it.
    #[serde(rename = "crm_write.refused")]
    CrmWriteRefused {
        /// What was to be written.
        write: CrmWrite,
        /// Why, in the CRM's codes; no value of a record.
        why: String,
    },
    /// A digest is to be sent.
    #[serde(rename = "digest.requested")]
    DigestRequested(DigestRequested),
    /// The pack of a review is to be sent to somebody who is in it.
    #[serde(rename = "review.requested")]
    ReviewRequested(ReviewRequested),
    /// A person is away otherwise than was known.
    #[serde(rename = "absence.changed")]
    AbsenceChanged {
        /// Who.
        person: PersonId,
        /// The first instant at which it is otherwise.
        from: Timestamp,
        /// The first instant at which it is as before.
        to: Timestamp,
        /// Whether the person is away in between, or there after all.
        away: bool,
    },
    /// A minute has passed; or a test, a story or a simulation says that it is now this time.
    #[serde(rename = "tick")]
    Tick {
        /// The time.
        at: Timestamp,
    },
}
