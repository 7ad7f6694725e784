//! What a link asks of its person, the answers to it, and the event that an answer puts on the bus. Whether it counts,
//! the owner of the state decides; here it is asked before, so that nobody answers in vain.

use contracts::{
    ApprovalAnswered, EventData, HandOffAnswered, HeldAnswered, Key, LinkAction,
    state::{ApprovalsState, BreakerState, ClocksState, Hold, HoldAnswer},
};
use crm::PersonId;
use decisions::{
    Facts, Rules,
    approvals::{AnswerError, Bound, Said, bound_values, may_answer, may_read, said_value},
    digests::operators,
    gates::may_answer_for,
    hand_offs::{self, NotOpen, carried, open_for},
    shown::{approval_label, name_of, spoken, stage_label},
};
use engine::RecordFacts;
use jiff::Timestamp;
use store::{Store, Versioned};

use crate::{
    excepting,
    form::Answer,
    question::{Asking, Forms, sentence},
    refused::Refused,
    reminding,
};

/// How often somebody's moves were turned back, if what is asked is about what is held of them.
pub(crate) async fn breaker_of<S: Store>(
    store: &S,
    action: &LinkAction,
) -> Result<Option<BreakerState>, Refused> {
    let LinkAction::Hold { of } = action else {
        return Ok(None);
    };
    let found = store.get(&[Key::breaker(of)]).await?;
    let found = found.into_iter().flatten().next();
    let found = found.map(Versioned::<BreakerState>::read).transpose()?;
    Ok(found.map(|it| it.state))
}

/// What the link asks; none if it asks nothing.
pub(crate) fn asking(
    rules: &Rules,
    (facts, breaker): (&RecordFacts, Option<&BreakerState>),
    (person, action): (&PersonId, &LinkAction),
    now: Timestamp,
) -> Result<Option<Asking>, Refused> {
    match action {
        LinkAction::LookAgain | LinkAction::Why | LinkAction::List { .. } => Ok(None),
        LinkAction::Approve { approval, run } => {
            approve(rules, facts, person, (approval, *run), now).map(Some)
        }
        LinkAction::Remind { of } => {
            reminding::to_answer(rules, facts, (person, of), now).map(Some)
        }
        LinkAction::Hold { of } => hold(rules, breaker, (of, person), now).map(Some),
        LinkAction::AskException { stage } => {
            excepting::to_ask(rules, facts, (person, stage), now).map(Some)
        }
        LinkAction::Except { of, asked_by } => {
            excepting::to_grant(rules, facts, (person, of, asked_by), now).map(Some)
        }
        LinkAction::HandOff { clock, instance } => {
            hand_off(rules, facts, person, (clock, *instance), now).map(Some)
        }
    }
}

fn approve(
    rules: &Rules,
    facts: &RecordFacts,
    person: &PersonId,
    (name, run): (&str, u32),
    now: Timestamp,
) -> Result<Asking, Refused> {
    let record = &facts.record.state.record;
    let gate = facts.state()?.map(|it| it.state);
    let state = facts.state::<ApprovalsState>()?;
    let state = state.map(|it| it.state).unwrap_or_default();
    let said = Said {
        approval: name,
        run: Some(run),
        by: person,
    };
    let settled = match may_answer(rules, (record, gate.as_ref()), &state, said, now) {
        Ok(_) => None,
        Err(AnswerError::Denied(why)) => return Err(Refused::NotTheirs(why.to_string())),
        // Whoever could not answer it, or no more, is told nothing of the record.
        Err(_) if !may_read(rules, record, &state, (name, person), now) => {
            return Err(Refused::NotTheirs(
                "you were not asked for this approval, or have no right to it any more".to_owned(),
            ));
        }
        Err(AnswerError::Answered { what, by, why }) => Some(format!(
            "It was {what} already, by {}{why}.",
            name_of(&rules.model, &by)
        )),
        Err(why) => Some(sentence(&why.to_string())),
    };
    let rule = rules.model.approvals.get(name);
    let values = rule.map(|rule| bound_values(&rules.model, record, rule));
    let mut values: Vec<String> = values.iter().flatten().map(shown).collect();
    let of_change = rule.is_some_and(|rule| rule.of_change.is_some());
    let was = state.stood.get(name).filter(|_| of_change);
    values.extend(was.map(|was| format!("before the change: {}", said_value(&rules.model, was))));
    Ok(Asking {
        question: format!(
            "It needs an approval: {}.",
            approval_label(&rules.model, name)
        ),
        values,
        forms: Forms::Answer {
            buttons: ("Give the approval", "Refuse it"),
            reasoned: true,
        },
        follows: if of_change {
            "Refused, what stood there before the change is put back. Whose it is and whose it was hear of your answer."
        } else {
            "It is given for these values: if one of them changes, it counts no more. Whoever owns the record hears \
             of your answer."
        },
        settled,
    })
}

