//! Whom the CRM has archived, and who is out of office there.

use contracts::{
    Notice,
    state::{AbsencesState, Archived},
};
use crm::{CrmPeople, PersonId};
use engine::{Clock as _, CrmError};
use jiff::{SignedDuration, Timestamp};
use testkit::CrmFault;

use super::*;

fn anna() -> PersonId {
    PersonId::new("anna")
}

/// Anna as the CRM knows her.
const ANNA: &str = "11002";

/// Tomorrow afternoon.
fn tomorrow() -> (Timestamp, Timestamp) {
    (at("2026-11-24T13:00:00Z"), at("2026-11-24T17:00:00Z"))
}

fn people(archived: &[&str], spans: &[(Timestamp, Timestamp)]) -> CrmPeople {
    CrmPeople {
        archived: archived.iter().map(|id| (*id).to_owned()).collect(),
        out_of_office: Some(BTreeMap::from([(ANNA.to_owned(), spans.to_vec())])),
    }
}

impl Tested {
    async fn looks(&self) {
        let now = self.clock.now();
        let id = EventId::of(&["tick", &now.to_string()]);
        let tick = Event::new(id, now, &Revision::default(), EventData::Tick { at: now });
        self.function.look_if_due(&tick, now).await.unwrap();
    }

    async fn absences(&self) -> AbsencesState {
        let state = state_of(&self.function.table.store, Key::absences()).await;
        state.unwrap_or_default()
    }

    fn hours_pass(&self, hours: i64) {
        let now = self.clock.now() + SignedDuration::from_hours(hours);
        self.clock.set(now);
    }
}

#[tokio::test]
async fn whom_the_crm_has_archived_is_kept_and_the_operators_hear_of_it_once() {
    let tested = sync();
    tested.crm.people_are(people(&[ANNA, "99"], &[]));
    tested.looks().await;
    let archived = Archived {
        source: source(),
        seen: at(NOW),
    };
    let absences = tested.absences().await;
    assert_eq!(absences.archived, BTreeMap::from([(anna(), archived)]));
    tested.hours_pass(2);
    tested.looks().await;
    let audits = audits(&tested.function.table.store);
    assert_eq!(audits.len(), 1, "nothing new");
    assert_eq!(audits[0].function, contracts::Function::CrmSync);
    assert_eq!(
        audits[0].outcome,
        "anna is archived in hubspot: nothing more comes to them"
    );
    let told = audits[0]
        .events
        .iter()
        .filter_map(|event| match &event.data {
            EventData::NoticeRequested {
                to,
                notice: Notice::Archived { person, place, .. },
            } => Some((to.as_str(), person.as_str(), place.is_some())),
            _ => None,
        });
    assert_eq!(told.collect::<Vec<_>>(), [("olga", "anna", true)]);
    tested.crm.people_are(people(&[], &[]));
    tested.hours_pass(2);
    tested.looks().await;
    assert!(tested.absences().await.archived.is_empty(), "restored");
}

#[tokio::test]
async fn it_is_asked_once_an_hour_and_again_upon_the_next_tick_where_that_fails() {
    let tested = sync();
    let away = CrmError::Unavailable {
        why: "away".to_owned(),
        perhaps_done: false,
        retry_after: None,
    };
    tested.crm.fails([CrmFault::Before(away)]);
    for _ in 0..3 {
        tested.looks().await;
    }
    assert_eq!(tested.crm.count("people"), 2);
}

#[tokio::test]
async fn who_is_out_of_office_is_away_with_where_that_is_from() {
    let tested = sync();
    tested.crm.people_are(people(&[], &[tomorrow()]));
    tested.looks().await;
    let absences = tested.absences().await;
    let absence = absences.at(&anna(), at("2026-11-24T14:00:00Z")).unwrap();
    assert_eq!(absence.of, Some(source()));
    let audits = audits(&tested.function.table.store);
    let events: Vec<&str> = audits[0].events.iter().map(Event::name).collect();
    assert_eq!(events, ["absence.changed"], "her clocks are looked at anew");
}
