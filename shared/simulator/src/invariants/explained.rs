use contracts::Function;
use engine::Failure;

use super::seen::Seen;
use crate::ending::Failed;

/// A message goes back to its queue only because a call went wrong, or every race was lost, or the
/// function must wait for something outside: the CRM does not show a record yet, another delivery is
/// at the same effect. Nor does a webhook, a command or the table's stream fail otherwise.
pub(super) fn violations(seen: &Seen<'_>) -> Vec<String> {
    let failed = seen.ending.failed.iter();
    let failed = failed.filter(|failed| !matches!(failed.why, Failure::Waits { .. }));
    failed
        .map(|failed| {
            let (function, what) = (failed.function, what(failed));
            format!("{function} did not handle {what}: {}", failed.why)
        })
        .collect()
}

fn what(failed: &Failed) -> &str {
    match (&failed.event, failed.function) {
        (Some(event), _) => event.name(),
        (None, Function::WebhookIntake) => "a webhook",
        (None, Function::CommandLine) => "a command",
        (None, _) => "what the table's stream gave on",
    }
}
