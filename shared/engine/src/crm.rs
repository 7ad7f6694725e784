use std::{
    collections::{BTreeMap, BTreeSet},
    future::Future,
    time::Duration,
};

use crm::{Activities, ActivityKind, Candidates, Change, CrmPeople, ObjectMapping, Value, Wanted};
use jiff::Timestamp;

use crate::{
    listing::{ListedPage, Listing},
    reading::Reading,
};

/// What became of each id that was asked for.
pub type Isolated<T> = BTreeMap<String, Result<T, CrmError>>;

/// What several fields of one record are to hold; none empties one.
pub type FieldValues = BTreeMap<String, Option<Value>>;

/// What several fields of one record hold and held.
pub type FieldStandings = BTreeMap<String, FieldStanding>;

/// How many activities of one kind are read with a record.
pub const MOST_ACTIVITIES: usize = 20;

/// A CRM, for reading and for writing, in the words of the model: what a property is called and how
/// a value is written there is the adapter's business.
pub trait Crm: Send + Sync {
    /// Reads records of one kind, with the history that the mapping asks for. Every id asked for is
    /// in the answer.
    ///
    /// # Errors
    /// If nothing of it could be read.
    fn read(
        &self,
        mapping: &ObjectMapping,
        ids: &[String],
    ) -> impl Future<Output = Result<BTreeMap<String, Reading>, CrmError>> + Send;

    /// The ids of the objects that each of these belongs to, the primary one first. Every id asked
    /// for is in the answer.
    ///
    /// # Errors
    /// As [`Self::read`].
    fn associated(
        &self,
        from: &ObjectMapping,
        to: &ObjectMapping,
        ids: &[String],
    ) -> impl Future<Output = Result<BTreeMap<String, Vec<String>>, CrmError>> + Send;

    /// The records of one kind of which a field of text holds one of these. Every text asked for is in the
    /// answer. What was written a moment ago may not be found yet.
    ///
    /// # Errors
    /// As [`Self::read`].
    fn search(
        &self,
        mapping: &ObjectMapping,
        field: &str,
        wanted: Wanted,
        texts: &[String],
    ) -> impl Future<Output = Result<BTreeMap<String, Candidates>, CrmError>> + Send;

    /// Some of the records of one kind that there are, from where a list of the same went on: each with the
    /// `accounts` that it belongs to, if they are asked for. A record that stays as it is while the list is read
    /// to its end is in it.
    ///
    /// # Errors
    /// As [`Self::read`].
    fn list(
        &self,
        mapping: &ObjectMapping,
        accounts: Option<&ObjectMapping>,
        listing: Listing,
        after: Option<&str>,
    ) -> impl Future<Output = Result<ListedPage, CrmError>> + Send;

    /// Some of the records of one kind that were changed at an instant or since, from where a list of the same
    /// went on: when each was changed. What was written a moment ago may not be found yet.
    ///
    /// # Errors
    /// As [`Self::read`].
    fn changed_since(
        &self,
        mapping: &ObjectMapping,
        since: Timestamp,
        after: Option<&str>,
    ) -> impl Future<Output = Result<ListedPage, CrmError>> + Send;

    /// What was logged with these records, of these kinds: of each kind the latest, newest first, at most
    /// [`MOST_ACTIVITIES`]. Every id asked for is in the answer, with every kind. A meeting that is still to come may
    /// be among it.
    ///
    /// # Errors
    /// As [`Self::read`].
    fn activities(
        &self,
        mapping: &ObjectMapping,
        ids: &[String],
        kinds: &BTreeSet<ActivityKind>,
    ) -> impl Future<Output = Result<BTreeMap<String, Activities>, CrmError>> + Send;

    /// Whom the CRM has archived of those who can own records, and when they are out of office.
    ///
    /// # Errors
    /// As [`Self::read`].
    fn people(&self) -> impl Future<Output = Result<CrmPeople, CrmError>> + Send;

    /// What some fields of some records hold now, and what they held before. Every id asked for is in the
    /// answer, with each field; [`CrmError::NotFound`] is what became of one that there is not,
    /// [`CrmError::Unsupported`] of one in which they cannot be written as the model means them.
    ///
    /// # Errors
    /// If nothing of it could be read.
    fn fields(
        &self,
        mapping: &ObjectMapping,
        ids: &[String],
        fields: &[String],
    ) -> impl Future<Output = Result<Isolated<FieldStandings>, CrmError>> + Send;

    /// Sets fields of some records, each to its own value, or empties them, in one try: whether to try
    /// again is for whoever looks first. The fields of one record are set together or not at all. What
    /// became of each record is in the answer.
    ///
    /// # Errors
    /// If it became of all of them. A record may have been set all the same unless the error
    /// [surely did nothing](CrmError::surely_did_nothing).
    fn set_fields(
        &self,
        mapping: &ObjectMapping,
        values: &BTreeMap<String, FieldValues>,
    ) -> impl Future<Output = Result<Isolated<()>, CrmError>> + Send;

    /// The id of the record of a kind in which a field holds this value, of which no two records hold the same.
    ///
    /// # Errors
    /// A [`CrmError`]; that there is none is an answer.
    fn find_record(
        &self,
        mapping: &ObjectMapping,
        unique: (&str, &str),
    ) -> impl Future<Output = Result<Option<String>, CrmError>> + Send;

