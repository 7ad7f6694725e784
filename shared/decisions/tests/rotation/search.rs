//! Somebody who wants the pool to be unfair, and decides who is there for every lead. How far they
//! get is searched for in a model that is small and quick; what is found is then played with the
//! rotation itself.

use std::{cmp::Reverse, collections::BTreeSet};

use contracts::state::LEAD;

use crate::{Giving, person};

const MOST: usize = 8;

/// What everybody is owed, in parts of a lead.
type Lags = [i64; MOST];

/// A step that was found: what it led to, from which step it came, and who was there.
struct Step {
    lags: Lags,
    from: usize,
    there: u32,
}

/// The pool as the search sees it.
struct Model {
    /// The parts of a lead.
    lead: i64,
    weights: Vec<i64>,
    /// Who is who does not matter, so the lags are kept in order, the largest first.
    equals: bool,
    /// Lags that differ by less than this count as the same.
    coarse: i64,
}

impl Model {
    /// So many equals, in parts that sets of up to eight share without a remainder.
    fn equals(count: usize) -> Self {
        Self {
            lead: 840,
            weights: vec![1; count],
            equals: true,
            coarse: 1,
        }
    }

    fn weighted(weights: &[i64]) -> Self {
        Self {
            lead: LEAD,
            weights: weights.to_vec(),
            equals: false,
            coarse: 10_000,
        }
    }

    fn count(&self) -> usize {
        self.weights.len()
    }

    /// One lead, when these are there. In plain loops, since it runs a million times unoptimised.
    fn give(&self, lags: &Lags, there: u32) -> Lags {
        let is_there = |number: usize| there >> number & 1 == 1;
        let mut total = 0;
        for (number, weight) in self.weights.iter().enumerate() {
            total += if is_there(number) { *weight } else { 0 };
        }
        let mut after = *lags;
        let (mut left, mut winner) = (self.lead, None);
        for (number, weight) in self.weights.iter().enumerate() {
            if is_there(number) {
                let share = self.lead * weight / total;
                after[number] += share;
                left -= share;
                if winner.is_none_or(|winner: usize| after[number] > after[winner]) {
                    winner = Some(number);
                }
            }
        }
        after[winner.expect("one is there")] += left - self.lead;
        if self.equals {
            for number in 1..self.count() {
                let mut place = number;
                while place > 0 && after[place - 1] < after[place] {
                    after.swap(place - 1, place);
                    place -= 1;
                }
            }
        }
        after
    }

    /// The lags as one number, by which they are known again.
    fn key(&self, lags: &Lags) -> u128 {
        let bits = (128 / self.count()).min(32);
        let mut key = 0;
        for lag in &lags[..self.count()] {
            let above_zero = lag / self.coarse + (1 << (bits - 1));
            key = key << bits | u128::from(above_zero.unsigned_abs());
        }
        key
    }

    /// Of all lags that are reached the `width` most promising are pursued, for so many leads. The
    /// steps to the largest lag that was found, and whether nothing more can be reached.
    fn search(&self, sets: &[u32], width: usize, leads: usize) -> (Vec<u32>, bool) {
        let mut steps = vec![Step {
            lags: [0; MOST],
            from: 0,
            there: 0,
        }];
        let mut seen = BTreeSet::new();
        let mut front = vec![0];
        let mut worst = 0;
        for _ in 0..leads {
            let mut next = Vec::new();
            for from in front {
                for &there in sets {
                    let lags = self.give(&steps[from].lags, there);
                    if seen.insert(self.key(&lags)) {
                        if largest(&lags) > largest(&steps[worst].lags) {
                            worst = steps.len();
                        }
                        next.push(steps.len());
                        steps.push(Step { lags, from, there });
                    }
                }
            }
            if next.len() > width {
                next.sort_by_cached_key(|step| Reverse(self.promise(&steps[*step].lags)));
                next.truncate(width);
            }
            front = next;
        }
        let mut way = Vec::new();
        while worst != 0 {
            way.push(steps[worst].there);
            worst = steps[worst].from;
        }
        way.reverse();
        (way, front.is_empty())
    }

    /// Far apart on the whole, and one of them further than all.
    fn promise(&self, lags: &Lags) -> i64 {
        let hundredths = |lag: i64| lag * 100 / self.lead;
        let apart: i64 = lags.iter().map(|lag| hundredths(*lag).pow(2)).sum();
        hundredths(largest(lags)) * 100 + apart
    }

