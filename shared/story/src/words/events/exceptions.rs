use std::collections::BTreeSet;

use contracts::{
    EventData, ExceptionAnswered, ExceptionAsked, ExceptionGranted, state::ExceptionEnd,
};

use crate::wording::Wording;

/// What is said of exceptions.
pub(super) fn wording(data: &EventData) -> Wording {
    let listed = |of: &BTreeSet<String>| of.iter().cloned().collect::<Vec<_>>().join(", ");
    match data {
        EventData::ExceptionAsked(ExceptionAsked { of, by, reason }) => {
            format!("{by} asks to except it from {}: {reason}", listed(of)).into()
        }
        EventData::ExceptionAnswered(ExceptionAnswered {
            of,
            by,
            until,
            reason,
            ..
        }) => {
            let of = listed(of);
            match until {
                Some(until) => Wording::from(format!("{by} says to except it from {of} until "))
                    .time(*until)
                    .then(format!(": {reason}")),
                None => format!("{by} says not to except it from {of}: {reason}").into(),
            }
        }
        EventData::ExceptionGranted(ExceptionGranted {
            exception,
            by,
            of,
            until,
        }) => {
            let of = listed(of);
            Wording::from(format!("{by} excepted it from {of} until "))
                .time(*until)
                .then(format!(" (exception {exception})"))
        }
        EventData::ExceptionUsed { exception, of } => {
            format!("exception {exception} was used: from {of}").into()
        }
        EventData::ExceptionEnded { exception, how } => match how {
            ExceptionEnd::TimeOver => {
                format!("exception {exception} ended: its time is over").into()
            }
            ExceptionEnd::EndedBy(by) => format!("exception {exception} was ended by {by}").into(),
        },
        other => other.name().into(),
    }
}
