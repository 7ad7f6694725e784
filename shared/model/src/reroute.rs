use std::fmt;

use business_time::BusinessAmount;
use crm::FieldRef;
use serde::{Deserialize, Serialize};

use crate::{condition::Condition, place::Place, recipient::Recipient, routing::Destination};

/// What routes a record again that was routed before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reroute {
    /// The edge.
    pub upon: RerouteUpon,
    /// What must hold besides; what is unknown does not.
    pub when: Option<Condition>,
    /// Who then gets it; whom the routing rules name, if absent.
    pub to: Option<Destination>,
    /// Not so soon after it got its owner, in wall-clock time.
    pub not_within: Option<BusinessAmount>,
    /// Whether it is also taken from an owner whom a person named in the CRM.
    pub also_by_hand: bool,
    /// How often, and who comes last; without an end if absent.
    pub limit: Option<RerouteLimit>,
    /// Where it is written.
    pub place: Place,
}

/// The edge upon which a record is routed again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RerouteUpon {
    /// Its owner was taken off in the CRM.
    OwnerRemoved,
    /// It has entered this stage, from another.
    StageEntered(String),
    /// This field of it, or of its account, holds something else.
    FieldChanged(FieldRef),
    /// Its owner has left the company: said by `leavers`, and never by a line of `reroute`.
    OwnerLeft,
}

/// As it is written.
impl fmt::Display for RerouteUpon {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OwnerRemoved => f.write_str("owner.removed"),
            Self::StageEntered(stage) => write!(f, "stage.entered {stage}"),
            Self::FieldChanged(field) => write!(f, "field.changed {field}"),
            Self::OwnerLeft => f.write_str("owner.left"),
        }
    }
}

/// How often a record is routed again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RerouteLimit {
    /// So often, from 1 to 100, upon whichever edge.
    pub at_most: u32,
    /// Within this length of wall-clock time.
    pub within: BusinessAmount,
    /// Who gets it once more when that often was not enough, and keeps it for that time.
    pub finally: Recipient,
}
