use crate::event_data::EventData;

impl EventData {
    /// The event's name, which is the bus' detail type.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::RecordNoticed { .. } => "record.noticed",
            Self::WebhookQuarantined(_) => "webhook.quarantined",
            Self::BehaviourSeen(_) => "behaviour.seen",
            Self::RecordChanged { .. } => "record.changed",
            Self::RecordRouted { .. } => "record.routed",
            Self::RecordWaiting { .. } => "record.waiting",
            Self::ReassignRequested { .. } => "reassign.requested",
            Self::ClockStarted { .. } => "clock.started",
            Self::ClockMet { .. } => "clock.met",
            Self::ClockWarned { .. } => "clock.warned",
            Self::ClockBreached { .. } => "clock.breached",
            Self::ClockEscalated { .. } => "clock.escalated",
            Self::ClockCancelled { .. } => "clock.cancelled",
            Self::ClockPaused { .. } => "clock.paused",
            Self::ClockResumed { .. } => "clock.resumed",
            Self::ClockBreachWithdrawn { .. } => "clock.breach_withdrawn",
            Self::ClockMoved { .. } => "clock.moved",
            Self::GatePassed { .. } => "gate.passed",
            Self::GateTurnedBack { .. } => "gate.turned_back",
            Self::GateHeld(_) => "gate.held",
            Self::HandOffMade(_) => "hand_off.made",
            Self::HandOffAnswered(_) => "hand_off.answered",
            Self::HandOffAccepted(_) => "hand_off.accepted",
            Self::HandOffRefused(_) => "hand_off.refused",
            Self::HoldAnswered(_) => "hold.answered",
            Self::HoldReleased(_) => "hold.released",
            Self::OwnerLeft(_) => "owner.left",
            Self::UndoRequested(_) => "undo.requested",
            Self::StageEntered { .. } => "stage.entered",
            Self::StageLeft { .. } => "stage.left",
            Self::DeviationOpened { .. } => "deviation.opened",
            Self::DeviationClosed { .. } => "deviation.closed",
            Self::DeviationStepTaken(_) => "deviation.step_taken",
            Self::ExceptionGranted { .. } => "exception.granted",
            Self::ReminderAnswered(_) => "reminder.answered",
            Self::ExceptionAsked(_) => "exception.asked",
            Self::ExceptionAnswered(_) => "exception.answered",
            Self::ExceptionUsed { .. } => "exception.used",
            Self::ExceptionEnded { .. } => "exception.ended",
            Self::ApprovalAsked(_) => "approval.asked",
            Self::ApprovalAnswered(_) => "approval.answered",
            Self::ApprovalGiven(_) => "approval.given",
            Self::ApprovalRefused(_) => "approval.refused",
            Self::ApprovalLapsed(_) => "approval.lapsed",
            Self::DeadlineDue { .. } => "deadline.due",
            Self::SweepAsked { .. } => "sweep.asked",
            Self::DeadlinesContinued { .. } => "deadlines.continued",
            Self::NoticeRequested { .. } => "notice.requested",
            Self::CrmWriteRequested { .. } => "crm_write.requested",
            Self::CrmWriteObserved(_) => "crm_write.observed",
            Self::CrmWriteRefused { .. } => "crm_write.refused",
            Self::DigestRequested(_) => "digest.requested",
            Self::ReviewRequested(_) => "review.requested",
            Self::AbsenceChanged { .. } => "absence.changed",
            Self::Tick { .. } => "tick",
        }
    }

    /// Whether only a decision tells this, in its audit record: of the others some are told by a schedule, a person or
    /// the CRM. It need not name all of them; those of a record's way from a new copy to its owner and its clocks.
    #[must_use]
    pub const fn is_told_by_a_decision(&self) -> bool {
        matches!(
            self,
            Self::RecordChanged { .. }
                | Self::RecordRouted { .. }
                | Self::RecordWaiting { .. }
                | Self::StageEntered { .. }
                | Self::StageLeft { .. }
                | Self::ClockStarted { .. }
                | Self::ClockMet { .. }
                | Self::ClockPaused { .. }
                | Self::ClockResumed { .. }
                | Self::ClockCancelled { .. }
        )
    }
}
