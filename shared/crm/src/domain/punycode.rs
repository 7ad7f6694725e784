//! Punycode (RFC 3492): a text in the letters, digits and `-` that a domain may have.

const BASE: u32 = 36;
const LEAST_THRESHOLD: u32 = 1;
const MOST_THRESHOLD: u32 = 26;
const SKEW: u32 = 38;
const DAMP: u32 = 700;
const FIRST_BIAS: u32 = 72;
const FIRST_BEYOND_ASCII: u32 = 0x80;

/// The text encoded; none if it is longer than 32 bits can count.
pub(super) fn encode(text: &str) -> Option<String> {
    let mut encoded: String = text.chars().filter(char::is_ascii).collect();
    let plain = u32::try_from(encoded.len()).ok()?;
    if plain > 0 {
        encoded.push('-');
    }
    let all = u32::try_from(text.chars().count()).ok()?;
    let (mut code, mut delta, mut bias, mut done) = (FIRST_BEYOND_ASCII, 0_u32, FIRST_BIAS, plain);
    while done < all {
        let beyond = text.chars().map(u32::from).filter(|it| *it >= code);
        let next = beyond.min()?;
        delta = delta.checked_add((next - code).checked_mul(done + 1)?)?;
        code = next;
        for c in text.chars().map(u32::from) {
            if c < code {
                delta = delta.checked_add(1)?;
            }
            if c == code {
                push(&mut encoded, delta, bias)?;
                bias = adapted(delta, done + 1, done == plain);
                delta = 0;
                done += 1;
            }
        }
        delta = delta.checked_add(1)?;
        code += 1;
    }
    Some(encoded)
}

/// A number in digits whose weights depend on the bias.
fn push(encoded: &mut String, mut number: u32, bias: u32) -> Option<()> {
    for k in (BASE..).step_by(36) {
        let threshold = k
            .saturating_sub(bias)
            .clamp(LEAST_THRESHOLD, MOST_THRESHOLD);
        if number < threshold {
            break;
        }
        let rest = number - threshold;
        encoded.push(digit(threshold + rest % (BASE - threshold))?);
        number = rest / (BASE - threshold);
    }
    encoded.push(digit(number)?);
    Some(())
}

/// `a` to `z` are 0 to 25, `0` to `9` are 26 to 35.
fn digit(number: u32) -> Option<char> {
    let letter = |first: u8, number: u32| Some(char::from(first + u8::try_from(number).ok()?));
    match number {
        0..=25 => letter(b'a', number),
        26..=35 => letter(b'0', number - 26),
        _ => None,
    }
}

fn adapted(delta: u32, points: u32, first: bool) -> u32 {
    let mut delta = delta / if first { DAMP } else { 2 };
    delta += delta / points;
    let mut k = 0;
    while delta > (BASE - LEAST_THRESHOLD) * MOST_THRESHOLD / 2 {
        delta /= BASE - LEAST_THRESHOLD;
        k += BASE;
    }
    k + (BASE - LEAST_THRESHOLD + 1) * delta / (delta + SKEW)
}

#[cfg(test)]
mod tests {
    use super::encode;

    /// Samples of RFC 3492, 7.1, in lower case.
    #[test]
    fn the_samples_of_the_standard() {
        for (text, encoded) in [
            ("ليهمابتكلموشعربي؟", "egbpdaj6bu4bxfgehfvwxn"),
            ("他们为什么不说中文", "ihqwcrb4cv8a8dqg056pqjye"),
            ("pročprostěnemluvíčesky", "proprostnemluvesky-uyb24dma41a"),
            (
                "почемужеонинеговорятпорусски",
                "b1abfaaepdrnnbgefbadotcwatmq2g4l",
            ),
            (
                "porquénopuedensimplementehablarenespañol",
                "porqunopuedensimplementehablarenespaol-fmd56a",
            ),
            ("3年b組金八先生", "3b-ww4c5e180e575a65lsy2b"),
            ("そのスピードで", "d9juau41awczczp"),
        ] {
            assert_eq!(encode(text).as_deref(), Some(encoded), "{text}");
        }
    }
}
