use crm::{PersonId, RecordId, SourceName};
use jiff::{Timestamp, tz::Offset};
use serde::{Deserialize, Serialize};

use crate::{
    deadline::DeadlineKind,
    ids::{DecisionId, EventId},
    names::Function,
    record_item::RecordItem,
    subject::Subject,
};

/// How the partition of what is kept of a record begins.
const RECORD: &str = "R#";
/// How the partition of audit records begins.
const AUDIT: &str = "A#";
/// How the partition of a pool begins.
const POOL: &str = "P#";
/// How the partition of a person's digests begins.
const DIGEST: &str = "D#";
/// How the partition of what a person has in hand begins.
const LOAD: &str = "L#";
/// How the partition of the records of one person begins.
pub(crate) const IDENTITY: &str = "I#";
/// How the partition of how often a person's moves were turned back begins.
pub(crate) const BREAKER: &str = "G#";
/// How the partition of what a record counts for in the metrics begins.
pub(crate) const COUNTED: &str = "N#";
/// How the partition of a review begins.
pub(crate) const REVIEW: &str = "V#";
/// How the partition of what a metric comes to begins.
pub(crate) const METRIC: &str = "M#";
/// How the partition of what a visitor has done begins: who did it.
pub(crate) const BEHAVIOURS: &str = "W#";

/// How the partition of whose the records of a domain were last begins.
pub(crate) const DOMAIN: &str = "T#";

/// How the partition of the mails to a person begins.
const MAILING: &str = "O#";
/// How the partition of the notices begins that go with the mail of another.
const ENCLOSED: &str = "Y#";

/// What is kept of the whole company: of all people, and of all journeys.
const PEOPLE: &str = "S#people";
const ABSENCES: &str = "absences";
const LINKS: &str = "links";
const JOURNEYS: &str = "S#journeys";
const UNJUDGED: &str = "unjudged";

/// An hour in nanoseconds.
const HOUR: i128 = 3_600_000_000_000;

/// The key of an item of the table.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Key {
    /// The partition.
    pub pk: String,
    /// The item within it.
    pub sk: String,
}

impl Key {
    pub(crate) fn new(pk: String, sk: impl Into<String>) -> Self {
        Self { pk, sk: sk.into() }
    }

    /// The partition that holds everything decided about a record.
    #[must_use]
    pub fn partition_of(record: &RecordId) -> String {
        let (source, kind) = (record.source.as_str(), record.kind.word());
        [RECORD, source, ":", kind, ":", &record.id].concat()
    }

    /// Whether it is in the partition that holds everything decided about a record.
    fn is_of(&self, record: &RecordId) -> bool {
        let rest = self.pk.strip_prefix(RECORD);
        let rest = rest.and_then(|it| it.strip_prefix(record.source.as_str()));
        let rest = rest.and_then(|it| it.strip_prefix(':'));
        let rest = rest.and_then(|it| it.strip_prefix(record.kind.word()));
        rest.and_then(|it| it.strip_prefix(':')) == Some(record.id.as_str())
    }

    /// The partition of the audit records of a record or person.
    #[must_use]
    pub fn audit_partition_of(subject: &Subject) -> String {
        format!("{AUDIT}{subject}")
    }

    /// What a function keeps of a record.
    #[must_use]
    pub fn of<S: RecordItem>(record: &RecordId) -> Self {
        Self::new(Self::partition_of(record), S::NAME)
    }

    /// An audit record.
    #[must_use]
    pub fn audit(subject: &Subject, decision: &DecisionId) -> Self {
        Self::new(Self::audit_partition_of(subject), decision.as_str())
    }

    /// The record that an item is kept of; none if it is of something else.
    #[must_use]
    pub fn record_id(&self) -> Option<RecordId> {
        self.pk.strip_prefix(RECORD)?.parse().ok()
    }

    /// Whether it is what a function keeps of a record as `S`.
    #[must_use]
    pub fn holds<S: RecordItem>(&self) -> bool {
        self.sk == S::NAME && self.pk.starts_with(RECORD)
    }

