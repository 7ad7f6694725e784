use serde::Serialize;

use crate::{
    conversion::Conversion, counts::Counts, field_counts::FieldCounts, quantile::Quantile,
    quantity::Quantity, rate::Rate,
};

/// What a metric came to.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Figure {
    /// A portion of those of which it is known.
    Portion {
        /// The portion.
        rate: Rate,
        /// Of how many it cannot be known; they are not in it.
        unknown: u64,
        /// Between which rates it would lie if it were known of all: if they were all no, and if all yes.
        between: Option<(f64, f64)>,
    },
    /// The portion of records in which all fields have a value, and for each field, in their order.
    Filled {
        /// Of those of which it is known.
        rate: Rate,
        /// Of how many it cannot be known, since there is no column for a field.
        unknown: u64,
        /// Of those in which every field has a value: in how many one of them is stale.
        stale: u64,
        /// For each field: with a value, without one, not known; stale.
        fields: Vec<FieldCounts>,
    },
    /// How many there are.
    Count {
        /// So many.
        count: u64,
    },
    /// A sum.
    Sum {
        /// The sum of those that have a value.
        sum: Quantity,
        /// How many these are.
        of: u64,
        /// How many have no value.
        unknown: u64,
    },
    /// One sum over another.
    Ratio {
        /// The ratio; none if the second sum is nothing.
        ratio: Option<f64>,
        /// Of how many records that have both.
        of: u64,
        /// How many lack one.
        unknown: u64,
    },
    /// A quantile.
    Quantile {
        /// The quantile.
        #[serde(flatten)]
        quantile: Quantile,
        /// How many have no value.
        unknown: u64,
    },
    /// Where records went from each stage.
    Conversion(Conversion),
    /// A quantile of how long a stretch took.
    Passage {
        /// In seconds.
        #[serde(flatten)]
        quantile: Quantile,
        /// How many began and have not come to its end: only those that did are in it.
        underway: u64,
    },
}

impl Figure {
    /// The portion, if it is one.
    #[must_use]
    pub const fn rate(&self) -> Option<&Rate> {
        match self {
            Self::Portion { rate, .. } | Self::Filled { rate, .. } => Some(rate),
            _ => None,
        }
    }

    pub(crate) fn portion(counts: &Counts) -> Self {
        let all = counts.all();
        let (least, most) = (
            Rate::of(counts.yes, all),
            Rate::of(counts.yes + counts.unknown, all),
        );
        Self::Portion {
            rate: Rate::of(counts.yes, counts.known()),
            unknown: counts.unknown,
            between: least.rate.zip(most.rate),
        }
    }
}
