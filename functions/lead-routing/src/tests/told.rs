use contracts::state::RecordState;
use store::Transaction;

use super::*;

/// A lead, and what is told of each copy of it.
pub(super) struct Told {
    pub(super) tested: Tested,
    pub(super) copies: u64,
}

impl Told {
    /// Lead 1, of a German company, as routed upon its first copy.
    pub(super) async fn of(tested: Tested) -> Self {
        let first = tested.has("DE", [1]).await;
        tested.handle(&first[0]).await;
        Self { tested, copies: 1 }
    }

    /// Lead 1 as it stands in its first copy, and what is told of that.
    pub(super) async fn first(tested: Tested, record: Record) -> (Self, Event) {
        keep_copy(tested.store.inside(), record).await;
        (Self { tested, copies: 1 }, changed("lead:1"))
    }

    /// A newer copy is kept, with this owner; what is told of it.
    pub(super) async fn shows(&mut self, owner: Option<&str>, what: &str) -> Event {
        let lead = lead("1", at(NOW)).account("DE", "software", 300);
        let lead = match owner {
            Some(owner) => lead.owner(owner),
            None => lead,
        };
        self.copy(lead.build(), &[what]).await
    }

    /// A newer copy is kept, in which this has changed; what is told of it.
    pub(super) async fn copy(&mut self, record: Record, what: &[&str]) -> Event {
        let before = Versioned {
            version: self.copies,
            state: (),
        };
        self.copies += 1;
        let copy = RecordState {
            record,
            sequence: self.copies,
        };
        let key = Key::record(&record_id("lead:1"));
        let put = put_state(key, &copy, Some(&before), Indexes::default());
        let transaction = Transaction {
            puts: vec![put],
            checks: Vec::new(),
        };
        let store = self.tested.store.inside();
        store.commit(transaction).await.unwrap();
        let data = EventData::RecordChanged {
            changed: what.iter().map(|it| (*it).to_owned()).collect(),
            modified: at(NOW),
            first: false,
            contact: None,
            watched: false,
            left_domain: None,
        };
        let mut event = upon(&record_id("lead:1"), at(NOW), data);
        event.id = EventId::of(&["copy", &self.copies.to_string()]);
        event.about(record_id("lead:1"), self.copies)
    }

    pub(super) async fn routing(&self) -> RoutingState {
        self.tested.routing_of("lead:1").await.unwrap()
    }

    /// What was said last, and the names of what follows.
    pub(super) fn said(&self, event: &Event) -> (String, Vec<&'static str>) {
        let audits = self.tested.audits();
        let audit = audits.iter().find(|audit| audit.event == event.id).unwrap();
        let names = audit.events.iter().map(Event::name).collect();
        (audit.outcome.clone(), names)
    }

    /// Handles an event at another time than now.
    pub(super) async fn handle_at(&self, event: &Event, seconds: i64) {
        let at = at(NOW) + SignedDuration::from_secs(seconds);
        self.tested.function.handle(event, at).await.unwrap();
    }

    /// The records on which something is due by then, and when.
    pub(super) fn due_by(&self, seconds: i64) -> Vec<i64> {
        let until = at(NOW) + SignedDuration::from_secs(seconds);
        let due = self.tested.store.inside().due_by(until).into_iter();
        due.map(|item| item.due.duration_since(at(NOW)).as_secs())
            .collect()
    }
}
