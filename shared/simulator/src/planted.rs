//! Faults planted on purpose, to show that the invariants find them. What the code would then do wrong is
//! done on its way through the ports, or where the host of a queue decides, so nothing of it stands in what is
//! deployed.

use serde::{Deserialize, Serialize};

/// A fault that is planted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Planted {
    /// A decision does not check that the record it judged is still the same.
    RecordNotChecked,
    /// A decision's audit record may exist already.
    AuditMayExist,
    /// A lost race is not run again.
    OneAttempt,
    /// A deadline leaves the index when it is found, before its event is published.
    DeadlineForgotten,
    /// A lease ends before the function that took it: at once, and the function runs for longer than any lease.
    LeaseTooShort,
    /// An effect is marked as done when it is claimed.
    MarkedBeforeDone,
    /// An older copy of a record replaces a newer one.
    OrderIgnored,
    /// A deadline is judged by what the index showed, without reading again.
    IndexTrusted,
    /// How often a move was turned back is forgotten, while the CRM's own automations undo what we write, each time
    /// another: it is written again without end.
    EndlessChain,
    /// A move that is turned back enters its stage all the same.
    TurnedBackEnters,
    /// An event of a deployment that was taken back waits for that without end, and is given up.
    AheadGivenUp,
    /// What is there for nobody is counted as the message's own failure, by how often it was received.
    CountedByReceives,
    /// An audit record leaves out what it changes of an item that its transaction changed before.
    ChangeLeftOut,
    /// That the owner of a lead was taken off is forgotten: the next change of another field routes it again.
    RemovalForgotten,
    /// What follows from one of many events that came at once goes as if it came alone.
    LaneForgotten,
    /// A lead that is closed, or another's since, is not given back: it goes on counting for whose it was.
    CountKept,
    /// A lead waits for facts, and nothing ends that but a change of it.
    WaitWithoutDeadline,
    /// How far a deviation has come with its steps is forgotten: they are taken again.
    StepsForgotten,
    /// What belongs to an account is counted when it is first read, and never again.
    CountedOnce,
    /// A run that a stage starts is told, and not kept.
    StageForgotten,
    /// A turn is held, and nothing looks whether it was used.
    TurnForgotten,
    /// How often somebody's moves were turned back is forgotten.
    BreakerForgotten,
    /// A request that creates a record is sent twice, and nothing holds the two to one.
    CreatedTwice,
    /// A lead that has found no account is not found by the account that comes later.
    JoinLost,
    /// That a record is gone because it was merged is not kept.
    MergeForgotten,
    /// An exception does not expire.
    ExceptionWithoutEnd,
    /// What is snoozed does not come again.
    SnoozeWithoutEnd,
    /// A notice that goes with the mail of another is not kept for it.
    NoticeLeftOut,
    /// That a record which was handed over was refused is told to nobody, and nothing follows.
    RefusalLost,
    /// A look through the whole CRM leaves out every page but the first.
    PageSkipped,
    /// What a digest told is forgotten: the next one is compared with nothing.
    DigestForgotten,
    /// An approval counts for whatever values the record has.
    ApprovalKept,
    /// Whoever keeps clocks, deviations and approvals is not told of accounts, whatever the model has of them.
    AccountsForgotten,
    /// That a person was erased for privacy is taken for an ordinary deletion: the copy stays as it was.
    ErasureForgotten,
    /// What is somebody's who leaves is not found.
    LeaverKept,
    /// That a CRM has archived somebody is kept, and forgotten by whoever reads it.
    ArchivedKept,
    /// A decision stands in no index over hours, as if it followed from another of the same hour.
    HourForgotten,
    /// Which records are one person's is not kept.
    PersonForgotten,
    /// What a record counted for before is not taken back where it counts for something else.
    CountNotTakenBack,
    /// That a signal is open is forgotten.
    SignalForgotten,
    /// What would be written in a shadow month is written.
    ShadowForgotten,
    /// What was done is not known again when it is told again.
    BehaviourTwice,
    /// What the person of a lead did is counted for its account after it has left that.
    BehaviourStays,
    /// Whose the leads of a domain were last is forgotten when the next one's copy is kept.
    DomainForgotten,
    /// The pack of a review leaves out the oldest action that is not done.
    ActionForgotten,
    /// Whatever was logged is taken for what the model asks for.
    KindTakenForAnother,
    /// Whoever is told whose a record is hears of it at once, whatever the CRM says to that.
    MailedAtOnce,
    /// A night goes by in which nothing is counted again: what has grown stale counts as fresh.
    NightSkipped,
}

