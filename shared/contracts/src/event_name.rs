use crate::event_data::EventData;

impl EventData {
    /// The event's name, which is the bus' detail type.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::RecordNoticed { .. } => "record.noticed",
            Self::WebhookQuarantined { .. } => "webhook.quarantined",
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
            Self::GateHeld { .. } => "gate.held",
            Self::HandOffMade(_) => "hand_off.made",
            Self::HandOffAnswered(_) => "hand_off.answered",
            Self::HandOffAccepted(_) => "hand_off.accepted",
            Self::HandOffRefused(_) => "hand_off.refused",
            Self::HoldReleased { .. } => "hold.released",
            Self::StageEntered { .. } => "stage.entered",
            Self::StageLeft { .. } => "stage.left",
            Self::DeviationOpened { .. } => "deviation.opened",
            Self::DeviationClosed { .. } => "deviation.closed",
            Self::DeviationStepTaken { .. } => "deviation.step_taken",
            Self::ExceptionGranted { .. } => "exception.granted",
            Self::ExceptionUsed { .. } => "exception.used",
            Self::ExceptionEnded { .. } => "exception.ended",
            Self::DeadlineDue { .. } => "deadline.due",
            Self::SweepAsked { .. } => "sweep.asked",
            Self::DeadlinesContinued { .. } => "deadlines.continued",
            Self::NoticeRequested { .. } => "notice.requested",
            Self::CrmWriteRequested { .. } => "crm_write.requested",
            Self::CrmWriteRefused { .. } => "crm_write.refused",
            Self::DigestRequested { .. } => "digest.requested",
            Self::AbsenceChanged { .. } => "absence.changed",
            Self::Tick { .. } => "tick",
        }
    }
}
