//! What no event told of is found.

use contracts::state::{SweepCounts, SweepKind, SweepState};
use engine::Clock as _;
use jiff::SignedDuration;
use testkit::CrmFault;

use super::*;

impl Tested {
    async fn tick(&self) {
        let now = self.clock.now();
        let tick = Event::new(
            EventId::of(&["tick", &now.to_string()]),
            now,
            &Revision::default(),
            EventData::Tick { at: now },
        );
        let events = [(tick, now)];
        let done = self.function.handle_batch(&events, &|| true).await;
        assert_eq!(done, [Ok(())]);
    }

    /// Whether it goes through one page, and then its time is up.
    async fn tick_for_a_page(&self) {
        let now = self.clock.now();
        let data = EventData::Tick { at: now };
        let tick = Event::new(EventId::of(&["tick"]), now, &Revision::default(), data);
        self.function.sweep(&tick, &|| false).await.unwrap();
    }

    async fn sweep(&self) -> SweepState {
        let key = Key::crm_sweep();
        state_of(&self.function.table.store, key).await.unwrap()
    }

    async fn ended(&self, kind: SweepKind) -> SweepCounts {
        let ended = self.sweep().await.ended;
        ended.iter().find(|it| it.kind == kind).unwrap().counts
    }

    fn passes(&self, minutes: i64) {
        let now = self.clock.now() + SignedDuration::from_mins(minutes);
        self.clock.set(now);
    }
}

/// When the CRM has just been filled.
const JUST_AFTER: &str = "2026-11-23T09:01:00Z";

/// Leads 1 to 7, which the CRM has had since 9 o'clock, under account 9.
fn filled() -> Tested {
    let tested = sync();
    tested.crm.text("account:9", "name", "Kranich");
    for number in 1..=7 {
        let lead = format!("lead:{number}");
        tested.crm.text(&lead, "email", "a@kranich.example");
        tested.crm.belongs(&lead, "9");
    }
    tested
}

#[tokio::test]
async fn the_first_tick_reads_everything_page_by_page_and_asks_for_nothing_twice() {
    let tested = filled();
    tested.tick().await;
    for number in 1..=7 {
        let copy = tested.copy(&format!("lead:{number}")).await.unwrap().record;
        assert_eq!(copy.found_at, Some(at(NOW)), "it was there before");
        assert_eq!(copy.account.unwrap().id, record_id("account:9"));
    }
    // Pages of three: one of accounts, three of leads, and one without an opportunity.
    assert_eq!(tested.crm.count("list"), 5);
    assert_eq!(tested.crm.count("read"), 0);
    let load = tested.ended(SweepKind::Load).await;
    assert_eq!((load.seen, load.missed, load.unread), (8, 0, 0));
    let why = &tested.audits_of("lead:1")[0].reasons;
    assert!(
        why.iter().any(|it| it.note.as_deref()
            == Some("it was read with everything else, as the CRM was loaded"))
    );
    tested.tick().await;
    assert_eq!(tested.crm.count("list"), 5, "an hour has not passed");
}

#[tokio::test]
async fn what_is_as_new_as_the_load_is_as_new_as_any_other() {
    let tested = filled();
    tested.clock.set(at("2026-11-23T09:05:00Z"));
    tested.tick().await;
    assert_eq!(tested.copy("lead:1").await.unwrap().record.found_at, None);
}

#[tokio::test]
async fn what_a_webhook_told_of_before_is_not_found_by_the_load() {
    let tested = filled();
    tested.handle(&[noticed("lead:1")]).await;
    tested.tick().await;
    assert_eq!(tested.copy("lead:1").await.unwrap().record.found_at, None);
    assert_eq!(tested.copy("lead:1").await.unwrap().sequence, 1);
}

