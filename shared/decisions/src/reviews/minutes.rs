use contracts::{
    DecisionDraft, Reason,
    state::{Decided, MinutesState, ReviewAction},
};
use crm::PersonId;
use jiff::{Timestamp, civil::Date};
use model::{Place, Review};

use super::day::attendees;
use crate::{
    rights::{Denied, is_there, may},
    rules::Rules,
    shown::{LONGEST_REASON, ReasonError, name_of, reason},
};

/// What somebody wants recorded of a review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// Something was decided; by which right, if they say so.
    Decide {
        /// What.
        what: String,
        /// By which of the rights that are used in it.
        right: Option<String>,
    },
    /// Somebody is to do something.
    Act {
        /// What.
        what: String,
        /// Who.
        owner: PersonId,
        /// By the end of which day of theirs.
        due: Date,
    },
    /// An action is done.
    Done(u32),
}

/// Why nothing is recorded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MinutesError {
    /// The model has no such review.
    #[error("the model has no review {0}")]
    NoSuchReview(String),
    /// They may not decide.
    #[error("{0}")]
    Denied(#[from] Denied),
    /// They are not in it.
    #[error("{person} is not in the review {review} ({place}): {who} are")]
    NotInIt {
        /// Who.
        person: PersonId,
        /// The review.
        review: String,
        /// Where it is written.
        place: Place,
        /// Who is.
        who: String,
    },
    /// The review does not use that right.
    #[error("the review {review} does not decide by the right {right} ({place}): {others}")]
    NotItsRight {
        /// The review.
        review: String,
        /// The right.
        right: String,
        /// Where it is written.
        place: Place,
        /// By which it does.
        others: String,
    },
    /// Nothing was said.
    #[error("nothing is said: write in a sentence what was decided, or what is to be done")]
    Empty,
    /// It is too long.
    #[error("it has {0} characters, and there is room for {LONGEST_REASON}: say it in fewer words")]
    TooLong(usize),
    /// The day is over.
    #[error("{0} is over where {1} is: give a day that is to come")]
    Past(Date, PersonId),
    /// There is no such action.
    #[error("the review {0} has no action {1} that is not done: `fairlead review {0}` shows them")]
    NoSuchAction(String, u32),
    /// There are too many.
    #[error("{0} actions of the review {1} are not done: no more are taken before some are")]
    TooMany(usize, String),
}

/// What comes of it: the decision, and the minutes after it. Its words stand in the minutes, and neither in the outcome
/// nor in a reason.
///
/// # Errors
/// If whoever wants it may not, or it makes no sense.
pub fn record(
    rules: &Rules,
    name: &str,
    before: &MinutesState,
    (by, wanted): (&PersonId, &Wanted),
    now: Timestamp,
) -> Result<(DecisionDraft, MinutesState), MinutesError> {
    let Some(review) = rules.model.reviews.get(name) else {
        return Err(MinutesError::NoSuchReview(name.to_owned()));
    };
    let mut after = before.clone();
    let (outcome, note, place) = match wanted {
        Wanted::Decide { what, right } => {
            let used = right_for(rules, (name, review), by, right.as_deref(), now)?;
            after.decided.push(Decided {
                at: now,
                by: by.clone(),
                right: used.as_ref().map(|(right, _)| right.clone()),
                what: said(what)?,
            });
            let (note, place) = match used {
                Some((right, place)) => (format!("by {by}, who has the right {right}"), place),
                None => (format!("by {by}, who is in it"), review.place),
            };
            (format!("decided in the review {name}"), note, place)
        }
        Wanted::Act { what, owner, due } => {
            is_in_it(rules, (name, review), by, now)?;
            after.last = after.last.saturating_add(1);
            let action = action(rules, (what, owner, *due), by, now)?;
            after.actions.insert(after.last, action);
            let outcome = format!(
                "action {} of the review {name} for {owner}, due {due}",
                after.last
            );
            (outcome, format!("by {by}, who is in it"), review.place)
        }
        Wanted::Done(number) => {
            let open = after.actions.get_mut(number).filter(|it| it.done.is_none());
            let Some(open) = open else {
                return Err(MinutesError::NoSuchAction(name.to_owned(), *number));
            };
            if open.owner != *by {
                is_in_it(rules, (name, review), by, now)?;
            }
            open.done = Some((now, by.clone()));
            let outcome = format!("action {number} of the review {name} is done");
            (outcome, format!("says {by}"), review.place)
        }
    };
    trim(&mut after);
    let open = after.open().count();
    if open > MinutesState::MOST {
        return Err(MinutesError::TooMany(
            open.saturating_sub(1),
            name.to_owned(),
        ));
    }
    let draft = DecisionDraft {
        reasons: vec![Reason::note(format!("reviews.{name}"), Some(place), note)],
        outcome,
        ..DecisionDraft::default()
    };
    Ok((draft, after))
}

