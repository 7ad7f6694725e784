//! What follows a stage that was entered or left: who is told, and what is set.

use contracts::{CrmWrite, EventData, Notice, Passage, Reason, Verdict};
use crm::PersonId;
use jiff::SignedDuration;
use model::{Follow, Lifecycle};

use super::creates::create;
use super::step::{Gated, JUDGED_AT_FIRST_SIGHT, path};
use crate::{
    condition::evaluate, facts::Facts, people::recipients, reasons::tested, setting, shadow,
};

/// Adds to a decision what follows from the stages that it enters and leaves. A stage at which a record was
/// found long after it had come there was not entered now: what Fairlead finds on its first day moves nobody.
pub(super) fn follow(facts: &Facts<'_>, gated: &mut Gated) {
    let kind = facts.record.id.kind;
    let edges = gated.draft.emits.clone();
    for edge in &edges {
        match edge {
            EventData::StageLeft { stage, .. } => {
                if let Some((lifecycle, left)) = facts.model().stage(kind, stage) {
                    let of = (stage.as_str(), true);
                    Following::of(facts, lifecycle, of).all(&left.upon_leaving, gated);
                }
            }
            EventData::StageEntered {
                stage,
                since,
                passage,
                ..
            } => {
                let longest = SignedDuration::from_secs(JUDGED_AT_FIRST_SIGHT);
                let recent = facts.ago(*since) <= longest && !facts.record.is_past(*since);
                let now = *passage != Passage::NotJudged || recent;
                let entered = facts.model().stage(kind, stage);
                if let Some((lifecycle, entered)) = entered.filter(|_| now) {
                    let gate = gated.gate.clone();
                    let facts = Facts {
                        gate: Some(&gate),
                        ..*facts
                    };
                    let of = (stage.as_str(), false);
                    Following::of(&facts, lifecycle, of).all(&entered.upon_entering, gated);
                    if let Some(creates) = &entered.creates {
                        create(&facts, (&path(lifecycle, stage), creates), gated);
                    }
                }
            }
            _ => {}
        }
    }
}

struct Following<'a> {
    facts: &'a Facts<'a>,
    path: String,
    stage: &'a str,
    left: bool,
    /// Who has been told: nobody hears of one stage twice.
    told: Vec<PersonId>,
}

impl<'a> Following<'a> {
    fn of(facts: &'a Facts<'a>, lifecycle: &Lifecycle, (stage, left): (&'a str, bool)) -> Self {
        let word = if left {
            "upon_leaving"
        } else {
            "upon_entering"
        };
        Self {
            facts,
            path: format!("{}.{word}", path(lifecycle, stage)),
            stage,
            left,
            told: Vec::new(),
        }
    }

    fn all(mut self, follows: &[Follow], gated: &mut Gated) {
        for (follow, number) in follows.iter().zip(1..) {
            self.one(follow, number, gated);
        }
    }

    fn one(&mut self, follow: &Follow, number: usize, gated: &mut Gated) {
        let draft = &mut gated.draft;
        let (verdict, findings) = match &follow.when {
            Some(when) => {
                let evaluation = evaluate(when, self.facts);
                tested(&evaluation.findings, &mut draft.facts);
                (evaluation.verdict, evaluation.findings)
            }
            None => (Verdict::Held, Vec::new()),
        };
        let mut done = Vec::new();
        if verdict == Verdict::Held {
            let (said, emits) = self.does(follow);
            done = said;
            draft.emits.extend(emits);
            if !done.is_empty() {
                draft.outcome = format!("{}; {}", draft.outcome, done.join("; "));
            }
        }
        let note = match (verdict, done.is_empty()) {
            (Verdict::Held, true) => Some("nothing to do: it is so already".to_owned()),
            (Verdict::Held, false) => Some(done.join("; ")),
            _ => None,
        };
        draft.reasons.push(Reason {
            rule: format!("{}.{number}", self.path),
            place: Some(follow.place),
            verdict,
            findings,
            note,
        });
    }

    fn does(&mut self, follow: &Follow) -> (Vec<String>, Vec<EventData>) {
        let (mut said, mut emits) = (Vec::new(), Vec::new());
        let owner = self.facts.record.owner();
        let mut people = Vec::new();
        for who in &follow.tell {
            for person in recipients(who, owner, self.facts.rules, self.facts.now) {
                if !self.told.contains(&person) {
                    self.told.push(person.clone());
                    people.push(person);
                }
            }
        }
        if !people.is_empty() {
            let names: Vec<&str> = people.iter().map(PersonId::as_str).collect();
            said.push(format!("{} told", names.join(", ")));
        }
        emits.extend(people.into_iter().map(|to| EventData::NoticeRequested {
            to,
            notice: Notice::StageReached {
                stage: self.stage.to_owned(),
                left: self.left,
            },
        }));
        let changes = setting::changes(self.facts, &follow.set);
        if !changes.is_empty() {
            let set = format!("set {}", setting::words(&changes));
            said.push(shadow::said(self.facts.rules, set, self.facts.now));
        }
        // Each by itself: what somebody fills in meanwhile keeps no other from being set.
        emits.extend(
            changes
                .into_iter()
                .map(|change| CrmWrite::Fields { set: vec![change] })
                .map(|write| shadow::write(self.facts.rules, write, self.facts.now)),
        );
        (said, emits)
    }
}
