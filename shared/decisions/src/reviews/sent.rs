use contracts::{
    DecisionDraft, EventData, Reason, ReviewRequested,
    state::{ReviewState, Stood},
};
use jiff::Timestamp;

use super::day::{Due, attendees};
use crate::rules::Rules;

/// Decides that the pack of a review goes out, to everybody who is in it at once. None: it went out for that day
/// already, or nobody is there.
#[must_use]
pub fn decide(
    rules: &Rules,
    due: &Due,
    before: Option<&ReviewState>,
    stood: Stood,
    now: Timestamp,
) -> Option<(DecisionDraft, ReviewState)> {
    if before.is_some_and(|before| before.day >= due.day) {
        return None;
    }
    let review = rules.model.reviews.get(&due.review)?;
    let people = attendees(rules, review, now);
    if people.is_empty() {
        return None;
    }
    let compared = before.map_or_else(String::new, |before| {
        format!(", compared with that of {}", before.day)
    });
    let note = format!(
        "{} at {} where {} is, to {}: {} action(s) not done{compared}",
        due.day,
        review.at.strftime("%H:%M"),
        review.chair,
        people.len(),
        stood.actions.len(),
    );
    let emits = people.into_iter().map(|to| {
        EventData::ReviewRequested(ReviewRequested {
            to,
            review: due.review.clone(),
            day: due.day,
        })
    });
    let rule = format!("reviews.{}", due.review);
    let draft = DecisionDraft {
        reasons: vec![Reason::note(rule, Some(review.place), note)],
        outcome: format!("the pack of the review {} sent", due.review),
        emits: emits.collect(),
        ..DecisionDraft::default()
    };
    let after = ReviewState {
        day: due.day,
        stood,
        before: before.map(|before| before.stood.clone()),
    };
    Some((draft, after))
}
