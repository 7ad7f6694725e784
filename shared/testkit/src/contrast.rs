//! How well colours stand out from each other, as WCAG 2.1 counts it.

/// The contrast of two colours, each as `#1f5fbf` or `#fff`: from 1, where they are one, to 21, of black on white. WCAG
/// asks for 4.5 of words, and for 3 of large ones and of lines.
///
/// # Panics
/// If one is no such colour.
#[must_use]
pub fn contrast(one: &str, other: &str) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// The colour of a variable, `--ink:#1c1e21`, where a style first says it.
///
/// # Panics
/// If it does not.
#[must_use]
pub fn colour<'s>(style: &'s str, name: &str) -> &'s str {
    let named = format!("--{name}:");
    let (_, rest) = style.split_once(&named).expect("a colour of this name");
    rest.split([';', '}']).next().expect("a colour")
}

/// The relative luminance of a colour, from 0 to 1.
fn luminance(colour: &str) -> f64 {
    let digits = colour.strip_prefix('#').expect("a colour");
    let wide: String = match digits.len() {
        3 => digits.chars().flat_map(|digit| [digit, digit]).collect(),
        _ => digits.to_owned(),
    };
    let part = |at: usize| {
        let digits = wide.get(at..at + 2).expect("six digits");
        let value = f64::from(u8::from_str_radix(digits, 16).expect("digits")) / 255.0;
        if value <= 0.04045 {
            value / 12.92
        } else {
            ((value + 0.055) / 1.055).powf(2.4)
        }
    };
    0.2126f64.mul_add(part(0), 0.7152f64.mul_add(part(2), 0.0722 * part(4)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn black_on_white_is_the_most_and_a_colour_on_itself_the_least() {
        assert!((contrast("#000", "#ffffff") - 21.0).abs() < 1e-9);
        assert!((contrast("#123456", "#123456") - 1.0).abs() < 1e-9);
        assert_eq!(colour(":root{--a:#fff;--b:#1c1e21}", "b"), "#1c1e21");
    }
}
