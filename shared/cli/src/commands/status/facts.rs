//! What is looked at to say whether a stack is well.

use aws::{Depth, DynamoStore};
use contracts::{
    Key,
    state::{BREAKERS, BreakerState, HeardState, SweepState},
};
use crm::PersonId;
use jiff::{SignedDuration, Timestamp};
use store::{Store, StoreError, Versioned, read_or_default};

use super::speed::{Speed, measure};
use crate::{
    commands::{
        CouldNotRun,
        failures::{
            Places,
            failure::{Failure, Kind},
            kept, letters,
        },
    },
    stack::Stack,
};

/// What was found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Facts {
    /// When the tick was last heard, and by which deployment.
    pub heard: Option<HeardState>,
    /// How far the looks through the CRM have come.
    pub sweep: SweepState,
    /// The queues that functions work off, by name.
    pub queues: Vec<(String, Depth)>,
    /// The queue with the oldest message, and how old that is; why that is not known, if it is not.
    pub oldest: Option<Result<(String, SignedDuration), String>>,
    /// Dead letters by function, where there are some.
    pub dead: Vec<(String, u64)>,
    /// What the bus could not deliver, by queue.
    pub undelivered: Vec<(String, u64)>,
    /// What is in quarantine.
    pub quarantine: Vec<Failure>,
    /// What was refused.
    pub refused: Vec<Failure>,
    /// How many batches were not published; none if nobody knows where to look.
    pub unpublished: Option<usize>,
    /// Whose moves are held and wait for an answer, and how many.
    pub held: Vec<(PersonId, u32)>,
    /// How long leads took; why it could not be told.
    pub speed: Option<Result<Speed, String>>,
}

/// Looks at everything. Nothing is changed by it.
///
/// # Errors
/// If the stack does not answer.
pub async fn gather(
    stack: &Stack,
    table: &DynamoStore,
    places: &Places,
    now: Timestamp,
) -> Result<Facts, CouldNotRun> {
    let (heard, sweep) = stack.ask(kept_of_machines(table)).await?;
    let mut facts = Facts {
        heard,
        sweep,
        quarantine: stack.ask(kept::quarantined(table, now)).await?,
        refused: stack.ask(kept::refused(table)).await?,
        held: stack.ask(held(table)).await?,
        ..Facts::default()
    };
    for (name, url) in &places.named {
        let depth = stack.ask(places.queues.depth(url)).await?;
        let all = depth.waiting.saturating_add(depth.out_of_sight);
        match letters::kind_of(name) {
            None => facts.queues.push((name.clone(), depth)),
            Some(_) if all == 0 => {}
            Some(Kind::DeadLetter) => {
                let queue = name.trim_end_matches("-dead-letters");
                facts.dead.push((letters::function_of(queue), all));
            }
            Some(_) => facts.undelivered.push((name.clone(), all)),
        }
    }
    facts.oldest = oldest(stack, &facts.queues).await;
    if let Some(bucket) = &places.bucket {
        facts.unpublished = Some(stack.ask(bucket.list()).await?.0.len());
    }
    let speed = stack.ask(measure(table, now)).await;
    facts.speed = Some(speed.map_err(|why| why.0));
    Ok(facts)
}

/// The oldest message of all, by the cloud's metrics. Where these may not be asked nothing else is wrong.
async fn oldest(
    stack: &Stack,
    queues: &[(String, Depth)],
) -> Option<Result<(String, SignedDuration), String>> {
    let mut oldest: Option<(String, SignedDuration)> = None;
    for (name, _) in queues {
        let age = match stack.oldest_message(name).await {
            Ok(age) => age.and_then(|age| SignedDuration::try_from(age).ok()),
            Err(why) => return Some(Err(why.0)),
        };
        if let Some(age) = age
            && oldest.as_ref().is_none_or(|(_, known)| *known < age)
        {
            oldest = Some((name.clone(), age));
        }
    }
    oldest.map(Ok)
}

async fn kept_of_machines<S: Store>(
    table: &S,
) -> Result<(Option<HeardState>, SweepState), StoreError> {
    let found = table.get(&[Key::heard(), Key::crm_sweep()]).await?;
    let mut found = found.into_iter();
    let heard = found.next().flatten();
    let heard = heard.map(Versioned::<HeardState>::read).transpose()?;
    let sweep = found.next().unwrap_or_default();
    Ok((heard.map(|it| it.state), read_or_default(Some(&sweep))?))
}

async fn held<S: Store>(table: &S) -> Result<Vec<(PersonId, u32)>, StoreError> {
    let mut held = Vec::new();
    for item in table.of_person(BREAKERS).await? {
        let Some(person) = item.key.breaker_of() else {
            continue;
        };
        let hold = Versioned::<BreakerState>::read(item)?.state.hold;
        let waits = hold.filter(|it| it.answer.is_none() || it.again);
        held.extend(waits.map(|hold| (person, hold.left())));
    }
    held.sort();
    Ok(held)
}
