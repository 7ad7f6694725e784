//! What people do outside the CRM counts once, in its stretch, for whoever it is of.

use contracts::{
    BehaviourSeen, DeadlineKind, Erasure, Visitor,
    state::{BehavioursState, MOST_KEPT},
};
use signatures::digest::hmac_sha256;

use super::*;

const KEY: &[u8] = b"a key of the sender's";

fn counting() -> Tested {
    let mut model = example_model();
    let views = model::BehaviourCount {
        behaviour: "viewed_pricing".to_owned(),
        hours: 7 * 24,
    };
    let of = |name: &str| crm::FieldRef::new(RecordKind::Lead, name);
    let known_by = model::KnownBy {
        mail: Some(of("email")),
        id: Some(of("title")),
    };
    let called = "com.northwind.pricing.viewed".to_owned();
    model.behaviours.insert("viewed_pricing".to_owned(), called);
    model.known_by = known_by;
    let views = model::Derived::Behaviour(views);
    model.derived.insert(of("pricing_views"), views);
    let mut tested = over(model);
    tested.function = tested.function.with_subject_key(Some(KEY.to_vec()));
    tested
}

fn jo() -> Visitor {
    Visitor::of_mail(&hex::encode(hmac_sha256(KEY, &[b"a@kranich.example"]))).unwrap()
}

fn viewed(visitor: &Visitor, number: usize, time: &str) -> Event {
    let seen = BehaviourSeen {
        visitor: visitor.clone(),
        behaviour: "viewed_pricing".to_owned(),
        at: at(time),
    };
    let id = EventId::of(&["behaviour", &number.to_string()]);
    let data = EventData::BehaviourSeen(seen);
    Event::new(id, at(NOW), &model::Revision::default(), data)
}

impl Tested {
    /// How often the prices were looked at, as the copy of a record counts it.
    pub(super) async fn views(&self, record: &str) -> Option<u32> {
        let behaviour = self.copy(record).await?.record.behaviour?;
        behaviour.counts.get("pricing_views").copied()
    }

    /// What was done runs out at this instant, and is taken off then.
    pub(super) async fn runs_out(&self, record: &str, expected: &str) {
        let behaviour = self.copy(record).await.unwrap().record.behaviour;
        let next = behaviour.unwrap().next.unwrap();
        assert_eq!(next, at(expected));
        let data = EventData::DeadlineDue {
            kind: DeadlineKind::Record,
            due: next,
            at: next,
        };
        let due = upon(&record_id(record), next, data);
        assert_eq!(self.function.handle(&due, next).await, Ok(()));
    }

    async fn kept(&self, visitor: &Visitor) -> Option<BehavioursState> {
        state_of(&self.function.table.store, Key::behaviours(visitor)).await
    }

    pub(super) async fn all_fine(&self, events: &[Event]) {
        for result in self.handle(events).await {
            assert_eq!(result, Ok(()));
        }
    }
}

#[tokio::test]
async fn a_known_lead_is_counted_for_and_the_change_is_told() {
    let tested = counting();
    tested.all_fine(&leads(&tested, 1)).await;
    assert_eq!(tested.views("lead:1").await, Some(0), "nothing yet");
    let (one, other) = (
        viewed(&jo(), 1, "2026-11-23T09:00:00Z"),
        viewed(&jo(), 2, "2026-11-22T09:00:00Z"),
    );
    tested.all_fine(&[one.clone(), other, one]).await;
    assert_eq!(tested.views("lead:1").await, Some(2), "each once");
    let audits = tested.audits_of("lead:1");
    let events = audits.iter().flat_map(|audit| &audit.events);
    let told = events.filter(
        |it| matches!(&it.data, EventData::RecordChanged { changed, first: false, .. } if *changed == ["pricing_views"]),
    );
    assert_eq!(told.count(), 2);
    let notes = audits.iter().flat_map(|audit| &audit.reasons);
    let notes: Vec<_> = notes.filter_map(|reason| reason.note.as_deref()).collect();
    assert!(
        notes.contains(&"viewed_pricing 2 times in the last 7 days"),
        "{notes:?}"
    );
}

