use std::process::ExitCode;

use clap::Args;
use contracts::{Event, EventData, EventId};
use engine::{Bus, BusError};
use jiff::Timestamp;
use model::Revision;

use super::{Outcome, PROBLEMS, options::StackOptions};
use crate::{instant::Typed, stack::wait};

/// Tell the running stack that it is a certain time, as the minute tick would.
///
/// Clocks warn and run out, deviations open and digests are sent as if it were that time. It is
/// meant for a local stack, a demonstration or a test: what falls due is due for good, and telling
/// an earlier time afterwards takes nothing back.
#[derive(Debug, Args)]
#[command(
    verbatim_doc_comment,
    after_help = "Exit codes: 0 told, 1 the bus refused it, 2 could not ask."
)]
pub struct Arguments {
    /// The time: 2026-11-23T07:05:00Z, "2026-11-23 08:05 Europe/Berlin", or now.
    #[arg(long, value_name = "TIME")]
    at: Typed,
    #[command(flatten)]
    stack: StackOptions,
    /// The bus, if neither that file nor the variable BUS names it.
    #[arg(long, value_name = "NAME")]
    bus: Option<String>,
}

/// Puts one tick on the bus and says so.
///
/// # Errors
/// If there is no stack, or its bus does not answer.
pub fn run(arguments: &Arguments) -> Outcome {
    let now = Timestamp::now();
    let at = arguments.at.resolve(now);
    let stack = arguments.stack.find()?;
    let (bus, name) = stack.bus(arguments.bus.as_deref())?;
    let event = tick(at.timestamp(), now, std::process::id());
    let refused = wait(stack.ask(async {
        match bus.publish(std::slice::from_ref(&event)).await {
            Ok(()) => Ok(None),
            Err(BusError::Refused { why, .. }) => Ok(Some(why)),
            Err(error) => Err(error),
        }
    }))?;
    if let Some(why) = refused {
        eprintln!("fairlead: bus {name} refused the tick: {why}");
        return Ok(ExitCode::from(PROBLEMS));
    }
    say!("tick {} is on bus {name}: it is {}", event.id, told(&at));
    say!("what falls due by then is decided within seconds; `fairlead explain RECORD` shows it");
    Ok(ExitCode::SUCCESS)
}

fn told(at: &jiff::Zoned) -> String {
    let zone = at.time_zone().iana_name().unwrap_or("UTC");
    let instant = at.timestamp();
    let local = at.strftime("%a %d %b %Y %H:%M:%S");
    if zone == "UTC" {
        format!("{local} UTC")
    } else {
        format!("{local} {zone} ({instant})")
    }
}

/// Every tick is a happening of its own, even one that tells the same time again, so that what
/// was missed the first time is found the second time.
fn tick(at: Timestamp, now: Timestamp, process: u32) -> Event {
    let id = EventId::of(&[
        "tick",
        &at.to_string(),
        &now.as_nanosecond().to_string(),
        &process.to_string(),
    ]);
    // No function waits for a newer model because of a tick.
    Event::new(id, at, &Revision::default(), EventData::Tick { at })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]

    use super::*;

    #[test]
    fn a_tick_carries_its_time_and_is_never_the_same_twice() {
        let at: Timestamp = "2026-11-23T07:05:00Z".parse().unwrap();
        let (once, again) = (
            tick(at, Timestamp::UNIX_EPOCH, 1),
            tick(at, Timestamp::UNIX_EPOCH, 2),
        );
        assert_ne!(once.id, again.id);
        let written = serde_json::to_value(&once).unwrap();
        assert_eq!(written["name"], "tick");
        assert_eq!(written["data"]["at"], "2026-11-23T07:05:00Z");
        assert!(written.get("record").is_none());
    }

    #[test]
    fn the_time_is_told_in_the_zone_it_was_typed_in() {
        let typed: Typed = "2026-11-23 08:05 Europe/Berlin".parse().unwrap();
        let at = typed.resolve(Timestamp::UNIX_EPOCH);
        assert_eq!(
            told(&at),
            "Mon 23 Nov 2026 08:05:00 Europe/Berlin (2026-11-23T07:05:00Z)"
        );
        assert_eq!(
            told(&at.with_time_zone(jiff::tz::TimeZone::UTC)),
            "Mon 23 Nov 2026 07:05:00 UTC"
        );
    }
}
