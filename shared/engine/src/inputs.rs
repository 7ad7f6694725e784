//! What a decision read and what it changes goes into its audit record here, for every function alike:
//! no function can forget it.

use std::{borrow::Cow, collections::BTreeMap};

use contracts::{
    AuditRecord, Change, Key, Made, ReadAt, Subject, is_same_hour, normal,
    state::{AbsencesState, PoolState, RecordState, Turn},
};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use store::{Body, BodyError, Item, ItemState, Put, StoreError};

/// How long an audit record need not tell an item whole. Audit records must be kept for longer than this,
/// or a state could not be folded from those that are left.
pub const TOLD_WHOLE: SignedDuration = SignedDuration::from_hours(24 * 90);

/// What is recorded of an item that holds personal values: all but these.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded {
    before: Option<Body>,
    after: Body,
    /// Both without what they tell alike.
    apart: Option<(Body, Body)>,
}

impl Recorded {
    /// This of what was there before, and this of what is written.
    #[must_use]
    pub fn of<T: ItemState>(before: Option<T>, after: T) -> Self {
        Self {
            before: before.map(Body::of),
            after: Body::of(after),
            apart: None,
        }
    }

    /// The same, where these lead from one to the other by the same merge patch and tell less.
    #[must_use]
    pub fn by<T: ItemState>(mut self, apart: Option<(T, T)>) -> Self {
        self.apart = apart.map(|(before, after)| (Body::of(before), Body::of(after)));
        self
    }
}

/// What is recorded with a write.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Told {
    /// The decision.
    pub(crate) audit: Option<Box<AuditRecord>>,
    /// Of items that hold personal values.
    pub(crate) recorded: BTreeMap<Key, Recorded>,
}

/// An item that was read for a decision.
#[derive(Debug, Clone)]
pub(crate) struct ReadItem<'a> {
    key: Cow<'a, Key>,
    /// 0 if there was none.
    version: u64,
    item: Option<&'a Item>,
}

impl<'a> ReadItem<'a> {
    /// What was read under a key.
    pub(crate) fn of(key: &'a Key, item: Option<&'a Item>) -> Self {
        Self {
            key: Cow::Borrowed(key),
            version: item.map_or(0, |item| item.version),
            item,
        }
    }

    /// What was read and is not written.
    pub(crate) const fn at(key: Key, version: u64) -> Self {
        Self {
            key: Cow::Owned(key),
            version,
            item: None,
        }
    }
}

/// How often earlier decisions of the same transaction changed each item.
pub(crate) type Earlier = BTreeMap<Key, u32>;

