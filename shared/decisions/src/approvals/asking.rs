use contracts::{
    ApprovalAsked, ApprovalLapsed, DecisionDraft, EventData, Notice, Reason, Verdict,
    state::{Approval, ApprovalStatus, ApprovalsState, GateState},
};
use crm::{FieldRef, PersonId, Record};
use jiff::Timestamp;
use model::{ApprovalRule, Condition, approval_field};

use super::who::{asked_of, last_of};
use crate::{
    approved::values, condition::evaluate, deviations::next_change, digests::operators,
    facts::Facts, reasons::tested, rules::Rules,
};

/// A decision about approvals and the state it leads to.
#[must_use]
#[derive(Debug, Clone, PartialEq)]
pub struct Looked {
    /// The decision.
    pub draft: DecisionDraft,
    /// stage-gates' item.
    pub approvals: ApprovalsState,
}

/// Looks at what is to be approved of a record, where its gate says that it stands: asks for what it has come to need,
/// once of the same values, and lapses what was asked or answered of others. What was not answered in time is brought
/// before somebody else. None if nothing changes.
///
/// Of what is closed or not judged nothing is asked, and what was waits no longer.
#[must_use]
pub fn look_at(
    rules: &Rules,
    record: &Record,
    gate: Option<&GateState>,
    before: Option<&ApprovalsState>,
    now: Timestamp,
) -> Option<Looked> {
    if before.is_none() && rules.model.approvals.is_empty() {
        return None;
    }
    let facts = Facts {
        gate,
        approvals: before,
        ..Facts::of(rules, record, now)
    };
    let mut looking = Looking {
        facts: &facts,
        after: before.cloned().unwrap_or_default(),
        draft: DecisionDraft::default(),
        parts: Vec::new(),
    };
    looking.after.next = None;
    let open = is_open(&facts);
    let names: Vec<String> = looking.after.asked.keys().cloned().collect();
    let rule_of = |name: &str| {
        let rule = rules.model.approvals.get(name);
        rule.filter(|rule| open && rule.record == record.id.kind)
    };
    for name in names.iter().filter(|name| rule_of(name).is_none()) {
        looking.wait_no_longer(name);
    }
    for (name, rule) in &rules.model.approvals {
        if rule_of(name).is_some() {
            looking.look(name, rule);
        }
    }
    let Looking {
        after,
        mut draft,
        parts,
        ..
    } = looking;
    if before.cloned().unwrap_or_default() == after {
        return None;
    }
    draft.outcome = match parts.as_slice() {
        [] => "what is to be approved is looked at again later".to_owned(),
        parts => parts.join("; "),
    };
    Some(Looked {
        draft,
        approvals: after,
    })
}

/// Whether the record's journey goes on from where it rightly stands.
pub(super) fn is_open(facts: &Facts<'_>) -> bool {
    let kind = facts.record.id.kind;
    let stage = facts.rightful_stage();
    let stage = stage.and_then(|stage| facts.model().stage(kind, stage));
    let closed = stage.is_some_and(|(_, stage)| stage.closes);
    !facts.record.archived && facts.stands().is_judged() && !closed
}

/// Whether a gate of the record's journey asks for an approval, or a deviation of such records.
fn is_asked_for(facts: &Facts<'_>, name: &str) -> bool {
    let field = FieldRef::new(facts.record.id.kind, approval_field(name));
    let stages = facts.lifecycle().into_iter().flat_map(|it| &it.stages);
    let mut criteria = stages.flat_map(|stage| stage.enter.iter().chain(&stage.leave.criteria));
    let mut deviations = facts.model().deviations.values();
    criteria.any(|it| asks(&it.when, &field)) || deviations.any(|it| asks(&it.when, &field))
}

/// Whether a condition asks for a field itself. No named condition asks for an approval.
fn asks(condition: &Condition, field: &FieldRef) -> bool {
    match condition {
        Condition::All(parts) | Condition::Any(parts) | Condition::None(parts) => {
            parts.iter().any(|part| asks(part, field))
        }
        Condition::Is(..) => false,
        Condition::Test(test) => test.field == *field,
    }
}

struct Looking<'a> {
    facts: &'a Facts<'a>,
    after: ApprovalsState,
    draft: DecisionDraft,
    parts: Vec<String>,
}

