//! The items that are kept of a record, of a pool, of people and of an effect. Each has one writer.

mod absences;
mod approvals;
mod behaviours;
mod breaker;
mod clocks;
mod counted;
mod deviations;
mod digest;
mod drift;
mod effect;
mod exceptions;
mod gate;
mod handed;
mod heard;
mod identity;
mod labels;
mod latest;
mod leavers;
mod links;
mod load;
mod mailing;
mod pool;
mod record;
mod reviews;
mod routing;
mod sweep;
mod unjudged;

pub use absences::{Absence, AbsencesState, Archived, Span};
pub use approvals::{APPROVALS, Approval, ApprovalStatus, ApprovalsState};
pub use behaviours::{BEHAVIOUR_KEPT, BehavioursState, MOST_KEPT};
pub use breaker::{BREAKERS, BreakerState, Hold, HoldAnswer, HoldAnswered, held_of};
pub use clocks::{
    Clock, ClockStatus, ClocksState, Dated, HandOffAnswer, KeptHandOff, KeptMeet, KeptStep,
    KeptTerms, Left, Paused, RunPolicy, Step, StepsLeft,
};
pub use counted::{
    Contribution, CountedState, Counting, MetricState, MetricsRecountState, Tallied, counted_in,
    counted_shard, counted_shards, latest_up_to,
};
pub use deviations::{AutomaticMove, DeviationsState, OpenDeviation, StepsTaken};
pub use digest::{DigestState, Told};
pub use drift::{Drift, DriftState};
pub use effect::{
    BucketState, EffectState, EffectStatus, FailuresState, MinuteOfWrites, QUARANTINED_FOR,
    QuarantineState, REFUSED, Settled, WritesState,
};
pub use exceptions::{EXCEPTIONS, Exception, ExceptionEnd, ExceptionsState};
pub use gate::{GateState, HeldMove, Rounds, TurnedBack, Undoing};
pub use handed::HandedState;
pub use heard::HeardState;
pub use identity::{IdentityState, identity_of};
pub use labels::LabelsState;
pub use latest::{LatestState, MOST_LATEST};
pub use leavers::{LeaverUnderWay, LeaversState, owned_by};
pub use links::{LinksState, Revoked};
pub use load::{LoadState, RecountState, counted_for};
pub use mailing::{Encloses, MailingState};
pub use pool::{LEAD, PoolState, Share, Turn};
pub use record::{Outline, OutlineOfAccount, RecordState};
pub use reviews::{Decided, MinutesState, ReviewAction, ReviewState, Stood, StoodMetric};
pub use routing::{
    AWAITS_FACTS, LeaverAsked, NOT_FILLED, Reassigned, Rerouted, RoutingState, RoutingStatus, Waits,
};
pub use sweep::{
    JudgedBy, LoadedPart, SweepCounts, SweepEnded, SweepFailed, SweepKind, SweepPart, SweepRun,
    SweepState, Swept,
};
pub use unjudged::UnjudgedState;