/// Says in an audit record what was read and what of it the writes change, and in each write when it was
/// last told whole.
pub(crate) fn tell(
    audit: &mut AuditRecord,
    read: &[ReadItem<'_>],
    puts: &mut [Put],
    recorded: &BTreeMap<Key, Recorded>,
    earlier: &Earlier,
) -> Result<(), StoreError> {
    for it in read.iter().filter(|it| it.key.is_state()) {
        let at = match earlier.get(&*it.key) {
            Some(changes) => ReadAt::Within(it.version, *changes),
            None => ReadAt::Version(it.version),
        };
        audit.read.insert(it.key.short(&audit.subject), at);
    }
    for put in puts.iter_mut().filter(|put| put.key.is_state()) {
        let before = read.iter().find(|it| *it.key == put.key);
        let before = before.and_then(|it| it.item);
        let name = put.key.short(&audit.subject);
        audit.follows |= is_second_within_the_hour(audit, put, before);
        let change = change(put, before, recorded.get(&put.key), audit.at, earlier)?;
        audit.changes.insert(name, change);
    }
    Ok(())
}

/// Whether a decision about the same record told its copy whole within the hour: only decisions about a record write
/// its copy, and what they told whole says when they did.
fn is_second_within_the_hour(audit: &AuditRecord, put: &Put, before: Option<&Item>) -> bool {
    let Subject::Record(record) = &audit.subject else {
        return false;
    };
    let told = before.and_then(|it| it.whole);
    put.key == Key::record(record) && told.is_some_and(|at| is_same_hour(at, audit.at))
}

/// Of writes without a decision: such an item must be told whole with its next change, unless all that is
/// recorded of it is as it was.
pub(crate) fn tell_nothing(
    found: &[ReadItem<'_>],
    puts: &mut [Put],
    told: &BTreeMap<Key, Recorded>,
) {
    for put in puts {
        let same = |told: &&Recorded| told.before.as_ref() == Some(&told.after);
        let before = found.iter().find(|it| *it.key == put.key);
        let same = told.get(&put.key).filter(same);
        put.whole = same.and_then(|_| before?.item?.whole);
    }
}

fn change(
    put: &mut Put,
    before: Option<&Item>,
    recorded: Option<&Recorded>,
    now: Timestamp,
    earlier: &Earlier,
) -> Result<Change, StoreError> {
    let due = before.is_some_and(|it| is_long_ago(it.whole, now));
    put.whole = match before {
        Some(it) if !due => it.whole,
        _ => Some(now),
    };
    let earlier = earlier.get(&put.key);
    let turn = match before.map(|it| &it.body) {
        Some(rotation) if !due => turn(&put.key, rotation, &put.body),
        _ => None,
    };
    let (was, made) = match turn {
        Some(turn) => (None, Made::Turn(turn)),
        None => {
            let (was, is) = match recorded {
                Some(Recorded {
                    apart: Some((before, after)),
                    ..
                }) if !due => (Some(Cow::Borrowed(before)), Cow::Borrowed(after)),
                Some(recorded) => (
                    recorded.before.as_ref().map(Cow::Borrowed),
                    Cow::Borrowed(&recorded.after),
                ),
                None => (
                    before.map(|it| form(&put.key, &it.body)).transpose()?,
                    form(&put.key, &put.body)?,
                ),
            };
            let was = was.as_deref().map(|was| told(&put.key, was)).transpose()?;
            let made = Made::of(was, told(&put.key, &is)?);
            (was.filter(|_| due).cloned().map(normal), made)
        }
    };
    Ok(Change {
        // However many decisions of a transaction change an item, it is written once.
        version: match (earlier, before) {
            (Some(_), Some(before)) => before.version,
            _ => put.next_version(),
        },
        nth: earlier.copied().unwrap_or(0),
        was,
        made,
    })
}

fn is_long_ago(whole: Option<Timestamp>, now: Timestamp) -> bool {
    whole.is_none_or(|at| now.duration_since(at) >= TOLD_WHOLE)
}

/// The turn of a pool, if that is all that becomes of its rotation.
fn turn(key: &Key, before: &Body, after: &Body) -> Option<Turn> {
    if !key.is_pool() {
        return None;
    }
    let [before, after] = [before, after].map(Body::read_shared::<PoolState>);
    Turn::between(&*before.ok()?, &*after.ok()?)
}

/// A state as it is told, but for its null members.
fn told<'a>(key: &Key, body: &'a Body) -> Result<&'a Value, StoreError> {
    let malformed = |why: BodyError| StoreError::Malformed(key.clone(), why.to_string());
    body.as_json().map_err(malformed)
}

/// What is told of a state that holds no personal value, or of which the engine knows where they are.
fn form<'a>(key: &Key, body: &'a Body) -> Result<Cow<'a, Body>, StoreError> {
    if key.holds::<RecordState>() {
        let why = "a copy of a record is not recorded as it is, since it holds personal values";
        return Err(StoreError::Malformed(key.clone(), why.to_owned()));
    }
    if key.is_absences() {
        let malformed = |why: BodyError| StoreError::Malformed(key.clone(), why.to_string());
        let absences = body.read::<AbsencesState>().map_err(malformed)?;
        return Ok(Cow::Owned(Body::of(absences.without_reasons())));
    }
    Ok(Cow::Borrowed(body))
}
