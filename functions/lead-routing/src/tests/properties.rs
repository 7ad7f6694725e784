//! Whatever the order, whatever comes twice: together is as one by one.

use proptest::prelude::*;

use super::{
    batches::{one_by_one, together},
    *,
};

/// Leads 1 to 12: those of even numbers in Germany, the others in America.
const LEADS: u32 = 12;

async fn all(tested: &Tested) {
    for number in 1..=LEADS {
        let country = if number % 2 == 0 { "DE" } else { "US" };
        tested.has(country, [number]).await;
    }
}

/// What is told of a lead: that it changed, in one of two ways, or that the CRM refuses an owner.
fn told(lead: u32, what: usize) -> Event {
    let name = format!("lead:{lead}");
    match what {
        0 => changed(&name),
        1 => {
            let mut event = changed(&name);
            event.id = EventId::of(&["another change", &name]);
            event
        }
        2 => refused_write(&name, "anna"),
        3 => refused_write(&name, "ben"),
        _ => refused_write(&name, "maya"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn a_batch_is_what_its_events_are_one_by_one(
        events in prop::collection::vec((1..=LEADS, 0..5_usize), 1..60),
        size in 1..60_usize,
    ) {
        let events: Vec<Event> = events.into_iter().map(|(lead, what)| told(lead, what)).collect();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let (batch, single) = (routing(), routing());
            all(&batch).await;
            all(&single).await;
            for some in events.chunks(size) {
                together(&batch, some).await;
                one_by_one(&single, some).await;
            }
            prop_assert_eq!(batch.everything(), single.everything());
            for pool in [DACH, AMERICA] {
                prop_assert_eq!(owed(&batch.pool(pool).await), 0);
            }
            let (few, many) = (batch.store.commits().len(), single.store.commits().len());
            prop_assert!(few <= many, "{few} commits together, {many} one by one");
            Ok(())
        })?;
    }
}
