//! Signals by two exports: what a metric comes to beside what it came to in the older one.

use jiff::Timestamp;

use super::report::MetricReport;

/// Compares the metrics that signals watch with what an older export came to, as of an instant.
pub fn compare_signals(metrics: &mut [MetricReport], before: &[MetricReport], at: Timestamp) {
    for metric in metrics {
        let was = before.iter().find(|it| it.metric == metric.metric);
        let was = was.and_then(|it| it.figure.as_ref());
        let (Some(now), Some(was)) = (metric.figure.as_ref(), was) else {
            continue;
        };
        for signal in &mut metric.signals {
            signal.when = format!("as of {at}");
            signal.compare(now, was);
        }
    }
}
