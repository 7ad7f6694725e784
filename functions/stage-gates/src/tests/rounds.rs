use contracts::{Notice, state::HoldAnswer};
use jiff::SignedDuration;

use super::*;

impl Tested {
    /// The same deal is moved once more, in the minute after the CRM has shown it restored.
    async fn moves_again(&self, round: i64) {
        for (stage, minutes) in [("discovery", 2 * round - 1), ("sql", 2 * round)] {
            let now = at(NOW) + SignedDuration::from_mins(minutes);
            let deal = opportunity("1", at("2026-11-20T09:00:00Z"));
            self.replaces(deal.stage(stage, now).moved_by("ben").build())
                .await;
            let mut event = changed("1");
            event.id = EventId::of(&[stage, &minutes.to_string()]);
            event.time = now;
            self.function.handle(&event, now).await.unwrap();
        }
    }
}

#[tokio::test]
async fn the_same_move_is_turned_back_three_times_in_a_row_and_then_asked_about() {
    let tested = gates();
    tested.moves(1).await;
    for round in 1..=2 {
        tested.moves_again(round).await;
    }
    assert_eq!((tested.turned_back(), tested.held().await), (3, 0));
    tested.moves_again(3).await;
    assert_eq!((tested.turned_back(), tested.held().await), (3, 1));
    let of_rounds = |notice: &Notice| matches!(notice, Notice::MovesHeld { rounds: Some(it), .. } if it.times == 3);
    assert_eq!(tested.told(of_rounds), ["ben", "olga"]);
    let said = tested.audits().into_iter().flat_map(|it| it.reasons);
    let mut said = said.filter_map(|it| it.note);
    assert!(said.any(|it| it.contains("turned back 3 times in a row")));
    assert!(tested.hold().await.unwrap().by_rounds);
}

/// One stubborn deal holds none of the others.
#[tokio::test]
async fn what_is_held_for_its_rounds_holds_nothing_else() {
    let tested = gates();
    tested.moves(1).await;
    for round in 1..=3 {
        tested.moves_again(round).await;
    }
    let other = tested.has(moved("2").moved_by("ben")).await;
    tested.function.handle(&other, at(NOW)).await.unwrap();
    assert_eq!((tested.turned_back(), tested.held().await), (4, 1));
}

#[tokio::test]
async fn what_is_let_stand_begins_its_rounds_anew() {
    let tested = gates();
    tested.moves(1).await;
    for round in 1..=3 {
        tested.moves_again(round).await;
    }
    tested.says_after(HoldAnswer::LetStand, 10).await;
    tested.tick(30).await;
    assert_eq!(tested.held().await, 0);
    let gate = tested.gate("1").await;
    assert_eq!((gate.stage.as_str(), gate.rounds), ("sql", None));
    assert!(tested.hold().await.is_none());
}
