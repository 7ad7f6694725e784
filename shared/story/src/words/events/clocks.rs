use contracts::EventData;

use crate::wording::Wording;

/// What an event of a clock says.
pub(super) fn wording(data: &EventData) -> Wording {
    match data {
        EventData::ClockStarted { clock, due, .. } => {
            Wording::from(format!("clock {clock} runs, due ")).time(*due)
        }
        EventData::ClockMet { clock, late, .. } => {
            let when = if *late { "late" } else { "in time" };
            format!("clock {clock} is met {when}").into()
        }
        EventData::ClockWarned { clock, due, .. } => {
            Wording::from(format!("clock {clock} nears its end, ")).time(*due)
        }
        EventData::ClockBreached { clock, due, .. } => {
            Wording::from(format!("clock {clock} ran out ")).time(*due)
        }
        EventData::ClockEscalated {
            clock, step, to, ..
        } => format!("late clock {clock} goes to {to}, step {step}").into(),
        EventData::ClockPaused { clock, .. } => format!("clock {clock} stands still").into(),
        EventData::ClockResumed { clock, due, .. } => {
            Wording::from(format!("clock {clock} runs again, due ")).time(*due)
        }
        EventData::ClockBreachWithdrawn { clock, .. } => {
            format!("clock {clock} had not run out after all").into()
        }
        EventData::ClockMoved { clock, to, .. } => Wording::from(format!("clock {clock} is due "))
            .time(*to)
            .then(" now"),
        EventData::ClockCancelled { clock, .. } => format!("clock {clock} is cancelled").into(),
        other => other.name().into(),
    }
}