#[tokio::test]
async fn what_was_done_before_somebody_was_known_counts_from_the_first_copy_on() {
    let tested = counting();
    tested
        .all_fine(&[viewed(&jo(), 1, "2026-11-23T09:00:00Z")])
        .await;
    let kept = tested.kept(&jo()).await.unwrap();
    assert!(kept.records.is_empty());
    tested.all_fine(&leads(&tested, 1)).await;
    assert_eq!(tested.views("lead:1").await, Some(1));
    let kept = tested.kept(&jo()).await.unwrap();
    assert_eq!(kept.records, [record_id("lead:1")].into());
    assert_eq!(tested.audits_of("lead:1").len(), 1, "in the first copy");
}

#[tokio::test]
async fn a_window_that_runs_out_lowers_the_count_at_the_full_hour() {
    let tested = counting();
    tested.all_fine(&leads(&tested, 1)).await;
    let old = viewed(&jo(), 1, "2026-11-16T12:30:00Z");
    tested.all_fine(&[old]).await;
    tested.runs_out("lead:1", "2026-11-23T13:00:00Z").await;
    assert_eq!(tested.views("lead:1").await, Some(0));
    let behaviour = tested.copy("lead:1").await.unwrap().record.behaviour;
    assert_eq!(behaviour.unwrap().next, None, "nothing else falls due");
}

/// Some senders know people by an id; both are one lead's.
#[tokio::test]
async fn a_lead_is_known_by_its_mail_and_by_its_id() {
    let tested = counting();
    tested.crm.text("lead:1", "title", "user-7");
    tested.all_fine(&leads(&tested, 1)).await;
    let by_id = Visitor::of_id("user-7").unwrap();
    tested
        .all_fine(&[
            viewed(&by_id, 1, "2026-11-23T09:00:00Z"),
            viewed(&jo(), 2, "2026-11-23T09:01:00Z"),
        ])
        .await;
    assert_eq!(tested.views("lead:1").await, Some(2));
}

#[tokio::test]
async fn another_mail_address_is_another_person() {
    let tested = counting();
    tested.all_fine(&leads(&tested, 1)).await;
    tested
        .all_fine(&[viewed(&jo(), 1, "2026-11-23T09:00:00Z")])
        .await;
    tested.crm.text("lead:1", "email", "b@kranich.example");
    tested.all_fine(&[told("lead:1", "two", TOLD, false)]).await;
    assert_eq!(tested.views("lead:1").await, Some(0));
}

#[tokio::test]
async fn no_more_is_kept_than_can_be_counted_and_nothing_that_is_over() {
    let tested = counting();
    let many = (0..MOST_KEPT + 20).map(|it| viewed(&jo(), it, "2026-11-23T09:00:00Z"));
    let many: Vec<Event> = many.collect();
    tested.all_fine(&many).await;
    tested
        .all_fine(&[viewed(&jo(), 999, "2026-10-01T09:00:00Z")])
        .await;
    let kept = tested.kept(&jo()).await.unwrap();
    assert_eq!(kept.seen["viewed_pricing"].len(), MOST_KEPT);
}

#[tokio::test]
async fn whoever_is_forgotten_has_done_nothing() {
    let tested = counting();
    tested.all_fine(&leads(&tested, 1)).await;
    tested
        .all_fine(&[viewed(&jo(), 1, "2026-11-23T09:00:00Z")])
        .await;
    let mut asked = told("lead:1", "erased", TOLD, false);
    if let EventData::RecordNoticed { erasure, .. } = &mut asked.data {
        *erasure = Some(Erasure::Asked(crm::PersonId::new("olga")));
    }
    tested.all_fine(&[asked]).await;
    assert_eq!(tested.kept(&jo()).await, Some(BehavioursState::default()));
    assert_eq!(tested.views("lead:1").await, None);
    // What comes afterwards finds nobody, and the CRM's copy brings nothing back.
    tested.all_fine(&[told("lead:1", "two", TOLD, false)]).await;
    tested
        .all_fine(&[viewed(&jo(), 2, "2026-11-23T09:30:00Z")])
        .await;
    assert_eq!(tested.views("lead:1").await, None);
}

/// Without the sender's key nobody is known by their mail address: not known is no zero.
#[tokio::test]
async fn without_a_key_it_is_not_known() {
    let mut tested = counting();
    tested.function = tested.function.with_subject_key(None);
    tested.all_fine(&leads(&tested, 1)).await;
    assert_eq!(tested.views("lead:1").await, None);
}
