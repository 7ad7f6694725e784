//! What follows when a deviation lasts: its steps, each once an opening.

use std::collections::{BTreeMap, BTreeSet};

use business_time::BusinessAmount;
use contracts::{
    CrmWrite, DeviationStepTaken, EventData, FieldChange, Finding, Notice, Reason, StepCame,
    Verdict,
    state::{AutomaticMove, DeviationsState, StepsTaken},
};
use crm::{FieldRef, PersonId, Value};
use jiff::{SignedDuration, Timestamp};
use model::{Acts, DeviationRule, DeviationStep, GateMode, Recipient};

use crate::{
    condition::wall, digests::operators, facts::Facts, gates, people::recipients, setting,
};

/// The most that steps do to one record within a day. What goes round through the CRM has no causes that reach
/// back, so it is counted at the record.
const MOST_IN_A_DAY: usize = 8;
const A_DAY: SignedDuration = SignedDuration::from_hours(24);

/// The steps of one deviation that is open.
pub(super) struct Steps<'a> {
    pub(super) name: &'a str,
    pub(super) rule: &'a DeviationRule,
    pub(super) facts: &'a Facts<'a>,
}

/// What came of the steps that were due.
#[derive(Default)]
pub(super) struct Came {
    pub(super) parts: Vec<String>,
    pub(super) reasons: Vec<Reason>,
    pub(super) emits: Vec<EventData>,
    /// When the next one is due.
    pub(super) next: Option<Timestamp>,
}

/// When a step is due that is the nth, from 0; none if that is beyond all time.
pub(crate) fn due(steps: &[DeviationStep], nth: usize, from: Timestamp) -> Option<Timestamp> {
    let mut at = from;
    for step in steps.get(..=nth)? {
        let after = step.after.and_then(|after: BusinessAmount| wall(after));
        let start = if step.after_previous { at } else { from };
        at = start.checked_add(after.unwrap_or_default()).ok()?;
    }
    Some(at)
}

impl Steps<'_> {
    /// Takes the steps that are due. A record that is on its way from one stage to another is left until it
    /// stands.
    pub(super) fn take(&self, after: &mut DeviationsState) -> Came {
        let mut came = Came::default();
        if self.rule.steps.is_empty() || self.is_moving() {
            return came;
        }
        let Some(open) = after.open.get(self.name) else {
            return came;
        };
        let now = self.facts.now;
        let begin = || StepsTaken {
            from: now,
            taken: 0,
        };
        let mut kept = open.steps.clone().unwrap_or_else(begin);
        loop {
            let nth = usize::try_from(kept.taken).unwrap_or(usize::MAX);
            let Some(step) = self.rule.steps.get(nth) else {
                break;
            };
            match due(&self.rule.steps, nth, kept.from) {
                Some(at) if at <= now => {}
                later => {
                    came.next = later;
                    break;
                }
            }
            kept.taken = kept.taken.saturating_add(1);
            let acted = self.step(step, kept.taken, after, &mut came);
            if acted {
                // What else is due is judged by what the CRM shows then.
                let nth = nth.saturating_add(1);
                came.next = due(&self.rule.steps, nth, kept.from).map(|at| at.max(now));
                break;
            }
        }
        if let Some(open) = after.open.get_mut(self.name) {
            open.steps = Some(kept);
        }
        came
    }

    fn is_moving(&self) -> bool {
        self.facts.rightful_stage() != self.facts.stage()
    }

    /// One step; whether it moves the record.
    fn step(
        &self,
        step: &DeviationStep,
        number: u32,
        after: &mut DeviationsState,
        came: &mut Came,
    ) -> bool {
        let from = self.facts.stage().unwrap_or_default();
        let to = step.move_to.as_deref().filter(|to| *to != from);
        let to = to.filter(|to| self.facts.can_stand_at(to));
        let set = setting::changes(self.facts, &step.set);
        let mut doing = Doing {
            steps: self,
            step,
            number,
            to,
            set,
            unmet: Vec::new(),
        };
        let how = match self.facts.rules.acts_of(self.rule, self.facts.now) {
            Acts::Observe => StepCame::Observed,
            Acts::Warn => StepCame::Warned,
            Acts::Act => doing.act(from, after, came),
        };
        doing.tell(how, came);
        let did = doing.words();
        came.parts.push(format!(
            "{}: step {number} {}: {did}",
            self.name,
            how.word()
        ));
        came.reasons.push(Reason {
            rule: format!("deviations.{}.steps.{number}", self.name),
            place: Some(step.place),
            verdict: match how {
                StepCame::Refused | StepCame::Stopped => Verdict::NotHeld,
                _ => Verdict::Held,
            },
            findings: Vec::new(),
            note: Some(format!("{}: {did}", how.word())),
        });
        came.emits
            .push(EventData::DeviationStepTaken(DeviationStepTaken {
                deviation: self.name.to_owned(),
                step: number,
                came: how,
                move_to: to.map(str::to_owned),
                set: doing.set_in_words(),
            }));
        how == StepCame::Done && to.is_some()
    }
}

struct Doing<'a> {
    steps: &'a Steps<'a>,
    step: &'a DeviationStep,
    number: u32,
    to: Option<&'a str>,
    set: Vec<FieldChange>,
    unmet: Vec<String>,
}

