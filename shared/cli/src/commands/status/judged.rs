//! Facts, each judged: well or not, and if not, what to do.

use jiff::{SignedDuration, Timestamp};
use model::Revision;

use super::{facts::Facts, speed::FEWEST};
use crate::commands::failures::failure::Failure;

/// Where the runbook stands, a page for each thing that can be wrong.
const RUNBOOKS: &str = "shared/runbooks";

/// After how long without a tick something stands still: it comes once a minute.
const TICK_MISSING: SignedDuration = SignedDuration::from_mins(3);

/// After how long without a whole look at what the CRM has changed something is wrong: there is one each hour.
const SWEEP_LATE: SignedDuration = SignedDuration::from_hours(3);

/// More messages than this in one queue are more than a burst.
const QUEUE_LONG: u64 = 1_000;

/// A message that waits longer than this waits too long: a quarter of an hour, as the alarm has it.
const MESSAGE_OLD: SignedDuration = SignedDuration::from_mins(15);

/// One thing, judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What is looked at.
    pub what: &'static str,
    /// What was found.
    pub found: String,
    /// The page of the runbook that says what to do, if it is not well.
    pub runbook: Option<&'static str>,
}

impl Line {
    fn well(what: &'static str, found: impl Into<String>) -> Self {
        Self {
            what,
            found: found.into(),
            runbook: None,
        }
    }

    fn not_well(what: &'static str, found: impl Into<String>, runbook: &'static str) -> Self {
        Self {
            runbook: Some(runbook),
            ..Self::well(what, found)
        }
    }

    /// Where the page stands.
    pub fn page(&self) -> Option<String> {
        Some(format!("{RUNBOOKS}/{}.md", self.runbook?))
    }
}

/// Every page that may be named.
#[cfg(test)]
pub const PAGES: [&str; 11] = [
    "tick-missing",
    "crm-refuses",
    "sweep-stands-still",
    "queue-late",
    "dead-letters",
    "undelivered",
    "quarantine",
    "mail-refused",
    "crm-write-refused",
    "events-unpublished",
    "held-moves",
];

/// What was found, judged, in the order in which it is read.
pub fn judge(facts: &Facts, ours: &Revision, now: Timestamp) -> Vec<Line> {
    let mut lines = vec![tick(facts, now), deployment(facts, ours)];
    lines.extend(sweep(facts, now));
    lines.push(queues(facts));
    let counted = |all: &[(String, u64)]| {
        let each = all.iter().map(|(name, count)| format!("{count} of {name}"));
        each.collect::<Vec<_>>().join(", ")
    };
    lines.push(match facts.dead.as_slice() {
        [] => Line::well("dead letters", "none"),
        dead => Line::not_well("dead letters", counted(dead), "dead-letters"),
    });
    lines.push(match facts.undelivered.as_slice() {
        [] => Line::well("undelivered", "none"),
        some => Line::not_well("undelivered", counted(some), "undelivered"),
    });
    lines.push(of("quarantine", &facts.quarantine, "quarantine"));
    let by = |function: &str| {
        let refused = facts.refused.iter().filter(|it| it.function == function);
        refused.cloned().collect::<Vec<_>>()
    };
    lines.push(of("mails refused", &by("notify"), "mail-refused"));
    lines.push(of(
        "writes refused",
        &by("crm-writeback"),
        "crm-write-refused",
    ));
    lines.push(match facts.unpublished {
        None => Line::well("unpublished", "not looked at: nothing names the bucket"),
        Some(0) => Line::well("unpublished", "none"),
        Some(count) => Line::not_well(
            "unpublished",
            format!("{count} batches of events"),
            "events-unpublished",
        ),
    });
    lines.push(held(facts));
    lines.push(speed(facts));
    lines
}

fn tick(facts: &Facts, now: Timestamp) -> Line {
    match &facts.heard {
        None => Line::not_well("tick", "never heard", "tick-missing"),
        Some(heard) => {
            let age = now.duration_since(heard.at);
            let found = format!("heard {} ago", length(age));
            match age > TICK_MISSING {
                true => Line::not_well("tick", found, "tick-missing"),
                false => Line::well("tick", found),
            }
        }
    }
}

fn deployment(facts: &Facts, ours: &Revision) -> Line {
    let Some(heard) = &facts.heard else {
        return Line::well("deployment", "not known before the first tick");
    };
    let short = |hash: &str| hash.chars().take(12).collect::<String>();
    let there = &heard.revision;
    let mut found = format!("{}, model {}", there.number, short(&there.hash));
    if there.hash != ours.hash {
        found.push_str(&format!("; the model here is {}", short(&ours.hash)));
    }
    Line::well("deployment", found)
}

