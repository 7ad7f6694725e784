//! Which event reaches which function. `infra/template.yaml` wires the same, held equal by a test.

use contracts::{DeadlineKind, Event, EventData, Function};
use crm::RecordKind::{self, Account, Campaign, Contact, Lead, Opportunity};

/// A queue of a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lane {
    /// What comes alone.
    Express,
    /// What came with many others at once, and what follows from it, where the CRM is called.
    Bulk,
}

/// The functions that have two queues: those that share what the CRM allows.
pub const IN_LANES: [Function; 2] = [Function::CrmSync, Function::CrmWriteback];

/// In which queue of a function an event waits for its turn.
#[must_use]
pub fn lane_of(function: Function, event: &Event) -> Lane {
    // Looking through a whole CRM waits for nobody, and nobody waits for it.
    let sweeps = matches!(
        event.data,
        EventData::Tick { .. } | EventData::SweepAsked { .. }
    );
    if (sweeps && function == Function::CrmSync) || (event.bulk && IN_LANES.contains(&function)) {
        Lane::Bulk
    } else {
        Lane::Express
    }
}

/// The functions that an event reaches. A new kind of event does not compile before it is said here
/// whom it reaches.
#[must_use]
pub fn routes(event: &Event) -> &'static [Function] {
    routes_of(&event.data, event.record.as_ref().map(|it| it.kind))
}

/// [`routes`] of an event about a record of a kind.
#[must_use]
pub const fn routes_of(data: &EventData, kind: Option<RecordKind>) -> &'static [Function] {
    match data {
        EventData::RecordNoticed { .. }
        | EventData::WebhookQuarantined { .. }
        | EventData::BehaviourSeen(_)
        | EventData::SweepAsked { .. } => &[Function::CrmSync],
        EventData::RecordChanged { watched, .. } => match kind {
            Some(Account) if *watched => &[
                Function::CrmSync,
                Function::LeadRouting,
                Function::SlaTimers,
                Function::StageGates,
                Function::DeviationWatch,
                Function::LiveMetrics,
            ],
            Some(Account) => &[
                Function::CrmSync,
                Function::LeadRouting,
                Function::LiveMetrics,
            ],
            Some(Lead | Opportunity) => &[
                Function::LeadRouting,
                Function::SlaTimers,
                Function::StageGates,
                Function::DeviationWatch,
                Function::LiveMetrics,
            ],
            Some(Contact | Campaign) => &[Function::LiveMetrics],
            None => &[],
        },
        EventData::ReassignRequested { .. } | EventData::CrmWriteRefused { .. } => match kind {
            Some(Lead | Opportunity | Account) => &[Function::LeadRouting],
            Some(Contact | Campaign) | None => &[],
        },
        EventData::RecordRouted { .. } | EventData::RecordWaiting { .. } => {
            &[Function::SlaTimers, Function::DeviationWatch]
        }
        EventData::ClockStarted { .. }
        | EventData::ClockPaused { .. }
        | EventData::ClockResumed { .. } => &[Function::DeviationWatch],
        EventData::ClockMet { .. }
        | EventData::ClockBreached { .. }
        | EventData::ClockBreachWithdrawn { .. }
        | EventData::ClockCancelled { .. } => &[Function::DeviationWatch, Function::LiveMetrics],
        EventData::StageEntered { .. } => match kind {
            Some(Lead | Opportunity) => &[
                Function::LeadRouting,
                Function::SlaTimers,
                Function::DeviationWatch,
                Function::LiveMetrics,
            ],
            _ => &[Function::DeviationWatch, Function::LiveMetrics],
        },
        EventData::StageLeft { .. } => match kind {
            Some(Lead | Opportunity) => &[Function::SlaTimers, Function::DeviationWatch],
            _ => &[Function::DeviationWatch],
        },
        EventData::DeadlineDue { kind, .. } => match kind {
            DeadlineKind::Clocks => &[Function::SlaTimers],
            DeadlineKind::Deviations => &[Function::DeviationWatch],
            DeadlineKind::Routing => &[Function::LeadRouting],
            DeadlineKind::Record => &[Function::CrmSync],
            DeadlineKind::Exceptions | DeadlineKind::Approvals => &[Function::StageGates],
        },
        EventData::AbsenceChanged { .. } | EventData::DeadlinesContinued { .. } => {
            &[Function::SlaTimers]
        }
        EventData::Tick { .. } => &[
            Function::CrmSync,
            Function::LeadRouting,
            Function::SlaTimers,
            Function::StageGates,
            Function::DailyDigest,
            Function::LiveMetrics,
        ],
        EventData::NoticeRequested { .. }
        | EventData::DigestRequested(_)
        | EventData::ReviewRequested(_) => &[Function::Notify],
        EventData::CrmWriteRequested { .. } => &[Function::CrmWriteback],
        EventData::HoldReleased(_) => &[Function::StageGates],
        EventData::OwnerLeft(_) => &[Function::LeadRouting],
        EventData::ExceptionGranted { .. } => &[
            Function::StageGates,
            Function::DeviationWatch,
            Function::LiveMetrics,
        ],
        EventData::ExceptionEnded { .. } => &[Function::DeviationWatch, Function::LiveMetrics],
        // What time alone has changed on a record.
        EventData::DeviationOpened { .. } | EventData::DeviationClosed { .. } => {
            &[Function::LiveMetrics]
        }
        EventData::HandOffAnswered(_) => match kind {
            Some(Lead | Opportunity) => &[Function::SlaTimers],
            _ => &[],
        },
        EventData::ApprovalAnswered(_)
        | EventData::ExceptionAsked(_)
        | EventData::ExceptionAnswered(_)
        | EventData::UndoRequested(_) => match kind {
            Some(Lead | Opportunity | Account) => &[Function::StageGates],
            _ => &[],
        },
        EventData::ReminderAnswered(_) => match kind {
            Some(Lead | Opportunity | Account) => &[Function::DeviationWatch],
            _ => &[],
        },
        EventData::HoldAnswered(_) => match kind {
            Some(Lead | Opportunity) => &[Function::StageGates],
            _ => &[],
        },
        EventData::ApprovalGiven(_) => &[Function::StageGates, Function::DeviationWatch],
        EventData::ApprovalRefused(_) | EventData::ApprovalLapsed(_) => &[Function::DeviationWatch],
        // For the archive and for whoever else listens on the bus.
        EventData::ClockWarned { .. }
        | EventData::ClockEscalated { .. }
        | EventData::ClockMoved { .. }
        | EventData::CrmWriteObserved(_)
        | EventData::GatePassed { .. }
        | EventData::GateTurnedBack { .. }
        | EventData::GateHeld(_)
        | EventData::ExceptionUsed { .. }
        | EventData::ApprovalAsked(_)
        | EventData::HandOffMade(_)
        | EventData::HandOffAccepted(_)
        | EventData::HandOffRefused(_)
        | EventData::DeviationStepTaken(_) => &[],
    }
}
