//! How much of a calendar file is read.

/// The largest text that is read, in bytes.
pub const MAX_BYTES: usize = 1 << 20;
/// The most events that are read.
pub const MAX_EVENTS: usize = 10_000;
/// The most days one event may last.
pub const MAX_DAYS: i32 = 366;
/// The most holidays that are given.
pub const MAX_DATES: usize = 50_000;
