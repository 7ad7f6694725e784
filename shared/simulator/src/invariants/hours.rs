use std::collections::BTreeSet;

use contracts::hour_of;

use super::seen::Seen;

/// Whoever looks through an hour finds every decision of it: those that stand in its index, and beside each of them
/// what follows from it. One that follows from nothing there would be found by nobody who does not know its subject.
pub(super) fn violations(seen: &Seen<'_>) -> Vec<String> {
    let heads = seen.audits.iter().filter(|audit| !audit.follows);
    let heads: BTreeSet<_> = heads
        .map(|audit| (&audit.subject, hour_of(audit.at)))
        .collect();
    let following = seen.audits.iter().filter(|audit| audit.follows);
    let lost = following.filter(|it| !heads.contains(&(&it.subject, hour_of(it.at))));
    lost.map(|audit| {
        let (subject, function) = (&audit.subject, audit.function);
        let hour = hour_of(audit.at);
        format!("{function} decided about {subject} in {hour}, and no hour leads to it")
    })
    .collect()
}
