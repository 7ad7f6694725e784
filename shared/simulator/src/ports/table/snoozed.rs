use contracts::state::DeviationsState;
use jiff::Timestamp;
use store::{Body, Transaction};

/// Lets what is snoozed never come again.
pub(super) fn without_end(transaction: &mut Transaction) {
    let kept = transaction.puts.iter_mut();
    for put in kept.filter(|put| put.key.holds::<DeviationsState>()) {
        if let Ok(mut state) = put.body.read::<DeviationsState>() {
            let all = state.resting.iter_mut();
            all.for_each(|it| it.until = Timestamp::MAX);
            put.body = Body::of(state);
        }
    }
}