    /// Plays the steps with the rotation, which must keep its promise all the way; the largest lag,
    /// in leads.
    fn play(&self, way: &[u32]) -> f64 {
        let mut giving = Giving::among(self.count());
        let mut most = 0;
        for there in way {
            let mut order: Vec<_> = (0..self.count()).collect();
            if self.equals {
                order.sort_by_key(|number| Reverse(giving.rotation.members[&person(*number)].lag));
            }
            let places = order.into_iter().enumerate();
            let there = places.filter(|(place, _)| there >> place & 1 == 1);
            giving.give(there.map(|(_, number)| {
                let weight = u32::try_from(self.weights[number]).expect("a weight");
                (person(number), weight)
            }));
            assert!(giving.holds(), "{:?}", giving.rotation);
            most = most.max(giving.largest());
        }
        leads(most)
    }
}

fn largest(lags: &Lags) -> i64 {
    let mut most = 0;
    for lag in lags {
        most = most.max(lag.abs());
    }
    most
}

fn leads(quanta: i64) -> f64 {
    quanta as f64 / LEAD as f64
}

fn bound(count: usize) -> f64 {
    (count as f64 - 1.0) / 2.0
}

/// All sets of two or more.
fn all_sets(count: usize) -> Vec<u32> {
    let sets = 1_u32..1 << count;
    sets.filter(|there| there.count_ones() > 1).collect()
}

/// Those who follow each other in order of what they are owed: what drives lags apart is to ask
/// people together who are owed nearly the same.
fn neighbours(count: usize) -> Vec<u32> {
    (0..count)
        .flat_map(|from| (from + 2..=count).map(move |to| (1 << to) - (1 << from)))
        .collect()
}

/// Up to five equals: whatever lags can ever be reached are reached here.
#[test]
fn equals_as_far_as_they_can_get() {
    for (count, worst) in [(2, 0.5), (3, 5.0 / 6.0), (4, 7.0 / 6.0), (5, 1.6)] {
        let model = Model::equals(count);
        let (way, all) = model.search(&all_sets(count), usize::MAX, 60);
        assert!(all, "there is more to reach");
        let (found, most) = (model.play(&way), bound(count));
        println!(
            "{count} equals: {found:.4} of {most}, in {} leads; that is all",
            way.len()
        );
        assert!((found - worst).abs() < 1e-6, "{found}");
    }
}

#[test]
fn equals_as_far_as_the_search_gets() {
    for (count, width) in [(6, 30), (7, 10), (8, 10)] {
        let model = Model::equals(count);
        let (way, _) = model.search(&neighbours(count), width, 200);
        let (found, most) = (model.play(&way), bound(count));
        println!(
            "{count} equals: {found:.4} of {most}, in {} leads",
            way.len()
        );
        assert!(
            found > 0.7 * most,
            "the search has become too weak: {found}"
        );
    }
}

#[test]
fn weights_that_stay_as_far_as_the_search_gets() {
    let lists: [(&[i64], usize); 7] = [
        (&[2, 3], 50),
        (&[2, 3, 5], 30),
        (&[50, 70, 90, 110], 30),
        (&[1, 10, 100, 1_000], 30),
        (&[2, 3, 5, 7, 11], 10),
        (&[2, 3, 5, 7, 11, 13], 5),
        (&[1_000, 1, 1, 1, 1, 1], 5),
    ];
    for (weights, width) in lists {
        let model = Model::weighted(weights);
        let (way, _) = model.search(&all_sets(weights.len()), width, 100);
        let (found, most) = (model.play(&way), bound(weights.len()));
        println!(
            "weights {weights:?}: {found:.4} of {most}, in {} leads",
            way.len()
        );
        assert!(
            found > 0.3 * most,
            "the search has become too weak: {found}"
        );
    }
}

/// Whoever may change the weights as well gets as close to the bound as they like, so no smaller
/// one holds: of two who are less than a lead apart, the one who is owed less is given so much more
/// weight that both are owed the same; then one of them gets the lead, and they are a lead apart.
#[test]
fn weights_that_change_reach_the_bound() {
    for count in 2..=MOST {
        let mut giving = Giving::among(count);
        let mut given = 0;
        loop {
            let members = giving.rotation.members.iter();
            let mut order: Vec<_> = members.map(|(person, share)| (share.lag, person)).collect();
            order.sort();
            let pairs = order
                .windows(2)
                .map(|pair| (pair[1].0 - pair[0].0, pair[0].1, pair[1].1));
            let (gap, less, more) = pairs.min().expect("two");
            if gap > LEAD - LEAD / 1_000 {
                break;
            }
            let weight = |quanta: i64| u32::try_from(quanta / 2).expect("at most a lead");
            let pair = [
                (less.clone(), weight(LEAD + gap)),
                (more.clone(), weight(LEAD - gap)),
            ];
            giving.give(pair);
            assert!(giving.holds(), "{:?}", giving.rotation);
            given += 1;
        }
        let (found, most) = (leads(giving.largest()), bound(count));
        println!("{count} of changing weights: {found:.4} of {most}, in {given} leads");
        assert!(found > 0.99 * most, "{found}");
    }
}
