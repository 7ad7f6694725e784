//! Deviations: opened and closed as the record changes, and as time passes.

mod bypass;
mod foresee;
mod judged;
mod steps;

use contracts::{
    DecisionDraft, EventData, Reason, Verdict,
    state::{DeviationsState, Exception, GateState, OpenDeviation},
};
use crm::Record;
use jiff::Timestamp;
use model::DeviationRule;

use crate::{
    condition::{Evaluation, evaluate, verdict},
    exceptions,
    facts::Facts,
    journey::Stands,
    reasons::tested,
    resting::forget,
    rules::{Rules, Staffing},
    standing::Standing,
};

use foresee::changes_after;
use steps::Steps;

pub use bypass::asks_for_criteria;
pub(crate) use foresee::next_change;
pub use judged::{Judged, Watched, answered};
pub(crate) use steps::due as step_due;

/// [`judge`], where it is known from the start who is away.
#[must_use]
pub fn watch(
    staffing: &Staffing,
    record: &Record,
    gate: Option<&GateState>,
    standing: Standing<'_>,
    before: Option<&DeviationsState>,
    now: Timestamp,
) -> Option<Watched> {
    let judged = judge(staffing, record, gate, standing, before, now)?;
    Some(judged.resolved_by(staffing))
}

/// Looks at a record for deviations. A record whose journey has ended has none.
///
/// A deviation whose condition cannot be known is neither opened nor closed; it is kept as one
/// that cannot be judged.
#[must_use]
pub fn judge(
    rules: &Rules,
    record: &Record,
    gate: Option<&GateState>,
    standing: Standing<'_>,
    before: Option<&DeviationsState>,
    now: Timestamp,
) -> Option<Judged> {
    let facts = Facts {
        gate,
        standing: Some(standing),
        exceptions: standing.exceptions,
        approvals: standing.approvals,
        ..Facts::of(rules, record, now)
    };
    let mut after = before.cloned().unwrap_or_default();
    after.next = None;
    after.said.retain(|_, id| {
        let counting = standing.exceptions.and_then(|it| it.granted.get(id));
        counting.is_some_and(|it| it.counts(now))
    });
    let mut draft = DecisionDraft::default();
    let mut parts = Vec::new();
    let mut opened = Vec::new();
    let (open, stands) = (facts.is_open(), facts.stands());
    if open && !stands.is_judged() {
        return left_alone(&facts, before);
    }
    let why = match stands {
        Stands::Outside => "the record is on no journey that the model knows",
        _ => "the record is closed",
    };
    for (name, rule) in &rules.model.deviations {
        if rule.record != record.id.kind {
            continue;
        }
        let mut watching = Watching {
            name,
            rule,
            facts: &facts,
            after: &mut after,
            draft: &mut draft,
            parts: &mut parts,
            opened: &mut opened,
        };
        if open {
            watching.judge();
        } else {
            watching.close(why);
        }
    }
    if !open {
        after.unjudged.clear();
        after.excepted.clear();
    }
    if forget(&mut after, standing.clocks) {
        parts.push("what was answered is over".to_owned());
    }
    if before.cloned().unwrap_or_default() == after {
        return None;
    }
    draft.outcome = outcome(&parts, after.next);
    Some(Judged {
        watched: Watched {
            draft,
            deviations: after,
        },
        opened,
        owner: record.owner().cloned(),
        now,
    })
}

/// A record that is not judged: nothing opens, and nothing closes either. What is open is looked at again once it
/// is judged. Its clocks may end all the same, and what was answered of them with them.
fn left_alone(facts: &Facts<'_>, before: Option<&DeviationsState>) -> Option<Judged> {
    let before = before?;
    let mut deviations = before.clone();
    deviations.next = None;
    forget(&mut deviations, facts.standing.and_then(|it| it.clocks));
    if deviations == *before {
        return None;
    }
    let why = facts.stands().why_not().unwrap_or_default();
    let draft = DecisionDraft {
        outcome: format!("not judged: {why}"),
        ..DecisionDraft::default()
    };
    Some(Judged {
        watched: Watched { draft, deviations },
        opened: Vec::new(),
        owner: facts.record.owner().cloned(),
        now: facts.now,
    })
}

/// What opened and closed, or when it is looked at again.
fn outcome(parts: &[String], next: Option<Timestamp>) -> String {
    if !parts.is_empty() {
        return parts.join("; ");
    }
    next.map_or_else(
        || "nothing can deviate by time alone".to_owned(),
        |next| {
            let next = next.strftime("%Y-%m-%d %H:%M UTC");
            format!("no change; looked at again at {next}")
        },
    )
}

/// What is open on a record that is another's by now: it is theirs, and nothing else changes; none
/// if nothing is open, and nothing was answered to a reminder.
#[must_use]
pub fn handed_over(record: &Record, open: DeviationsState, now: Timestamp) -> Option<Judged> {
    let owner = record.owner().cloned();
    let whose = owner
        .as_ref()
        .map_or_else(|| "nobody's".to_owned(), |owner| format!("{owner}'s"));
    open.shows_work().then(|| Judged {
        watched: Watched {
            draft: DecisionDraft {
                outcome: format!("{} open: {whose} now", open.open.len()),
                ..DecisionDraft::default()
            },
            deviations: open,
        },
        opened: Vec::new(),
        owner,
        now,
    })
}