impl Looking<'_> {
    fn look(&mut self, name: &str, rule: &ApprovalRule) {
        if !is_asked_for(self.facts, name) {
            self.lapse(
                name,
                "nothing asks for it on the record's journey",
                Approval::is_pending,
            );
            return;
        }
        let next = next_change(&rule.when, self.facts);
        self.after.next = self.after.next.into_iter().chain(next).min();
        let evaluation = evaluate(&rule.when, self.facts);
        match evaluation.verdict {
            // Nobody can say whether it needs one; what was answered is for its values all the same.
            Verdict::Unknown => {
                self.time_is_up(name, rule);
                return;
            }
            Verdict::NotHeld => {
                self.lapse(name, "it needs none any more", |_| true);
                return;
            }
            Verdict::Held => {}
        }
        let values = values(self.facts, name, rule);
        self.lapse(name, "a value that it was for has changed", |it| {
            it.values != values
        });
        let asked = self.after.asked.get(name);
        if asked.is_none_or(|it| it.status == ApprovalStatus::Lapsed) {
            tested(&evaluation.findings, &mut self.draft.facts);
            let note = self.ask(name, rule);
            self.draft.reasons.push(Reason {
                rule: format!("approvals.{name}"),
                place: Some(rule.place),
                verdict: Verdict::Held,
                findings: evaluation.findings,
                note: Some(note),
            });
        }
        self.ask_on(name, rule);
        self.time_is_up(name, rule);
    }

    /// Where nobody is left of those who were asked, as the record has become their own or they are gone, those who may
    /// now are asked.
    fn ask_on(&mut self, name: &str, rule: &ApprovalRule) {
        let may = asked_of(rule, self.facts).map(|it| it.people);
        let may = may.unwrap_or_default();
        let Some(asked) = self.after.asked.get_mut(name) else {
            return;
        };
        let left = asked
            .of
            .iter()
            .chain(&asked.last)
            .any(|it| may.contains(it));
        if !asked.is_pending() || left || may.is_empty() {
            return;
        }
        let run = asked.run;
        asked.of.clone_from(&may);
        let people: Vec<&str> = may.iter().map(PersonId::as_str).collect();
        let said = format!(
            "nobody of those who were asked may answer any more: {} is asked",
            people.join(", ")
        );
        self.parts.push(format!("{name}: {said}"));
        let reason = Reason::note(format!("approvals.{name}.by"), Some(rule.place), said);
        self.draft.reasons.push(reason);
        for to in may {
            self.tell(to, name, run, false);
        }
    }

    /// Asks for an approval of the values as they are; who is asked, in words.
    fn ask(&mut self, name: &str, rule: &ApprovalRule) -> String {
        let Some(asked) = asked_of(rule, self.facts) else {
            return "nobody is named who could give it".to_owned();
        };
        let now = self.facts.now;
        let run = self.after.asked.get(name).map_or(1, |it| it.run + 1);
        let due = rule.within.as_ref().and_then(|(within, _)| {
            let first = asked.people.first();
            let calendar = first.and_then(|first| self.facts.rules.calendar_name_of(first));
            let calendar = calendar.and_then(|name| self.facts.rules.calendar(name));
            // Where nobody is left who may, the time is up at once.
            calendar.map_or(Some(now), |calendar| calendar.due(now, within).ok())
        });
        let approval = Approval {
            run,
            values: values(self.facts, name, rule),
            since: now,
            right: asked.right.to_owned(),
            of: asked.people.clone(),
            last: None,
            due,
            given: std::collections::BTreeMap::new(),
            status: ApprovalStatus::Pending,
            by: None,
            at: None,
            reason: None,
        };
        self.after.asked.insert(name.to_owned(), approval);
        self.draft
            .emits
            .push(EventData::ApprovalAsked(ApprovalAsked {
                approval: name.to_owned(),
                run,
                right: asked.right.to_owned(),
                of: asked.people.clone(),
                due,
            }));
        let people: Vec<&str> = asked.people.iter().map(PersonId::as_str).collect();
        let (who, said) = if people.is_empty() {
            let nobody = "nobody, since nobody is left who may".to_owned();
            (operators(self.facts.rules), nobody)
        } else {
            (asked.people.clone(), people.join(", "))
        };
        for to in who {
            self.tell(to, name, run, false);
        }
        self.parts.push(format!("{name} asked of {said}"));
        let all = if rule.all {
            "all of them give it"
        } else {
            "one of them gives it"
        };
        format!("asked of {said}, by the right {}: {all}", asked.right)
    }

    fn tell(&mut self, to: PersonId, name: &str, run: u32, late: bool) {
        let notice = Notice::ApprovalAsked {
            approval: name.to_owned(),
            run,
            late,
        };
        let told = EventData::NoticeRequested { to, notice };
        self.draft.emits.push(told);
    }

    /// Somebody else is asked besides, once.
    fn time_is_up(&mut self, name: &str, rule: &ApprovalRule) {
        let Some(asked) = self.after.asked.get_mut(name) else {
            return;
        };
        let now = self.facts.now;
        if !asked.is_pending() || asked.due.is_none_or(|due| now < due) {
            return;
        }
        asked.due = None;
        let last = last_of(rule, self.facts);
        asked.last.clone_from(&last);
        let run = asked.run;
        let said = match &last {
            Some(last) => format!("{last} is asked besides"),
            None => "nobody is left to ask besides".to_owned(),
        };
        self.parts
            .push(format!("{name} not answered in time: {said}"));
        let reason = Reason::note(format!("approvals.{name}.finally"), Some(rule.place), said);
        self.draft.reasons.push(reason);
        if let Some(last) = last {
            self.tell(last, name, run, true);
        }
    }

    /// What is asked of a record of which nothing is asked any more.
    fn wait_no_longer(&mut self, name: &str) {
        self.lapse(
            name,
            "nothing is asked of the record any more",
            Approval::is_pending,
        );
    }

    fn lapse(&mut self, name: &str, why: &str, which: impl Fn(&Approval) -> bool) {
        let Some(asked) = self.after.asked.get_mut(name) else {
            return;
        };
        if asked.status == ApprovalStatus::Lapsed || !which(asked) {
            return;
        }
        let was = asked.status.word();
        asked.status = ApprovalStatus::Lapsed;
        asked.at = Some(self.facts.now);
        asked.due = None;
        let lapsed = ApprovalLapsed {
            approval: name.to_owned(),
            run: asked.run,
        };
        self.parts
            .push(format!("{name} lapsed, which was {was}: {why}"));
        let place = self.facts.model().approvals.get(name).map(|it| it.place);
        let reason = Reason::note(format!("approvals.{name}.binds"), place, why);
        self.draft.reasons.push(reason);
        self.draft.emits.push(EventData::ApprovalLapsed(lapsed));
    }
}
