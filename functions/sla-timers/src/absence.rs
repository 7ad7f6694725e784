use contracts::{Event, Key, state::ClocksState};
use crm::PersonId;
use engine::{Bus, Failure, OpenWork};
use store::{DueItem, Store};

use crate::walk::Walk;

/// Sends each record on which a clock of this person is open through the queue, so that due times
/// which their time off moves are moved now. Whatever the decision then finds is what holds: it
/// reads who is away anew, and moves nothing twice.
///
/// The events have the same ids whenever this one is handled, so a handler that dies is run again
/// and doubles nothing. A clock that starts at this very moment may not be in the index yet; it has
/// read who is away itself, or is put right when it is next looked at.
///
/// # Errors
/// If the table or the bus does not answer; the event is then delivered again.
pub(crate) async fn absence_changed<S: Store, B: Bus>(
    store: &S,
    bus: &B,
    walk: &Walk<'_>,
    person: &PersonId,
) -> Result<(), Failure> {
    let work = OpenWork::of(store, [person]).await?;
    let events: Vec<Event> = work
        .clocks
        .into_iter()
        .filter(|(_, clocks)| runs_for(clocks, person))
        .filter_map(|(record, _)| {
            let item = DueItem {
                key: Key::clocks(&record),
                due: walk.at,
            };
            Some(walk.deadline(&item)?.because_of(&walk.cause))
        })
        .collect();
    if events.is_empty() {
        return Ok(());
    }
    Ok(bus.publish(&events).await?)
}

/// Whether a clock of this person is open that stands still while they are away.
fn runs_for(clocks: &ClocksState, person: &PersonId) -> bool {
    let mut clocks = clocks.clocks.values();
    clocks.any(|clock| clock.status.is_open() && clock.owner == *person && clock.time_off.is_some())
}