    /// What falls due on an item, and on which record; none if nothing can.
    #[must_use]
    pub fn deadline(&self) -> Option<(DeadlineKind, RecordId)> {
        let mut kinds = DeadlineKind::ALL.into_iter();
        let kind = kinds.find(|kind| kind.word() == self.sk)?;
        Some((kind, self.record_id()?))
    }

    /// The item on which something falls due.
    #[must_use]
    pub fn of_deadline(kind: DeadlineKind, record: &RecordId) -> Self {
        Self::new(Self::partition_of(record), kind.word())
    }

    /// Whether a function keeps a state there that its audit records tell: of a record, a pool, a person,
    /// a review or all people. What is about machines (claims, rate limits, the sweep) and what is put aside is
    /// none.
    #[must_use]
    pub fn is_state(&self) -> bool {
        let kept = [RECORD, POOL, DIGEST, LOAD, BREAKER, IDENTITY, REVIEW];
        let of_all = [(PEOPLE, ABSENCES), (PEOPLE, LINKS), (JOURNEYS, UNJUDGED)];
        kept.iter().any(|begins| self.pk.starts_with(begins))
            || of_all.contains(&(self.pk.as_str(), self.sk.as_str()))
    }

    /// How an audit record about this subject names the item: what is kept of the subject itself by the
    /// item's name alone.
    #[must_use]
    pub fn short(&self, subject: &Subject) -> String {
        match subject {
            Subject::Record(record) if self.is_of(record) => self.sk.clone(),
            _ => [&self.pk, "/", &self.sk].concat(),
        }
    }

    /// The item that an audit record about this subject names so.
    #[must_use]
    pub fn of_short(name: &str, subject: &Subject) -> Option<Self> {
        match (name.rsplit_once('/'), subject) {
            (Some((pk, sk)), _) => Some(Self::new(pk.to_owned(), sk)),
            (None, Subject::Record(record)) => Some(Self::new(Self::partition_of(record), name)),
            (None, Subject::Person(_)) => None,
        }
    }

    /// Whether it is an audit record.
    #[must_use]
    pub fn is_audit(&self) -> bool {
        Self::is_audit_partition(&self.pk)
    }

    /// Whether this is a partition of audit records.
    #[must_use]
    pub fn is_audit_partition(pk: &str) -> bool {
        pk.starts_with(AUDIT)
    }

    /// The rotation of a pool.
    #[must_use]
    pub fn pool(pool: &str) -> Self {
        Self::new(format!("{POOL}{pool}"), "rotation")
    }

    /// Who is away when, of the whole company.
    #[must_use]
    pub fn absences() -> Self {
        Self::new(PEOPLE.to_owned(), ABSENCES)
    }

    /// Whether it says who is away when.
    #[must_use]
    pub fn is_absences(&self) -> bool {
        self.pk == PEOPLE && self.sk == ABSENCES
    }

    /// The links that were revoked, of the whole company.
    #[must_use]
    pub fn links() -> Self {
        Self::new(PEOPLE.to_owned(), LINKS)
    }

    /// What of the CRM the model does not know and was told of, of the whole company.
    #[must_use]
    pub fn unjudged() -> Self {
        Self::new(JOURNEYS.to_owned(), UNJUDGED)
    }

    /// Whether it is the rotation of a pool.
    #[must_use]
    pub fn is_pool(&self) -> bool {
        self.pk.starts_with(POOL)
    }

    /// The pool whose rotation it is; none if it is of something else.
    #[must_use]
    pub fn pool_name(&self) -> Option<&str> {
        self.pk.strip_prefix(POOL)
    }

    /// Whether it names the records of one person.
    #[must_use]
    pub fn is_identity(&self) -> bool {
        self.pk.starts_with(IDENTITY)
    }

    /// Whether it is what a person has in hand.
    #[must_use]
    pub fn is_load(&self) -> bool {
        self.pk.starts_with(LOAD)
    }

    /// When a person last got a digest.
    #[must_use]
    pub fn digest(person: &PersonId, digest: &str) -> Self {
        Self::new(format!("{DIGEST}{person}"), digest)
    }

    /// Whether it says what digest somebody got.
    #[must_use]
    pub fn is_digest(&self) -> bool {
        self.pk.starts_with(DIGEST)
    }

