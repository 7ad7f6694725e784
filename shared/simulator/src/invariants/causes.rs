use std::collections::BTreeSet;

use contracts::{AuditRecord, EventData, EventId, Function, Subject};

use super::seen::Seen;

/// Every event follows from another that was on the bus, back to a webhook, a tick or somebody at the
/// command line.
pub(super) fn violations(seen: &Seen<'_>) -> Vec<String> {
    let events = &seen.ending.events;
    let known = seen.audits.iter().filter(|audit| is_known(seen, audit));
    let known: BTreeSet<&EventId> = known.map(|audit| &audit.event).collect();
    let mut found = Vec::new();
    for event in events.values() {
        let begins = matches!(
            event.data,
            EventData::RecordNoticed { .. }
                | EventData::WebhookQuarantined { .. }
                | EventData::BehaviourSeen(_)
                | EventData::Tick { .. }
                | EventData::SweepAsked { .. }
                | EventData::HandOffAnswered(_)
                | EventData::ApprovalAnswered(_)
                | EventData::ExceptionAnswered(_)
                | EventData::ReminderAnswered(_)
        );
        let follows = match &event.causation {
            Some(cause) => events.contains_key(cause) || known.contains(cause),
            None => begins,
        };
        if !follows {
            found.push(format!(
                "{} {} follows from nothing known",
                event.name(),
                event.id
            ));
        }
    }
    found
}

/// Whether that upon which something was decided is known, though no event of its id was on the bus: what
/// several tell of is known by an id of its own, in the chain of who told of it first, and so is a command.
fn is_known(seen: &Seen<'_>, audit: &AuditRecord) -> bool {
    match audit.function {
        Function::CrmSync | Function::DailyDigest => {
            seen.ending.events.contains_key(&audit.correlation)
        }
        // What metrics come to, a command may have changed: an exception that somebody grants.
        Function::LiveMetrics => {
            let commands = |it: &AuditRecord| it.function == Function::CommandLine;
            let mut commands = seen.audits.iter().filter(|it| commands(it));
            seen.ending.events.contains_key(&audit.correlation)
                || commands.any(|it| it.correlation == audit.correlation)
        }
        // A release is about one person, upon a tick that finds several.
        Function::StageGates if matches!(audit.subject, Subject::Person(_)) => {
            seen.ending.events.contains_key(&audit.correlation)
        }
        // So is what is told of the records of somebody who has left.
        Function::LeadRouting if matches!(audit.subject, Subject::Person(_)) => {
            seen.ending.events.contains_key(&audit.correlation)
        }
        Function::CommandLine => true,
        _ => false,
    }
}
