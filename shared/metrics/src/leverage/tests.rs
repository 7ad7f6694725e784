#![allow(
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    reason = "small numbers of a test"
)]

use proptest::prelude::*;

use super::*;
use crate::{Left, conversion::Moves};

/// Moves between two open stages, 0 and 1, and won, 2, and lost, 3.
fn of(moves: &[(u8, u8, u64)], still: [u64; 2]) -> Conversion {
    let mut all = Moves::default();
    for (from, to, count) in moves {
        for _ in 0..*count {
            all.add(Left {
                from: *from,
                to: Some(*to),
            });
        }
    }
    for (from, count) in [0, 1].into_iter().zip(still) {
        for _ in 0..count {
            all.add(Left { from, to: None });
        }
    }
    all.figure()
}

fn closed(stage: u8) -> Option<bool> {
    match stage {
        2 => Some(true),
        3 => Some(false),
        _ => None,
    }
}

fn about(one: f64, other: f64) -> bool {
    (one - other).abs() < 1e-9
}

/// Of 100 that left 0, 50 went on; of 40 that left 1, 20 were won: a deal at 1 is won with 1/2, one at 0 with 1/4.
#[test]
fn wins_by_hand() {
    let conversion = of(&[(0, 1, 50), (0, 3, 50), (1, 2, 20), (1, 3, 20)], [80, 10]);
    let found = leverage(&conversion, closed, 0.1);
    assert_eq!((found.open, found.unknown), (90, 0));
    assert!(about(found.wins, 80.0 / 4.0 + 10.0 / 2.0), "{found:?}");
    // By chance 80·3/16 + 10/4 = 17.5. Of the rates: 80 visits of 0 with 1/2 each, spread 1/4·1/4·80²/100 = 4; 50 visits
    // of 1 with 1 each, spread 1/4·50²/40 = 15.625.
    let half = Z * (17.5_f64 + 4.0 + 15.625).sqrt();
    let (low, high) = found.interval;
    assert!(
        about(low, 25.0 - half) && about(high, 25.0 + half),
        "{found:?}"
    );
    // 60 of 100 go on from 0: 80 · 0.6 / 2 = 24 and 5. 60 of 100 are won from 1: 80 · 0.3 = 24 and 6.
    let more: Vec<(u8, u64, u64)> = found
        .levers
        .iter()
        .map(|it| (it.stage, it.left, it.lost))
        .collect();
    assert_eq!(more, [(1, 40, 20), (0, 100, 50)]);
    assert!(
        about(found.levers[0].more, 5.0) && about(found.levers[1].more, 4.0),
        "{found:?}"
    );
    assert!(
        found
            .levers
            .iter()
            .all(|it| it.interval.0 < it.more && it.more < it.interval.1 && !it.too_few)
    );
}

/// What goes back comes again: from 1 half go back to 0, a quarter are won. w1 = w0/2 + 1/4, w0 = w1: 1/2 each.
#[test]
fn going_back_is_a_move() {
    let conversion = of(&[(0, 1, 20), (1, 0, 20), (1, 2, 10), (1, 3, 10)], [3, 5]);
    assert!(about(leverage(&conversion, closed, 0.1).wins, 4.0));
}

#[test]
fn what_nobody_left_is_unknown() {
    let conversion = of(&[(1, 2, 10), (1, 3, 10)], [7, 4]);
    let found = leverage(&conversion, closed, 0.1);
    assert_eq!((found.open, found.unknown, found.wins), (11, 7, 2.0));
    let found = leverage(&Conversion { from: Vec::new() }, closed, 0.1);
    assert_eq!((found.open, found.wins, found.levers.len()), (0, 0.0, 0));
}

fn wins(chain: &Chain) -> f64 {
    let solved = chain.solve();
    let each = chain.stages.iter().zip(solved.wins);
    each.map(|(it, win)| it.still * win).sum()
}

/// What a tenth fewer lost at a stage brings, where so many of one are lost there.
fn gain(chain: &Chain, at: usize, lost: f64) -> f64 {
    let on = 1.0 - lost;
    let mut better = chain.clone();
    let stage = &mut better.stages[at];
    stage.won *= 1.0 + 0.1 / on;
    stage
        .to
        .iter_mut()
        .for_each(|(_, part)| *part *= 1.0 + 0.1 / on);
    wins(&better) - wins(chain)
}

/// The spread of a lever is that of the same computation with each rate moved a little.
#[test]
fn the_interval_is_that_of_the_derivatives() {
    const LITTLE: f64 = 1e-6;
    let conversion = of(
        &[
            (0, 1, 40),
            (0, 2, 10),
            (0, 3, 50),
            (1, 0, 5),
            (1, 2, 20),
            (1, 3, 15),
        ],
        [80, 10],
    );
    let chain = Chain::of(&conversion, &closed);
    for at in 0..2 {
        // A move less lost means a move more of the other kind: what was lost is moved with it.
        let lost = |from: usize| chain.stages[from].lost as f64 / chain.stages[from].left as f64;
        let mut variance = 0.0;
        for from in 0..2 {
            let stage = &chain.stages[from];
            let mut moves: Vec<(f64, f64)> = Vec::new();
            for place in 0..=stage.to.len() {
                let mut moved = chain.clone();
                let part = match moved.stages[from].to.get_mut(place) {
                    Some((_, part)) => part,
                    None => &mut moved.stages[from].won,
                };
                let was = *part;
                *part += LITTLE;
                let less = if from == at { LITTLE } else { 0.0 };
                let slope =
                    (gain(&moved, at, lost(at) - less) - gain(&chain, at, lost(at))) / LITTLE;
                moves.push((was, slope));
            }
            let mean: f64 = moves.iter().map(|(part, slope)| part * slope).sum();
            let square: f64 = moves.iter().map(|(part, slope)| part * slope * slope).sum();
            variance += (square - mean * mean) / stage.left as f64;
        }
        let lever = chain.lever(at, 0.1, &chain.solve()).expect("a lever");
        let half = lever.interval.1 - lever.more;
        assert!(
            (half - Z * variance.sqrt()).abs() < 1e-3,
            "{at}: {half} {}",
            Z * variance.sqrt()
        );
    }
}

proptest! {
    #[test]
    fn a_better_rate_never_brings_less(
        moves in prop::collection::vec((0_u8..2, 0_u8..4, 1_u64..30), 0..10), still in [0_u64..50, 0_u64..50],
    ) {
        let mut moves = moves;
        moves.retain(|(from, to, _)| from != to);
        let found = leverage(&of(&moves, still), closed, 0.05);
        let known = (found.open - found.unknown) as f64;
        prop_assert!((-1e-9..=known + 1e-9).contains(&found.wins));
        prop_assert!(found.interval.0 <= found.wins + 1e-9 && found.wins <= found.interval.1 + 1e-9);
        for lever in &found.levers {
            prop_assert!(lever.more >= -1e-9 && found.wins + lever.more <= known + 1e-6, "{lever:?}");
        }
    }
}
