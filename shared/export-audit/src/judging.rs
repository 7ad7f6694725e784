//! The questions put to the records of one kind, each combination of classes once.

use ::metrics::Answer;
use contracts::{Found, Verdict};
use decisions::{
    Facts, FieldValue, Rules,
    columns::Input,
    evaluate,
    metrics::{EARLIER, falls_due},
    stale, verdict,
};
use jiff::Timestamp;

use crate::{
    memo::Memo,
    plan::{Asks, Plan},
    questions::Questions,
    row::Row,
};

/// The answers to a question that has no other meaning.
pub(crate) const NO: u8 = 0;
pub(crate) const YES: u8 = 1;
/// From here on it cannot be known, each for another cause.
pub(crate) const UNKNOWN: u8 = 2;

/// What an answer tells, whatever its cause.
pub(crate) const fn answered(answer: u8) -> Answer {
    match answer {
        YES => Answer::Yes,
        NO => Answer::No,
        _ => Answer::Unknown,
    }
}

/// The most causes of one audit; what comes behind it has the last.
const MOST_CAUSES: usize = 250;

/// Why something cannot be known: the fields that have no value.
#[derive(Debug, Default)]
pub(crate) struct Causes {
    why: Vec<String>,
    /// The values by which metrics are broken down; the answer is the place, from 1.
    groups: Vec<String>,
}

impl Causes {
    /// The name of a group; empty for what has no value.
    pub(crate) fn group(&self, answer: usize) -> &str {
        let at = answer.checked_sub(1);
        at.and_then(|it| self.groups.get(it))
            .map_or("", String::as_str)
    }

    /// The answer that stands for a group.
    fn group_answer(&mut self, name: &str) -> u8 {
        let known = self.groups.iter().position(|it| it == name);
        let at = known.unwrap_or_else(|| {
            match self.groups.len() {
                next if next < MOST_CAUSES => self.groups.push(name.to_owned()),
                MOST_CAUSES => self.groups.push("others".to_owned()),
                _ => {}
            }
            self.groups.len() - 1
        });
        u8::try_from(at + 1).unwrap_or(u8::MAX - 1)
    }

    /// The words of an answer from [`UNKNOWN`] on.
    pub(crate) fn words(&self, answer: u8) -> &str {
        let cause = usize::from(answer.saturating_sub(UNKNOWN));
        self.why.get(cause).map_or("", String::as_str)
    }

    fn answer(&mut self, words: String) -> u8 {
        let known = self.why.iter().position(|it| *it == words);
        let at = known.unwrap_or_else(|| {
            let next = self.why.len().min(MOST_CAUSES);
            if next < MOST_CAUSES {
                self.why.push(words);
            }
            next
        });
        u8::try_from(at).unwrap_or(u8::MAX).saturating_add(UNKNOWN)
    }
}

/// Puts the questions to records, and remembers the answers.
pub(crate) struct Judging<'a> {
    rules: &'a Rules,
    questions: &'a Questions,
    plan: &'a Plan,
    /// The inputs for which there is no column.
    absent: Vec<Input>,
    memos: Vec<Memo>,
    now: Timestamp,
}

impl<'a> Judging<'a> {
    /// `counts` are the numbers of classes of the plan's inputs.
    pub(crate) fn new(
        rules: &'a Rules,
        questions: &'a Questions,
        plan: &'a Plan,
        counts: &[usize],
        absent: Vec<Input>,
        now: Timestamp,
    ) -> Self {
        let memos = plan.reads.iter().map(|reads| Memo::new(reads, counts));
        Self {
            rules,
            questions,
            plan,
            absent,
            memos: memos.collect(),
            now,
        }
    }

    /// The answer to a question of a record of these classes, which `row` makes if it must be asked.
    pub(crate) fn answer(
        &mut self,
        question: usize,
        classes: &[u32],
        causes: &mut Causes,
        row: impl FnOnce() -> Row,
    ) -> u8 {
        let Some(memo) = self.memos.get(question) else {
            return UNKNOWN;
        };
        let key = memo.key(classes);
        if let Some(known) = memo.known(key) {
            return known;
        }
        let row = row();
        let answer = self.ask(question, &row.facts(self.rules, self.now), causes);
        if let Some(memo) = self.memos.get_mut(question) {
            memo.keep(key, answer);
        }
        answer
    }

