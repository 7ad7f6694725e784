//! Plays stories by their seeds, and says what does not hold: `make seeds`.
#![allow(
    clippy::disallowed_methods,
    reason = "it is a command: it reads files and the machine's clock"
)]

use std::{
    fmt::Write as _,
    io::{IsTerminal, Write as _},
    path::{Path, PathBuf},
    process::ExitCode,
    time::{Duration, Instant},
};

use clap::Parser;
use decisions::Rules;
use jiff::Timestamp;
use simulator::{Planted, Players, Story, Violation, shrink};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// When the stories begin: the rules are prepared for that year.
const BEGINS: &str = "2026-11-23T00:00:00Z";

/// Plays stories by their seeds, and says what does not hold.
///
/// A seed that fails is printed with what does not hold and shortened, and the short story is
/// written into a folder, from where it can be played again.
#[derive(Debug, Parser)]
struct Arguments {
    /// How many seeds.
    #[arg(long, default_value_t = 1_000)]
    seeds: u64,
    /// The first of them.
    #[arg(long, default_value_t = 1)]
    from: u64,
    /// Stop after so many seconds.
    #[arg(long)]
    seconds: Option<u64>,
    /// The operating model, as `fairlead build` writes it.
    #[arg(long)]
    model: PathBuf,
    /// A fault that is planted; the first seed in which the invariant that is meant to finds it ends the run.
    #[arg(long)]
    planted: Option<Planted>,
    /// Plant each fault in turn, and print the seed that finds it; one that none finds fails.
    #[arg(long, conflicts_with = "planted")]
    plant_all: bool,
    /// Only measure: leave out what must hold at the end.
    #[arg(long)]
    unchecked: bool,
    /// Where short stories go.
    #[arg(long, default_value = ".local/seeds")]
    keep: PathBuf,
    /// Play this story again, and tell what happens in it.
    #[arg(long)]
    story: Option<PathBuf>,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::from(2)
        }
    }
}

fn run(arguments: &Arguments) -> Result<u64, String> {
    let model = &arguments.model;
    let bytes = std::fs::read(model).map_err(|why| format!("{}: {why}", model.display()))?;
    let model = model::artefact::load(&bytes).map_err(|why| why.to_string())?;
    let begins: Timestamp = BEGINS.parse().map_err(|_| "no instant".to_owned())?;
    let rules = Rules::prepare(model, begins).map_err(|why| why.to_string())?;
    let mut players = Players::strained(&rules, begins).map_err(|why| why.to_string())?;
    players.planted = arguments.planted;
    match &arguments.story {
        Some(path) => tell(&players, path),
        None if arguments.plant_all => plant_all(&mut players, arguments),
        None => seeds(&players, arguments),
    }
}

/// Plants each fault in turn, and says in which seed the invariant that is meant to finds it.
fn plant_all(players: &mut Players, arguments: &Arguments) -> Result<u64, String> {
    let mut missed = 0_u64;
    for planted in Planted::ALL {
        players.planted = Some(planted);
        let seeds = arguments.from..arguments.from.saturating_add(arguments.seeds);
        let found = seeds
            .into_iter()
            .find(|seed| !wrong(players, &players.story(*seed)).is_empty());
        let (name, by) = (planted.name(), planted.found_by());
        match found {
            Some(seed) => println!("{name:<20} seed {seed:>5}: {by}"),
            None => {
                missed = missed.saturating_add(1);
                println!("{name:<20} not found in {} seeds: {by}", arguments.seeds);
            }
        }
    }
    Ok(missed)
}

/// What does not hold in a story; where a fault is planted, only what the invariant says that is meant to find it.
fn wrong(players: &Players, story: &Story) -> Vec<Violation> {
    let mut found = players.play(story).violations;
    found.retain(|it| is_meant(players, it));
    found
}

fn is_meant(players: &Players, violation: &Violation) -> bool {
    let planted = players.planted;
    planted.is_none_or(|planted| violation.invariant == planted.found_by())
}