impl Planted {
    /// All of them.
    pub const ALL: [Self; 48] = [
        Self::RecordNotChecked,
        Self::AuditMayExist,
        Self::OneAttempt,
        Self::DeadlineForgotten,
        Self::LeaseTooShort,
        Self::MarkedBeforeDone,
        Self::OrderIgnored,
        Self::IndexTrusted,
        Self::EndlessChain,
        Self::TurnedBackEnters,
        Self::AheadGivenUp,
        Self::CountedByReceives,
        Self::ChangeLeftOut,
        Self::RemovalForgotten,
        Self::LaneForgotten,
        Self::CountKept,
        Self::WaitWithoutDeadline,
        Self::StepsForgotten,
        Self::CountedOnce,
        Self::StageForgotten,
        Self::TurnForgotten,
        Self::BreakerForgotten,
        Self::CreatedTwice,
        Self::JoinLost,
        Self::MergeForgotten,
        Self::ExceptionWithoutEnd,
        Self::SnoozeWithoutEnd,
        Self::NoticeLeftOut,
        Self::RefusalLost,
        Self::PageSkipped,
        Self::DigestForgotten,
        Self::ApprovalKept,
        Self::AccountsForgotten,
        Self::ErasureForgotten,
        Self::LeaverKept,
        Self::ArchivedKept,
        Self::HourForgotten,
        Self::PersonForgotten,
        Self::CountNotTakenBack,
        Self::SignalForgotten,
        Self::ShadowForgotten,
        Self::BehaviourTwice,
        Self::BehaviourStays,
        Self::DomainForgotten,
        Self::ActionForgotten,
        Self::KindTakenForAnother,
        Self::MailedAtOnce,
        Self::NightSkipped,
    ];