    /// The answer by the ordinary way.
    fn ask(&self, question: usize, facts: &Facts<'_>, causes: &mut Causes) -> u8 {
        let yes = |yes: bool| if yes { YES } else { NO };
        match self.questions.asks.get(question) {
            None => UNKNOWN,
            Some(Asks::Open) => facts.known_open().map_or(UNKNOWN, yes),
            Some(Asks::Segment) => self.segment(facts),
            Some(Asks::CreatedSince(at)) => yes(facts.told.created && facts.record.created >= *at),
            Some(Asks::Filled(input, _)) if self.absent.contains(input) => {
                let column = name_of(input);
                causes.answer(format!("{column} has no column"))
            }
            Some(Asks::Value(field)) => match facts.look(field) {
                FieldValue::Value(value) => value.text().map_or(0, |it| causes.group_answer(it)),
                _ => 0,
            },
            Some(Asks::Stale(field)) => match stale(facts, field) {
                Verdict::NotHeld => NO,
                Verdict::Held => YES,
                Verdict::Unknown => {
                    causes.answer(format!("it is not told when {field} was last changed"))
                }
            },
            Some(Asks::FallsDue(name)) => match self.rules.model.targets.get(name) {
                Some(target) => match falls_due(target.every, &target.on, facts) {
                    Verdict::NotHeld => NO,
                    Verdict::Held => YES,
                    Verdict::Unknown => {
                        causes.answer(self.no_value(&target.on.to_string(), question))
                    }
                },
                None => UNKNOWN,
            },
            Some(Asks::Created(_)) if !facts.told.created => 0,
            Some(Asks::Created(stretches)) => {
                let created = facts.record.created;
                let last = stretches.iter().rfind(|it| it.from <= created);
                causes.group_answer(last.map_or(EARLIER, |it| &it.name))
            }
            Some(Asks::Condition(condition) | Asks::Filled(_, condition)) => {
                match verdict(condition, facts) {
                    Verdict::NotHeld => NO,
                    Verdict::Held => YES,
                    Verdict::Unknown => causes.answer(self.why(question, facts)),
                }
            }
        }
    }

    /// The place of the segment in the model's list; behind the last if there is none.
    fn segment(&self, facts: &Facts<'_>) -> u8 {
        let field = crm::FieldRef::new(crm::RecordKind::Account, "segment");
        let found = match facts.look(&field) {
            FieldValue::Value(value) => value.text().map(str::to_owned),
            _ => None,
        };
        let entries = &self.rules.model.segments.entries;
        let place = entries
            .iter()
            .position(|it| Some(&it.name) == found.as_ref());
        u8::try_from(place.unwrap_or(entries.len())).unwrap_or(u8::MAX - 1)
    }

    /// Why a condition cannot be known.
    fn why(&self, question: usize, facts: &Facts<'_>) -> String {
        let Some(Asks::Condition(condition)) = self.questions.asks.get(question) else {
            return String::new();
        };
        let findings = evaluate(condition, facts).findings;
        let mut fields: Vec<String> = Vec::new();
        for finding in findings {
            let said = match finding.found {
                Found::NoValue => self.no_value(&finding.field, question),
                Found::Value(found) => {
                    format!("{} is {found}, for which there is no limit", finding.field)
                }
                Found::Personal => format!("{} cannot be compared", finding.field),
            };
            if !fields.contains(&said) {
                fields.push(said);
            }
        }
        fields.join(", ")
    }

    fn no_value(&self, field: &str, question: usize) -> String {
        let (_, name) = field.split_once('.').unwrap_or(("", field));
        if ["clock.", "approval."]
            .iter()
            .any(|it| name.starts_with(it))
            || name == "routing"
        {
            return format!("{field} is not in an export");
        }
        if let Some(of) = name.strip_suffix("_moves") {
            return format!("an export has no history of {of}");
        }
        let reads = self.plan.reads.get(question).map_or(&[][..], Vec::as_slice);
        let inputs = reads.iter().filter_map(|at| self.plan.inputs.get(*at));
        let absent = inputs.filter(|(input, _)| self.absent.contains(input));
        let columns: Vec<String> = absent
            .map(|(input, _)| name_of(input))
            .filter(|it| it == field || !field_is_declared(field, self.rules))
            .collect();
        if columns.is_empty() {
            format!("{field} has no value")
        } else {
            format!(
                "{field} has no value: there is no column for {}",
                columns.join(", ")
            )
        }
    }
}

fn field_is_declared(field: &str, rules: &Rules) -> bool {
    let Ok(field) = field.parse::<crm::FieldRef>() else {
        return false;
    };
    let fields = rules.model.records.get(&field.kind);
    fields.is_some_and(|fields| fields.contains_key(&field.name))
}

/// How an input is called in a mapping.
pub(crate) fn name_of(input: &Input) -> String {
    match input {
        Input::Field(field) => field.to_string(),
        Input::Created => "created".to_owned(),
        Input::LastContact => "last_contact".to_owned(),
        Input::StageSince => "stage_since".to_owned(),
        Input::Changed(field) => format!("changed.{}", field.name),
        Input::Modified(_) => "modified".to_owned(),
    }
}
