use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

/// Whether the call that fails was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// It was not: the function died before it, or nobody answered.
    Before,
    /// It was: the answer was lost, or the function died right after it.
    After,
}

/// Counts every call to the world outside a decision, and lets one of them fail.
#[derive(Debug, Clone)]
pub struct Faults {
    calls: Arc<AtomicU32>,
    at: Option<(u32, When)>,
}

impl Faults {
    pub fn none() -> Self {
        Self {
            calls: Arc::default(),
            at: None,
        }
    }

    pub fn at(call: u32, when: When) -> Self {
        Self {
            at: Some((call, when)),
            ..Self::none()
        }
    }

    pub fn calls(&self) -> u32 {
        self.calls.load(Ordering::Relaxed)
    }

    /// Says of the next call whether and when it fails.
    pub fn next(&self) -> Option<When> {
        let call = self.calls.fetch_add(1, Ordering::Relaxed);
        self.at.filter(|(at, _)| *at == call).map(|(_, when)| when)
    }
}
