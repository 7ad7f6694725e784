use contracts::{Cause, DeadlineKind, DeadlinesContinued, Event, EventData, EventId};
use engine::{Bus, Failure};
use jiff::Timestamp;
use model::Revision;
use store::{DueItem, Store};

/// How many deadlines of a shard are sent on at a time, unless said otherwise: few enough that a
/// function which is given fifteen seconds has no trouble, and so many that a burst of 10,000 takes
/// ten rounds.
pub(crate) const AT_ONCE: usize = 250;

/// A walk along the deadlines, a part at a time: because they are due, or because the calendars
/// have changed.
#[derive(Debug, Clone)]
pub(crate) struct Walk<'a> {
    /// The event that led to this part of it.
    pub(crate) cause: Cause,
    /// The model by which the deadlines will be looked at.
    pub(crate) revision: &'a Revision,
    /// The time of the tick that began it.
    pub(crate) at: Timestamp,
    /// How many of a shard are sent on at a time.
    pub(crate) at_once: usize,
    /// Why those are looked at that are not due yet; none if only those are that are.
    pub(crate) sweep: Option<&'a str>,
}

/// One part.
#[derive(Debug)]
pub(crate) struct Part {
    /// The deadlines, the longest due first.
    pub(crate) items: Vec<DueItem>,
    /// What sends on the others of the shard, if there are more.
    pub(crate) rest: Option<Event>,
}

impl Walk<'_> {
    /// The next deadlines of a shard, behind the one that was sent on last.
    ///
    /// # Errors
    /// If the table does not answer.
    pub(crate) async fn part<S: Store>(
        &self,
        store: &S,
        shard: &str,
        after: Option<&DueItem>,
    ) -> Result<Part, Failure> {
        let until = match self.sweep {
            Some(_) => Timestamp::MAX,
            None => self.at,
        };
        let mut items = store.due(shard, after, until, self.at_once).await?;
        let last = (items.len() == self.at_once)
            .then(|| items.last())
            .flatten();
        let rest = last.and_then(|last| self.goes_on(shard, last));
        if self.sweep.is_some() {
            // What is due already is sent on because it is.
            let runs =
                |item: &DueItem| matches!(item.key.deadline(), Some((DeadlineKind::Clocks, _)));
            items.retain(|item| runs(item) && item.due > self.at);
        }
        Ok(Part { items, rest })
    }

    /// Gives deadlines and what follows them to the bus.
    ///
    /// # Errors
    /// If the bus does not take them all.
    pub(crate) async fn send<B: Bus>(
        &self,
        bus: &B,
        items: Vec<DueItem>,
        rest: impl IntoIterator<Item = Event>,
    ) -> Result<(), Failure> {
        let deadlines = items.iter().filter_map(|item| self.deadline(item));
        let events: Vec<Event> = deadlines.chain(rest).collect();
        if events.is_empty() {
            return Ok(());
        }
        Ok(bus.publish(&events).await?)
    }

    /// The event that says a deadline is to be looked at. The same deadline, for the same further
    /// reason, has the same id however often the same tick is delivered.
    pub(crate) fn deadline(&self, item: &DueItem) -> Option<Event> {
        let (kind, record) = item.key.deadline()?;
        let (due, at) = (item.due.to_string(), self.at.to_string());
        let mut parts = vec!["deadline.due", &item.key.pk, kind.word(), &due, &at];
        parts.extend(self.sweep);
        let data = EventData::DeadlineDue {
            kind,
            due: item.due,
            at: self.at,
        };
        let event = Event::new(EventId::of(&parts), self.at, self.revision, data);
        Some(event.about(record, 0).found_by(&self.cause))
    }

    /// The event with which the walk along a shard goes on behind an item.
    fn goes_on(&self, shard: &str, last: &DueItem) -> Option<Event> {
        let (kind, record) = last.key.deadline()?;
        let due = last.due.to_string();
        let cause = self.cause.event().as_str();
        let id = EventId::of(&["deadlines.continued", cause, shard, &last.key.pk, &due]);
        let data = EventData::DeadlinesContinued(DeadlinesContinued {
            at: self.at,
            shard: shard.to_owned(),
            record,
            kind,
            due: last.due,
            sweep: self.sweep.map(str::to_owned),
        });
        let event = Event::new(id, self.at, self.revision, data);
        Some(event.because_of(&self.cause))
    }
}
