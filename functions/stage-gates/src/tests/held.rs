use contracts::{
    HoldReleased, Notice, Passage,
    state::{BREAKERS, BreakerState, Hold, HoldAnswer, HoldAnswered, held_of},
};
use crm::PersonId;
use jiff::SignedDuration;
use store::Store;

use super::*;

/// As the example model says.
const AT_MOST: usize = 20;

fn ben() -> PersonId {
    PersonId::new("ben")
}

impl Tested {
    /// Ben moves so many deals at once, none of which meets the gate.
    pub(super) async fn moves(&self, many: usize) {
        let mut events = Vec::new();
        for number in 1..=many {
            let deal = moved(&number.to_string()).moved_by("ben");
            events.push((self.has(deal).await, at(NOW)));
        }
        for some in events.chunks(10) {
            let results = self.function.handle_batch(some, &|| true).await;
            assert!(results.iter().all(Result::is_ok), "{results:?}");
        }
    }

    pub(super) async fn hold(&self) -> Option<Hold> {
        let state: Option<BreakerState> = state_of(self.store.inside(), Key::breaker(&ben())).await;
        state.unwrap().hold
    }

    pub(super) async fn held(&self) -> usize {
        let held = self.store.inside().of_person(&held_of(&ben())).await;
        held.unwrap().len()
    }

    /// Olga says what is to become of them.
    pub(super) async fn says(&self, answer: HoldAnswer) {
        self.says_after(answer, 0).await;
    }

    /// The same, so many minutes later.
    pub(super) async fn says_after(&self, answer: HoldAnswer, minutes: i64) {
        let key = Key::breaker(&ben());
        let found = self.store.inside().get(std::slice::from_ref(&key)).await;
        let item = found.unwrap().remove(0).unwrap();
        let before = Versioned::<BreakerState>::read(item).unwrap();
        let mut state = before.state.clone();
        state.hold.as_mut().unwrap().answer = Some(HoldAnswered {
            answer,
            by: PersonId::new("olga"),
            at: at(NOW) + SignedDuration::from_mins(minutes),
        });
        let indexes = Indexes {
            person: Some(BREAKERS.to_owned()),
            ..Indexes::default()
        };
        let put = put_state(key, &state, Some(&before), indexes);
        self.write(put).await;
    }

    /// Puts a newer copy of a record in place of the kept one.
    async fn overwrite(&self, record: crm::Record) {
        let key = Key::record(&record.id);
        let state = contracts::state::RecordState {
            record,
            sequence: 2,
        };
        let before = Versioned {
            version: 1,
            state: (),
        };
        let put = put_state(key, &state, Some(&before), Indexes::default());
        self.write(put).await;
    }

    async fn write(&self, put: store::Put) {
        let transaction = store::Transaction {
            puts: vec![put],
            checks: Vec::new(),
        };
        self.store.inside().commit(transaction).await.unwrap();
    }

    /// A tick at this many minutes, and what follows from it.
    pub(super) async fn tick(&self, minutes: i64) {
        let now = at(NOW) + SignedDuration::from_mins(minutes);
        let mut tick = upon(
            &record_id("opportunity:1"),
            now,
            EventData::Tick { at: now },
        );
        tick.record = None;
        tick.id = EventId::of(&["tick", &minutes.to_string()]);
        let before = self.events();
        self.function.handle(&tick, now).await.unwrap();
        for event in self.events() {
            if before.iter().any(|it| it.id == event.id) {
                continue;
            }
            // Each comes twice, as the bus may bring it.
            for _ in 0..2 {
                self.function.handle(&event, now).await.unwrap();
            }
        }
    }

    /// What followed from all decisions together.
    fn events(&self) -> Vec<Event> {
        let audits = self.audits().into_iter();
        audits.flat_map(|audit| audit.events).collect()
    }

    /// Who was told what.
    pub(super) fn told(&self, is: impl Fn(&Notice) -> bool) -> Vec<String> {
        let events = self.events();
        let told = events.iter().filter_map(|event| match &event.data {
            EventData::NoticeRequested { to, notice } if is(notice) => Some(to.to_string()),
            _ => None,
        });
        let mut told: Vec<String> = told.collect();
        told.sort_unstable();
        told
    }

    pub(super) fn turned_back(&self) -> usize {
        let back = |event: &&Event| matches!(event.data, EventData::GateTurnedBack { .. });
        self.events().iter().filter(back).count()
    }
}

fn of_one_move(notice: &Notice) -> bool {
    matches!(notice, Notice::GateNotMet { .. })
}

#[tokio::test]
async fn beyond_what_the_model_allows_moves_are_held_and_it_is_asked_once() {
    let tested = gates();
    tested.moves(AT_MOST + 12).await;
    assert_eq!(tested.turned_back(), AT_MOST);
    assert_eq!(tested.told(of_one_move).len(), AT_MOST);
    let asked = tested.told(|notice| matches!(notice, Notice::MovesHeld { .. }));
    assert_eq!(asked, ["ben", "olga"], "who made them, and the operators");
    assert_eq!(tested.held().await, 12);
    let hold = tested.hold().await.unwrap();
    assert_eq!((hold.moves, hold.left()), (12, 12));
    let writes = tested.audits().into_iter().filter(|audit| {
        let asks = |it: &Event| matches!(it.data, EventData::CrmWriteRequested { .. });
        audit.outcome.starts_with("held") && audit.events.iter().any(asks)
    });
    assert_eq!(writes.count(), 0, "of what is held nothing is written");
}

#[tokio::test]
async fn without_an_answer_nothing_is_released() {
    let tested = gates();
    tested.moves(AT_MOST + 2).await;
    for minutes in [1, 11, 60 * 24] {
        tested.tick(minutes).await;
    }
    assert_eq!(tested.held().await, 2);
    assert_eq!(tested.turned_back(), AT_MOST);
}

