//! What tells whose a record is holds only once the CRM has taken it.

use crm::PersonId;

use crate::{
    effect::{CrmWrite, Notice},
    event_data::EventData,
};

impl EventData {
    /// Whose a record is now, by what somebody is to be told; none of what tells nothing of that.
    #[must_use]
    pub const fn tells_whose(&self) -> Option<&PersonId> {
        let Self::NoticeRequested { to, notice } = self else {
            return None;
        };
        match notice {
            Notice::LeadAssigned { .. } | Notice::LeadReassigned { .. } => Some(to),
            Notice::LeadTakenBack { to, .. } | Notice::LeadMoved { to, .. } => Some(to),
            _ => None,
        }
    }

    /// Whether it asks for the owner to be written into the CRM.
    pub(crate) const fn writes_the_owner(&self) -> bool {
        matches!(
            self,
            Self::CrmWriteRequested {
                write: CrmWrite::Owner { .. }
            }
        )
    }
}
