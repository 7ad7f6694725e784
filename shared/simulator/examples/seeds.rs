//! Plays stories by seed, and prints what does not hold.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "it is a command: it reads the machine's clock, and may end with a panic"
)]

use std::{process::ExitCode, time::Instant};

use simulator::{Planted, Players, shrink};

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let mut number = |default: u64| {
        let given = arguments.next().and_then(|text| text.parse().ok());
        given.unwrap_or(default)
    };
    let (count, from) = (number(1000), number(1));
    let planted = arguments.next();
    let planted = Planted::ALL
        .into_iter()
        .find(|it| Some(it.name()) == planted.as_deref());
    let rules = testkit::example_rules();
    let mut players = Players::new(&rules, testkit::at("2026-11-23T00:00:00Z")).expect("rules");
    players.planted = planted;
    let (start, mut calls, mut failing) = (Instant::now(), 0_u64, 0_u64);
    for seed in from..from + count {
        let story = players.story(seed);
        let found = players.play(&story);
        calls += found.calls;
        if found.violations.is_empty() {
            continue;
        }
        failing += 1;
        println!("seed {seed}");
        for violation in &found.violations {
            println!("  {violation}");
        }
        if failing == 1 {
            let check = found.violations[0].check;
            let short = shrink(story, |story| {
                let found = players.play(story);
                found.violations.iter().any(|it| it.check == check)
            });
            println!("{}", serde_json::to_string_pretty(&short).expect("JSON"));
            for violation in players.play(&short).violations {
                println!("  {violation}");
            }
            let ending = players.ending(&short);
            for item in ending.items.iter().filter(|item| item.key.is_audit()) {
                let body = &item.body;
                println!(
                    "{} {} {} {}: {}",
                    body["at"],
                    body["subject"],
                    body["function"],
                    body["event_name"],
                    body["outcome"]
                );
            }
            for event in ending.events.values() {
                println!("{}", serde_json::to_string(event.as_ref()).expect("JSON"));
            }
            if planted.is_some() {
                break;
            }
        }
    }
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "{count} seeds, {failing} failing, {:.0} stories a second, {:.0} calls a second",
        count as f64 / seconds,
        calls as f64 / seconds
    );
    if failing == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
