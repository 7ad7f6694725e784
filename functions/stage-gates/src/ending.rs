//! The time of an exception is over: it counts no more since then, and that is noticed here.

use contracts::{Key, state::ExceptionsState};
use crm::RecordId;
use decisions::{Rules, exceptions::over};
use engine::Proposal;
use jiff::Timestamp;
use store::{Versioned, put_state};

/// Takes out the exceptions whose time is over; none if that of none is (any more).
pub(crate) fn propose(
    rules: &Rules,
    record: &RecordId,
    before: Option<Versioned<ExceptionsState>>,
    now: Timestamp,
) -> Option<Proposal> {
    let before = before?;
    let (after, draft) = over(rules, &before.state, now)?;
    let put = put_state(
        Key::exceptions(record),
        &after,
        Some(&before),
        after.indexes(record),
    );
    Some(Proposal {
        draft,
        puts: vec![put],
    })
}
