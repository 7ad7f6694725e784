//! What a better rate at a stage would bring.

use serde::Serialize;

use crate::{conversion::Conversion, rate::TOO_FEW};

/// The quantile of the normal distribution that leaves 2.5 % on each side.
const Z: f64 = 1.959_963_984_540_054;

/// How often the equations are gone through at most; they are solved long before.
const ROUNDS: usize = 100_000;

/// How many of the open deals are to be expected to be won, and what each stage would add if fewer were lost there.
///
/// Each deal goes from stage to stage as those did that left it: a chain of Markov with the closed stages as its ends,
/// in which going back and skipping are moves like others. How sure the rates are, each of so many that left, is carried
/// over by the first derivatives (the delta method; A. W. van der Vaart, "Asymptotic Statistics", 1998, chapter 3).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Leverage {
    /// How many deals are open.
    pub open: u64,
    /// How many of them stand at a stage that nobody has left, or can only come to such a one: nothing is known of them,
    /// and they are in no figure.
    pub unknown: u64,
    /// The stages at which these stand, by their places.
    pub unknown_at: Vec<u8>,
    /// The stages at which the others stand.
    pub stages: Vec<u8>,
    /// How many of the others are to be expected to be won.
    pub wins: f64,
    /// The 95 % interval of how many will be: by how sure the rates are, and by chance.
    pub interval: (f64, f64),
    /// Whether too few have left one of the stages that they come through to tell.
    pub too_few: bool,
    /// By how many points fewer are taken to be lost at a stage, from 0 to 1.
    pub points: f64,
    /// The stages, the one that would bring most first.
    pub levers: Vec<Lever>,
}

/// What one stage would bring.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Lever {
    /// The stage's place in the lifecycle.
    pub stage: u8,
    /// How often it was left, and how often by being lost.
    pub left: u64,
    /// How often it was left by being lost.
    pub lost: u64,
    /// To which stages it was left, by their places.
    pub left_to: Vec<u8>,
    /// In which of these a deal is lost.
    pub lost_to: Vec<u8>,
    /// How many more wins are to be expected.
    pub more: f64,
    /// The 95 % interval of that.
    pub interval: (f64, f64),
    /// Whether too few left it to tell.
    pub too_few: bool,
}

/// The moves between open stages and to the ends.
#[derive(Debug, Clone)]
struct Chain {
    stages: Vec<Stage>,
}

#[derive(Debug, Clone)]
struct Stage {
    place: u8,
    still: f64,
    left: u64,
    lost: u64,
    left_to: Vec<u8>,
    lost_to: Vec<u8>,
    /// To which of the stages of the chain, how often of one.
    to: Vec<(usize, f64)>,
    /// How often of one it was won from here.
    won: f64,
}

/// What comes of a chain: how probably a deal of each stage is won, and how often the open ones will be at each.
struct Solved {
    wins: Vec<f64>,
    visits: Vec<f64>,
}