/// On one line, as it was said.
fn said(text: &str) -> Result<String, MinutesError> {
    reason(text).map_err(|why| match why {
        ReasonError::Empty => MinutesError::Empty,
        ReasonError::TooLong(long) => MinutesError::TooLong(long),
    })
}

fn action(
    rules: &Rules,
    (what, owner, due): (&str, &PersonId, Date),
    by: &PersonId,
    now: Timestamp,
) -> Result<ReviewAction, MinutesError> {
    is_there(rules, owner, now)?;
    let today = now.to_zoned(rules.zone_of(owner).clone()).date();
    if due < today {
        return Err(MinutesError::Past(due, owner.clone()));
    }
    Ok(ReviewAction {
        what: said(what)?,
        owner: owner.clone(),
        due,
        by: by.clone(),
        from: now,
        done: None,
    })
}

/// By which right somebody records a decision, and where it is written; none if the review asks for none and they are
/// in it.
fn right_for(
    rules: &Rules,
    (name, review): (&str, &Review),
    by: &PersonId,
    named: Option<&str>,
    now: Timestamp,
) -> Result<Option<(String, Place)>, MinutesError> {
    if let Some(right) = named {
        if !review.decides.iter().any(|it| it == right) {
            let others = match review.decides.as_slice() {
                [] => "it asks for none".to_owned(),
                some => format!("it does by {}", some.join(", ")),
            };
            return Err(MinutesError::NotItsRight {
                review: name.to_owned(),
                right: right.to_owned(),
                place: review.place,
                others,
            });
        }
        let place = may(rules, right, by, None, now)?;
        return Ok(Some((right.to_owned(), place)));
    }
    let mut denied = None;
    for right in &review.decides {
        match may(rules, right, by, None, now) {
            Ok(place) => return Ok(Some((right.clone(), place))),
            Err(why) => denied = denied.or(Some(why)),
        }
    }
    match denied {
        Some(why) => Err(why.into()),
        None => {
            is_in_it(rules, (name, review), by, now)?;
            Ok(None)
        }
    }
}

fn is_in_it(
    rules: &Rules,
    (name, review): (&str, &Review),
    by: &PersonId,
    now: Timestamp,
) -> Result<(), MinutesError> {
    is_there(rules, by, now)?;
    let all = attendees(rules, review, now);
    if all.contains(by) {
        return Ok(());
    }
    let who = all
        .iter()
        .map(|it| format!("{} ({it})", name_of(&rules.model, it)));
    Err(MinutesError::NotInIt {
        person: by.clone(),
        review: name.to_owned(),
        place: review.place,
        who: who.collect::<Vec<_>>().join(", "),
    })
}

/// What was decided and done longest ago goes first.
fn trim(minutes: &mut MinutesState) {
    let most = MinutesState::MOST;
    let more = minutes.decided.len().saturating_sub(most);
    minutes.decided.drain(..more);
    let done = minutes.actions.iter();
    let done = done.filter_map(|(number, it)| Some((it.done.as_ref()?.0, *number)));
    let mut done: Vec<_> = done.collect();
    done.sort();
    let more = done.len().saturating_sub(most);
    for (_, number) in done.into_iter().take(more) {
        minutes.actions.remove(&number);
    }
}
