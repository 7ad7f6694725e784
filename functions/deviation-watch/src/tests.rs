#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use contracts::{AuditRecord, EventId, ExceptionGranted};
use engine::{Deciding, Handler, Table};
use jiff::SignedDuration;
use store::Store;
use testkit::{
    TestClock, WatchedStore, at, audits, example_rules, keep, opportunity, put, record_id,
    state_of, upon,
};

use super::*;

/// Tuesday, ten in Berlin.
const CREATED: &str = "2026-10-20T08:00:00Z";

/// The function, and the table that it was given.
struct Tested {
    function: Deciding<WatchedStore, TestClock, Watcher>,
    store: WatchedStore,
}

/// The example company, which keeps a deal of Anna's that nobody has called about since.
async fn watching() -> Tested {
    let store = WatchedStore::new();
    let table = Table::new(store.clone(), TestClock::at(at(CREATED)));
    let record = opportunity("1", at(CREATED))
        .owner("anna")
        .account("DE", "software", 300);
    keep(store.inside(), record.build()).await;
    Tested {
        function: Deciding::new(table, Watcher::new(example_rules())),
        store,
    }
}

/// When the deal has stood at its first stage for 21 days: a Tuesday, nine in Berlin.
fn deviates() -> Timestamp {
    let days = SignedDuration::from_hours(21 * 24);
    at(CREATED) + days + SignedDuration::from_millis(1)
}

fn due(kind: DeadlineKind, now: Timestamp) -> Event {
    let data = EventData::DeadlineDue {
        kind,
        due: deviates(),
        at: now,
    };
    upon(&record_id("opportunity:1"), now, data)
}

fn changed() -> Event {
    let data = EventData::RecordChanged {
        changed: Vec::new(),
        modified: at(CREATED),
        first: true,
        contact: None,
        watched: false,
        left_domain: None,
    };
    upon(&record_id("opportunity:1"), at(CREATED), data)
}

impl Tested {
    async fn handle(&self, event: &Event, now: Timestamp) {
        self.function.handle(event, now).await.unwrap();
    }

    async fn state(&self) -> DeviationsState {
        let key = Key::deviations(&record_id("opportunity:1"));
        state_of(self.store.inside(), key).await.unwrap_or_default()
    }

    async fn resolve_by(&self) -> Option<Timestamp> {
        self.state().await.open["stuck_in_stage"].resolve_by
    }

    fn audits(&self) -> Vec<AuditRecord> {
        audits(self.store.inside())
    }

    async fn is_away(&self, person: &str, from: &str, to: &str) {
        let away = testkit::away(&[(person, from, to)]);
        put(self.store.inside(), Key::absences(), &away).await;
    }
}

#[tokio::test]
async fn what_can_only_deviate_later_waits_in_the_index_and_asks_not_who_is_away() {
    let tested = watching().await;
    tested.handle(&changed(), at(CREATED)).await;
    let state = tested.state().await;
    assert!(state.open.is_empty());
    assert_eq!(state.next, Some(deviates()));
    assert!(tested.store.keys().is_empty(), "{:?}", tested.store.keys());
    let shard = shard_of(&record_id("opportunity:1"));
    let early = deviates() - SignedDuration::from_millis(1);
    let store = tested.store.inside();
    assert!(store.due(&shard, None, early, 10).await.unwrap().is_empty());
    let found = store.due(&shard, None, deviates(), 10).await.unwrap();
    assert_eq!(found.len(), 1);
    let deadline = found[0].key.deadline().unwrap();
    assert_eq!(
        deadline,
        (DeadlineKind::Deviations, record_id("opportunity:1"))
    );
}

/// Two business days from Tuesday at nine are over on Thursday at nine.
#[tokio::test]
async fn who_is_away_is_read_when_a_deviation_opens() {
    let tested = watching().await;
    tested.handle(&changed(), at(CREATED)).await;
    tested
        .handle(&due(DeadlineKind::Deviations, deviates()), deviates())
        .await;
    assert_eq!(tested.store.keys(), [Key::absences()]);
    let there = tested.resolve_by().await.unwrap();

    let tested = watching().await;
    // Anna is away on the Wednesday and the Thursday.
    tested
        .is_away("anna", "2026-11-10T23:00:00Z", "2026-11-12T23:00:00Z")
        .await;
    tested
        .handle(&due(DeadlineKind::Deviations, deviates()), deviates())
        .await;
    let away = tested.resolve_by().await.unwrap();
    assert_eq!(there, at("2026-11-12T08:00:00.001Z"));
    // Friday and Monday are hers.
    assert_eq!(away, at("2026-11-16T08:00:00.001Z"));

    let tested = watching().await;
    tested
        .is_away("ben", "2026-11-10T23:00:00Z", "2026-11-12T23:00:00Z")
        .await;
    tested
        .handle(&due(DeadlineKind::Deviations, deviates()), deviates())
        .await;
    assert_eq!(
        tested.resolve_by().await,
        Some(there),
        "Ben's holidays are none of hers"
    );
}

