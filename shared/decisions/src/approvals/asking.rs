use std::collections::{BTreeMap, BTreeSet};

use contracts::{
    ApprovalAsked, ApprovalLapsed, DecisionDraft, EventData, Notice, Reason, Verdict,
    state::{Approval, ApprovalStatus, ApprovalsState, GateState},
};
use crm::{PersonId, Record};
use jiff::Timestamp;
use model::ApprovalRule;

use super::{
    needed::{is_ahead, is_asked_for},
    who::{asked_of, last_of},
};
use crate::{
    approved::{is_their_own, values},
    condition::{Evaluation, evaluate, verdict},
    deviations::next_change,
    digests::operators,
    facts::Facts,
    reasons::tested,
    rules::Rules,
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
/// Of what is closed or not judged nothing is asked, and what was waits no longer. Of a gate that the record has passed
/// it is asked for once one of these fields has changed, none being all: that it is looked at again asks nobody.
#[must_use]
pub fn look_at(
    rules: &Rules,
    record: &Record,
    gate: Option<&GateState>,
    (before, changed): (Option<&ApprovalsState>, Option<&[String]>),
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
        changed,
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
    let known = looking.after.stood.keys().cloned();
    let gone: Vec<String> = known.filter(|name| rule_of(name).is_none()).collect();
    looking.after.stood.retain(|name, _| !gone.contains(name));
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

pub(super) struct Looking<'a> {
    pub(super) facts: &'a Facts<'a>,
    changed: Option<&'a [String]>,
    pub(super) after: ApprovalsState,
    pub(super) draft: DecisionDraft,
    parts: Vec<String>,
}

impl Looking<'_> {
    fn look(&mut self, name: &str, rule: &ApprovalRule) {
        if let Some(field) = &rule.of_change {
            self.look_at_change(name, rule, field);
            return;
        }
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
        let values = values(self.facts, name, rule);
        let changed = "a value that it was for has changed";
        match verdict(&rule.when, self.facts) {
            // Nobody can say whether it needs one; what was answered is for its values all the same, and to what was
            // asked of others there is no answer.
            Verdict::Unknown => {
                let other = |it: &Approval| it.is_pending() && it.values != values;
                self.lapse(name, changed, other);
                self.time_is_up(name, rule);
                return;
            }
            Verdict::NotHeld => {
                self.lapse(name, "it needs none any more", |_| true);
                return;
            }
            Verdict::Held => {}
        }
        let facts = self.facts;
        let lapsed = self.lapse(name, changed, |it| it.values != values)
            || self.lapse(name, "who gave it owns the record by now", |it| {
                is_their_own(facts, rule, it)
            });
        let asked = self.after.asked.get(name);
        let none = asked.is_none_or(|it| it.status == ApprovalStatus::Lapsed);
        if none && (lapsed || self.is_new(name, rule)) {
            self.ask_because(name, rule, evaluate(&rule.when, self.facts));
        }
        self.ask_on(name, rule);
        self.time_is_up(name, rule);
    }

    /// Asks for it, with why it is needed.
    pub(super) fn ask_because(&mut self, name: &str, rule: &ApprovalRule, evaluation: Evaluation) {
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

    /// Whether what is needed is to be asked for. What was in the CRM before Fairlead looked is past until somebody
    /// changes it, and so is a gate that was passed.
    fn is_new(&self, name: &str, rule: &ApprovalRule) -> bool {
        let record = self.facts.record;
        let bound = |changed: &[String]| changed.iter().any(|it| rule.binds.contains(it));
        let past = record.is_past(record.modified);
        !past && (self.changed.is_none_or(bound) || is_ahead(self.facts, name))
    }

    pub(super) fn say(&mut self, name: &str, word: &str, rule: &ApprovalRule, said: String) {
        self.parts.push(format!("{name}: {said}"));
        let reason = Reason::note(format!("approvals.{name}.{word}"), Some(rule.place), said);
        self.draft.reasons.push(reason);
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
            given: BTreeMap::new(),
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

    pub(super) fn tell(&mut self, to: PersonId, name: &str, run: u32, late: bool) {
        let notice = Notice::ApprovalAsked {
            approval: name.to_owned(),
            run,
            late,
            was: self.after.stood.get(name).cloned(),
        };
        let told = EventData::NoticeRequested { to, notice };
        self.draft.emits.push(told);
    }

    /// Somebody else is asked besides, once.
    pub(super) fn time_is_up(&mut self, name: &str, rule: &ApprovalRule) {
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
            None => "nobody is left to ask besides, the operators are told".to_owned(),
        };
        let nobody = asked.of.is_empty();
        self.parts
            .push(format!("{name} not answered in time: {said}"));
        let reason = Reason::note(format!("approvals.{name}.finally"), Some(rule.place), said);
        self.draft.reasons.push(reason);
        let who = match last {
            Some(last) => [last].into(),
            // They were told when it was asked of nobody.
            None if nobody => BTreeSet::new(),
            None => operators(self.facts.rules),
        };
        for to in who {
            self.tell(to, name, run, true);
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

    /// Lapses what was asked, if it is such; whether it did.
    pub(super) fn lapse(
        &mut self,
        name: &str,
        why: &str,
        which: impl Fn(&Approval) -> bool,
    ) -> bool {
        let Some(asked) = self.after.asked.get_mut(name) else {
            return false;
        };
        if asked.status == ApprovalStatus::Lapsed || !which(asked) {
            return false;
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
        true
    }
}
