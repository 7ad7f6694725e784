use contracts::{BehaviourSeen, Event, EventData, EventId, Visitor};
use engine::Failure;
use event_publisher::publish_events;
use jiff::Timestamp;

use super::{Answer, Functions, Run};

impl Functions {
    /// Begins to tell that somebody has done something, as webhook-intake does: whatever is told again has the same id.
    pub(crate) fn behave(
        &self,
        who: &str,
        (number, done): (u32, Timestamp),
        now: Timestamp,
    ) -> Run {
        let (bus, revision) = (self.ports.clone(), &self.rules.model.revision);
        let known = self.rules.model.behaviours.keys().next();
        let event = known.zip(Visitor::of_id(who)).map(|(behaviour, visitor)| {
            let seen = BehaviourSeen {
                visitor,
                behaviour: behaviour.clone(),
                at: done,
            };
            let id = EventId::of(&["behaviour", &number.to_string()]);
            Event::new(id, now, revision, EventData::BehaviourSeen(seen))
        });
        Box::pin(async move {
            let published = publish_events(&bus, event.as_slice()).await;
            Answer::of(published.map_err(Failure::from))
        })
    }
}
