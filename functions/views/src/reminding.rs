//! What somebody says to what a digest reminds them of: that it is done, that it can wait, that it is not theirs; or that
//! it ought to be excused for a time.

use std::collections::BTreeSet;

use contracts::{
    EventData, ExceptionAsked, Reminder, ReminderAnswer, ReminderAnswered,
    state::{ClocksState, DeviationsState, RoutingState},
};
use crm::PersonId;
use decisions::{
    Rules,
    excepting::{to_be_asked_for, who_may},
    owner_of,
    reminders::{InVain, LONGEST_SNOOZE, all_said, called, until},
    resting::OnRecord,
    shown::{capital, name_of},
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
    let owner = known.owner.as_ref();
    let asked = to_be_asked_for(rules, (person, owner), (known.on(), of), now);
    let ask = (!asked.is_empty()).then(|| {
        let may = who_may(rules, owner, now);
        let may: Vec<String> = may.iter().map(|it| name_of(&rules.model, it)).collect();
        may.join(" or ")
    });
    Ok(Asking {
        question: "You are reminded of:".to_owned(),
        values,
        forms: Forms::Remind {
            days: days(rules, person, now).ok_or(Refused::NoRight)?,
            ask,
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
    let known = Known::of(facts)?;
    let answer = match answer {
        Answer::Ask(reason) => {
            let who = (person, known.owner.as_ref());
            let of = to_be_asked_for(rules, who, (known.on(), of), now);
            return match of.is_empty() {
                true => Err(Refused::Form),
                false => Ok(EventData::ExceptionAsked(ExceptionAsked {
                    of,
                    by: person.clone(),
                    reason: reason.clone(),
                })),
            };
        }
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
        Answer::Back => return Err(Refused::Form),
    };
    let said = ReminderAnswered {
        of: of.clone(),
        by: person.clone(),
        answer,
    };
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
        Answer::Ask(_) => {
            "your question is on its way to whoever may decide it. You get a mail with the answer."
        }
        _ => {
            "thank you. It is read in the CRM again; if the CRM does not show that it is done, you are reminded in two days."
        }
    }
}
