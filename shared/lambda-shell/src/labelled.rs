use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use contracts::{Event, Key, state::LabelsState};
use decisions::Rules;
use engine::{
    Clock, Failure, Handler, TimeLeft,
    webhooks::{Answer, Request, WebhookHandler},
};
use jiff::{SignedDuration, Timestamp};
use model::Revision;
use store::{Store, read_or_default};

/// How long what is kept of the CRM's labels is believed.
const BELIEVED: SignedDuration = SignedDuration::from_mins(15);

/// A function that tells people something: made anew by the labels of the CRM whenever crm-sync has found others. It
/// looks for them at its first event and then each quarter of an hour, by one read of the table; where that fails, it
/// goes on by what it knew.
pub struct Labelled<S, C, H, F> {
    store: S,
    clock: C,
    rules: Rules,
    make: F,
    held: Mutex<Held<H>>,
}

struct Held<H> {
    looked: Option<Timestamp>,
    by: LabelsState,
    handler: Arc<H>,
}

impl<S, C, H, F> fmt::Debug for Labelled<S, C, H, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Labelled").finish_non_exhaustive()
    }
}

impl<S: Store, C: Clock, H, F: Fn(Rules) -> H> Labelled<S, C, H, F> {
    /// Makes the function of these rules, and of the same by the labels that are kept in this table.
    pub fn new(store: S, clock: C, rules: Rules, make: F) -> Self {
        let handler = Arc::new(make(rules.clone()));
        Self {
            store,
            clock,
            rules,
            make,
            held: Mutex::new(Held {
                looked: None,
                by: LabelsState::default(),
                handler,
            }),
        }
    }

    /// The function by the labels of now.
    async fn handler(&self) -> Arc<H> {
        let now = self.clock.now();
        {
            let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
            let believed = held.looked.map(|at| now.duration_since(at) < BELIEVED);
            if believed == Some(true) {
                return Arc::clone(&held.handler);
            }
        }
        let kept = self.store.get(&[Key::crm_labels()]).await;
        let kept = kept.and_then(|kept| read_or_default::<LabelsState>(kept.first()));
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.looked = Some(now);
        match kept {
            Ok(labels) if same(&labels, &held.by) => {}
            Ok(labels) => match self.rules.called(&labels, now) {
                Ok(rules) => {
                    held.handler = Arc::new((self.make)(rules));
                    held.by = labels;
                }
                Err(why) => tracing::warn!(%why, "the CRM's labels cannot be used"),
            },
            Err(why) => tracing::warn!(%why, "the CRM's labels cannot be read"),
        }
        Arc::clone(&held.handler)
    }
}

/// Whether both call everything the same, whenever that was asked.
fn same(one: &LabelsState, other: &LabelsState) -> bool {
    (&one.fields, &one.stages, &one.values) == (&other.fields, &other.stages, &other.values)
}

impl<S: Store, C: Clock, H: Handler, F: Fn(Rules) -> H + Send + Sync> Handler
    for Labelled<S, C, H, F>
{
    async fn handle(&self, event: &Event, now: Timestamp) -> Result<(), Failure> {
        self.handler().await.handle(event, now).await
    }

    async fn handle_batch(
        &self,
        events: &[(Event, Timestamp)],
        time_left: TimeLeft<'_>,
    ) -> Vec<Result<(), Failure>> {
        self.handler().await.handle_batch(events, time_left).await
    }

    fn revision(&self) -> Option<&Revision> {
        Some(&self.rules.model.revision)
    }
}

impl<S: Store, C: Clock, H: WebhookHandler, F: Fn(Rules) -> H + Send + Sync> WebhookHandler
    for Labelled<S, C, H, F>
{
    async fn answer(&self, request: Request, now: Timestamp) -> Answer {
        self.handler().await.answer(request, now).await
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]

    use std::collections::BTreeMap;

    use contracts::{EventData, EventId, Indexes};
    use decisions::shown::label_of;
    use store::{Transaction, Versioned, put_state};
    use testkit::{TestClock, WatchedStore, at, example_rules};

    use super::*;

    type Said = Arc<Mutex<Vec<String>>>;

    /// Says how it calls the promised scope.
    struct Saying(Rules, Said);

    impl Handler for Saying {
        async fn handle(&self, _: &Event, _: Timestamp) -> Result<(), Failure> {
            let label = label_of(&self.0.model, "opportunity.promised_scope");
            self.1.lock().unwrap().push(label);
            Ok(())
        }

        fn revision(&self) -> Option<&Revision> {
            Some(&self.0.model.revision)
        }
    }

    async fn call(store: &WatchedStore, label: &str) {
        let key = Key::crm_labels();
        let before = store.get(std::slice::from_ref(&key)).await.unwrap();
        let before = before.into_iter().flatten().next();
        let before = before.map(|it| Versioned::<LabelsState>::read(it).unwrap());
        let fields = [("opportunity.promised_scope".to_owned(), label.to_owned())];
        let labels = LabelsState {
            fields: BTreeMap::from(fields),
            ..LabelsState::default()
        };
        let put = put_state(key, &labels, before.as_ref(), Indexes::default());
        let puts = vec![put];
        let checks = Vec::new();
        store.commit(Transaction { puts, checks }).await.unwrap();
    }

    #[tokio::test]
    async fn what_the_crm_calls_otherwise_is_said_a_quarter_of_an_hour_later() {
        let start = at("2026-11-23T10:00:00Z");
        let (store, clock, said) = (WatchedStore::new(), TestClock::at(start), Said::default());
        let saying = Arc::clone(&said);
        let make = move |rules| Saying(rules, Arc::clone(&saying));
        let labelled = Labelled::new(store.clone(), clock.clone(), example_rules(), make);
        let at_minute = async |minute: i64| {
            let now = start + SignedDuration::from_mins(minute);
            clock.set(now);
            let event = Event::new(
                EventId::of(&["tick"]),
                now,
                &Revision::default(),
                EventData::Tick { at: now },
            );
            labelled.handle(&event, now).await.unwrap();
        };
        at_minute(0).await;
        call(&store, "What was promised").await;
        at_minute(14).await;
        at_minute(15).await;
        call(&store, "Promised").await;
        at_minute(31).await;
        let expected = [
            "promised scope",
            "promised scope",
            "What was promised",
            "Promised",
        ];
        assert_eq!(*said.lock().unwrap(), expected);
        assert_eq!(labelled.revision(), Some(&example_rules().model.revision));
    }
}
