//! Seeds are played on several threads, and told of in their order.

use std::{
    collections::BTreeMap,
    num::NonZeroUsize,
    ops::{ControlFlow, Range},
    sync::{
        atomic::{AtomicU64, Ordering},
        mpsc,
    },
    thread::{Builder, available_parallelism, scope},
    time::Instant,
};

/// As much as the first thread of a program has: a story is played in one call, whatever comes of it.
const STACK: usize = 8 * 1024 * 1024;

/// How many threads play, unless somebody says otherwise: one a core.
pub fn usual_threads() -> NonZeroUsize {
    available_parallelism().unwrap_or(NonZeroUsize::MIN)
}

/// How seeds are played.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// On how many threads.
    pub threads: NonZeroUsize,
    /// From then on no seed is begun any more.
    pub until: Option<Instant>,
}

/// Plays seeds, and tells of each what it came to, in their order whatever the threads do, until `each` has enough.
/// No seed is left out: those that are told of begin at the first one and have no gap.
///
/// # Errors
/// If a thread cannot be started, or what `each` says.
pub fn play_in_order<T: Send>(
    seeds: Range<u64>,
    pace: Pace,
    play: impl Fn(u64) -> T + Sync,
    mut each: impl FnMut(u64, T) -> Result<ControlFlow<()>, String>,
) -> Result<(), String> {
    let next = AtomicU64::new(seeds.start);
    let (tell, told) = mpsc::channel();
    scope(|scope| {
        for _ in 0..pace.threads.get() {
            let (tell, next, play) = (tell.clone(), &next, &play);
            let work = move || {
                while pace.until.is_none_or(|until| Instant::now() < until) {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= seeds.end || tell.send((seed, play(seed))).is_err() {
                        break;
                    }
                }
            };
            let builder = Builder::new().stack_size(STACK);
            let begun = builder.spawn_scoped(scope, work);
            begun.map_err(|why| format!("a thread cannot be started: {why}"))?;
        }
        drop(tell);
        // Who was faster than those before waits here.
        let mut early = BTreeMap::new();
        let mut due = seeds.start;
        for (seed, came_to) in told {
            early.insert(seed, came_to);
            while let Some(came_to) = early.remove(&due) {
                if each(due, came_to)?.is_break() {
                    return Ok(());
                }
                due = due.saturating_add(1);
            }
        }
        Ok(())
    })
}
