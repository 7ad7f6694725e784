use business_time::Calendar;
use contracts::{
    CrmWrite, EventData, Notice,
    state::{Clock, ClockStatus, KeptHandOff, KeptTerms, Step},
};
use crm::PersonId;
use jiff::Timestamp;
use model::{Reassign, Recipient};

use super::{calculate::zoned, context::Context};
use crate::{condition::length, people::recipients, rules::Rules, shadow};

impl Context<'_> {
    /// Does what has fallen due by `now`: warnings, breaches, escalation steps, in this order. After
    /// an outage everything that was missed is done at once, except warnings of what is late already.
    pub(super) fn fire(&mut self, now: Timestamp) {
        for name in self.names() {
            if let Some((mut clock, kept)) = self.take(&name)
                && clock.status == ClockStatus::Running
                && clock.due <= now
            {
                self.breach(&name, &mut clock, now);
                self.put(&name, clock, kept);
                if self.stands_still(&name, now) {
                    // Since when, nobody has said; the copy shows it since it was made.
                    self.hold_steps(&name, self.record.modified.min(now));
                }
            }
            let Some((mut clock, mut kept)) = self.take(&name) else {
                continue;
            };
            if clock.status == ClockStatus::Running && clock.warn_at.is_some_and(|warn| warn <= now)
            {
                self.warn(&name, &mut clock, now);
                kept.warned = true;
            }
            if clock.status == ClockStatus::Late {
                self.take_steps(&name, &mut clock, &mut kept, now);
            }
            self.put(&name, clock, kept);
        }
    }

    fn take_steps(&mut self, name: &str, clock: &mut Clock, kept: &mut KeptTerms, now: Timestamp) {
        let (due, mut later): (Vec<_>, Vec<_>) =
            clock.steps.drain(..).partition(|step| step.at <= now);
        for mut step in due {
            let mut terms = kept.steps.iter();
            let terms = terms.find(|it| it.number == step.number).cloned();
            let tell = step.tell.as_ref();
            let people = tell.map(|tell| recipients(tell, Some(&clock.owner), self.staffing, now));
            let waits = terms
                .as_ref()
                .is_some_and(|terms| terms.within_working_time);
            match self
                .next_working_time(people.as_deref().unwrap_or_default(), now)
                .filter(|_| waits)
            {
                Some((at, who)) => {
                    self.postpone(name, &step, at, &who);
                    kept.postponed.insert(step.number);
                    step.at = at;
                    later.push(step);
                }
                None => {
                    if let Some(of) = kept.policy.hand_off.clone() {
                        let moves = terms.and_then(|terms| terms.move_to);
                        let does = (step.number, moves, step.tell);
                        let moves_to = self.left_lying(name, (clock, &of), does, now);
                        let leaves_for = moves_to.or(of.leaves_for.clone());
                        kept.policy.hand_off = Some(KeptHandOff { leaves_for, ..of });
                        continue;
                    }
                    if let Some(people) = people {
                        self.escalate(name, clock, &step, people);
                    }
                    let Some(terms) = terms else { continue };
                    if let Some(stage) = terms.move_to {
                        self.move_to(name, step.number, stage, now);
                    }
                    if let Some(terms) = terms.reassign {
                        self.reassign(name, clock, step.number, terms, now);
                    }
                }
            }
        }
        later.sort_by_key(|step| (step.at, step.number));
        clock.steps = later;
    }

    /// The first instant after `now` at which one of these people works, and who; none if one of
    /// them works now, or none ever does.
    fn next_working_time(
        &self,
        people: &[PersonId],
        now: Timestamp,
    ) -> Option<(Timestamp, PersonId)> {
        let mut first: Option<(Timestamp, PersonId)> = None;
        for person in people {
            let calendar = self.hours_of(person)?;
            if calendar.is_open(now) {
                return None;
            }
            let Ok(opens) = calendar.next_opening(now) else {
                continue;
            };
            if first.as_ref().is_none_or(|(at, _)| opens < *at) {
                first = Some((opens, person.clone()));
            }
        }
        first
    }

    /// A person's hours, whether or not they are away: a late clock does not wait for a holiday to
    /// end.
    fn hours_of(&self, person: &PersonId) -> Option<&Calendar> {
        self.staffing
            .calendar(self.staffing.calendar_name_of(person)?)
    }

    fn postpone(&mut self, name: &str, step: &Step, at: Timestamp, who: &PersonId) {
        let opens = self
            .hours_of(who)
            .map_or_else(|| at.to_string(), |calendar| zoned(calendar, at));
        let number = step.number;
        self.reason(
            name,
            format!("step {number} waits for the working time of {who}, {opens}"),
        );
        self.say(format!("{name}: step {number} waits for working time"));
    }

    fn warn(&mut self, name: &str, clock: &mut Clock, now: Timestamp) {
        clock.warn_at = None;
        let left = length(clock.due.duration_since(now));
        self.reason(name, format!("not met yet, and due in {left}"));
        self.say(format!("{name} warned"));
        self.emit(EventData::ClockWarned {
            clock: name.to_owned(),
            instance: clock.instance,
            due: clock.due,
        });
        for to in recipients(&Recipient::Owner, Some(&clock.owner), self.staffing, now) {
            self.emit(EventData::NoticeRequested {
                to,
                notice: Notice::ClockWarning {
                    clock: name.to_owned(),
                    due: clock.due,
                },
            });
        }
    }

    fn breach(&mut self, name: &str, clock: &mut Clock, now: Timestamp) {
        clock.status = ClockStatus::Late;
        clock.warn_at = None;
        let noticed = now.duration_since(clock.due);
        let delay = if noticed.as_mins() > 1 {
            format!(" (noticed {} later)", length(noticed))
        } else {
            String::new()
        };
        let note = format!("not met within {}{delay}", clock.budget);
        self.reason(name, note);
        self.say(format!("{name} breached"));
        self.emit(EventData::ClockBreached {
            clock: name.to_owned(),
            instance: clock.instance,
            due: clock.due,
        });
    }

    fn escalate(&mut self, name: &str, clock: &Clock, step: &Step, people: Vec<PersonId>) {
        let names: Vec<String> = people.iter().map(ToString::to_string).collect();
        if names.is_empty() {
            let nobody = format!("step {}: nobody to tell", step.number);
            self.reason(name, nobody.clone());
            self.say(nobody);
            return;
        }
        self.reason(
            name,
            format!("step {}: tell {}", step.number, names.join(", ")),
        );
        self.say(format!("{} told", names.join(", ")));
        for to in people {
            if to != clock.owner {
                self.emit(EventData::ClockEscalated {
                    clock: name.to_owned(),
                    instance: clock.instance,
                    step: step.number,
                    to: to.clone(),
                });
            }
            self.emit(EventData::NoticeRequested {
                to,
                notice: Notice::ClockLate {
                    clock: name.to_owned(),
                    due: clock.due,
                    step: step.number,
                },
            });
        }
    }

    /// Whose it will be, lead-routing decides.
    fn reassign(&mut self, name: &str, clock: &Clock, step: u32, terms: Reassign, at: Timestamp) {
        self.reason(
            name,
            format!(
                "step {step}: {} let it run out; another member of the pool is to have it",
                clock.owner
            ),
        );
        self.say("to be reassigned".to_owned());
        self.emit(EventData::ReassignRequested(contracts::ReassignRequested {
            from: clock.owner.clone(),
            clock: name.to_owned(),
            instance: clock.instance,
            step,
            terms,
            at,
        }));
    }

    fn move_to(&mut self, name: &str, step: u32, stage: String, now: Timestamp) {
        let facts = self.facts(now);
        let only_if = facts.stage().map(str::to_owned);
        if only_if.as_deref() == Some(stage.as_str()) {
            return;
        }
        if !facts.can_stand_at(&stage) {
            let note = format!("step {step}: {stage} is no stage of the journey that it is on");
            self.reason(name, note);
            return;
        }
        let rules: &Rules = self.staffing;
        let reason = format!("step {step}: move the record to {stage}");
        let (reason, moved) = (
            shadow::said(rules, reason, now),
            shadow::said(rules, format!("moved to {stage}"), now),
        );
        let write = CrmWrite::Stage { to: stage, only_if };
        let write = shadow::write(rules, write, now);
        self.reason(name, reason);
        self.say(moved);
        self.emit(write);
    }
}
