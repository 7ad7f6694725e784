//! A change that stands only with somebody's yes: it is kept what stood before it, and a refusal puts that back.

use contracts::{
    CrmWrite, EventData, FieldChange, Verdict,
    state::{Approval, ApprovalStatus, ApprovalsState},
};
use crm::{PersonId, Record, Value};
use jiff::Timestamp;
use model::ApprovalRule;

use super::asking::Looking;
use crate::{
    approved::{is_their_own, values},
    condition::{Evaluation, evaluate},
    deviations::next_change,
    facts::Facts,
    rights::is_there,
    rules::Rules,
    shadow::{said, write},
};

/// Whose it was before the change that is asked about, or was answered last.
pub(super) fn person_before<'a>(
    approvals: &'a ApprovalsState,
    name: &str,
    rule: &ApprovalRule,
) -> Option<&'a PersonId> {
    rule.of_change.as_ref()?;
    approvals.stood.get(name)?.person()
}

/// What follows of a word on a change: what is approved stands from now on, and what is refused is put back. None where
/// it is no change that was answered.
pub(crate) fn settle(
    rules: &Rules,
    record: &Record,
    (name, rule): (&str, &ApprovalRule),
    approvals: &mut ApprovalsState,
    now: Timestamp,
) -> Option<(String, Option<EventData>)> {
    let field = rule.of_change.as_deref()?;
    let status = approvals.asked.get(name)?.status;
    let (is, stood) = (record.fields.get(field), approvals.stood.get(name));
    match status {
        ApprovalStatus::Given => {
            keep(approvals, name, is);
            Some((format!("{field} stays as it was changed"), None))
        }
        ApprovalStatus::Refused => {
            let stood = stood?.clone();
            let back = put_back(record, field, (is, &stood))?;
            let told = said(rules, format!("{field} is put back to {stood}"), now);
            // What is only observed is put back by nobody, so it is what stands.
            if rules.observes_until(now).is_some() {
                keep(approvals, name, is);
            }
            Some((told, Some(write(rules, back, now))))
        }
        ApprovalStatus::Pending | ApprovalStatus::Lapsed => None,
    }
}

fn put_back(
    record: &Record,
    field: &str,
    (is, stood): (Option<&Value>, &Value),
) -> Option<CrmWrite> {
    if field == record.owner_field() {
        return Some(CrmWrite::Owner {
            to: stood.person()?.clone(),
            only_if: record.owner().cloned(),
        });
    }
    let change = FieldChange {
        field: field.to_owned(),
        to: Some(stood.clone()),
        only_if: is.cloned(),
    };
    Some(CrmWrite::Fields { set: vec![change] })
}

fn keep(approvals: &mut ApprovalsState, name: &str, value: Option<&Value>) {
    match value {
        Some(value) => drop(approvals.stood.insert(name.to_owned(), value.clone())),
        None => drop(approvals.stood.remove(name)),
    }
}

/// Whether nobody could have it back: whoever it was is not there any more, or none the model knows.
fn is_gone(facts: &Facts<'_>, stood: &Value) -> bool {
    let person = stood.person();
    person.is_some_and(|it| is_there(facts.rules, it, facts.now).is_err())
}

impl Looking<'_> {
    /// Asks for the change of a field, as long as it holds something else than what stood there. What is first seen of
    /// a record stands, and so does the first value of a field that had none: only what somebody had can be traded.
    pub(super) fn look_at_change(&mut self, name: &str, rule: &ApprovalRule, field: &str) {
        let facts = self.facts;
        let next = next_change(&rule.when, facts);
        self.after.next = self.after.next.into_iter().chain(next).min();
        let is = facts.record.fields.get(field);
        let evaluation = evaluate(&rule.when, facts);
        let Some(stood) = self.after.stood.get(name).cloned() else {
            if let (Some(is), Verdict::Held | Verdict::Unknown) = (is, evaluation.verdict) {
                self.stands(
                    name,
                    rule,
                    Some(is),
                    format!("{field} is {is}, which stands"),
                );
            }
            return;
        };
        let answered_no = |it: &Approval| it.is_pending() || it.status == ApprovalStatus::Refused;
        if is == Some(&stood) {
            self.lapse(name, "the field holds again what stood there", answered_no);
            if evaluation.verdict == Verdict::NotHeld {
                self.after.stood.remove(name);
            }
            return;
        }
        if evaluation.verdict == Verdict::NotHeld {
            self.lapse(name, "it needs none any more", Approval::is_pending);
            self.after.stood.remove(name);
            return;
        }
        if is_gone(facts, &stood) {
            self.lapse(
                name,
                "whose it was is not there any more",
                Approval::is_pending,
            );
            let why = format!("{stood}, whose it was, is not there any more: the change stands");
            self.stands(name, rule, is, why);
            return;
        }
        self.ask_for_change(name, rule, evaluation);
    }

    fn ask_for_change(&mut self, name: &str, rule: &ApprovalRule, evaluation: Evaluation) {
        let facts = self.facts;
        let values = values(facts, name, rule);
        let changed = "a value that it was for has changed";
        self.lapse(name, changed, |it| it.values != values);
        self.lapse(name, "who gave it owns the record by now", |it| {
            is_their_own(facts, rule, it)
        });
        let asked = self.after.asked.get(name);
        let none = asked.is_none_or(|it| it.status == ApprovalStatus::Lapsed);
        if none && evaluation.verdict == Verdict::Held {
            self.ask_because(name, rule, evaluation);
        }
        self.ask_on(name, rule);
        self.time_is_up(name, rule);
    }

    fn stands(&mut self, name: &str, rule: &ApprovalRule, value: Option<&Value>, why: String) {
        keep(&mut self.after, name, value);
        self.say(name, "of_change", rule, why);
    }
}