#[tokio::test]
async fn a_deviation_that_stays_open_keeps_its_day_and_reads_nothing_again() {
    let tested = watching().await;
    tested
        .handle(&due(DeadlineKind::Deviations, deviates()), deviates())
        .await;
    let (state, read) = (tested.state().await, tested.store.keys().len());
    let later = deviates() + SignedDuration::from_hours(24);
    let mut again = due(DeadlineKind::Deviations, later);
    again.id = EventId::of(&["a day later"]);
    tested.handle(&again, later).await;
    let after = tested.state().await;
    assert_eq!(after.open, state.open);
    assert_eq!(tested.store.keys().len(), read);
}

#[tokio::test]
async fn an_open_deviation_is_shown_to_whose_it_is() {
    let tested = watching().await;
    tested.handle(&changed(), at(CREATED)).await;
    let store = tested.store.inside();
    assert!(store.of_person("anna").await.unwrap().is_empty());
    tested
        .handle(&due(DeadlineKind::Deviations, deviates()), deviates())
        .await;
    let shown = store.of_person("anna").await.unwrap();
    assert_eq!(shown.len(), 1);
    assert_eq!(shown[0].key, Key::deviations(&record_id("opportunity:1")));
}

#[tokio::test]
async fn a_deadline_of_the_other_kind_is_ignored() {
    let tested = watching().await;
    tested
        .handle(&due(DeadlineKind::Clocks, deviates()), deviates())
        .await;
    assert_eq!(tested.state().await, DeviationsState::default());
    assert!(tested.store.commits().is_empty());
}

#[tokio::test]
async fn a_repeated_deadline_opens_it_once() {
    let tested = watching().await;
    let event = due(DeadlineKind::Deviations, deviates());
    for _ in 0..3 {
        tested.handle(&event, deviates()).await;
    }
    let stamped = vec![(event.clone(), deviates()), (event, deviates())];
    let results = tested.function.handle_batch(&stamped, &|| true).await;
    assert_eq!(results, [Ok(()), Ok(())]);
    let audits = tested.audits();
    assert_eq!(audits.len(), 1);
    let opened = |event: &Event| event.name() == "deviation.opened";
    assert_eq!(audits[0].events.iter().filter(|it| opened(it)).count(), 1);
}

#[tokio::test]
async fn an_archived_deal_deviates_from_nothing() {
    let store = WatchedStore::new();
    let table = Table::new(store.clone(), TestClock::at(at(CREATED)));
    let mut record = opportunity("1", at(CREATED)).owner("anna").build();
    record.archived = true;
    keep(store.inside(), record).await;
    let function = Deciding::new(table, Watcher::new(example_rules()));
    let event = due(DeadlineKind::Deviations, deviates());
    function.handle(&event, deviates()).await.unwrap();
    assert!(store.commits().is_empty());
}

/// Their deviations are in their digest, and no longer in the digest of whose they were.
#[tokio::test]
async fn a_new_owner_is_shown_what_is_open_and_the_old_one_no_more() {
    let tested = watching().await;
    tested
        .handle(&due(DeadlineKind::Deviations, deviates()), deviates())
        .await;
    let opened = tested.state().await;
    let record = opportunity("1", at(CREATED))
        .owner("ben")
        .account("DE", "software", 300);
    let state = contracts::state::RecordState {
        record: record.build(),
        sequence: 2,
    };
    let before = Versioned {
        version: 1,
        state: (),
    };
    let key = Key::record(&record_id("opportunity:1"));
    let put = put_state(key, &state, Some(&before), Indexes::default());
    let transaction = store::Transaction {
        puts: vec![put],
        checks: Vec::new(),
    };
    let store = tested.store.inside();
    store.commit(transaction).await.unwrap();
    let later = deviates() + SignedDuration::from_hours(1);
    let data = EventData::RecordChanged {
        changed: vec!["owner".to_owned()],
        modified: later,
        first: false,
        contact: None,
        watched: false,
        left_domain: None,
    };
    let event = upon(&record_id("opportunity:1"), later, data);
    for _ in 0..2 {
        tested.handle(&event, later).await;
    }
    assert_eq!(tested.state().await, opened);
    assert!(store.of_person("anna").await.unwrap().is_empty());
    assert_eq!(store.of_person("ben").await.unwrap().len(), 1);
    let audits = tested.audits();
    assert_eq!(audits.len(), 2);
    let handed = audits.iter().find(|audit| audit.event == event.id).unwrap();
    assert_eq!(handed.outcome, "1 open: ben's now");
    assert!(handed.events.is_empty());
}

