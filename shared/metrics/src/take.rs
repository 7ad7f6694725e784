//! What was counted of a record is taken back: live, a record that changes counts for something else from then on.

use crate::{
    journey::Passed,
    quantity::Quantity,
    tally::{Observation, Tally, all_of, is_stale},
};

impl Tally {
    /// Takes back what was added by the same observation. Quantiles of values and conversions stay as
    /// they are: nobody counts them while records change.
    pub fn take(&mut self, observed: &Observation<'_>) {
        match (self, observed) {
            (Self::Portion(counts), Observation::Answer(answer)) => counts.take(*answer),
            (Self::Filled(all, each, stale), Observation::Fields(answers)) => {
                all.take(all_of(answers));
                *stale = stale.saturating_sub(u64::from(is_stale(answers)));
                for (counts, answer) in each.iter_mut().zip(*answers) {
                    counts.take(*answer);
                }
            }
            (Self::Count(count), Observation::There) => *count = count.saturating_sub(1),
            (Self::Sum(sum, of, unknown), Observation::Value(value)) => match value {
                Some(value) => less((&mut [sum], &[*value]), of),
                None => *unknown = unknown.saturating_sub(1),
            },
            (Self::Ratio((one, other), of, unknown), Observation::Pair(pair)) => match pair {
                Some((first, second)) => less((&mut [one, other], &[*first, *second]), of),
                None => *unknown = unknown.saturating_sub(1),
            },
            (Self::Passage(lengths, underway, _), Observation::Passed(passed)) => match passed {
                Passed::Took(length) => {
                    let length = length.small();
                    if let Some(at) = lengths.iter().position(|it| *it == length) {
                        lengths.swap_remove(at);
                    }
                }
                Passed::Underway => *underway = underway.saturating_sub(1),
                Passed::Not => {}
            },
            _ => {}
        }
    }
}

fn less((sums, values): (&mut [&mut Quantity], &[Quantity]), of: &mut u64) {
    for (sum, value) in sums.iter_mut().zip(values) {
        sum.take(*value);
    }
    *of = of.saturating_sub(1);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{Counts, FieldAnswer, FieldCounts};

    use FieldAnswer::{Empty, Filled, Stale, Undated, Unknown};

    const ANSWERS: [FieldAnswer; 5] = [Filled, Empty, Unknown, Stale, Undated];

    /// One of each tally that is counted, with nothing in it.
    fn empty() -> [Tally; 5] {
        [
            Tally::Portion(Counts::default()),
            Tally::Filled(Counts::default(), vec![FieldCounts::default(); 2], 0),
            Tally::Count(0),
            Tally::Sum(Quantity::default(), 0, 0),
            Tally::Ratio(Default::default(), 0, 0),
        ]
    }

    proptest! {
        /// Whatever the order: what was added and taken back leaves nothing, and the rest stays.
        #[test]
        fn what_is_taken_back_was_never_there(
            all in prop::collection::vec((0_usize..5, 0_usize..25, -9_i64..9, any::<bool>()), 0..40),
        ) {
            let (mut with, mut without) = (empty(), empty());
            let each = |(kind, answer, value, stays): &(usize, usize, i64, bool)| {
                let answers = [ANSWERS[answer % 5], ANSWERS[answer / 5]];
                let value = (*answer != 0).then(|| Quantity::whole(*value));
                (*kind, answers, value, *stays)
            };
            let observed = |answers: &[FieldAnswer; 2], kind, value: Option<Quantity>, f: &mut dyn FnMut(&Observation<'_>)| {
                f(&match kind {
                    0 => Observation::Answer(answers[0].answer()),
                    1 => Observation::Fields(answers),
                    2 => Observation::There,
                    3 => Observation::Value(value),
                    _ => Observation::Pair(value.map(|it| (it, Quantity::whole(2)))),
                });
            };
            for (kind, answers, value, stays) in all.iter().map(each) {
                observed(&answers, kind, value, &mut |it| {
                    with[kind].add(it);
                    if stays {
                        without[kind].add(it);
                    }
                });
            }
            for (kind, answers, value, _) in all.iter().map(each).filter(|it| !it.3) {
                observed(&answers, kind, value, &mut |it| with[kind].take(it));
            }
            prop_assert_eq!(with, without);
        }
    }
}