fn hand_off(
    rules: &Rules,
    facts: &RecordFacts,
    person: &PersonId,
    run: (&str, u32),
    now: Timestamp,
) -> Result<Asking, Refused> {
    let model = &rules.model;
    let clocks = facts.state::<ClocksState>()?.map(|it| it.state);
    let clocks = clocks.unwrap_or_default();
    let kept = clocks
        .clocks
        .get(run.0)
        .and_then(|clock| clock.kept.as_ref());
    let kept = kept.and_then(|kept| kept.policy.hand_off.as_ref());
    let team = kept.map(|kept| kept.terms.to.clone()).unwrap_or_default();
    if !hand_offs::may_answer(rules, &team, person, now) {
        let why = format!(
            "you are not of {}, and do not stand above it",
            spoken(&team)
        );
        return Err(Refused::NotTheirs(why));
    }
    let who = |by: &PersonId| name_of(model, by);
    let record = &facts.record.state.record;
    let along = kept.map(|it| carried(&Facts::of(rules, record, now), &it.terms.stage));
    let kind = record.id.kind;
    let stage_called = |stage: &str| stage_label(model, kind, stage);
    let settled = open_for(rules, &clocks, Some(run), person, now).err();
    let settled = settled.map(|why| match why {
        NotOpen::Never => {
            "It was handed over again since: a newer mail asks about that.".to_owned()
        }
        NotOpen::Answered(answer) => match &answer.refused {
            None => format!("{} has taken it over.", who(&answer.by)),
            Some(reason) => format!("{} has refused it: {reason}.", who(&answer.by)),
        },
        NotOpen::TakenOver { .. } => "Your team has taken it over already.".to_owned(),
        NotOpen::Left { stage, .. } => {
            format!(
                "It is not at the stage \"{}\" any more.",
                stage_called(&stage)
            )
        }
        NotOpen::Leaves { to } => {
            format!(
                "Its time was up, and it moves to the stage \"{}\".",
                stage_called(&to)
            )
        }
        NotOpen::NotTheirs { .. } => "It is not yours to answer.".to_owned(),
    });
    Ok(Asking {
        question: match along.as_ref().is_some_and(|along| !along.is_empty()) {
            true => format!("It was handed to {}. What goes along:", spoken(&team)),
            false => format!("It was handed to {}.", spoken(&team)),
        },
        values: along.unwrap_or_default(),
        forms: Forms::Answer {
            buttons: ("Take it over", "Refuse it"),
            reasoned: true,
        },
        follows: "Whoever handed it over hears of a refusal, with your reason.",
        settled,
    })
}

fn shown(bound: &Bound) -> String {
    let value = match (&bound.value, bound.personal) {
        (_, true) => "see the CRM",
        (Some(value), _) => value,
        (None, _) => "empty",
    };
    format!("{}: {value}", bound.label)
}

