//! What somebody answers to what a digest reminds them of: that it is done, that it can wait, that it is not theirs.
//! No clock stops for it and no deviation closes: it rests for whoever answered, and for nobody else.

use contracts::{
    DecisionDraft, EventData, Notice, Reason, Reminder, ReminderAnswer, ReminderAnswered, Resting,
    state::DeviationsState,
};
use crm::PersonId;
use jiff::{SignedDuration, Timestamp};

use crate::{
    digests::operators,
    links::may_see,
    people::manager,
    resting::OnRecord,
    rights::is_there,
    rules::Rules,
    shown::{clock_label, deviation_label, moment, name_of},
};

/// For how long something can be snoozed at the longest (30 days): what can wait longer is no deviation, and the model
/// ought to say so.
pub const LONGEST_SNOOZE: SignedDuration = SignedDuration::from_hours(30 * 24);
/// For how long somebody is believed that it is done, though the CRM does not show it (2 days).
const BELIEVED: SignedDuration = SignedDuration::from_hours(2 * 24);
/// For how long whoever is told that it is not theirs may take to settle it (7 days).
const SETTLED_WITHIN: SignedDuration = SignedDuration::from_hours(7 * 24);
/// The most answers that are kept of a record; the oldest go first.
const MOST: usize = 50;

/// Why an answer changes nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InVain {
    /// It is over, or was opened anew since.
    #[error("nothing of it is open any more")]
    Over,
    /// It does not stand in any digest of theirs.
    #[error("they are reminded of nothing here")]
    NotTheirs,
    /// A time that has passed, or is too far away.
    #[error("it can be snoozed until a day within the next 30, today not among them")]
    TooLong,
}

/// Whether an answer would count, and until when.
///
/// # Errors
/// Why it would change nothing.
pub fn until(
    rules: &Rules,
    owner: Option<&PersonId>,
    on: OnRecord<'_>,
    said: &ReminderAnswered,
    now: Timestamp,
) -> Result<Timestamp, InVain> {
    if !may_see(rules, &said.by, owner) {
        return Err(InVain::NotTheirs);
    }
    if !said.of.iter().any(|of| on.has(of)) {
        return Err(InVain::Over);
    }
    let within = match &said.answer {
        ReminderAnswer::Snoozed { until, .. } => {
            let length = until.duration_since(now);
            return match length > SignedDuration::ZERO && length <= LONGEST_SNOOZE {
                true => Ok(*until),
                false => Err(InVain::TooLong),
            };
        }
        ReminderAnswer::Done => BELIEVED,
        ReminderAnswer::NotMine { .. } => SETTLED_WITHIN,
    };
    now.checked_add(within).map_err(|_| InVain::TooLong)
}

/// Somebody answers. What was answered rests for them; whoever decides whose it is hears that it is not theirs.
///
/// # Errors
/// Why it changes nothing.
pub fn answer(
    rules: &Rules,
    owner: Option<&PersonId>,
    on: OnRecord<'_>,
    said: &ReminderAnswered,
    now: Timestamp,
) -> Result<(DeviationsState, DecisionDraft), InVain> {
    let until = until(rules, owner, on, said, now)?;
    let mut after = on.deviations.cloned().unwrap_or_default();
    let open: Vec<&Reminder> = said.of.iter().filter(|of| on.has(of)).collect();
    after
        .resting
        .retain(|it| on.has(&it.of) && !(it.by == said.by && open.contains(&&it.of)));
    for of in &open {
        after.resting.push(Resting {
            of: (*of).clone(),
            by: said.by.clone(),
            answer: said.answer.clone(),
            at: now,
            until,
        });
    }
    let over = after.resting.len().saturating_sub(MOST);
    after.resting.drain(..over);
    let names: Vec<&str> = open.iter().map(|of| of.name()).collect();
    let again = moment(until, rules.zone_of(&said.by));
    let mut draft = DecisionDraft {
        outcome: format!(
            "{} for {} ({}): reminded again from {again}",
            said.answer.word(),
            said.by,
            names.join(", ")
        ),
        ..DecisionDraft::default()
    };
    let note = match said.answer.reason() {
        Some(reason) => format!("{}: {reason}", said.by),
        None => format!("{} says that it is done", said.by),
    };
    draft.reasons.push(Reason::note("reminders", None, note));
    if let ReminderAnswer::NotMine { .. } = said.answer {
        tell(rules, said, now, &mut draft);
    }
    Ok((after, draft))
}

