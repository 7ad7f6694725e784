use tracing_subscriber::{EnvFilter, fmt::format::FmtSpan};

/// One JSON object a line, as CloudWatch Logs Insights reads it. `RUST_LOG` sets the level
/// (default: `info`).
pub(crate) fn start() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let subscriber = tracing_subscriber::fmt()
        .json()
        .with_env_filter(filter)
        .with_span_events(FmtSpan::NONE)
        .with_target(false)
        .with_current_span(false)
        .flatten_event(true)
        .without_time();
    // A second start in one process (a test) keeps the first subscriber.
    let _ = subscriber.try_init();
}
