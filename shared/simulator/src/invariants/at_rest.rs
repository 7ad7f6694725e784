use super::seen::Seen;

/// Once nothing goes wrong any more, everything that is under way ends.
pub(super) fn violations(seen: &Seen<'_>) -> Vec<String> {
    let ending = seen.ending;
    let mut found = ending.broken.clone();
    if !ending.at_rest {
        found.push(format!("it was still busy at {}", ending.now));
    }
    found
}
