//! How the CRM calls what is mapped is asked for once a day, and kept.

use contracts::state::LabelsState;
use crm::{Holds, ObjectSetUp, PropertySetUp, RecordKind};
use engine::{Clock as _, CrmError};
use jiff::SignedDuration;

use super::*;

fn called(label: &str) -> ObjectSetUp {
    let amount = PropertySetUp {
        label: label.to_owned(),
        holds: Holds::Number,
        options: None,
        unique: false,
        read_only: false,
    };
    ObjectSetUp {
        properties: BTreeMap::from([("amount".to_owned(), amount)]),
        pipelines: Vec::new(),
    }
}

impl Tested {
    /// What the amount of a deal is called after a tick so many hours from now.
    async fn amount_after(&self, hours: i64) -> Option<String> {
        let now = self.clock.now() + SignedDuration::from_hours(hours);
        self.clock.set(now);
        let id = EventId::of(&["tick", &now.to_string()]);
        let tick = Event::new(id, now, &Revision::default(), EventData::Tick { at: now });
        self.function.labels_if_due(&tick).await.unwrap();
        let store = &self.function.table.store;
        let kept: Option<LabelsState> = state_of(store, Key::crm_labels()).await;
        kept?.fields.get("opportunity.amount").cloned()
    }
}

#[tokio::test]
async fn what_the_crm_calls_otherwise_is_seen_a_day_later() {
    let tested = sync();
    let deals = RecordKind::Opportunity;
    tested.crm.is_set_up(deals, Ok(called("Deal value")));
    assert_eq!(tested.amount_after(0).await.as_deref(), Some("Deal value"));
    tested.crm.is_set_up(deals, Ok(called("Amount in euros")));
    assert_eq!(tested.amount_after(23).await.as_deref(), Some("Deal value"));
    assert_eq!(
        tested.amount_after(1).await.as_deref(),
        Some("Amount in euros")
    );
}

#[tokio::test]
async fn a_crm_that_does_not_answer_is_asked_again_and_one_that_refuses_tomorrow() {
    let tested = sync();
    let deals = RecordKind::Opportunity;
    let away = CrmError::Unavailable {
        why: "away".to_owned(),
        perhaps_done: false,
        retry_after: None,
    };
    tested.crm.is_set_up(deals, Err(away));
    assert_eq!(tested.amount_after(0).await, None);
    tested.crm.is_set_up(deals, Ok(called("Deal value")));
    assert_eq!(tested.amount_after(0).await.as_deref(), Some("Deal value"));

    let refuses = CrmError::Refused {
        why: "MISSING_SCOPES".to_owned(),
    };
    tested.crm.is_set_up(deals, Err(refuses));
    assert_eq!(tested.amount_after(24).await, None, "called by its name");
    tested.crm.is_set_up(deals, Ok(called("Deal value")));
    assert_eq!(tested.amount_after(1).await, None, "until tomorrow");
    assert_eq!(tested.amount_after(23).await.as_deref(), Some("Deal value"));
}
