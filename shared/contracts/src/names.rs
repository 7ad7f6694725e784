use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// Who decides: the functions of Fairlead, by the names of their folders, and the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Function {
    /// Verifies webhooks and puts them on the bus.
    WebhookIntake,
    /// Keeps our copy of the CRM's records.
    CrmSync,
    /// Gives a lead its owner.
    LeadRouting,
    /// Runs the clocks.
    SlaTimers,
    /// Holds the gates.
    StageGates,
    /// Opens and closes deviations.
    DeviationWatch,
    /// Decides who gets a digest now.
    DailyDigest,
    /// Sends mail.
    Notify,
    /// Writes into the CRM.
    CrmWriteback,
    /// Puts the events of audit records on the bus.
    EventPublisher,
    /// Counts the metrics.
    LiveMetrics,
    /// Answers people: shows the pages behind signed links, and takes what is asked there.
    Views,
    /// No function: somebody at the command line, who enters what no CRM tells.
    #[serde(rename = "fairlead")]
    CommandLine,
}

impl Function {
    /// All that are functions, in the order in which an event meets them; at last the one that answers people.
    pub const ALL: [Self; 12] = [
        Self::WebhookIntake,
        Self::CrmSync,
        Self::LeadRouting,
        Self::SlaTimers,
        Self::StageGates,
        Self::DeviationWatch,
        Self::DailyDigest,
        Self::Notify,
        Self::CrmWriteback,
        Self::EventPublisher,
        Self::LiveMetrics,
        Self::Views,
    ];

    /// The name, as in `functions/` and in the template.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::WebhookIntake => "webhook-intake",
            Self::CrmSync => "crm-sync",
            Self::LeadRouting => "lead-routing",
            Self::SlaTimers => "sla-timers",
            Self::StageGates => "stage-gates",
            Self::DeviationWatch => "deviation-watch",
            Self::DailyDigest => "daily-digest",
            Self::Notify => "notify",
            Self::CrmWriteback => "crm-writeback",
            Self::EventPublisher => "event-publisher",
            Self::LiveMetrics => "live-metrics",
            Self::Views => "views",
            Self::CommandLine => "fairlead",
        }
    }
}

impl fmt::Display for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The text names no function.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a function of Fairlead")]
pub struct UnknownFunction(pub String);

impl FromStr for Function {
    type Err = UnknownFunction;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|function| function.name() == text)
            .ok_or_else(|| UnknownFunction(text.to_owned()))
    }
}