#[tokio::test]
async fn a_load_goes_on_where_it_was_stopped() {
    let tested = filled();
    for pages in 1..=3 {
        tested.tick_for_a_page().await;
        assert_eq!(tested.crm.count("list"), pages);
    }
    assert_eq!(tested.sweep().await.runs[0].counts.seen, 7);
    // The CRM fails: nothing is left out, and nothing is given up.
    tested
        .crm
        .fails([CrmFault::Before(engine::CrmError::Unavailable {
            why: "away".to_owned(),
            perhaps_done: false,
            retry_after: None,
        })]);
    tested.tick_for_a_page().await;
    assert_eq!(tested.sweep().await.runs[0].counts.seen, 7);
    tested.tick().await;
    assert_eq!(tested.ended(SweepKind::Load).await.seen, 8);
    assert!(tested.copy("lead:7").await.is_some());
}

#[tokio::test]
async fn each_hour_what_was_changed_is_fetched_and_nothing_else() {
    let tested = filled();
    tested.clock.set(at(JUST_AFTER));
    tested.tick().await;
    tested.crm.text("lead:2", "email", "b@kranich.example");
    tested.crm.text("lead:8", "email", "c@kranich.example");
    tested.passes(59);
    tested.tick().await;
    assert_eq!(tested.crm.count("changed_since"), 0);
    tested.passes(1);
    tested.tick().await;
    let changes = tested.ended(SweepKind::Changes).await;
    assert_eq!(changes.missed, 2);
    let read = tested
        .crm
        .calls()
        .into_iter()
        .filter(|it| it.name == "read");
    // Both, and the account of the first.
    let read: BTreeSet<String> = read.flat_map(|it| it.ids).collect();
    assert_eq!(read, ["2", "8", "9"].map(str::to_owned).into());
    let new = tested.copy("lead:8").await.unwrap();
    assert_eq!(
        new.record.found_at, None,
        "it is new, though no webhook told of it"
    );
    let why = &tested.audits_of("lead:8")[0].reasons;
    assert!(why.iter().any(|it| {
        it.note
            .as_deref()
            .is_some_and(|note| note.starts_with("no webhook had told of it"))
    }));
}

#[tokio::test]
async fn each_night_what_is_not_kept_as_it_is_there_is_put_right() {
    let tested = filled();
    tested.clock.set(at(JUST_AFTER));
    tested.tick().await;
    tested.crm.text("account:8", "name", "Reiher");
    tested.passes(17 * 60);
    tested.tick().await;
    assert_eq!(
        tested.ended(SweepKind::Changes).await.missed,
        1,
        "the hour has found it"
    );
    let recount = tested.ended(SweepKind::Recount).await;
    assert_eq!((recount.seen, recount.missed), (9, 0));
    assert!(tested.copy("account:8").await.is_some());
    let before = tested.crm.count("list");
    tested.passes(5);
    tested.tick().await;
    assert_eq!(tested.crm.count("list"), before, "once a night");
}

#[tokio::test]
async fn a_record_that_cannot_be_read_is_counted_and_stops_nothing() {
    let tested = filled();
    tested.crm.breaks("lead:3", Some("no `createdAt`"));
    tested.tick().await;
    let load = tested.ended(SweepKind::Load).await;
    assert_eq!((load.seen, load.unread), (8, 1));
    assert!(tested.copy("lead:4").await.is_some());
}

#[tokio::test]
async fn a_look_that_somebody_asks_for_begins_at_once() {
    let tested = filled();
    tested.clock.set(at(JUST_AFTER));
    tested.tick().await;
    tested.crm.text("lead:8", "email", "c@kranich.example");
    tested.passes(2);
    let data = EventData::SweepAsked {
        look: SweepKind::Changes,
    };
    let now = tested.clock.now();
    let asked = Event::new(EventId::of(&["asked"]), now, &Revision::default(), data);
    let done = tested
        .function
        .handle_batch(&[(asked, now)], &|| true)
        .await;
    assert_eq!(done, [Ok(())]);
    assert!(tested.copy("lead:8").await.is_some());
    let changes = tested.ended(SweepKind::Changes).await;
    assert_eq!(changes.missed, 0, "its webhook may still come");
}
