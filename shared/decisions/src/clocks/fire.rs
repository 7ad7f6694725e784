use contracts::{
    DecisionDraft, EventData, Notice, Reason,
    state::{Clock, ClockStatus, ClocksState, Step},
};
use jiff::Timestamp;
use operating_model::{Place, Recipient};

use super::Clocked;
use crate::{condition::length, people::recipients, rules::Rules};

/// Does what has fallen due by `now`: warnings, breaches, escalation steps, in this order. After
/// an outage everything that was missed is done at once, except warnings of what is late already.
#[must_use]
pub fn fire(rules: &Rules, before: Option<&ClocksState>, now: Timestamp) -> Option<Clocked> {
    let mut clocks = before?.clone();
    let mut draft = DecisionDraft::default();
    let mut said = Vec::new();
    for (name, clock) in &mut clocks.clocks {
        let place = rules.model.clocks.get(name).map(|terms| terms.place);
        let mut firing = Firing {
            rules,
            name,
            place,
            draft: &mut draft,
            said: &mut said,
        };
        if clock.status == ClockStatus::Running && clock.due <= now {
            firing.breach(clock, now);
        } else if clock.status == ClockStatus::Running
            && clock.warn_at.is_some_and(|warn| warn <= now)
        {
            firing.warn(clock, now);
        }
        if clock.status == ClockStatus::Late {
            let (due, later): (Vec<_>, Vec<_>) =
                clock.steps.drain(..).partition(|step| step.at <= now);
            clock.steps = later;
            for step in due {
                firing.escalate(clock, &step);
            }
        }
    }
    draft.outcome = said.join("; ");
    (!said.is_empty()).then_some(Clocked { draft, clocks })
}

struct Firing<'a> {
    rules: &'a Rules,
    name: &'a str,
    place: Option<Place>,
    draft: &'a mut DecisionDraft,
    said: &'a mut Vec<String>,
}

impl Firing<'_> {
    fn reason(&mut self, note: String) {
        let rule = format!("clocks.{}", self.name);
        self.draft
            .reasons
            .push(Reason::note(rule, self.place, note));
    }

    fn warn(&mut self, clock: &mut Clock, now: Timestamp) {
        clock.warn_at = None;
        let left = length(clock.due.duration_since(now));
        self.reason(format!("not met yet, and due in {left}"));
        self.said.push(format!("{} warned", self.name));
        self.draft.emits.push(EventData::ClockWarned {
            clock: self.name.to_owned(),
            instance: clock.instance,
            due: clock.due,
        });
        for to in recipients(&Recipient::Owner, Some(&clock.owner), self.rules) {
            self.draft.emits.push(EventData::NoticeRequested {
                to,
                notice: Notice::ClockWarning {
                    clock: self.name.to_owned(),
                    due: clock.due,
                },
            });
        }
    }

    fn breach(&mut self, clock: &mut Clock, now: Timestamp) {
        clock.status = ClockStatus::Late;
        clock.warn_at = None;
        let noticed = now.duration_since(clock.due);
        let delay = if noticed.as_mins() > 1 {
            format!(" (noticed {} later)", length(noticed))
        } else {
            String::new()
        };
        self.reason(format!(
            "{} have passed without its being met{delay}",
            clock.budget
        ));
        self.said.push(format!("{} breached", self.name));
        self.draft.emits.push(EventData::ClockBreached {
            clock: self.name.to_owned(),
            instance: clock.instance,
            due: clock.due,
        });
    }

    fn escalate(&mut self, clock: &Clock, step: &Step) {
        let told = recipients(&step.tell, Some(&clock.owner), self.rules);
        let names: Vec<String> = told.iter().map(ToString::to_string).collect();
        if names.is_empty() {
            self.reason(format!("step {}: nobody to tell", step.number));
            self.said
                .push(format!("step {}: nobody to tell", step.number));
            return;
        }
        self.reason(format!("step {}: tell {}", step.number, names.join(", ")));
        self.said.push(format!("{} told", names.join(", ")));
        for to in told {
            if to != clock.owner {
                self.draft.emits.push(EventData::ClockEscalated {
                    clock: self.name.to_owned(),
                    instance: clock.instance,
                    step: step.number,
                    to: to.clone(),
                });
            }
            self.draft.emits.push(EventData::NoticeRequested {
                to,
                notice: Notice::ClockLate {
                    clock: self.name.to_owned(),
                    due: clock.due,
                    step: step.number,
                },
            });
        }
    }
}
