use contracts::{Cause, EventId, Function, Indexes, Key, Subject, state::MinutesState};
use crm::PersonId;
use decisions::{
    Rules,
    reviews::{Wanted, record},
};
use engine::{CycleError, Failure, Round, Table};
use jiff::{Timestamp, ToSpan};
use store::{Item, Versioned, put_state};

use super::{Answer, Functions, Run};
use crate::ports::Ports;

impl Functions {
    /// Begins to record that something is to be done after a review, by whoever says so, or that it is done.
    pub(crate) fn record(
        &self,
        review: &str,
        (by, done): (&PersonId, Option<u32>),
        now: Timestamp,
    ) -> Run {
        let table = Table::new(self.ports.clone(), self.ports.clone());
        let (rules, review, by) = (self.rules.clone(), review.to_owned(), by.clone());
        let today = now.to_zoned(rules.zone_of(&by).clone()).date();
        let wanted = match done {
            Some(number) => Wanted::Done(number),
            None => Wanted::Act {
                what: "in a story".to_owned(),
                owner: by.clone(),
                due: today.saturating_add(2.days()),
            },
        };
        Box::pin(async move {
            let recorded = recorded(&table, &rules, &review, (&by, &wanted), now).await;
            Answer::of(recorded.map_err(Failure::from))
        })
    }
}

/// Records it, as `fairlead review` does. What makes no sense then is refused, and that is all.
async fn recorded(
    table: &Table<Ports, Ports>,
    rules: &Rules,
    review: &str,
    (by, wanted): (&PersonId, &Wanted),
    now: Timestamp,
) -> Result<(), CycleError> {
    let key = Key::minutes(review);
    let decide = |found: Vec<Option<Item>>| {
        let before = found.into_iter().flatten().next();
        let before = before.map(Versioned::<MinutesState>::read).transpose()?;
        let state = before.as_ref().map(|it| it.state.clone());
        let state = state.unwrap_or_default();
        let Ok((draft, after)) = record(rules, review, &state, (by, wanted), now) else {
            return Ok(Round::Nothing(()));
        };
        let event = EventId::of(&["review", review, by.as_str(), &now.to_string()]);
        let audit = draft.into_audit(
            Function::CommandLine,
            Subject::Person(by.clone()),
            &Cause::command(event, "command.review"),
            0,
            &rules.model.revision,
            now,
        );
        let put = put_state(key.clone(), &after, before.as_ref(), Indexes::default());
        Ok(Round::writing(vec![put], ()).recorded(audit))
    };
    table.change(std::slice::from_ref(&key), decide).await
}