#[tokio::test]
async fn what_is_to_be_turned_back_is_inside_the_limit() {
    let tested = gates();
    tested.moves(AT_MOST * 2 + 5).await;
    tested.says(HoldAnswer::TurnBack).await;
    tested.tick(5).await;
    assert_eq!(tested.turned_back(), AT_MOST, "ten minutes are not over");
    tested.tick(10).await;
    assert_eq!(tested.turned_back(), AT_MOST * 2);
    assert_eq!(tested.held().await, 5);
    tested.tick(11).await;
    assert_eq!(tested.turned_back(), AT_MOST * 2);
    tested.tick(20).await;
    assert_eq!(tested.turned_back(), AT_MOST * 2 + 5);
    assert_eq!(tested.held().await, 0);
    assert_eq!(tested.hold().await, None);
    let told = tested.told(|notice| matches!(notice, Notice::HoldEnded { .. }));
    assert_eq!(told, ["ben", "olga"], "one summary each");
    assert_eq!(tested.told(of_one_move).len(), AT_MOST, "none for the held");
}

#[tokio::test]
async fn what_is_let_stand_has_entered_its_stage_though_the_gate_is_not_met() {
    let tested = gates();
    tested.moves(AT_MOST + 3).await;
    tested.says(HoldAnswer::LetStand).await;
    tested.tick(1).await;
    assert_eq!(tested.turned_back(), AT_MOST);
    assert_eq!(tested.held().await, 0);
    assert_eq!(tested.hold().await, None);
    let events = tested.events();
    let entered = events.iter().filter(|event| match &event.data {
        EventData::StageEntered { stage, passage, .. } => {
            stage == "sql" && *passage == Passage::LetStand
        }
        _ => false,
    });
    assert_eq!(entered.count(), 3);
    let told = tested.told(
        |notice| matches!(notice, Notice::HoldEnded { hold, .. } if hold.let_stand == 3 && hold.left() == 0),
    );
    assert_eq!(told, ["ben", "olga"]);
}

#[tokio::test]
async fn what_is_met_or_moved_back_meanwhile_is_settled() {
    let tested = gates();
    tested.moves(AT_MOST + 2).await;
    let held = tested.store.inside().of_person(&held_of(&ben())).await;
    let held = held.unwrap().into_iter();
    let held: Vec<_> = held.filter_map(|it| it.key.record_id()).collect();
    let later = at("2026-11-23T09:30:00Z");
    let met = ready(&held[0].id).moved_by("ben").build();
    let back = moved(&held[1].id).stage("discovery", later).build();
    for (record, name) in [(met, "met"), (back, "back")] {
        let mut event = changed(&record.id.id);
        event.id = EventId::of(&[name]);
        tested.overwrite(record).await;
        tested.function.handle(&event, later).await.unwrap();
    }
    assert_eq!(tested.hold().await, None);
    assert_eq!(tested.gate(&held[0].id).await.stage, "sql");
    assert_eq!(tested.gate(&held[1].id).await.held, None);
    let told =
        tested.told(|notice| matches!(notice, Notice::HoldEnded { hold, .. } if hold.settled == 2));
    assert_eq!(told, ["ben", "olga"]);
}

#[tokio::test]
async fn somebody_elses_moves_are_counted_for_themselves() {
    let tested = gates();
    tested.moves(AT_MOST + 1).await;
    let event = tested.has(moved("900").moved_by("anna")).await;
    tested.function.handle(&event, at(NOW)).await.unwrap();
    assert_eq!(tested.turned_back(), AT_MOST + 1);
    assert_eq!(tested.held().await, 1);
}

#[tokio::test]
async fn an_answer_is_about_what_was_held_when_it_was_given() {
    let tested = gates();
    tested.moves(AT_MOST + 3).await;
    tested.says(HoldAnswer::LetStand).await;
    let later = at(NOW) + SignedDuration::from_mins(5);
    for number in [900, 901] {
        let event = tested.has(moved(&number.to_string()).moved_by("ben")).await;
        tested.function.handle(&event, later).await.unwrap();
    }
    for minutes in [6, 7] {
        tested.tick(minutes).await;
    }
    assert_eq!(tested.held().await, 2, "the two that came after it");
    let hold = tested.hold().await.unwrap();
    assert_eq!((hold.let_stand, hold.left(), hold.again), (3, 2, true));
    let asked = tested.told(|notice| matches!(notice, Notice::MovesHeld { .. }));
    assert_eq!(asked, ["ben", "ben", "olga", "olga"], "asked again, once");
}

/// Ben goes on meanwhile, and has used up what the tick found free.
#[tokio::test]
async fn what_is_released_without_room_stays_held_as_it_was() {
    let tested = gates();
    tested.moves(AT_MOST + 3).await;
    tested.says(HoldAnswer::TurnBack).await;
    let before = tested.hold().await;
    let held = tested.store.inside().of_person(&held_of(&ben())).await;
    let record = held.unwrap()[0].key.record_id().unwrap();
    let data = EventData::HoldReleased(HoldReleased {
        record: record.clone(),
        of: ben(),
    });
    let mut released = upon(&record, at(NOW), data);
    released.record = None;
    let later = at(NOW) + SignedDuration::from_mins(1);
    tested.function.handle(&released, later).await.unwrap();
    assert_eq!(tested.hold().await, before, "nothing is counted twice");
    assert_eq!(tested.gate(&record.id).await.held.unwrap().since, at(NOW));
    tested.tick(10).await;
    assert_eq!(tested.held().await, 0, "the answer is about it still");
    assert_eq!(tested.turned_back(), AT_MOST + 3);
}
