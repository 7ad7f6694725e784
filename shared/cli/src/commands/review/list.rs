use contracts::{Key, state::MinutesState};
use decisions::{
    Rules,
    reviews::{actions, held_on},
};
use jiff::{Timestamp, civil::Date};
use model::Review;
use store::{Store, StoreError, read_or_default};

/// How many days ahead the next one is looked for: a quarter and a holiday.
const AHEAD: usize = 120;

/// A line for each review: when the next one is, who leads it, and how many actions are not done.
pub(super) async fn lines<S: Store>(
    table: &S,
    rules: &Rules,
    now: Timestamp,
) -> Result<String, StoreError> {
    let mut text = String::new();
    for (name, review) in &rules.model.reviews {
        let found = table.get(&[Key::minutes(name)]).await?;
        let minutes: MinutesState = read_or_default(found.first())?;
        let open = actions(rules, &minutes, now);
        let late = open.iter().filter(|it| it.late).count();
        let next = next(rules, review, now).map_or_else(
            || "no day in the next months".to_owned(),
            |day| {
                format!(
                    "{} {}",
                    day.strftime("%a %-d %b %Y"),
                    review.at.strftime("%H:%M")
                )
            },
        );
        text += &format!(
            "{name}: {next} where {} is, who leads it; {} action(s) not done, {late} late\n",
            review.chair,
            open.len()
        );
    }
    Ok(text)
}

/// The next day on which it is held and whose time has not come.
fn next(rules: &Rules, review: &Review, now: Timestamp) -> Option<Date> {
    let here = now.to_zoned(rules.zone_of(&review.chair).clone());
    let days = here.date().series(jiff::Span::new().days(1)).take(AHEAD);
    let mut days = days.filter(|day| *day > here.date() || here.time() < review.at);
    days.find(|day| held_on(rules, review, *day))
}