fn seeds(players: &Players, arguments: &Arguments) -> Result<u64, String> {
    let (start, mut shown) = (Instant::now(), Instant::now());
    let limit = arguments.seconds.map(Duration::from_secs);
    let (mut played, mut failing, mut calls) = (0_u64, 0_u64, 0_u64);
    let progress = std::io::stderr().is_terminal();
    let last = arguments.from.saturating_add(arguments.seeds);
    for seed in arguments.from..last {
        if limit.is_some_and(|limit| start.elapsed() >= limit) {
            break;
        }
        let story = players.story(seed);
        played = played.saturating_add(1);
        if arguments.unchecked {
            calls = calls.saturating_add(players.ending(&story).calls);
            continue;
        }
        let found = players.play(&story);
        calls = calls.saturating_add(found.calls);
        if found.violations.iter().any(|it| is_meant(players, it)) {
            failing = failing.saturating_add(1);
            println!("seed {seed} fails:");
            for violation in &found.violations {
                println!("  {violation}");
            }
            if failing <= 3 {
                let path = keep(players, story, &arguments.keep)?;
                println!("  a short story of it: {}", path.display());
            }
            if arguments.planted.is_some() {
                break;
            }
        }
        if progress && shown.elapsed() >= Duration::from_secs(1) {
            shown = Instant::now();
            eprint!("\r{played} of {} seeds, {failing} failing", arguments.seeds);
            let _ = std::io::stderr().flush();
        }
    }
    if progress {
        eprintln!();
    }
    let seconds = start.elapsed().as_secs_f64().max(0.001);
    println!("{:.0} calls a second", calls as f64 / seconds);
    println!(
        "{played} seeds, {failing} failing, {:.0} stories a second",
        played as f64 / seconds
    );
    Ok(failing)
}

/// Shortens a story and writes it down.
fn keep(players: &Players, story: Story, folder: &Path) -> Result<PathBuf, String> {
    let seed = story.seed;
    let failed = |story: &Story| {
        let found = wrong(players, story).into_iter();
        found.map(|it| it.invariant).collect::<Vec<_>>()
    };
    let broken = failed(&story);
    let short = shrink(story, |story| {
        failed(story).iter().any(|it| broken.contains(it))
    });
    std::fs::create_dir_all(folder).map_err(|why| why.to_string())?;
    let path = folder.join(format!("seed-{seed}.json"));
    let text = serde_json::to_string_pretty(&short).map_err(|why| why.to_string())?;
    std::fs::write(&path, text).map_err(|why| why.to_string())?;
    Ok(path)
}

/// Plays one story and tells what was decided in it.
fn tell(players: &Players, path: &Path) -> Result<u64, String> {
    let text = std::fs::read_to_string(path).map_err(|why| why.to_string())?;
    let story: Story = serde_json::from_str(&text).map_err(|why| why.to_string())?;
    let ending = players.ending(&story);
    let audits = ending.items.iter().filter(|item| item.key.is_audit());
    let mut audits: Vec<contracts::AuditRecord> =
        audits.filter_map(|item| item.body.read().ok()).collect();
    audits.sort_by_key(|audit| audit.at);
    let mut lines = String::new();
    for audit in audits {
        let _ = writeln!(
            lines,
            "{} {} {} upon {} {}: {}",
            audit.at,
            audit.subject.name(),
            audit.function,
            audit.event_name,
            audit.event,
            audit.outcome
        );
        for event in &audit.events {
            let _ = writeln!(lines, "    {} {} {:?}", event.id, event.name(), event.data);
        }
    }
    let noticed = ending.events.values();
    let noticed = noticed.filter(|event| event.causation.is_none());
    for event in noticed {
        let record = event.record.as_ref().map(crm::RecordId::name);
        let _ = writeln!(
            lines,
            "{} {} {record:?} {}",
            event.time,
            event.name(),
            event.id
        );
    }
    let items = ending.items.iter();
    let effects = items.filter(|item| item.key.sk == "effect");
    for item in effects {
        let _ = writeln!(lines, "{} {:?}", item.key.pk, item.body);
    }
    for written in &ending.written {
        let _ = writeln!(lines, "{written:?}");
    }
    for failed in &ending.failed {
        let _ = writeln!(lines, "{failed:?}");
    }
    print!("{lines}");
    let violations = players.play(&story).violations;
    for violation in &violations {
        println!("{violation}");
    }
    Ok(u64::try_from(violations.len()).unwrap_or(u64::MAX))
}
