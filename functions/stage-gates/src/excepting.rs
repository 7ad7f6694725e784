//! Somebody asks by a link that a record be excused, and somebody answers by one: the same is granted, and by the same
//! rules, as `fairlead exception` grants it.

use contracts::{
    Event, EventData, Key,
    state::{ExceptionsState, GateState},
};
use crm::Record;
use decisions::{
    Rules,
    excepting::{answer, ask, in_vain},
};
use engine::Proposal;
use jiff::Timestamp;
use store::{Versioned, put_state};

/// How much of the answer's own id an exception is called by, in characters.
const ID: usize = 8;

/// What becomes of what somebody asks or answers; none if the event is neither, or the model grants no exceptions.
pub(crate) fn propose(
    rules: &Rules,
    (record, gate): (&Record, Option<&GateState>),
    before: Option<&Versioned<ExceptionsState>>,
    event: &Event,
    now: Timestamp,
) -> Option<Proposal> {
    let said = match &event.data {
        EventData::ExceptionAsked(asked) => {
            let draft = ask(rules, record, asked, now).ok()?;
            let puts = Vec::new();
            return Some(Proposal { draft, puts });
        }
        EventData::ExceptionAnswered(said) => said,
        _ => return None,
    };
    let state = before.map(|it| it.state.clone()).unwrap_or_default();
    let id: String = event.id.as_str().chars().take(ID).collect();
    let answered = answer(rules, (record, gate), &state, (&id, said), now);
    let (after, draft) = match answered {
        Ok(answered) => answered,
        Err(why) => (None, in_vain(rules, said, &why)),
    };
    let key = || Key::exceptions(&record.id);
    let put = after.map(|after| put_state(key(), &after, before, after.indexes(&record.id)));
    Some(Proposal {
        draft,
        puts: put.into_iter().collect(),
    })
}