struct Watching<'a, 'b> {
    name: &'a str,
    rule: &'a DeviationRule,
    facts: &'a Facts<'a>,
    after: &'b mut DeviationsState,
    draft: &'b mut DecisionDraft,
    parts: &'b mut Vec<String>,
    opened: &'b mut Vec<String>,
}

impl Watching<'_, '_> {
    fn judge(&mut self) {
        let verdict = verdict(&self.rule.when, self.facts);
        let is_open = self.after.open.contains_key(self.name);
        if let Some(at) = changes_after(&self.rule.when, self.facts) {
            self.after.next = Some(self.after.next.map_or(at, |next| next.min(at)));
        }
        let was_excepted = self.after.excepted.contains_key(self.name);
        let deviates = match verdict {
            Verdict::Held => true,
            Verdict::Unknown => is_open || was_excepted,
            Verdict::NotHeld => false,
        };
        if deviates && self.exception().is_some() {
            self.except();
            return;
        }
        self.after.excepted.remove(self.name);
        match verdict {
            // What was open when the exception began, or would have opened since, is known to be over by nothing.
            Verdict::Unknown if was_excepted => {
                self.open();
                let why = "it cannot be judged, and is excepted no more";
                self.explain(Some(why.to_owned()));
            }
            Verdict::Unknown => {
                if !is_open && self.after.unjudged.insert(self.name.to_owned()) {
                    self.parts.push(format!("{} cannot be judged", self.name));
                    self.explain(None);
                }
            }
            Verdict::Held => {
                self.after.unjudged.remove(self.name);
                if !is_open {
                    self.open();
                    let moved = bypass::named(self.rule, self.facts, &mut self.draft.facts);
                    self.explain(moved);
                }
                self.steps();
            }
            Verdict::NotHeld => {
                self.after.unjudged.remove(self.name);
                if is_open {
                    self.close("its condition no longer holds");
                    self.explain(None);
                }
            }
        }
    }

    /// The exception by which it is not open now.
    fn exception(&self) -> Option<(&str, &Exception)> {
        let exceptions = self.facts.exceptions?;
        exceptions.of_deviation(self.name, self.facts.now)
    }

    /// It holds, and is not open all the same: said once of each exception.
    fn except(&mut self) {
        let Some((id, exception)) = self.exception() else {
            return;
        };
        let (id, why) = (
            id.to_owned(),
            exceptions::words(self.facts.rules, exception),
        );
        self.after.unjudged.remove(self.name);
        let was_open = self.close(&why);
        let name = self.name.to_owned();
        let before = self.after.excepted.insert(name.clone(), id.clone());
        if before.as_ref() == Some(&id) {
            return;
        }
        if !was_open {
            self.parts.push(format!("{} not opened: {why}", self.name));
        }
        self.explain(Some(why));
        let said = self.after.said.insert(name.clone(), id.clone());
        if said.as_ref() != Some(&id) {
            self.draft.emits.push(EventData::ExceptionUsed {
                exception: id,
                of: name,
            });
        }
    }

    /// Says why: what was found is told of the few that something becomes of.
    fn explain(&mut self, note: Option<String>) {
        let Evaluation { verdict, findings } = evaluate(&self.rule.when, self.facts);
        tested(&findings, &mut self.draft.facts);
        self.draft.reasons.push(Reason {
            rule: format!("deviations.{}", self.name),
            place: Some(self.rule.place),
            verdict,
            findings,
            note,
        });
    }

    fn open(&mut self) {
        self.opened.push(self.name.to_owned());
        self.after.open.insert(
            self.name.to_owned(),
            OpenDeviation {
                since: self.facts.now,
                severity: self.rule.severity,
                resolve_by: None,
                steps: None,
            },
        );
        self.parts.push(format!("{} opened", self.name));
        self.draft.emits.push(EventData::DeviationOpened {
            deviation: self.name.to_owned(),
            severity: self.rule.severity,
        });
    }

    fn steps(&mut self) {
        let steps = Steps {
            name: self.name,
            rule: self.rule,
            facts: self.facts,
        };
        let came = steps.take(self.after);
        let next = self.after.next.into_iter().chain(came.next).min();
        self.after.next = next;
        self.parts.extend(came.parts);
        self.draft.reasons.extend(came.reasons);
        self.draft.emits.extend(came.emits);
    }

    /// Closes it if it is open; whether it was.
    fn close(&mut self, why: &str) -> bool {
        let was_open = self.after.open.remove(self.name).is_some();
        if was_open {
            self.parts.push(format!("{} closed: {why}", self.name));
            self.draft.emits.push(EventData::DeviationClosed {
                deviation: self.name.to_owned(),
            });
        }
        was_open
    }
}
