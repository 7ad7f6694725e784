//! Many seeds: what fails is printed, shortened and kept, and how far they have come.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    io::{IsTerminal, Write as _},
    ops::ControlFlow,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use simulator::{Found, Players, Story, shrink};

use crate::{
    Arguments,
    digest::digest,
    in_order::{Pace, play_in_order},
    is_meant, played,
    record::{Failing, Record},
    wrong,
};

/// How often it is written down how far a run has come, and said where nobody sees a line that changes.
const KEPT_EACH: Duration = Duration::from_secs(10);
const SAID_EACH: Duration = Duration::from_secs(60);
const SHOWN_EACH: Duration = Duration::from_secs(1);

/// So many failing seeds of a run are shortened: each takes as long as hundreds of stories.
const SHORTENED: usize = 3;

/// Of so many stories there is one digest.
const DIGESTED: u64 = 100;

/// A run of many seeds.
struct Run<'a> {
    players: &'a Players,
    arguments: &'a Arguments,
    record: Record,
    /// How many it had played, and how long that took, before it was ended the last time.
    before: (u64, f64),
    start: Instant,
    kept: Instant,
    said: Instant,
    terminal: bool,
}

/// Plays seeds, and says how many fail.
pub fn seeds(players: &Players, arguments: &Arguments, by: String) -> Result<u64, String> {
    let mut record = Record::new(by, arguments.from, arguments.seeds);
    let whole = !arguments.unchecked && arguments.planted.is_none();
    if let (true, false, Some(found)) = (whole, arguments.anew, record.found(&arguments.keep)) {
        record = found;
        goes_on(&record);
    }
    let now = Instant::now();
    let mut run = Run {
        players,
        arguments,
        before: (record.played, record.seconds),
        record,
        start: now,
        kept: now,
        said: now,
        terminal: std::io::stderr().is_terminal(),
    };
    let mut seeds = arguments.range();
    seeds.start = seeds.start.saturating_add(run.record.played);
    let pace = Pace {
        threads: arguments.threads,
        until: arguments
            .seconds
            .and_then(|it| now.checked_add(Duration::from_secs(it))),
    };
    let play = |seed| match arguments.unchecked {
        true => Found {
            calls: players.ending(&players.story(seed)).calls,
            violations: Vec::new(),
        },
        false => played(players, &players.story(seed)),
    };
    play_in_order(seeds, pace, play, |seed, found| {
        let ends = run.note(seed, &found)?;
        if whole {
            run.keep_if_due(!found.violations.is_empty())?;
        }
        run.progress();
        Ok(ends)
    })?;
    if whole {
        run.keep_if_due(true)?;
    }
    Ok(run.sum())
}

fn goes_on(record: &Record) {
    println!(
        "goes on behind {} of {} seeds: the same program and model had played them",
        record.played, record.seeds
    );
    for failing in &record.failing {
        println!("seed {} fails:", failing.seed);
        for what in &failing.what {
            println!("  {what}");
        }
    }
}

impl Run<'_> {
    /// Notes what a seed came to, and says what does not hold in it.
    fn note(&mut self, seed: u64, found: &Found) -> Result<ControlFlow<()>, String> {
        let record = &mut self.record;
        record.played = record.played.saturating_add(1);
        record.calls = record.calls.saturating_add(found.calls);
        let violations = &found.violations;
        if !violations.iter().any(|it| is_meant(self.players, it)) {
            return Ok(ControlFlow::Continue(()));
        }
        let what = violations.iter().map(ToString::to_string);
        record.failing.push(Failing::of(seed, what));
        println!("seed {seed} fails:");
        for violation in violations {
            println!("  {violation}");
        }
        if record.failing.len() <= SHORTENED {
            let path = keep(self.players, seed, &self.arguments.keep)?;
            println!("  a short story of it: {}", path.display());
        }
        Ok(match self.arguments.planted {
            Some(_) => ControlFlow::Break(()),
            None => ControlFlow::Continue(()),
        })
    }

    fn keep_if_due(&mut self, now: bool) -> Result<(), String> {
        self.record.seconds = self.before.1 + self.start.elapsed().as_secs_f64();
        if !now && self.kept.elapsed() < KEPT_EACH {
            return Ok(());
        }
        self.kept = Instant::now();
        self.record.keep(&self.arguments.keep)
    }

    fn progress(&mut self) {
        let each = if self.terminal { SHOWN_EACH } else { SAID_EACH };
        if self.said.elapsed() < each {
            return;
        }
        self.said = Instant::now();
        let Record { played, seeds, .. } = self.record;
        let failing = self.record.failing.len();
        let now = played.saturating_sub(self.before.0).max(1);
        let left = seeds.saturating_sub(played) as f64;
        let left = left * self.start.elapsed().as_secs_f64() / now as f64;
        let said = format!(
            "{played} of {seeds} seeds, {failing} failing, {} left",
            time(left)
        );
        if self.terminal {
            eprint!("\r{said}   ");
            let _ = std::io::stderr().flush();
        } else {
            eprintln!("{said}");
        }
    }

    fn sum(&self) -> u64 {
        if self.terminal {
            eprintln!();
        }
        let seconds = (self.before.1 + self.start.elapsed().as_secs_f64()).max(0.001);
        let record = &self.record;
        println!(
            "{:.0} calls a second, threads: {}",
            record.calls as f64 / seconds,
            self.arguments.threads
        );
        println!(
            "{} seeds, {} failing, {:.0} stories a second",
            record.played,
            record.failing.len(),
            record.played as f64 / seconds
        );
        u64::try_from(record.failing.len()).unwrap_or(u64::MAX)
    }
}

/// A time as people say it; seconds.
fn time(seconds: f64) -> String {
    let minutes = (seconds / 60.0).ceil() as u64;
    match minutes {
        0..=1 => "a minute".to_owned(),
        2..=99 => format!("{minutes} min"),
        _ => format!("{} h {} min", minutes / 60, minutes % 60),
    }
}

/// Prints a digest of how each hundred stories end.
pub fn digests(players: &Players, arguments: &Arguments) -> Result<u64, String> {
    let pace = Pace {
        threads: arguments.threads,
        until: None,
    };
    let play = |seed| digest(&players.ending(&players.story(seed)));
    let mut digests: Vec<u64> = Vec::new();
    let last = arguments.range().end.saturating_sub(1);
    play_in_order(arguments.range(), pace, play, |seed, digest| {
        digests.push(digest);
        if seed % DIGESTED == 0 || seed == last {
            let mut hasher = DefaultHasher::new();
            std::mem::take(&mut digests).hash(&mut hasher);
            println!("up to {seed}: {:016x}", hasher.finish());
        }
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(0)
}

/// Shortens the story of a seed and writes it down.
fn keep(players: &Players, seed: u64, folder: &Path) -> Result<PathBuf, String> {
    let failed = |story: &Story| {
        let found = wrong(players, story).into_iter();
        found.map(|it| it.invariant).collect::<Vec<_>>()
    };
    let story = players.story(seed);
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