    /// Creates a record, or sets the same fields of the one in which the field holds this value already, and gives
    /// its id. So however often it is asked, there is one.
    ///
    /// # Errors
    /// A [`CrmError`]; it may have been created all the same unless the error
    /// [surely did nothing](CrmError::surely_did_nothing).
    fn create_record(
        &self,
        mapping: &ObjectMapping,
        unique: (&str, &str),
        values: &FieldValues,
    ) -> impl Future<Output = Result<String, CrmError>> + Send;

    /// Lets a record belong to another one. What belongs to it already stays so.
    ///
    /// # Errors
    /// A [`CrmError`]; it may have been done all the same.
    fn associate(
        &self,
        from: (&ObjectMapping, &str),
        to: (&ObjectMapping, &str),
    ) -> impl Future<Output = Result<(), CrmError>> + Send;

    /// The id of the task of a record that carries this marker.
    ///
    /// # Errors
    /// [`CrmError::NotFound`] if there is no such record, or another.
    fn find_task(
        &self,
        mapping: &ObjectMapping,
        id: &str,
        marker: &str,
    ) -> impl Future<Output = Result<Option<String>, CrmError>> + Send;

    /// Creates a task about a record and gives its id.
    ///
    /// # Errors
    /// As [`Self::find_task`]; it may have been created all the same unless the error
    /// [surely did nothing](CrmError::surely_did_nothing).
    fn create_task(
        &self,
        mapping: &ObjectMapping,
        id: &str,
        task: &NewTask,
    ) -> impl Future<Output = Result<String, CrmError>> + Send;
}

/// What a field holds and held.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FieldStanding {
    /// What it holds now; none if it is empty.
    pub value: Option<Value>,
    /// What it was set to, newest first, as far as the CRM keeps it; the first is the present one.
    pub changes: Vec<Change>,
}

/// A task to create.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTask {
    /// One line that says what to do.
    pub subject: String,
    /// The text, plain; a line feed ends a line.
    pub body: String,
    /// Letters, digits and `-` that tell this task from every other, so that it is found again and
    /// not created twice.
    pub marker: String,
    /// The CRM's id of the owner who shall do it; none leaves it without an owner.
    pub owner: Option<String>,
    /// When it is due.
    pub due: Timestamp,
}

/// Why the CRM did not do what it was asked. No message holds a value of a record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CrmError {
    /// Too many requests, by the CRM's count or by our own budget.
    #[error("the CRM's rate limit is reached: try again in {} ms", retry_after.as_millis())]
    RateLimited {
        /// How long to wait.
        retry_after: Duration,
    },
    /// It does not answer, or answers that it cannot just now.
    #[error("the CRM is not available ({why}): try again later")]
    Unavailable {
        /// The status, or what happened to the connection.
        why: String,
        /// Whether it may have done what it was asked.
        perhaps_done: bool,
        /// How long it asks us to wait, if it does.
        retry_after: Option<Duration>,
    },
    /// The token is not accepted.
    #[error("the CRM does not accept our token: renew the access token in the secret store")]
    Unauthorized,
    /// There is no such record, or no such path.
    #[error("the CRM does not know what it was asked for: the record is gone, or never was")]
    NotFound,
    /// It understood and refuses. Of a write that is an outcome; of a read it is asked again, since its rules
    /// may be others tomorrow.
    #[error("the CRM refuses: {why}")]
    Refused {
        /// Its word for the kind of error, its codes, and the properties it names; at most 200
        /// characters. Its own sentences are left out, since they repeat values.
        why: String,
    },
    /// Its answer is not what its documents promise.
    #[error("the CRM's answer cannot be read: {why}")]
    Malformed {
        /// What is wrong with it.
        why: String,
    },
    /// It has no such thing: a field that is not mapped, a value that it cannot hold.
    #[error("{0}")]
    Unsupported(String),
    /// We cannot ask it as we are set up.
    #[error("the CRM cannot be asked: {0}")]
    Setup(String),
}

impl CrmError {
    /// An answer that cannot be read.
    #[must_use]
    pub fn malformed(why: impl Into<String>) -> Self {
        Self::Malformed { why: why.into() }
    }

    /// Whether the same request may succeed later.
    #[must_use]
    pub const fn is_retryable(&self) -> bool {
        match self {
            Self::RateLimited { .. }
            | Self::Unavailable { .. }
            | Self::Unauthorized
            | Self::Setup(_) => true,
            Self::NotFound
            | Self::Refused { .. }
            | Self::Malformed { .. }
            | Self::Unsupported(_) => false,
        }
    }

    /// Whether it may be the fault of one of the records asked for, so that the others are worth
    /// asking for without it.
    #[must_use]
    pub const fn may_concern_one(&self) -> bool {
        matches!(
            self,
            Self::Malformed { .. } | Self::Refused { .. } | Self::NotFound
        )
    }

    /// Whether nothing was changed by the request.
    #[must_use]
    pub const fn surely_did_nothing(&self) -> bool {
        match self {
            Self::Unavailable { perhaps_done, .. } => !*perhaps_done,
            Self::Malformed { .. } => false,
            _ => true,
        }
    }

    /// How long it asks us to wait.
    #[must_use]
    pub const fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::RateLimited { retry_after } => Some(*retry_after),
            Self::Unavailable { retry_after, .. } => *retry_after,
            _ => None,
        }
    }
}