/// An exception that is granted closes it, and one that ended opens it again.
#[tokio::test]
async fn what_is_excepted_is_not_open_until_the_exception_ends() {
    let tested = watching().await;
    let record = record_id("opportunity:1");
    tested
        .handle(&due(DeadlineKind::Deviations, deviates()), deviates())
        .await;
    assert!(tested.state().await.open.contains_key("stuck_in_stage"));
    let until = deviates() + SignedDuration::from_hours(24);
    let exception = contracts::state::Exception {
        by: testkit::stranger("11000"),
        owner: None,
        criteria: std::collections::BTreeSet::new(),
        deviations: ["stuck_in_stage".to_owned()].into(),
        from: deviates(),
        until,
        reason: None,
    };
    let state = ExceptionsState {
        granted: [("3f9a2c71".to_owned(), exception)].into(),
    };
    put(tested.store.inside(), Key::exceptions(&record), &state).await;
    let granted = EventData::ExceptionGranted(ExceptionGranted {
        exception: "3f9a2c71".to_owned(),
        by: testkit::stranger("11000"),
        of: ["stuck_in_stage".to_owned()].into(),
        until,
    });
    tested
        .handle(&upon(&record, deviates(), granted), deviates())
        .await;
    let state = tested.state().await;
    assert!(!state.open.contains_key("stuck_in_stage"));
    assert_eq!(state.excepted["stuck_in_stage"], "3f9a2c71");
    let ended = EventData::ExceptionEnded {
        exception: "3f9a2c71".to_owned(),
        how: contracts::state::ExceptionEnd::TimeOver,
    };
    tested.handle(&upon(&record, until, ended), until).await;
    assert!(tested.state().await.open.contains_key("stuck_in_stage"));
}

/// An account is one's own as a deal is: its deviations open and close, and are shown to whose it is.
#[tokio::test]
async fn an_account_deviates_too() {
    let files = testkit::broken_models::changed_model("accounts");
    let rules = testkit::rules(testkit::model_of(&files.into_iter().collect()));
    let store = WatchedStore::new();
    let table = Table::new(store.clone(), TestClock::at(at(CREATED)));
    let account = testkit::account("7", at(CREATED)).owner("anna");
    keep(store.inside(), account.number("employees", 6_000).build()).await;
    let function = Deciding::new(table, Watcher::new(rules));
    let id = record_id("account:7");
    let event = upon(&id, at(CREATED), changed().data);
    function.handle(&event, at(CREATED)).await.unwrap();
    let state: DeviationsState = state_of(store.inside(), Key::deviations(&id))
        .await
        .unwrap();
    assert_eq!(state.open.keys().collect::<Vec<_>>(), ["grown"]);
    let shown = store.inside().of_person("anna").await.unwrap();
    assert_eq!(shown.len(), 1);
    // After a week it is set right by itself.
    let week = at(CREATED) + SignedDuration::from_hours(7 * 24);
    let data = EventData::DeadlineDue {
        kind: DeadlineKind::Deviations,
        due: week,
        at: week,
    };
    function.handle(&upon(&id, week, data), week).await.unwrap();
    let audits = audits(store.inside());
    let mut events = audits.iter().flat_map(|audit| &audit.events);
    assert!(events.any(|event| event.name() == "crm_write.requested"));
}

#[tokio::test]
async fn an_answer_to_a_reminder_is_kept_and_closes_nothing() {
    let watching = watching().await;
    watching.handle(&changed(), at(CREATED)).await;
    watching
        .handle(&due(DeadlineKind::Deviations, deviates()), deviates())
        .await;
    let open = watching.state().await.open;
    let since = open["stuck_in_stage"].since;
    let name = "stuck_in_stage".to_owned();
    let said = |by: &str| {
        EventData::ReminderAnswered(ReminderAnswered {
            of: [contracts::Reminder::Deviation {
                name: name.clone(),
                since,
            }]
            .into(),
            by: example_rules()
                .model
                .people
                .keys()
                .find(|it| it.as_str() == by)
                .unwrap()
                .clone(),
            answer: contracts::ReminderAnswer::Done,
        })
    };
    let id = record_id("opportunity:1");
    watching
        .handle(&upon(&id, deviates(), said("anna")), deviates())
        .await;
    let state = watching.state().await;
    assert_eq!(state.open, open);
    assert_eq!(state.resting.len(), 1);
    // Somebody who gets no digest with it: it stands in the record's story, and nothing else comes of it.
    let later = deviates() + SignedDuration::from_secs(1);
    watching.handle(&upon(&id, later, said("ben")), later).await;
    assert_eq!(watching.state().await, state);
    let audits = watching.audits();
    let vain = audits
        .iter()
        .filter(|it| it.outcome.contains("changes nothing"));
    assert_eq!(vain.count(), 1, "{audits:?}");
}
