//! What happens to a simulated company: all that the seed decides before anything runs, as data, so
//! that a story can be shortened, kept and played again.

use std::collections::BTreeSet;

use crm::{ActivityKind, PersonId, RecordId, Value};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::fault::Fault;

/// What happens, what goes wrong, and by which seed the steps are ordered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Story {
    /// The seed by which the steps are ordered and the faults fall.
    pub seed: u64,
    /// When it begins.
    pub from: Timestamp,
    /// When it ends; what is due until then is dealt with.
    pub until: Timestamp,
    /// What happens in the CRM and at the command line, ordered by time.
    pub actions: Vec<Action>,
    /// What goes wrong.
    pub faults: Vec<Fault>,
}

/// Something that people do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Action {
    /// When.
    pub at: Timestamp,
    /// What.
    pub what: ActionKind,
}

/// Fields by name, and what they are set to; none empties one.
pub type Fields = Vec<(String, Option<Value>)>;

/// What people do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActionKind {
    /// A record is made, or several of its fields are changed at once.
    Set {
        /// Which.
        record: RecordId,
        /// The fields.
        fields: Fields,
        /// By whom; none: by an import or a form.
        by: Option<PersonId>,
    },
    /// Many records are made or changed at once, of which the CRM tells at once.
    Imported {
        /// Which, and the fields that are set of each.
        records: Vec<(RecordId, Fields)>,
    },
    /// A record is put under an account.
    Belongs {
        /// Which.
        record: RecordId,
        /// The account.
        account: RecordId,
    },
    /// Somebody contacts the record's person.
    Contacted {
        /// Which.
        record: RecordId,
        /// By whom; none: the record's owner.
        by: Option<PersonId>,
        /// How; none: in a way that the CRM has no kind for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        kind: Option<ActivityKind>,
    },
    /// The record's person replies.
    Replied {
        /// Which.
        record: RecordId,
    },
    /// A record is deleted.
    Deleted {
        /// Which.
        record: RecordId,
    },
    /// A record is gone, since its person was erased for privacy.
    Erased {
        /// Which.
        record: RecordId,
    },
    /// A deleted record is restored.
    Restored {
        /// Which.
        record: RecordId,
    },
    /// A record is merged into another: it is gone, and its empty fields there are filled from it.
    Merged {
        /// Which is gone.
        record: RecordId,
        /// Which stays.
        into: RecordId,
    },
    /// Somebody says at the command line what is to become of all moves that are held.
    Answered {
        /// Who.
        by: PersonId,
        /// Whether they are turned back; if not, they stand.
        turn_back: bool,
    },
    /// Somebody grants an exception at the command line.
    Excepted {
        /// Of which record.
        record: RecordId,
        /// Who.
        by: PersonId,
        /// From which criteria, each with its stage.
        criteria: BTreeSet<String>,
        /// From which deviations.
        deviations: BTreeSet<String>,
        /// The first instant at which it counts no more.
        until: Timestamp,
    },
    /// Somebody answers, by a link, what they are reminded of on a record, if anything is open on it.
    Reminded {
        /// Of which record.
        record: RecordId,
        /// Who.
        by: PersonId,
        /// For how many hours it is snoozed; below 100 it is done, below 200 it is not theirs.
        hours: u32,
    },
    /// Somebody says at the command line what becomes of what was handed to their team, if anything is.
    HandedOver {
        /// Which record.
        record: RecordId,
        /// Who.
        by: PersonId,
        /// Whether they refuse it; if not, they take it over.
        refuses: bool,
    },
    /// Somebody says at the command line whether they approve what is asked of them of a record, if anything is.
    Approved {
        /// Which record.
        record: RecordId,
        /// Who.
        by: PersonId,
        /// Whether they refuse it; if not, they give it.
        refuses: bool,
    },
    /// The CRM says something else of somebody who can own records there: archives or restores them, or shows when
    /// they are out of office.
    UserChanged {
        /// Their id there.
        owner: String,
        /// Whether they are archived.
        archived: bool,
        /// When they are out of office: the first instant of it, and the first after it.
        out_of_office: Option<(Timestamp, Timestamp)>,
    },
    /// Somebody has done something outside the CRM, and it is told.
    Behaved {
        /// By what whoever tells of it knows them.
        who: String,
        /// Which of all that is done: the same once more is told again.
        number: u32,
        /// When it was done.
        done: Timestamp,
    },
    /// Somebody records at the command line what is to be done after a review, or that it is done.
    Reviewed {
        /// The review's name.
        review: String,
        /// Who.
        by: PersonId,
        /// The number of what is done; none if something is to be done.
        done: Option<u32>,
    },
    /// Somebody is away, and says so at the command line.
    Away {
        /// Who.
        person: PersonId,
        /// The first instant.
        from: Timestamp,
        /// The instant of return.
        to: Timestamp,
        /// Who gets meanwhile what a rule would give to them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cover: Option<PersonId>,
    },
}
