use serde::Serialize;

use crate::{journey::Left, rate::Rate};

/// How often records went from a stage to which next.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Moves {
    /// By the stage they left: how often to each next, by its place.
    to: Vec<Vec<u64>>,
    /// By stage: how many still stand there.
    still: Vec<u64>,
}

/// Where records went from each stage.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Conversion {
    /// The stages that some left or stand at, by their places in the lifecycle.
    pub from: Vec<ConversionFrom>,
}

/// Where records went from one stage.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ConversionFrom {
    /// The stage's place in the lifecycle.
    pub stage: u8,
    /// How often it was left.
    pub left: u64,
    /// How many still stand there: what becomes of them is not known yet, and they are in no rate.
    pub still: u64,
    /// The next stages by their places, each with its rate among those that left. The counts come to `left`.
    pub to: Vec<(u8, Rate)>,
}

impl Moves {
    pub(crate) fn add(&mut self, left: Left) {
        let from = usize::from(left.from);
        match left.to {
            Some(to) => *grown(grown(&mut self.to, from), usize::from(to)) += 1,
            None => *grown(&mut self.still, from) += 1,
        }
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        for (at, still) in other.still.iter().enumerate() {
            *grown(&mut self.still, at) += still;
        }
        for (from, all) in other.to.iter().enumerate() {
            for (to, count) in all.iter().enumerate() {
                *grown(grown(&mut self.to, from), to) += count;
            }
        }
    }

    pub(crate) fn figure(&self) -> Conversion {
        let stages = self.to.len().max(self.still.len());
        let from = (0..stages).filter_map(|at| {
            let to = self.to.get(at).map_or(&[][..], Vec::as_slice);
            let still = self.still.get(at).copied().unwrap_or(0);
            let left = to.iter().sum();
            let some = |(_, count): &(usize, &u64)| **count > 0;
            let rates = to.iter().enumerate().filter(some);
            let rates = rates
                .filter_map(|(to, count)| Some((u8::try_from(to).ok()?, Rate::of(*count, left))));
            (left + still > 0).then_some(ConversionFrom {
                stage: u8::try_from(at).ok()?,
                left,
                still,
                to: rates.collect(),
            })
        });
        Conversion {
            from: from.collect(),
        }
    }
}

/// The place of this number, which is made if it is not there.
fn grown<T: Default>(all: &mut Vec<T>, at: usize) -> &mut T {
    if all.len() <= at {
        all.resize_with(at + 1, T::default);
    }
    #[expect(clippy::indexing_slicing, reason = "it has just been made as long")]
    &mut all[at]
}
