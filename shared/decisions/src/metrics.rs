//! What a record counts for in the metrics of the model, and what all of them come to.
//!
//! A metric is defined once, and its conditions are asked as everywhere; what is counted of it, and what that comes to
//! with its interval, is the crate `metrics`', as for exports.

mod contributions;
mod counting;
mod floors;
mod kept;
mod line;
mod measured;
mod periods;
mod recount;
mod run_length;
mod signals;
mod targets;

pub use crate::quiet::QUIET;
pub use contributions::{Standings, at_stage, contributions, filled, kind_of, looks_at};
pub use counting::{Changed, counted, folded};
pub use floors::{Below, below};
pub use kept::{form, tally};
pub use line::{Limit, MetricLine, answered, line, percent_of, said};
pub use measured::{in_millionths, of_field, of_number, of_value};
pub use periods::{EARLIER, Stretch, stretches};
pub use recount::{AT_ONCE, Compared, compare, due, gone_through};
pub use signals::{Signalled, compared_with, estimate_words, is_worse, needs_look, signalled};
pub use targets::{covered, falls_due, falls_due_later, held_as_of, period_at, target_of};
