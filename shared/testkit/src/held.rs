use std::sync::{Mutex, MutexGuard, PoisonError};

/// A mutex for oneself; that a test panicked while it held it does not matter to the others.
pub(crate) fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
