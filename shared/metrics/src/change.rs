use std::collections::BTreeMap;

use serde::Serialize;

use crate::rate::Rate;

/// Why a rate is another than it was: since there are more of other groups (mix), or since the groups are others than
/// they were (process). The parts of all groups come to the change of the whole.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Change {
    /// The rate before, and now.
    pub rates: [Rate; 2],
    /// By how much it changed, from -1 to 1; none where one of them is of nothing.
    pub change: Option<f64>,
    /// How much of that is mix.
    pub mix: f64,
    /// How much is process.
    pub process: f64,
    /// The groups, the one with the greatest part first.
    pub groups: Vec<GroupChange>,
}

/// A group's part of a change.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GroupChange {
    /// Its name; empty for what has none.
    pub group: String,
    /// Its rate before, and now.
    pub rates: [Rate; 2],
    /// Since there are more or fewer of it, which stand better or worse than the whole did.
    pub mix: f64,
    /// Since its own rate is another.
    pub process: f64,
}

impl Change {
    /// Splits a change by the groups before and now.
    ///
    /// With p the portion of a group and r its rate, before and now, its process is (r2 - r1)·(p1 + p2)/2 and its mix
    /// (p2 - p1)·((r1 + r2)/2 - R), where R is the mean of the whole's two rates: it is the same for all and falls out of
    /// the sum, and without it every group that grows would seem to be for the better. Of a group that was not there the
    /// rate is taken to have been what it is, so that all of its part is mix (E. M. Kitagawa, "Components of a difference
    /// between two rates", Journal of the American Statistical Association 50 (1955), 1168-1194).
    #[must_use]
    pub fn of(groups: &BTreeMap<String, [(u64, u64); 2]>) -> Self {
        let whole = [0, 1].map(|at: usize| {
            let each = groups.values().filter_map(|it| it.get(at));
            let (count, of) = each.fold((0, 0), |(count, of), it| (count + it.0, of + it.1));
            Rate::of(count, of)
        });
        let [before, now] = whole;
        let Some((was, is)) = before.rate.zip(now.rate) else {
            return Self {
                rates: whole,
                change: None,
                mix: 0.0,
                process: 0.0,
                groups: Vec::new(),
            };
        };
        let parts = groups.iter().map(|(group, counts)| {
            let rates = counts.map(|(count, of)| Rate::of(count, of));
            let (mix, process) = split(rates, whole, f64::midpoint(was, is));
            GroupChange {
                group: group.clone(),
                rates,
                mix,
                process,
            }
        });
        let mut groups: Vec<GroupChange> = parts.collect();
        let (mix, process) = groups.iter().fold((0.0, 0.0), |(mix, process), it| {
            (mix + it.mix, process + it.process)
        });
        let size = |it: &GroupChange| (it.mix + it.process).abs();
        groups.sort_by(|one, other| {
            size(other)
                .total_cmp(&size(one))
                .then_with(|| one.group.cmp(&other.group))
        });
        Self {
            rates: whole,
            change: Some(is - was),
            mix,
            process,
            groups,
        }
    }
}

/// The mix and the process of one group.
#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
fn split(rates: [Rate; 2], whole: [Rate; 2], mean: f64) -> (f64, f64) {
    let [before, now] = rates;
    let [first, second] =
        [(before, whole[0]), (now, whole[1])].map(|(it, all)| it.of as f64 / all.of as f64);
    let (was, is) = match (before.rate, now.rate) {
        (Some(was), Some(is)) => (was, is),
        (Some(one), None) | (None, Some(one)) => (one, one),
        (None, None) => return (0.0, 0.0),
    };
    let mix = (second - first) * (f64::midpoint(was, is) - mean);
    (mix, (is - was) * f64::midpoint(first, second))
}

#[cfg(test)]
#[allow(clippy::indexing_slicing, reason = "a test may panic")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn groups(of: &[(&str, [(u64, u64); 2])]) -> BTreeMap<String, [(u64, u64); 2]> {
        of.iter()
            .map(|(name, counts)| ((*name).to_owned(), *counts))
            .collect()
    }

    /// Both groups became better by ten points, and the whole worse: there are more of the worse one.
    #[test]
    fn the_mix_hides_what_became_better() {
        let found = Change::of(&groups(&[
            ("large", [(64, 80), (18, 20)]),
            ("small", [(2, 20), (16, 80)]),
        ]));
        let about = |one: f64, other: f64| (one - other).abs() < 1e-12;
        assert_eq!(found.rates, [Rate::of(66, 100), Rate::of(34, 100)]);
        assert!(about(found.change.expect("a change"), -0.32), "{found:?}");
        assert!(
            about(found.process, 0.1) && about(found.mix, -0.42),
            "{found:?}"
        );
    }

    #[test]
    fn a_group_that_is_new_is_mix() {
        let found = Change::of(&groups(&[
            ("old", [(5, 10), (5, 10)]),
            ("new", [(0, 0), (9, 10)]),
        ]));
        let about = |one: f64, other: f64| (one - other).abs() < 1e-12;
        assert!(
            about(found.mix, 0.2) && about(found.process, 0.0),
            "{found:?}"
        );
        assert_eq!(found.groups[0].group, "new");
        assert_eq!(
            Change::of(&groups(&[("old", [(5, 10), (0, 0)])])).change,
            None
        );
    }

    proptest! {
        #[test]
        fn the_parts_come_to_the_change(
            parts in prop::collection::vec((0_u64..500, 0_u64..500, 0_u64..500, 0_u64..500), 1..9),
        ) {
            let groups: BTreeMap<String, [(u64, u64); 2]> = parts.iter().enumerate()
                .map(|(at, (a, b, c, d))| (at.to_string(), [(*a, a + b), (*c, c + d)]))
                .collect();
            let found = Change::of(&groups);
            let Some(change) = found.change else { return Ok(()) };
            prop_assert!((found.mix + found.process - change).abs() < 1e-12);
            let each: f64 = found.groups.iter().map(|it| it.mix + it.process).sum();
            prop_assert!((each - change).abs() < 1e-12);
            prop_assert_eq!(found.groups.len(), groups.len());
        }
    }
}
