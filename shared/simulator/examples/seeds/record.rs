//! What a run has come to so far, written as it goes: a run that was ended goes on where it was.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

/// So much of what does not hold in a seed is written down.
const MOST_SAID: usize = 10;

/// A run of seeds.
#[derive(Debug, Serialize, Deserialize)]
pub struct Record {
    /// The program and the model that play it.
    pub by: String,
    /// The first seed.
    pub from: u64,
    /// How many seeds there are.
    pub seeds: u64,
    /// How many of them are played.
    pub played: u64,
    /// How many events were handled and webhooks answered in those.
    pub calls: u64,
    /// How long that took, in seconds.
    pub seconds: f64,
    /// What fails.
    pub failing: Vec<Failing>,
}

/// A seed that fails.
#[derive(Debug, Serialize, Deserialize)]
pub struct Failing {
    /// Which.
    pub seed: u64,
    /// What does not hold in it, the first of it.
    pub what: Vec<String>,
}

impl Failing {
    /// Of a seed with all that does not hold.
    pub fn of(seed: u64, what: impl Iterator<Item = String>) -> Self {
        Self {
            seed,
            what: what.take(MOST_SAID).collect(),
        }
    }
}

impl Record {
    /// A run that begins.
    pub const fn new(by: String, from: u64, seeds: u64) -> Self {
        Self {
            by,
            from,
            seeds,
            played: 0,
            calls: 0,
            seconds: 0.0,
            failing: Vec::new(),
        }
    }

    /// Where a run of these seeds is kept.
    pub fn path(&self, folder: &Path) -> PathBuf {
        folder.join(format!("run-{}-{}.json", self.from, self.seeds))
    }

    /// The same run as far as it had come, if it was ended before its last seed, and by the same program and model.
    pub fn found(&self, folder: &Path) -> Option<Self> {
        let text = std::fs::read_to_string(self.path(folder)).ok()?;
        let known: Self = serde_json::from_str(&text).ok()?;
        let same = (&known.by, known.from, known.seeds) == (&self.by, self.from, self.seeds);
        (same && known.played > 0 && known.played < known.seeds).then_some(known)
    }

    /// Writes it down; whoever is ended meanwhile leaves the one before.
    ///
    /// # Errors
    /// If the folder cannot be written.
    pub fn keep(&self, folder: &Path) -> Result<(), String> {
        let path = self.path(folder);
        let new = path.with_extension("new");
        let text = serde_json::to_string_pretty(self).map_err(|why| why.to_string())?;
        std::fs::create_dir_all(folder)
            .and_then(|()| std::fs::write(&new, text))
            .and_then(|()| std::fs::rename(&new, &path))
            .map_err(|why| format!("{}: {why}", path.display()))
    }
}

/// By what program and which model seeds are played: another one of either plays other stories.
///
/// # Errors
/// If the program's own file cannot be read.
pub fn played_by(model: &[u8]) -> Result<String, String> {
    let program = std::env::current_exe().and_then(std::fs::read);
    let program = program.map_err(|why| format!("the program's own file: {why}"))?;
    let mut hasher = DefaultHasher::new();
    (program, model).hash(&mut hasher);
    Ok(format!("{:016x}", hasher.finish()))
}
