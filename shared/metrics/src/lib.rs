//! Numbers that say how sure they are: counts, rates with their intervals, sums, quantiles, conversions.
//!
//! Nothing is judged here: whoever asks the conditions of a model gives each answer to a [`Tally`], wherever the records
//! come from, and a [`Figure`] is what comes of it. What cannot be known is an answer of its own and is never taken for
//! a no. Tallies of parts [merge](Tally::merge) into that of the whole, and what was counted can be [taken
//! back](Tally::take) where it counts for something else by now.

mod change;
mod conversion;
mod counts;
mod covered;
mod field_counts;
mod figure;
mod journey;
mod kept;
mod leverage;
mod movement;
mod quantile;
mod quantity;
mod rate;
mod retention;
mod shift;
mod take;
mod tally;
mod trend;

pub use change::{Change, GroupChange};
pub use conversion::{Conversion, ConversionFrom};
pub use counts::{Answer, Counts};
pub use covered::{Covered, in_thousands};
pub use field_counts::{FieldAnswer, FieldCounts};
pub use figure::Figure;
pub use journey::{Journey, Left, Passed};
pub use kept::Kept;
pub use leverage::{Lever, Leverage, leverage};
pub use movement::{Amounts, Deal, Moved, Movement, Standing, Step, steps};
pub use quantile::Quantile;
pub use quantity::Quantity;
pub use rate::{Rate, TOO_FEW};
pub use retention::{Retained, Retention};
pub use shift::{Estimate, Shift};
pub use tally::{Observation, Tally};
pub use trend::Trend;
