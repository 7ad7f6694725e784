//! Names that the model does not have.

use model_compiler::nearest;

/// Why there is nothing to show: the model has none called `name`, or, where none is asked for, none at all.
/// `one` is what one is called, such as `pool`.
pub fn unknown<'a>(
    one: &str,
    names: impl Iterator<Item = &'a str>,
    name: Option<&str>,
) -> Option<String> {
    let all: Vec<&str> = names.collect();
    let Some(name) = name else {
        return all.is_empty().then(|| format!("the model has no {one}s"));
    };
    if all.contains(&name) {
        return None;
    }
    let meant = match nearest(name, all.iter().copied()) {
        Some(near) => format!("; did you mean {near}?"),
        None if all.is_empty() => String::new(),
        None => format!("; there are: {}", all.join(", ")),
    };
    Some(format!("the model has no {one} {name}{meant}"))
}