impl Doing<'_> {
    /// Asks for the write, unless the gate would refuse the move or too much was done.
    fn act(&mut self, from: &str, after: &mut DeviationsState, came: &mut Came) -> StepCame {
        let facts = self.steps.facts;
        if self.to.is_none() && self.set.is_empty() {
            return StepCame::Done;
        }
        after.acted.retain(|at| facts.ago(*at) < A_DAY);
        if after.acted.len() >= MOST_IN_A_DAY {
            return StepCame::Stopped;
        }
        let mut all = Vec::new();
        if let Some(to) = self.to {
            let stage = FieldChange {
                field: "stage".to_owned(),
                to: Some(Value::Text(to.to_owned())),
                only_if: Some(Value::Text(from.to_owned())),
            };
            all.push(stage);
        }
        all.extend(self.set.iter().cloned());
        if let Some(to) = self.to {
            let record = setting::with(facts.record, &all);
            let then = Facts {
                record: &record,
                ..*facts
            };
            let Some(foreseen) = gates::foresee(&then, from, to) else {
                return StepCame::Refused;
            };
            let reasons = foreseen.reasons.into_iter();
            came.reasons
                .extend(reasons.map(|reason| self.without_set(reason)));
            let turns_back = facts
                .lifecycle()
                .is_some_and(|it| it.gate == GateMode::TurnBack);
            self.unmet = foreseen.unmet;
            if turns_back && !self.unmet.is_empty() {
                return StepCame::Refused;
            }
            // A move that is only warned of uses no exception: it passes nothing.
            if self.unmet.is_empty() {
                came.emits.extend(foreseen.used);
            }
            after.moved = self.unmet.is_empty().then(|| AutomaticMove {
                deviation: self.steps.name.to_owned(),
                from: from.to_owned(),
                to: to.to_owned(),
                at: facts.now,
            });
        }
        after.acted.push(facts.now);
        came.emits.push(EventData::CrmWriteRequested {
            write: CrmWrite::Fields { set: all },
        });
        StepCame::Done
    }

    /// A reason without what was found only in what the step sets: the record does not hold it yet.
    fn without_set(&self, mut reason: Reason) -> Reason {
        let facts = self.steps.facts;
        let kind = facts.record.id.kind;
        let set: BTreeSet<FieldRef> = self
            .set
            .iter()
            .map(|it| FieldRef::new(kind, &it.field))
            .collect();
        let is_set = |finding: &Finding| {
            let Ok(field) = finding.field.parse::<FieldRef>() else {
                return false;
            };
            let of_stage =
                field.kind == kind && matches!(field.name.as_str(), "stage" | "open" | "journey");
            of_stage || !facts.rules.model.field_leans_on(&field).is_disjoint(&set)
        };
        let before = reason.findings.len();
        reason.findings.retain(|finding| !is_set(finding));
        if reason.findings.len() < before {
            reason.note = Some("by what the step sets".to_owned());
        }
        reason
    }

    /// Who hears of it: nobody of what is only observed, the operators of what could not be done.
    fn tell(&self, how: StepCame, came: &mut Came) {
        let facts = self.steps.facts;
        let owner = [Recipient::Owner];
        let people: Vec<PersonId> = match how {
            StepCame::Observed => Vec::new(),
            StepCame::Refused | StepCame::Stopped => operators(facts.rules).into_iter().collect(),
            StepCame::Done => self.of(&self.step.tell),
            StepCame::Warned => self.of(owner.iter().chain(&self.step.tell)),
        };
        came.emits
            .extend(people.into_iter().map(|to| EventData::NoticeRequested {
                to,
                notice: Notice::DeviationStep {
                    deviation: self.steps.name.to_owned(),
                    step: self.number,
                    came: how,
                    move_to: self.to.map(str::to_owned),
                    set: self.set_in_words(),
                    unmet: self.unmet.clone(),
                },
            }));
    }

    fn of<'r>(&self, all: impl IntoIterator<Item = &'r Recipient>) -> Vec<PersonId> {
        let facts = self.steps.facts;
        let mut people = Vec::new();
        for who in all {
            for person in recipients(who, facts.record.owner(), facts.rules, facts.now) {
                if !people.contains(&person) {
                    people.push(person);
                }
            }
        }
        people
    }

    fn set_in_words(&self) -> BTreeMap<String, String> {
        let set = self.set.iter();
        set.map(|it| (it.field.clone(), it.word())).collect()
    }

    fn words(&self) -> String {
        let mut parts = Vec::new();
        if let Some(to) = self.to {
            parts.push(format!("move to {to}"));
        }
        if !self.set.is_empty() {
            parts.push(format!("set {}", setting::words(&self.set)));
        }
        let told = self.of(&self.step.tell);
        if !told.is_empty() {
            let names: Vec<&str> = told.iter().map(PersonId::as_str).collect();
            parts.push(format!("tell {}", names.join(", ")));
        }
        if parts.is_empty() {
            parts.push("nothing to do: it is so already".to_owned());
        }
        if !self.unmet.is_empty() {
            parts.push(format!("not met: {}", self.unmet.join("; ")));
        }
        parts.join(", ")
    }
}
