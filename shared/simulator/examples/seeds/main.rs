//! Plays stories by their seeds, and says what does not hold: `make seeds`.
#![allow(
    clippy::disallowed_methods,
    reason = "it is a command: it reads files and the machine's clock"
)]

mod digest;
mod in_order;
mod many;
mod record;

use std::{
    fmt::Write as _,
    num::NonZeroUsize,
    ops::ControlFlow,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Parser;
use decisions::Rules;
use jiff::Timestamp;
use simulator::{Found, Planted, Players, Story, Violation};

use self::{
    in_order::{Pace, play_in_order, usual_threads},
    record::played_by,
};

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
    /// On how many threads; one a core if it is not said.
    #[arg(long, default_value_t = usual_threads())]
    threads: NonZeroUsize,
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
    /// Print a digest of how each hundred stories end, to compare two programs that must play the same.
    #[arg(long, conflicts_with_all = ["planted", "plant_all", "unchecked"])]
    digest: bool,
    /// Begin with the first seed, though a run of the same seeds was ended before its last one.
    #[arg(long)]
    anew: bool,
    /// Where short stories go, and how far the run has come.
    #[arg(long, default_value = ".local/seeds")]
    keep: PathBuf,
    /// Play this story again, and tell what happens in it.
    #[arg(long)]
    story: Option<PathBuf>,
}

impl Arguments {
    /// The seeds that are asked for.
    const fn range(&self) -> std::ops::Range<u64> {
        self.from..self.from.saturating_add(self.seeds)
    }
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
    let by = played_by(&bytes)?;
    let model = model::artefact::load(&bytes).map_err(|why| why.to_string())?;
    let begins: Timestamp = BEGINS.parse().map_err(|_| "no instant".to_owned())?;
    let rules = Rules::prepare(model, begins).map_err(|why| why.to_string())?;
    let mut players = Players::strained(&rules, begins).map_err(|why| why.to_string())?;
    players.planted = arguments.planted;
    match &arguments.story {
        Some(path) => tell(&players, path),
        None if arguments.plant_all => plant_all(&mut players, arguments),
        None if arguments.digest => many::digests(&players, arguments),
        None => many::seeds(&players, arguments, by),
    }
}

/// Plants each fault in turn, and says in which seed the invariant that is meant to finds it.
fn plant_all(players: &mut Players, arguments: &Arguments) -> Result<u64, String> {
    let mut missed = 0_u64;
    for planted in Planted::ALL {
        players.planted = Some(planted);
        let mut found = None;
        let players = &*players;
        let is_found = |seed| !wrong(players, &players.story(seed)).is_empty();
        let pace = Pace {
            threads: arguments.threads,
            until: None,
        };
        play_in_order(arguments.range(), pace, is_found, |seed, is_found| {
            found = is_found.then_some(seed);
            Ok(match found {
                Some(_) => ControlFlow::Break(()),
                None => ControlFlow::Continue(()),
            })
        })?;
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

/// What a story came to. One in which our own code panics fails, and the seeds go on.
fn played(players: &Players, story: &Story) -> Found {
    let played = catch_unwind(AssertUnwindSafe(|| players.play(story)));
    played.unwrap_or_else(|panic| {
        let said = panic.downcast_ref::<String>().map(String::as_str);
        let said = said.or_else(|| panic.downcast_ref::<&str>().copied());
        Found {
            calls: 0,
            violations: vec![Violation {
                invariant: "nothing panics",
                what: said.unwrap_or("it does not say why").to_owned(),
            }],
        }
    })
}

/// What does not hold in a story; where a fault is planted, only what the invariant says that is meant to find it.
fn wrong(players: &Players, story: &Story) -> Vec<Violation> {
    let mut found = played(players, story).violations;
    found.retain(|it| is_meant(players, it));
    found
}

fn is_meant(players: &Players, violation: &Violation) -> bool {
    let planted = players.planted;
    planted.is_none_or(|planted| violation.invariant == planted.found_by())
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