    /// When a person was last mailed a notice, and which notice others go with.
    #[must_use]
    pub fn mailing(person: &PersonId) -> Self {
        Self::new(format!("{MAILING}{person}"), "mailing")
    }

    /// A notice that goes with the mail of another.
    #[must_use]
    pub fn enclosed(with: &EventId, notice: &EventId) -> Self {
        Self::new(Self::enclosed_with(with), notice.as_str())
    }

    /// The partition of the notices that go with the mail of this one.
    #[must_use]
    pub fn enclosed_with(with: &EventId) -> String {
        format!("{ENCLOSED}{with}")
    }

    /// Whether it is a notice that goes with the mail of another.
    #[must_use]
    pub fn is_enclosed(&self) -> bool {
        self.pk.starts_with(ENCLOSED)
    }

    /// What a person has in hand.
    #[must_use]
    pub fn load(person: &PersonId) -> Self {
        Self::new(format!("{LOAD}{person}"), "load")
    }

    /// How far the count of all open leads has come.
    #[must_use]
    pub fn recount() -> Self {
        Self::new("S#loads".to_owned(), "recount")
    }

    /// What became of an effect (a mail, a write into the CRM).
    #[must_use]
    pub fn effect(event: &EventId) -> Self {
        Self::new(format!("E#{event}"), "effect")
    }

    /// How often a function failed upon an event by itself.
    #[must_use]
    pub fn failures(function: Function, event: &EventId) -> Self {
        Self::new(format!("F#{function}#{event}"), "failures")
    }

    /// A webhook that could not be understood.
    #[must_use]
    pub fn quarantine(day: jiff::civil::Date, event: &EventId) -> Self {
        Self::new(Self::quarantine_of(day), event.as_str())
    }

    /// The partition of the webhooks of a day that could not be understood.
    #[must_use]
    pub fn quarantine_of(day: jiff::civil::Date) -> String {
        format!("Q#{day}")
    }

    /// A token bucket of a source: `requests`, the CRM's rate limit.
    #[must_use]
    pub fn bucket(source: &SourceName, of: &str) -> Self {
        Self::new(format!("B#{source}"), of)
    }

    /// Our writes into a source in the last hour, which the model bounds.
    #[must_use]
    pub fn writes(source: &SourceName) -> Self {
        Self::new(format!("B#{source}"), "hour")
    }

    /// By which calendars all running clocks were last looked at.
    #[must_use]
    pub fn sweep() -> Self {
        Self::new("S#clocks".to_owned(), "sweep")
    }
}

/// Among how many shards deadlines are spread, so that one partition of the index never carries
/// them all. A tick with nothing due reads each shard once.
pub const SHARDS: u8 = 4;

/// The shard on which the deadlines of a record lie.
#[must_use]
pub fn shard_of(record: &RecordId) -> String {
    // FNV-1a: stable from release to release, unlike the standard library's hasher.
    let hash = record
        .to_string()
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
    format!("due#{}", hash % u64::from(SHARDS))
}

/// The hour of an instant in UTC, `2026-11-22T14`: the partition of the index over audit records.
#[must_use]
pub fn hour_of(at: Timestamp) -> String {
    let at = Offset::UTC.to_datetime(at);
    let (year, month, day, hour) = (at.year(), at.month(), at.day(), at.hour());
    format!("{year:04}-{month:02}-{day:02}T{hour:02}")
}

/// Whether two instants are in the same hour, as [`hour_of`] tells them.
#[must_use]
pub fn is_same_hour(one: Timestamp, other: Timestamp) -> bool {
    one.as_nanosecond().div_euclid(HOUR) == other.as_nanosecond().div_euclid(HOUR)
}

/// What an item puts into the table's sparse indexes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Indexes {
    /// The next instant at which something falls due, and the shard.
    pub due: Option<(String, Timestamp)>,
    /// The account whose changes reach this item's record.
    pub account: Option<String>,
    /// The person who must see this item.
    pub person: Option<String>,
    /// The hour, and the instant within it.
    pub hour: Option<(String, Timestamp)>,
}