/// What the moves of a conversion bring, with `points` of one fewer lost at each stage. `closed` says of each stage by its
/// place whether a deal is won or lost there; it is open elsewhere.
#[must_use]
pub fn leverage(
    conversion: &Conversion,
    closed: impl Fn(u8) -> Option<bool>,
    points: f64,
) -> Leverage {
    let is_open = |it: &&crate::ConversionFrom| closed(it.stage).is_none();
    let open = conversion
        .from
        .iter()
        .filter(is_open)
        .map(|it| it.still)
        .sum();
    let chain = Chain::of(conversion, &closed);
    let known: f64 = chain.stages.iter().map(|it| it.still).sum();
    let solved = chain.solve();
    let wins: f64 = chain
        .stages
        .iter()
        .zip(&solved.wins)
        .map(|(it, win)| it.still * win)
        .sum();
    let chance: f64 = chain
        .stages
        .iter()
        .zip(&solved.wins)
        .map(|(it, win)| it.still * win * (1.0 - win))
        .sum();
    let unsure: f64 = (0..chain.stages.len())
        .map(|at| chain.spread(at, |to| solved.weight(at, to)))
        .sum();
    let half = Z * (chance + unsure).sqrt();
    let mut visited = chain.stages.iter().zip(&solved.visits);
    let too_few = visited.any(|(it, visits)| *visits > 0.0 && it.left < TOO_FEW);
    let mut levers: Vec<Lever> = (0..chain.stages.len())
        .filter_map(|at| chain.lever(at, points, &solved))
        .collect();
    levers.sort_by(|one, other| {
        other
            .more
            .total_cmp(&one.more)
            .then(one.stage.cmp(&other.stage))
    });
    let stages: Vec<u8> = chain.stages.iter().map(|it| it.place).collect();
    let unknown_at = conversion.from.iter().filter(is_open).map(|it| it.stage);
    let unknown_at = unknown_at.filter(|it| !stages.contains(it)).collect();
    Leverage {
        open,
        unknown: open - rounded(known).min(open),
        unknown_at,
        stages,
        wins,
        interval: ((wins - half).max(0.0), (wins + half).min(known)),
        too_few,
        points,
        levers,
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "it is a whole number of deals"
)]
fn rounded(count: f64) -> u64 {
    count.round().max(0.0) as u64
}

impl Solved {
    /// How much one more move from one stage to another, or to be won, weighs.
    fn weight(&self, from: usize, to: Option<usize>) -> f64 {
        let visits = self.visits.get(from).copied().unwrap_or(0.0);
        let win = to.map_or(1.0, |to| self.wins.get(to).copied().unwrap_or(0.0));
        visits * win
    }
}

impl Chain {
    /// The open stages from which an end is reached by moves that were seen.
    #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
    fn of(conversion: &Conversion, closed: &impl Fn(u8) -> Option<bool>) -> Self {
        let from = &conversion.from;
        let mut ends: Vec<u8> = Vec::new();
        loop {
            let reaches = |to: &u8| closed(*to).is_some() || ends.contains(to);
            let next = from.iter().find(|it| {
                let is_new = closed(it.stage).is_none() && !ends.contains(&it.stage);
                is_new && it.left > 0 && it.to.iter().any(|(to, _)| reaches(to))
            });
            let Some(next) = next else { break };
            ends.push(next.stage);
        }
        ends.sort_unstable();
        let stages = from.iter().filter(|it| ends.contains(&it.stage)).map(|it| {
            // What came of those who went where nobody has left is not known: they are in no rate.
            let is_known = |to: &u8| closed(*to).is_some() || ends.contains(to);
            let to = |wanted: &dyn Fn(&u8) -> bool| -> (Vec<u8>, u64) {
                let some = it.to.iter().filter(|(to, _)| wanted(to));
                let some: Vec<_> = some.map(|(to, rate)| (*to, rate.count)).collect();
                let count = some.iter().map(|(_, count)| count).sum();
                (some.into_iter().map(|(to, _)| to).collect(), count)
            };
            let (left_to, left) = to(&is_known);
            let (lost_to, lost) = to(&|it| closed(*it) == Some(false));
            let (_, won) = to(&|it| closed(*it) == Some(true));
            let all = left as f64;
            let on = it.to.iter().filter_map(|(to, rate)| {
                let at = ends.iter().position(|it| it == to)?;
                Some((at, rate.count as f64 / all))
            });
            Stage {
                place: it.stage,
                still: it.still as f64,
                left,
                lost,
                left_to,
                lost_to,
                to: on.collect(),
                won: won as f64 / all,
            }
        });
        Self {
            stages: stages.collect(),
        }
    }

