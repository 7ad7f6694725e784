//! What somebody says to what a digest reminds them of: that it is done, that it can wait, that it is not theirs.

use std::collections::BTreeSet;

use contracts::{
    EventData, Reminder, ReminderAnswer, ReminderAnswered,
    state::{ClocksState, DeviationsState, RoutingState},
};
use crm::PersonId;
use decisions::{
    Rules, owner_of,
    reminders::{InVain, LONGEST_SNOOZE, all_said, called, until},
    resting::OnRecord,
    shown::capital,
};
use engine::RecordFacts;
use jiff::{Timestamp, ToSpan, civil::Date};

use crate::{
    form::Answer,
    question::{Asking, Forms, sentence},
    refused::Refused,
};

/// What is open on the record, and whose it is.
struct Known {
    clocks: Option<ClocksState>,
    deviations: Option<DeviationsState>,
    owner: Option<PersonId>,
}

impl Known {
    fn of(facts: &RecordFacts) -> Result<Self, Refused> {
        let routing = facts.state::<RoutingState>()?.map(|it| it.state);
        let record = &facts.record.state.record;
        Ok(Self {
            clocks: facts.state::<ClocksState>()?.map(|it| it.state),
            deviations: facts.state::<DeviationsState>()?.map(|it| it.state),
            owner: owner_of(record, routing.as_ref()).cloned(),
        })
    }

    fn on(&self) -> OnRecord<'_> {
        OnRecord {
            clocks: self.clocks.as_ref().map(|it| &it.clocks),
            deviations: self.deviations.as_ref(),
        }
    }
}

/// What somebody is reminded of, as far as it is open still.
pub(crate) fn to_answer(
    rules: &Rules,
    facts: &RecordFacts,
    (person, of): (&PersonId, &BTreeSet<Reminder>),
    now: Timestamp,
) -> Result<Asking, Refused> {
    let known = Known::of(facts)?;
    let trial = ReminderAnswered {
        of: of.clone(),
        by: person.clone(),
        answer: ReminderAnswer::Done,
    };
    let settled = match until(rules, known.owner.as_ref(), known.on(), &trial, now) {
        Ok(_) => None,
        Err(InVain::NotTheirs) => return Err(Refused::NoRight),
        Err(why) => Some(sentence(&why.to_string())),
    };
    let open = of.iter().filter(|of| known.on().has(of));
    let mut values: Vec<String> = open.map(|of| capital(&called(rules, of))).collect();
    let before = known.deviations.iter().flat_map(|it| &it.resting);
    let before = before.filter(|it| of.contains(&it.of));
    values.extend(all_said(rules, before, person, now));
    Ok(Asking {
        question: "You are reminded of:".to_owned(),
        values,
        forms: Forms::Remind {
            days: days(rules, person, now).ok_or(Refused::NoRight)?,
        },
        follows: "Done: it is read in the CRM again, and you are reminded in two days if the CRM does not show it by \
                  then. Snoozed: you are reminded on that day. Not yours: your manager hears of it, with your reason. \
                  No clock stops meanwhile. Name no person of the customer's: what you write is kept.",
        settled,
    })
}

/// The first day on which somebody can be reminded again, and the last, where they are.
fn days(rules: &Rules, person: &PersonId, now: Timestamp) -> Option<(Date, Date)> {
    let zone = rules.zone_of(person);
    let first = now
        .to_zoned(zone.clone())
        .date()
        .checked_add(1.day())
        .ok()?;
    let last = now.checked_add(LONGEST_SNOOZE).ok()?;
    Some((first, last.to_zoned(zone.clone()).date()))
}

/// What an answer puts on the bus.
pub(crate) fn event(
    (person, of): (&PersonId, &BTreeSet<Reminder>),
    answer: &Answer,
    (rules, facts): (&Rules, &RecordFacts),
    now: Timestamp,
) -> Result<EventData, Refused> {
    let answer = match answer {
        Answer::Yes => ReminderAnswer::Done,
        Answer::No(reason) => ReminderAnswer::NotMine {
            reason: reason.clone(),
        },
        Answer::Until(day, reason) => ReminderAnswer::Snoozed {
            // Before any digest of that day.
            until: day
                .to_zoned(rules.zone_of(person).clone())
                .map_err(|_| Refused::NoDay)?
                .timestamp(),
            reason: reason.clone(),
        },
        Answer::Ask(_) | Answer::Back => return Err(Refused::Form),
    };
    let said = ReminderAnswered {
        of: of.clone(),
        by: person.clone(),
        answer,
    };
    let known = Known::of(facts)?;
    until(rules, known.owner.as_ref(), known.on(), &said, now)
        .map_err(|why| Refused::NotSo(sentence(&why.to_string())))?;
    Ok(EventData::ReminderAnswered(said))
}

/// What is said once somebody has answered.
pub(crate) const fn done(answer: &Answer) -> &'static str {
    match answer {
        Answer::Until(..) => {
            "snoozed. Your next mail does not have it; it comes again on that day."
        }
        Answer::No(_) => "your manager hears that it is not yours, with your reason.",
        _ => {
            "thank you. It is read in the CRM again; if the CRM does not show that it is done, you are reminded in two days."
        }
    }
}
