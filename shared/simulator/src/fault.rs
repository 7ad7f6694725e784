use contracts::Function;
use crm::PersonId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Something that goes wrong for a while.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// Its first instant.
    pub from: Timestamp,
    /// The first instant at which it is over.
    pub until: Timestamp,
    /// What goes wrong.
    pub kind: FaultKind,
}

impl Fault {
    /// Whether it is on.
    #[must_use]
    pub fn is_on(&self, now: Timestamp) -> bool {
        self.from <= now && now < self.until
    }
}

/// Whom a function calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Peer {
    /// The table.
    Store,
    /// The bus.
    Bus,
    /// The CRM.
    Crm,
    /// The mail service.
    Mail,
}

/// What goes wrong. Rates are in a thousand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// So many calls of a peer fail, half of them after they were done.
    Fails {
        /// Whose.
        peer: Peer,
        /// How many.
        rate: u16,
    },
    /// So many calls of a peer take up to this long.
    Slow {
        /// Whose.
        peer: Peer,
        /// How many.
        rate: u16,
        /// How long, in seconds.
        seconds: u16,
    },
    /// The table turns so many calls away because it is asked too much.
    Throttles {
        /// How many.
        rate: u16,
    },
    /// The table turns so many commits away because another transaction is at the same items.
    Contends {
        /// How many.
        rate: u16,
    },
    /// The table's indexes show it as it was so many commits ago, and as it was a second ago at the
    /// oldest.
    IndexesLag {
        /// How many.
        commits: u16,
    },
    /// The CRM turns so many calls away because there are too many, and says when to come again.
    CrmBusy {
        /// How many.
        rate: u16,
        /// After how long, in seconds.
        #[serde(default = "a_second")]
        seconds: u16,
    },
    /// The CRM does not accept the token.
    TokenRefused,
    /// The CRM does not show a new record for so long.
    Unseen {
        /// How long, in seconds.
        seconds: u16,
    },
    /// A process dies at so many of its calls.
    Kills {
        /// How many.
        rate: u16,
    },
    /// So many messages come twice, the second up to a minute later.
    Repeats {
        /// How many.
        rate: u16,
    },
    /// So many messages are late by up to this long.
    Delays {
        /// How many.
        rate: u16,
        /// How long, in seconds.
        seconds: u16,
    },
    /// The clock of a function's machines is wrong by so many seconds.
    ClockOff {
        /// Whose.
        function: Function,
        /// By how much.
        seconds: i16,
    },
    /// A new revision of the model is being deployed: processes of both run side by side, and of the
    /// new one alone once it is over.
    Deployment,
    /// A deployment of another model, which is taken back: processes of both run side by side for the
    /// first half, and in the second those of the other one beside those of what replaces it. From then
    /// on there is the first model alone again.
    TakenBack {
        /// By the cloud, which brings the old number back as well. What somebody takes back gets a new
        /// one.
        by_cloud: bool,
    },
    /// The secret with which webhooks are signed is changed, and the CRM signs with the new one at
    /// once.
    SecretChanged,
    /// The CRM never sends so many of its webhooks: nothing but a look through all that it has finds what
    /// they would have told.
    WebhooksLost {
        /// How many.
        rate: u16,
    },
    /// The CRM refuses this person as an owner, for good.
    OwnerRefused {
        /// Whom.
        person: PersonId,
    },
    /// The mail service refuses this person's mails, for good.
    MailRefused {
        /// Whose.
        person: PersonId,
    },
}

const fn a_second() -> u16 {
    1
}