    fn solve(&self) -> Solved {
        let mut wins = vec![0.0; self.stages.len()];
        let mut visits: Vec<f64> = self.stages.iter().map(|it| it.still).collect();
        for _ in 0..ROUNDS {
            let mut change: f64 = 0.0;
            let mut came: Vec<f64> = self.stages.iter().map(|it| it.still).collect();
            for (at, stage) in self.stages.iter().enumerate() {
                let of = |all: &[f64], at: usize| all.get(at).copied().unwrap_or(0.0);
                let on = stage.to.iter().map(|(to, part)| part * of(&wins, *to));
                let win = stage.won + on.sum::<f64>();
                change = change.max((win - of(&wins, at)).abs());
                if let Some(known) = wins.get_mut(at) {
                    *known = win;
                }
                for (to, part) in &stage.to {
                    if let Some(came) = came.get_mut(*to) {
                        *came += part * of(&visits, at);
                    }
                }
            }
            for (known, came) in visits.iter().zip(&came) {
                change = change.max((known - came).abs() / (1.0 + came));
            }
            visits = came;
            if change < 1e-13 {
                break;
            }
        }
        Solved { wins, visits }
    }

    /// The variance of a sum over the moves from a stage, each with its weight, where so many left it.
    #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
    fn spread(&self, at: usize, weight: impl Fn(Option<usize>) -> f64) -> f64 {
        let Some(stage) = self.stages.get(at) else {
            return 0.0;
        };
        let moves = stage.to.iter().map(|(to, part)| (*part, weight(Some(*to))));
        let moves = moves.chain([(stage.won, weight(None))]);
        let (mean, square) = moves.fold((0.0, 0.0), |(mean, square), (part, weight)| {
            (mean + part * weight, square + part * weight * weight)
        });
        (square - mean * mean).max(0.0) / stage.left as f64
    }

    /// The same chain with fewer lost at a stage, who go the other ways in the proportion of those who did; and by how
    /// much each other way became more frequent. None if nobody was lost there, or nobody went another way.
    #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
    fn better(&self, at: usize, points: f64) -> Option<(Self, f64, f64)> {
        let stage = self.stages.get(at)?;
        let lost = stage.lost as f64 / stage.left as f64;
        let points = points.min(lost);
        let on = 1.0 - lost;
        if points <= 0.0 || on <= 0.0 {
            return None;
        }
        let more = 1.0 + points / on;
        let mut better = self.clone();
        let changed = better.stages.get_mut(at)?;
        changed.won *= more;
        changed.to.iter_mut().for_each(|(_, part)| *part *= more);
        Some((better, more, points / (on * on)))
    }

    fn lever(&self, at: usize, points: f64, before: &Solved) -> Option<Lever> {
        let stage = self.stages.get(at)?;
        let (better, scale, falls) = self.better(at, points)?;
        let after = better.solve();
        let gain = |wins: &[f64]| -> f64 {
            let each = self.stages.iter().zip(wins);
            each.map(|(it, win)| it.still * win).sum()
        };
        let more = gain(&after.wins) - gain(&before.wins);
        // What was won from here before the ways became more frequent, by the chances that there are then.
        let moves = stage
            .to
            .iter()
            .map(|(to, part)| part * after.weight(at, Some(*to)));
        let all = moves.sum::<f64>() + stage.won * after.weight(at, None);
        let spread: f64 = (0..self.stages.len())
            .map(|from| {
                self.spread(from, |to| {
                    let was = before.weight(from, to);
                    let is = after.weight(from, to);
                    // More that go on by themselves leave less to gain.
                    if from == at {
                        scale * is - falls * all - was
                    } else {
                        is - was
                    }
                })
            })
            .sum();
        let half = Z * spread.sqrt();
        Some(Lever {
            stage: stage.place,
            left: stage.left,
            lost: stage.lost,
            left_to: stage.left_to.clone(),
            lost_to: stage.lost_to.clone(),
            more,
            interval: ((more - half).max(0.0), more + half),
            too_few: stage.left < TOO_FEW,
        })
    }
}

#[cfg(test)]
mod tests;
