//! What becomes of an asking as people come and go.

use std::collections::BTreeSet;

use contracts::{ApprovalSettled, state::ApprovalStatus};
use crm::PersonId;
use model::ApprovalRule;

use super::{
    asking::Looking,
    change::{person_before, settle},
    settled::settled,
    who::asked_of,
};
use crate::{approved::whose, digests::operators, rights::is_there};

impl Looking<'_> {
    /// Whoever may answer by now and was not asked is asked: they have got the right, or nobody is left of those who
    /// were, as the record has become their own or they are gone. Where all have to give it and all who may now have,
    /// it is given.
    pub(super) fn ask_on(&mut self, name: &str, rule: &ApprovalRule) {
        let may = asked_of(rule, self.facts).map(|it| it.people);
        let may = may.unwrap_or_default();
        let Some(asked) = self.after.asked.get(name).filter(|it| it.is_pending()) else {
            return;
        };
        if may.is_empty() {
            return self.nobody_left(name, rule);
        }
        if rule.all && may.iter().all(|it| asked.given.contains_key(it)) {
            return self.all_have(name, rule, &may);
        }
        let new: Vec<PersonId> = may.difference(&asked.of).cloned().collect();
        if new.is_empty() {
            return;
        }
        let mut before = asked.of.iter().chain(&asked.last);
        let left = before.any(|it| may.contains(it));
        let (run, last) = (asked.run, asked.last.clone());
        let people: Vec<&str> = new.iter().map(PersonId::as_str).collect();
        let people = people.join(", ");
        let said = match left {
            true => format!("asked of {people} as well, who may answer by now"),
            false => {
                format!("nobody of those who were asked may answer any more: {people} is asked")
            }
        };
        if let Some(asked) = self.after.asked.get_mut(name) {
            asked.of.retain(|_| left);
            asked.of.extend(new.iter().cloned());
        }
        self.say(name, "by", rule, said);
        for to in new.into_iter().filter(|it| last.as_ref() != Some(it)) {
            self.tell(to, name, run, false);
        }
    }

    /// Nobody may answer any more: those who operate Fairlead hear so, once.
    fn nobody_left(&mut self, name: &str, rule: &ApprovalRule) {
        let Some(asked) = self.after.asked.get_mut(name) else {
            return;
        };
        let (facts, run) = (self.facts, asked.run);
        let last = asked.last.as_ref();
        let last = last.filter(|it| whose(facts.record, rule) != Some(*it));
        let waits = last.is_some_and(|it| is_there(facts.rules, it, facts.now).is_ok());
        if waits || asked.of.is_empty() {
            return;
        }
        asked.of.clear();
        let said = "nobody is left who may answer: the operators are told";
        self.say(name, "by", rule, said.to_owned());
        for to in operators(facts.rules) {
            self.tell(to, name, run, false);
        }
    }

    /// Who was still missing may not answer any more, and all the others have given it.
    fn all_have(&mut self, name: &str, rule: &ApprovalRule, may: &BTreeSet<PersonId>) {
        let Some(asked) = self.after.asked.get_mut(name) else {
            return;
        };
        let given = asked.given.iter().filter(|(by, _)| may.contains(*by));
        let Some((by, _)) = given.max_by_key(|(_, at)| **at) else {
            return;
        };
        let by = by.clone();
        asked.status = ApprovalStatus::Given;
        asked.by = Some(by.clone());
        asked.at = Some(self.facts.now);
        asked.due = None;
        let it = ApprovalSettled {
            approval: name.to_owned(),
            run: asked.run,
            by,
            reason: None,
        };
        let said = "given by all who may answer by now";
        self.say(name, "needs", rule, said.to_owned());
        let facts = self.facts;
        let other = [
            person_before(&self.after, name, rule),
            whose(facts.record, rule),
        ];
        let others = other.into_iter().flatten();
        let follows = settled(facts.rules, facts.record, (it, true), others);
        settle(
            facts.rules,
            facts.record,
            (name, rule),
            &mut self.after,
            facts.now,
        );
        self.draft.emits.extend(follows);
    }
}