fn sweep(facts: &Facts, now: Timestamp) -> Vec<Line> {
    let mut lines = Vec::new();
    for run in &facts.sweep.runs {
        if let Some(failed) = &run.failed {
            let (look, times, why) = (run.kind.word(), failed.times, &failed.why);
            let found = format!("the look {look} has failed {times} times in a row: {why}");
            lines.push(Line::not_well("crm", found, "crm-refuses"));
        }
    }
    if lines.is_empty() {
        lines.push(Line::well("crm", "answers, as far as the sweep has asked"));
    }
    let seen = facts.sweep.loaded.iter().map(|it| it.seen).min();
    lines.push(match seen {
        None => Line::well("sweep", "the CRM has not been loaded yet"),
        Some(seen) => {
            let age = now.duration_since(seen);
            let found = format!(
                "what the CRM changed was looked through {} ago",
                length(age)
            );
            match age > SWEEP_LATE {
                true => Line::not_well("sweep", found, "sweep-stands-still"),
                false => Line::well("sweep", found),
            }
        }
    });
    lines
}

fn queues(facts: &Facts) -> Line {
    let mut parts = Vec::new();
    let (mut waiting, mut out_of_sight, mut long) = (0_u64, 0_u64, false);
    for (name, depth) in &facts.queues {
        waiting = waiting.saturating_add(depth.waiting);
        out_of_sight = out_of_sight.saturating_add(depth.out_of_sight);
        let all = depth.waiting.saturating_add(depth.out_of_sight);
        long = long || all > QUEUE_LONG;
        if all > 0 {
            parts.push(format!("{name} {all}"));
        }
    }
    let mut found = format!(
        "{waiting} wait, {out_of_sight} are at work or wait for another try, in {} queues",
        facts.queues.len()
    );
    if !parts.is_empty() {
        found.push_str(&format!(": {}", parts.join(", ")));
    }
    match &facts.oldest {
        Some(Ok((name, age))) => {
            found.push_str(&format!("; the oldest is {} old ({name})", length(*age)));
            long = long || *age > MESSAGE_OLD;
        }
        Some(Err(why)) => found.push_str(&format!("; how old is not known: {why}")),
        None => {}
    }
    match long {
        true => Line::not_well("queues", found, "queue-late"),
        false => Line::well("queues", found),
    }
}

fn of(what: &'static str, failures: &[Failure], runbook: &'static str) -> Line {
    let Some(first) = failures.first() else {
        return Line::well(what, "none");
    };
    let found = match failures.len() {
        1 => format!("1: {}", first.reason),
        count => format!("{count}, the first of them: {}", first.reason),
    };
    Line::not_well(what, found, runbook)
}

fn held(facts: &Facts) -> Line {
    if facts.held.is_empty() {
        return Line::well("held moves", "none");
    }
    let each = facts.held.iter();
    let each: Vec<String> = each
        .map(|(person, moves)| format!("{moves} of {person}"))
        .collect();
    let found = format!("{} wait for an answer", each.join(", "));
    Line::not_well("held moves", found, "held-moves")
}

fn speed(facts: &Facts) -> Line {
    const WHAT: &str = "webhook to owner";
    match &facts.speed {
        None => Line::well(WHAT, "not looked at"),
        Some(Err(why)) => Line::well(WHAT, format!("could not be told: {why}")),
        Some(Ok(speed)) => {
            let (leads, hours) = (speed.leads, speed.hours);
            Line::well(
                WHAT,
                match speed.quantiles {
                    Some((half, most)) => format!(
                        "p50 {}, p99 {}, of {leads} leads of the last {hours} hours",
                        length(half),
                        length(most)
                    ),
                    None => format!(
                        "too few to tell: {leads} leads in the last {hours} hours, and {FEWEST} are needed"
                    ),
                },
            )
        }
    }
}

/// A length of time as people say it.
pub fn length(of: SignedDuration) -> String {
    let seconds = of.as_secs();
    match seconds {
        i64::MIN..=9 => {
            let tenths = of.as_millis().max(0) / 100;
            format!("{}.{} s", tenths / 10, tenths % 10)
        }
        10..=119 => format!("{seconds} s"),
        120..=7_199 => format!("{} min", seconds / 60),
        7_200..=172_799 => format!("{} h", seconds / 3_600),
        _ => format!("{} days", seconds / 86_400),
    }
}