    /// Its name, as it is given at the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::RecordNotChecked => "record-not-checked",
            Self::AuditMayExist => "audit-may-exist",
            Self::OneAttempt => "one-attempt",
            Self::DeadlineForgotten => "deadline-forgotten",
            Self::LeaseTooShort => "lease-too-short",
            Self::MarkedBeforeDone => "marked-before-done",
            Self::OrderIgnored => "order-ignored",
            Self::IndexTrusted => "index-trusted",
            Self::EndlessChain => "endless-chain",
            Self::TurnedBackEnters => "turned-back-enters",
            Self::AheadGivenUp => "ahead-given-up",
            Self::CountedByReceives => "counted-by-receives",
            Self::ChangeLeftOut => "change-left-out",
            Self::RemovalForgotten => "removal-forgotten",
            Self::LaneForgotten => "lane-forgotten",
            Self::CountKept => "count-kept",
            Self::WaitWithoutDeadline => "wait-without-deadline",
            Self::StepsForgotten => "steps-forgotten",
            Self::CountedOnce => "counted-once",
            Self::StageForgotten => "stage-forgotten",
            Self::TurnForgotten => "turn-forgotten",
            Self::BreakerForgotten => "breaker-forgotten",
            Self::CreatedTwice => "created-twice",
            Self::JoinLost => "join-lost",
            Self::MergeForgotten => "merge-forgotten",
            Self::ExceptionWithoutEnd => "exception-without-end",
            Self::SnoozeWithoutEnd => "snooze-without-end",
            Self::NoticeLeftOut => "notice-left-out",
            Self::RefusalLost => "refusal-lost",
            Self::PageSkipped => "page-skipped",
            Self::DigestForgotten => "digest-forgotten",
            Self::ApprovalKept => "approval-kept",
            Self::AccountsForgotten => "accounts-forgotten",
            Self::ErasureForgotten => "erasure-forgotten",
            Self::LeaverKept => "leaver-kept",
            Self::ArchivedKept => "archived-kept",
            Self::HourForgotten => "hour-forgotten",
            Self::PersonForgotten => "person-forgotten",
            Self::CountNotTakenBack => "count-not-taken-back",
            Self::SignalForgotten => "signal-forgotten",
            Self::ShadowForgotten => "shadow-forgotten",
            Self::BehaviourTwice => "behaviour-twice",
            Self::BehaviourStays => "behaviour-stays",
            Self::DomainForgotten => "domain-forgotten",
            Self::ActionForgotten => "action-forgotten",
            Self::KindTakenForAnother => "kind-taken-for-another",
            Self::MailedAtOnce => "mailed-at-once",
            Self::NightSkipped => "night-skipped",
        }
    }

    /// The name of the invariant that is meant to find it. That another one trips over what it does to the
    /// company shows nothing of this one.
    #[must_use]
    pub const fn found_by(self) -> &'static str {
        match self {
            Self::RecordNotChecked | Self::AuditMayExist => "the newest copy is judged",
            Self::OneAttempt => "nothing fails without a cause",
            Self::DeadlineForgotten | Self::IndexTrusted => {
                "every deadline is handled once, none early"
            }
            // Whoever marks first, and then dies or fails, leaves a mark and no mail. That the CRM shows another
            // owner than was decided is only what follows of it where the effect is a write.
            Self::LeaseTooShort | Self::MarkedBeforeDone | Self::NoticeLeftOut => {
                "every effect is done once or visibly failed"
            }
            Self::OrderIgnored | Self::PageSkipped => "the copies are the CRM's records",
            Self::EndlessChain => "no more than eight actions of ours in a row",
            Self::TurnedBackEnters => "stages are entered and left in turn, as the gates let it",
            Self::AheadGivenUp | Self::CountedByReceives => "everything is handled",
            Self::ChangeLeftOut => "every state is the fold of its audit records",
            Self::RemovalForgotten => "every lead is routed once or waits",
            Self::LaneForgotten => "what follows from bulk goes its way",
            Self::CountKept => "open counts are what is open",
            Self::WaitWithoutDeadline => "every wait ends",
            Self::StepsForgotten => "a step of a deviation happens once an opening",
            Self::CountedOnce => "what is counted is there",
            Self::StageForgotten => "what a stage starts is started",
            Self::TurnForgotten => "a turn that is held ends once",
            Self::BreakerForgotten => {
                "nobody is turned back too often, and what is held is counted"
            }
            Self::CreatedTwice => "what follows is there once",
            Self::JoinLost => "a lead has the account that fits it",
            Self::MergeForgotten => "what was merged gives its turn back",
            Self::ExceptionWithoutEnd => "an exception counts until its end, and is over once",
            Self::SnoozeWithoutEnd => "what is answered to a reminder rests until its end",
            Self::ApprovalKept => {
                "an approval is asked for once of its values, and counts for no others"
            }
            Self::AccountsForgotten => {
                "a change that needs a yes is asked for, and put back without it"
            }
            Self::RefusalLost => "nothing leaves one team without arriving at the other",
            Self::ErasureForgotten => "whoever is erased is forgotten",
            Self::DigestForgotten => "a digest knows what the one before told",
            Self::LeaverKept => "what somebody had who has left goes on",
            Self::ArchivedKept => "whom the CRM has archived gets nothing more",
            Self::HourForgotten => "every decision is found by its hour",
            Self::PersonForgotten => "the leads of a person know each other",
            Self::CountNotTakenBack => "live metrics are what a recount of the copies says",
            Self::NightSkipped => "each night counts what time has changed",
            Self::SignalForgotten => "a signal opens and is over in turn, and is told once",
            Self::ShadowForgotten => "nothing is written before a shadow month is over",
            Self::BehaviourTwice | Self::BehaviourStays => {
                "what people do counts once, in its stretch"
            }
            Self::DomainForgotten => "whose the leads of a domain were last is what they say",
            Self::KindTakenForAnother => "a clock of a kind is met by that kind alone",
            Self::ActionForgotten => {
                "a review's pack goes out once on its day, with every action that is not done"
            }
            Self::MailedAtOnce => "nobody is mailed a record that the CRM did not take as theirs",
        }
    }
}

impl std::str::FromStr for Planted {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut all = Self::ALL.into_iter();
        all.find(|it| it.name() == text).ok_or_else(|| {
            let names: Vec<&str> = Self::ALL.into_iter().map(Self::name).collect();
            format!(
                "no fault of this name can be planted: use {}",
                names.join(", ")
            )
        })
    }
}
