//! Why somebody refuses something, in their own words: others act upon it, so none of it is lost silently.

use super::{cleaned, cut};

/// The longest reason, in characters.
pub const LONGEST_REASON: usize = 300;

/// Why a text is no reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReasonError {
    /// Nothing in it is seen.
    #[error("the reason is empty: say in a few words why it is refused")]
    Empty,
    /// It has so many characters.
    #[error(
        "the reason has {0} characters, and there is room for {LONGEST_REASON}: say it in fewer words"
    )]
    TooLong(usize),
}

/// A reason on one line, as it was said.
///
/// # Errors
/// If nothing of it is seen, or it is longer than [`LONGEST_REASON`].
pub fn reason(text: &str) -> Result<String, ReasonError> {
    let line = cleaned(text);
    match line.chars().count() {
        0 => Err(ReasonError::Empty),
        long if long > LONGEST_REASON => Err(ReasonError::TooLong(long)),
        _ => Ok(line),
    }
}

/// A reason that came by the bus, where nobody can be asked again: what is longer than [`LONGEST_REASON`] ends there,
/// with a sign.
#[must_use]
pub fn kept_reason(text: &str) -> String {
    cut(cleaned(text), LONGEST_REASON)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_kept_whole_and_one_that_is_too_long_is_said() {
        let long = "x".repeat(LONGEST_REASON);
        assert_eq!(reason(&format!(" {long}\n")), Ok(long.clone()));
        assert_eq!(kept_reason(&long), long);
        let more = format!("{long}y");
        assert_eq!(reason(&more), Err(ReasonError::TooLong(301)));
        assert_eq!(kept_reason(&more), format!("{long}…"));
        assert_eq!(reason(" \u{200b} "), Err(ReasonError::Empty));
    }
}
