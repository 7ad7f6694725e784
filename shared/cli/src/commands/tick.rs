use std::process::ExitCode;

use clap::Args;
use contracts::{Event, EventData, EventId};
use jiff::{SignedDuration, Timestamp};
use model::Revision;

use super::{
    CouldNotRun, Outcome, PROBLEMS, asked::publish, clocks::count_due, options::StackOptions,
};
use crate::{
    instant::Typed,
    stack::{Stack, wait},
};

/// How far ahead the time may be that is told without a second word.
const PLAIN: SignedDuration = SignedDuration::from_hours(1);

/// Tell the running stack that it is a certain time, as the minute tick would.
///
/// Clocks warn and run out, deviations open and digests are sent as if it were that time. It is
/// meant for a local stack, a demonstration or a test: what falls due is due for good, and telling
/// an earlier time afterwards takes nothing back. So a time more than an hour ahead needs --really.
#[derive(Debug, Args)]
#[command(
    verbatim_doc_comment,
    after_help = "Exit codes: 0 told, 1 the bus refused it, 2 could not ask."
)]
pub struct Arguments {
    /// The time: 2026-11-23T07:05:00Z, "2026-11-23 08:05 Europe/Berlin", or now.
    #[arg(long, value_name = "TIME")]
    at: Typed,
    /// Also for a time more than an hour ahead: what falls due until then is decided for good.
    #[arg(long)]
    really: bool,
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
    if needs_a_second_word(at.timestamp(), now) && !arguments.really {
        return Err(CouldNotRun(refusal(&at, now, due(&stack, at.timestamp())?)));
    }
    let event = tick(at.timestamp(), now, std::process::id());
    let refused = publish(&stack, &bus, &event)?;
    if let Some(why) = refused {
        eprintln!("fairlead: bus {name} refused the tick: {why}");
        return Ok(ExitCode::from(PROBLEMS));
    }
    say!("tick {} is on bus {name}: it is {}", event.id, told(&at));
    say!("what falls due by then is decided within seconds; `fairlead explain RECORD` shows it");
    Ok(ExitCode::SUCCESS)
}

fn needs_a_second_word(at: Timestamp, now: Timestamp) -> bool {
    at.duration_since(now) > PLAIN
}

/// How much the tick would set off; none if nothing names the table.
fn due(stack: &Stack, until: Timestamp) -> Result<Option<usize>, CouldNotRun> {
    match stack.table(None) {
        Ok(table) => wait(stack.ask(count_due(&table, until))).map(Some),
        Err(_) => Ok(None),
    }
}

/// What the tick would do, and how to say that it is meant.
fn refusal(at: &jiff::Zoned, now: Timestamp, due: Option<usize>) -> String {
    let ahead = at.timestamp().duration_since(now);
    let (hours, days) = (ahead.as_hours(), ahead.as_hours() / 24);
    let ahead = if days > 1 {
        format!("{days} days")
    } else if hours > 1 {
        format!("{hours} hours")
    } else {
        format!("{} minutes", ahead.as_mins())
    };
    let sets_off = match due {
        Some(0) => "nothing is due on a record until then, but digests are sent".to_owned(),
        Some(1) => "what is due on one record until then would run out".to_owned(),
        Some(due) => format!("what is due until then in {due} places would run out"),
        None => "what is due until then would run out".to_owned(),
    };
    format!(
        "{} is {ahead} ahead of this machine's clock, and a tick is not taken back: {sets_off}, with its mails \
         and reassignments, and what follows from it falls due in turn. `fairlead due --at TIME` shows the clocks \
         among it; add --really to tell the time all the same",
        told(at)
    )
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
    fn a_time_beyond_the_next_hour_needs_a_second_word_and_the_past_needs_none() {
        let now: Timestamp = "2026-11-23T07:05:00Z".parse().unwrap();
        for (at, needs) in [
            ("2026-11-23T07:05:00Z", false),
            ("2026-11-23T08:05:00Z", false),
            ("2026-11-23T08:05:01Z", true),
            ("9000-01-01T00:00:00Z", true),
            ("1970-01-01T00:00:00Z", false),
        ] {
            assert_eq!(needs_a_second_word(at.parse().unwrap(), now), needs, "{at}");
        }
    }

    #[test]
    fn the_refusal_says_how_far_ahead_it_is_and_what_it_would_set_off() {
        let now: Timestamp = "2026-11-23T07:05:00Z".parse().unwrap();
        let told = |at: &str, due| refusal(&at.parse::<Typed>().unwrap().resolve(now), now, due);
        let week = told("2026-11-30T07:05:00Z", Some(12));
        assert!(
            week.starts_with("Mon 30 Nov 2026 07:05:00 UTC is 7 days ahead"),
            "{week}"
        );
        assert!(
            week.contains("due until then in 12 places") && week.contains("--really"),
            "{week}"
        );
        assert!(told("2026-11-23T10:05:00Z", Some(1)).contains("3 hours ahead"));
        assert!(told("2026-11-23T08:35:00Z", None).contains("90 minutes ahead"));
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
