use contracts::Found;

use crate::wording::{Tone, Wording};

/// What a test found in a field, in words. A personal value is not recorded, so it cannot be said.
#[must_use]
pub fn found(found: &Found) -> Wording {
    match found {
        Found::Value(value) => Wording::of(Tone::Main, value.clone()),
        Found::NoValue => Wording::of(Tone::Unsure, "no value"),
        Found::Personal => Wording::of(Tone::Detail, "a personal value, which is not recorded"),
    }
}