/// What is held of somebody. A later answer counts for what is held then still, so an answer is no end of it.
fn hold(
    rules: &Rules,
    breaker: Option<&BreakerState>,
    (of, person): (&PersonId, &PersonId),
    now: Timestamp,
) -> Result<Asking, Refused> {
    may_answer_for(rules, of, person, now).map_err(|why| Refused::NotTheirs(why.to_string()))?;
    let whose = name_of(&rules.model, of);
    let held = breaker.and_then(|it| it.hold.as_ref());
    let said = held.and_then(|held| held.answer.as_ref().filter(|_| !held.again));
    let settled = match (held, said) {
        (None, _) => Some("Nothing is held of them any more.".to_owned()),
        (_, Some(said)) => {
            let becomes = match said.answer {
                HoldAnswer::LetStand => "let stand",
                HoldAnswer::TurnBack => "turned back, so many at a time as the model allows",
            };
            let by = name_of(&rules.model, &said.by);
            let command = match operators(rules).contains(person) {
                true => " `fairlead holds` takes another answer.",
                false => "",
            };
            Some(format!(
                "{by} has said that they are to be {becomes}.{command}"
            ))
        }
        _ => None,
    };
    let count = held.map_or(0, Hold::left);
    Ok(Asking {
        question: match held.is_some_and(|hold| hold.by_rounds) {
            true => format!(
                "{count} of the moves of {whose} are held, since they were turned back again and again."
            ),
            false => format!("{count} moves of {whose} are held, since too many were turned back."),
        },
        values: Vec::new(),
        forms: Forms::Answer {
            buttons: ("Let them stand", "Turn them back"),
            reasoned: false,
        },
        follows: "Let stand, all of them count as made. Turned back, they go back so many at a time as the model allows.",
        settled,
    })
}

/// What an answer puts on the bus.
pub(crate) fn event(
    (person, action): (&PersonId, &LinkAction),
    answer: &Answer,
    known: (&Rules, &RecordFacts),
    now: Timestamp,
) -> Result<EventData, Refused> {
    if let LinkAction::AskException { .. } | LinkAction::Except { .. } = action {
        return excepting::event((person, action), answer, known, now);
    }
    if let LinkAction::Remind { of } = action {
        return reminding::event((person, of), answer, known, now);
    }
    let (given, reason) = match (action, answer) {
        (LinkAction::Hold { of }, Answer::Yes | Answer::Back) => {
            return Ok(EventData::HoldAnswered(HeldAnswered {
                of: of.clone(),
                by: person.clone(),
                answer: match answer {
                    Answer::Back => HoldAnswer::TurnBack,
                    _ => HoldAnswer::LetStand,
                },
            }));
        }
        (LinkAction::Hold { .. }, Answer::No(_))
        | (_, Answer::Back | Answer::Ask(_) | Answer::Until(..)) => return Err(Refused::Form),
        (_, Answer::Yes) => (true, None),
        (_, Answer::No(reason)) => (false, Some(reason.clone())),
    };
    match action {
        LinkAction::Approve { approval, run } => {
            Ok(EventData::ApprovalAnswered(ApprovalAnswered {
                approval: approval.clone(),
                run: *run,
                by: person.clone(),
                given,
                reason,
            }))
        }
        LinkAction::HandOff { clock, instance } => {
            Ok(EventData::HandOffAnswered(HandOffAnswered {
                clock: clock.clone(),
                instance: *instance,
                by: person.clone(),
                refused: reason,
            }))
        }
        LinkAction::LookAgain
        | LinkAction::Why
        | LinkAction::List { .. }
        | LinkAction::AskException { .. }
        | LinkAction::Except { .. }
        | LinkAction::Remind { .. }
        | LinkAction::Hold { .. } => Err(Refused::Form),
    }
}

/// Which answer it is.
pub(crate) const fn word(answer: &Answer) -> &'static str {
    match answer {
        Answer::Yes => "yes",
        Answer::No(_) => "no",
        Answer::Back => "back",
        Answer::Ask(_) => "ask",
        Answer::Until(..) => "until",
    }
}

/// What is said once somebody has answered.
pub(crate) fn done(action: &LinkAction, answer: &Answer) -> &'static str {
    if let LinkAction::Remind { .. } = action {
        return reminding::done(answer);
    }
    match answer {
        Answer::Yes => {
            "your yes is on its way. It counts within seconds; open it again to see what came of it."
        }
        Answer::Ask(_) => {
            "your question is on its way to whoever may decide it. You get a mail with the answer."
        }
        Answer::Until(..) => {
            "your exception is on its way. It counts within seconds; open it again to see what came of it."
        }
        Answer::Back => {
            "your answer is on its way. It counts within a minute; open it again to see what came of it."
        }
        Answer::No(_) => {
            "your no is on its way, with your reason. It counts within seconds; open it again to see what came of it."
        }
    }
}