/// Whoever decides whose it is: the manager of whoever says that it is not theirs, else the operators.
fn tell(rules: &Rules, said: &ReminderAnswered, now: Timestamp, draft: &mut DecisionDraft) {
    let there = |who: &&PersonId| **who != said.by && is_there(rules, who, now).is_ok();
    let mut told: Vec<PersonId> = manager(&rules.model, &said.by)
        .filter(there)
        .cloned()
        .into_iter()
        .collect();
    if told.is_empty() {
        told.extend(operators(rules).iter().filter(there).cloned());
    }
    let names: Vec<&str> = told.iter().map(PersonId::as_str).collect();
    let note = match names.is_empty() {
        true => "nobody is there to be told".to_owned(),
        false => format!("{} decides whose it is", names.join(" or ")),
    };
    draft.reasons.push(Reason::note("reminders", None, note));
    draft
        .emits
        .extend(told.into_iter().map(|to| EventData::NoticeRequested {
            to,
            notice: Notice::NotMine(said.clone()),
        }));
}

/// What is kept of an answer that changes nothing: whoever gave it believes that they have answered.
pub fn in_vain(said: &ReminderAnswered, why: &InVain) -> DecisionDraft {
    let (by, word) = (&said.by, said.answer.word());
    DecisionDraft {
        outcome: format!("an answer of {by} to a reminder changes nothing"),
        reasons: vec![Reason::note(
            "reminders",
            None,
            format!("{by} says {word}: {why}"),
        )],
        ..DecisionDraft::default()
    }
}

/// What was answered, as people say it: `Ben: snoozed until Mon 30 Nov 2026, 08:00 CET (waiting for legal)`.
#[must_use]
fn said(rules: &Rules, it: &Resting, reader: &PersonId, now: Timestamp) -> String {
    let zone = rules.zone_of(reader);
    let (who, has) = match it.by == *reader {
        true => ("You".to_owned(), "have"),
        false => (name_of(&rules.model, &it.by), "has"),
    };
    let at = moment(it.at, zone);
    match &it.answer {
        ReminderAnswer::Snoozed { until, reason } if now < *until => {
            let until = moment(*until, zone);
            format!("{who}: snoozed until {until} ({reason})")
        }
        ReminderAnswer::Snoozed { reason, .. } => format!("{who}: snoozed on {at} ({reason})"),
        ReminderAnswer::Done => {
            format!("{who} {has} said on {at} that it is done; the CRM does not show it")
        }
        ReminderAnswer::NotMine { reason } => {
            let theirs = if it.by == *reader { "yours" } else { "theirs" };
            format!("{who} {has} said on {at} that it is not {theirs} ({reason})")
        }
    }
}

/// What was answered, each in a line and each once: who answers a record answers everything that is open on it.
#[must_use]
pub fn all_said<'a>(
    rules: &Rules,
    answers: impl IntoIterator<Item = &'a Resting>,
    reader: &PersonId,
    now: Timestamp,
) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in answers.into_iter().map(|it| said(rules, it, reader, now)) {
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines
}

/// What somebody is reminded of, as people call it.
#[must_use]
pub fn called(rules: &Rules, of: &Reminder) -> String {
    match of {
        Reminder::Clock { name, .. } => clock_label(&rules.model, name),
        Reminder::Deviation { name, .. } => deviation_label(&rules.model, name),
    }
}
