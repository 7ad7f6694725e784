//! The metrics of a model, counted while the rows go by.

mod asked;
mod behind;
mod changes;
mod compared;
mod counting;
mod live;
mod measured;
mod report;
mod said;
mod signals;
mod ways;

pub(crate) use asked::{AskedMetric, asked};
pub use behind::{CountsAs, FieldStands, Lists};
pub use changes::{MetricChange, changes_text, metric_changes};
pub use compared::compare_signals;
pub(crate) use counting::{Counted, Told};
pub use live::{KeptLive, live_reports};
pub(crate) use measured::number_of;
pub(crate) use report::reports;
pub use report::{Before, Breakdown, FieldTerms, GroupReport, MetricReport};
pub use said::metrics_text;
pub(crate) use said::{
    between_words, covered_words, leverage_parts, more_words, name, points_words,
};
pub use signals::SignalReport;
pub(crate) use ways::Ways;
