//! Numbers as exports write them.

use crm::Decimal;

use crate::layout::DecimalMark;

/// The most digits that surely fit into 64 bits.
const MOST_DIGITS: usize = 18;

/// An exact number: `1234.5`, `1,234.5`, `1 234,5`, `-3`, `(3)` for a negative one, `1.5E7`; a sign or three letters
/// of a currency before or behind it are left out. None if it is no number, or if its groups are not of three
/// digits, since then the mark may mean something else.
pub(crate) fn number(text: &str, mark: DecimalMark) -> Option<Decimal> {
    let plain = plain(text.as_bytes(), mark);
    let plain = plain.map(|it| Decimal::new(it.digits, it.scale));
    plain.or_else(|| grouped(text, mark))
}

/// A number as whole digits, and how many of them stand behind the mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Plain {
    pub(crate) digits: i64,
    pub(crate) scale: u32,
}

/// Digits with at most one mark, which nearly all are.
pub(crate) fn plain(text: &[u8], mark: DecimalMark) -> Option<Plain> {
    let (negative, digits) = match text.strip_prefix(b"-") {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    if digits.is_empty() || digits.len() > MOST_DIGITS {
        return None;
    }
    let mark = match mark {
        DecimalMark::Point => b'.',
        DecimalMark::Comma => b',',
    };
    let (mut whole, mut scale, mut any) = (0_i64, None, false);
    for byte in digits.iter().copied() {
        if byte.is_ascii_digit() {
            whole = whole * 10 + i64::from(byte - b'0');
            scale = scale.map(|scale: u32| scale + 1);
            any = true;
        } else if byte == mark && scale.is_none() {
            scale = Some(0);
        } else {
            return None;
        }
    }
    let whole = if negative { -whole } else { whole };
    any.then_some(Plain {
        digits: whole,
        scale: scale.unwrap_or(0),
    })
}

fn grouped(text: &str, mark: DecimalMark) -> Option<Decimal> {
    let text = without_currency(text);
    let (negative, text) = match text.strip_prefix('(').and_then(|it| it.strip_suffix(')')) {
        Some(inner) => (true, without_currency(inner)),
        None => match text.strip_prefix(['-', '\u{2212}']) {
            Some(rest) => (true, without_currency(rest)),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        },
    };
    let (mark, between) = match mark {
        DecimalMark::Point => ('.', ','),
        DecimalMark::Comma => (',', '.'),
    };
    let (whole, fraction) = text.split_once(mark).unwrap_or((text, ""));
    let is_between =
        |c: char| c == between || matches!(c, ' ' | '\'' | '\u{a0}' | '\u{202f}' | '\u{2019}');
    let groups: Vec<&str> = whole.split(is_between).collect();
    let digits = |it: &str| it.bytes().all(|byte| byte.is_ascii_digit());
    let of_three = groups.iter().skip(1).all(|it| it.len() == 3 && digits(it));
    let first = groups.first().is_some_and(|it| digits(it));
    let first_fits =
        groups.len() == 1 || groups.first().is_some_and(|it| (1..=3).contains(&it.len()));
    if !of_three || !first_fits || (whole.is_empty() && fraction.is_empty()) {
        return None;
    }
    let exponent = |c: char| c == 'e' || c == 'E';
    let number = format!("{}.{fraction}", groups.concat());
    let number = number.trim_end_matches('.');
    let number: Decimal = if number.contains(exponent) {
        Decimal::from_scientific(number).ok()?
    } else if first && digits(fraction) {
        number.parse().ok()?
    } else {
        return None;
    };
    Some(if negative { -number } else { number })
}

/// Without the sign of a currency, or its three letters.
fn without_currency(text: &str) -> &str {
    let signs: &[char] = &['$', '€', '£', '¥'];
    let text = text.trim().trim_matches(signs).trim();
    let letters = |it: &str| it.len() == 3 && it.bytes().all(|byte| byte.is_ascii_uppercase());
    let ends = |text: &str| -> (Option<usize>, usize) {
        let first = text.find(|c: char| !c.is_ascii_uppercase());
        let last = text.rfind(|c: char| !c.is_ascii_uppercase());
        (first, last.map_or(0, |at| at + 1))
    };
    let (first, last) = ends(text);
    let behind = text
        .get(last..)
        .filter(|it| letters(it))
        .and_then(|_| text.get(..last));
    let before = first.and_then(|at| {
        text.get(..at)
            .filter(|it| letters(it))
            .and_then(|_| text.get(at..))
    });
    before.or(behind).unwrap_or(text).trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, mark: DecimalMark) -> Option<String> {
        number(text, mark).map(|it| it.normalize().to_string())
    }

    #[test]
    fn a_number_is_read_as_its_file_writes_it() {
        for (text, point, comma) in [
            ("1054", Some("1054"), Some("1054")),
            ("-12.5", Some("-12.5"), None),
            ("1,234.56", Some("1234.56"), None),
            ("1.234,56", None, Some("1234.56")),
            ("1,234", Some("1234"), Some("1.234")),
            ("1 234 567,8", None, Some("1234567.8")),
            ("$1,200", Some("1200"), Some("1.2")),
            ("EUR 99", Some("99"), Some("99")),
            ("99 EUR", Some("99"), Some("99")),
            ("(300)", Some("-300"), Some("-300")),
            ("1.5E7", Some("15000000"), None),
            ("12,34.5", None, None),
            ("1,2,3", None, None),
            ("abc", None, None),
            ("", None, None),
            ("-", None, None),
            (".", None, None),
            ("NA", None, None),
            ("12x", None, None),
        ] {
            assert_eq!(read(text, DecimalMark::Point).as_deref(), point, "{text}");
            assert_eq!(read(text, DecimalMark::Comma).as_deref(), comma, "{text}");
        }
    }
}
