use std::{collections::BTreeSet, path::Path};

use ::model::OperatingModel;
use contracts::{DecisionId, state::AWAITS_FACTS};
use crm::{FieldRef, RecordId};
use decisions::routing::Led;
use jiff::{Timestamp, tz::TimeZone};
use serde_json::{Value, json};

use super::judged::{Decisions, Replay};
use crate::commands::table::{moment, table_of};

/// How many decisions are named as examples.
const EXAMPLES: usize = 3;

/// Digits of a decision's id that name it.
const DIGITS: usize = 12;

const HEAD: [&str; 6] = [
    "rule then",
    "to then",
    "rule now",
    "to now",
    "decisions",
    "such as",
];

/// What would differ, and what is said of it.
pub(super) struct Shown<'a> {
    pub(super) model: &'a OperatingModel,
    pub(super) folder: &'a Path,
    pub(super) replay: &'a Replay,
    /// The fields that the model's routing looks at and no copy had.
    pub(super) never_seen: &'a BTreeSet<FieldRef>,
    pub(super) span: (Timestamp, Timestamp),
}

impl Shown<'_> {
    /// For people.
    pub(super) fn text(&self, zone: &TimeZone) -> String {
        let folder = self.folder.display();
        let (from, to) = (moment(self.span.0, zone), moment(self.span.1, zone));
        let replay = self.replay;
        let empty = replay.judged() == 0 && replay.unknown.is_empty();
        if empty && replay.not_by_rules.is_empty() {
            return format!("no routing decision is kept from {from} to {to}\n");
        }
        let (judged, (rule, elsewhere)) = (replay.judged(), replay.otherwise());
        let s = if judged == 1 { "" } else { "s" };
        let mut text = format!(
            "from {from} to {to}, by the model in {folder}\n{judged} decision{s} judged: {} the same, {rule} by \
             another rule to the same, {elsewhere} elsewhere\n",
            replay.same
        );
        if !replay.not_by_rules.is_empty() {
            let others = replay.not_by_rules.iter();
            let others = others.map(|(why, count)| format!("{count} {why}"));
            let others: Vec<String> = others.collect();
            text.push_str(&format!("not decided by a rule: {}\n", others.join(", ")));
        }
        if !replay.changed.is_empty() {
            text.push('\n');
            text.push_str(&table_of(&HEAD, &self.rows()));
        }
        if !replay.unknown.is_empty() {
            text.push_str("\ncannot be known any more:\n");
            for (why, decisions) in &replay.unknown {
                let (count, such) = (decisions.len(), self.examples(decisions));
                text.push_str(&format!("  {count}  {why}, such as {such}\n"));
            }
        }
        if !self.never_seen.is_empty() {
            let fields: Vec<String> = self.never_seen.iter().map(ToString::to_string).collect();
            text.push_str(&format!(
                "\nno copy of that time has a value of {}: nobody gave one, or it was not read then\n",
                fields.join(", ")
            ));
        }
        text
    }

    /// What differs, the most decisions first.
    fn rows(&self) -> Vec<[String; 6]> {
        let mut changed: Vec<_> = self.replay.changed.iter().collect();
        changed.sort_by_key(|(_, decisions)| std::cmp::Reverse(decisions.len()));
        let rows = changed.into_iter().map(|((then, now), decisions)| {
            [
                said(then),
                then.to.to_string(),
                said(now),
                now.to.to_string(),
                decisions.len().to_string(),
                self.examples(decisions),
            ]
        });
        rows.collect()
    }

    fn examples(&self, decisions: &Decisions) -> String {
        let first = decisions.iter().take(EXAMPLES);
        let first: Vec<String> = first.map(|it| self.named(it)).collect();
        first.join(", ")
    }

    fn named(&self, (record, decision): &(RecordId, DecisionId)) -> String {
        let id: String = decision.as_str().chars().take(DIGITS).collect();
        format!("{} ({id})", self.model.name_of(record))
    }

    /// For programs.
    pub(super) fn json(&self) -> Value {
        let replay = self.replay;
        let all = |decisions: &Decisions| {
            let all = decisions.iter().map(|(record, decision)| {
                json!({ "record": self.model.name_of(record), "decision": decision })
            });
            all.collect::<Vec<Value>>()
        };
        let led = |led: &Led| json!({ "rule": led.rule, "to": led.to.to_string() });
        let changed = replay.changed.iter().map(|((then, now), decisions)| {
            json!({
                "then": led(then),
                "now": led(now),
                "count": decisions.len(),
                "decisions": all(decisions),
            })
        });
        let unknown = replay.unknown.iter().map(|(why, decisions)| {
            json!({ "why": why, "count": decisions.len(), "decisions": all(decisions) })
        });
        let others = replay.not_by_rules.iter();
        let others = others.map(|(why, count)| (why.to_string(), json!(count)));
        let (rule, elsewhere) = replay.otherwise();
        json!({
            "from": self.span.0,
            "to": self.span.1,
            "decisions": replay.judged(),
            "same": replay.same,
            "other_rule": rule,
            "elsewhere": elsewhere,
            "never_seen": self.never_seen.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "unknown": unknown.collect::<Vec<Value>>(),
            "not_by_rules": others.collect::<serde_json::Map<String, Value>>(),
            "changed": changed.collect::<Vec<Value>>(),
        })
    }
}

/// A rule's name; that of the wait stands for none.
fn said(led: &Led) -> String {
    match led.rule.as_str() {
        AWAITS_FACTS => "(waits)".to_owned(),
        rule => rule.to_owned(),
    }
}
