/// Longer names are no names of companies, and to compare them takes time that grows with both lengths.
const LONGEST: usize = 200;

/// A shorter word tells nothing of a name.
const SHORTEST_WORD: usize = 3;

/// What companies write behind their name to say what they are in law, without dots.
const LEGAL_FORMS: [&str; 56] = [
    "ab",
    "ag",
    "aktiengesellschaft",
    "aps",
    "as",
    "asa",
    "bv",
    "bvba",
    "co",
    "company",
    "corp",
    "corporation",
    "cv",
    "doo",
    "eg",
    "ek",
    "ev",
    "gbr",
    "gesmbh",
    "ggmbh",
    "gmbh",
    "inc",
    "incorporated",
    "kft",
    "kg",
    "kgaa",
    "kk",
    "lda",
    "limited",
    "llc",
    "llp",
    "lp",
    "ltd",
    "ltda",
    "mbh",
    "nv",
    "ohg",
    "ood",
    "oy",
    "oyj",
    "plc",
    "pte",
    "pty",
    "pvt",
    "sa",
    "sarl",
    "sas",
    "sasu",
    "se",
    "sl",
    "spa",
    "spzoo",
    "srl",
    "sro",
    "ug",
    "zoo",
];

/// A name as it is compared: in lower case, without signs, and without the legal forms at its end, of which
/// the first word always stays. None of what has no letter, and of what is too long for a name.
#[must_use]
pub fn plain_name(name: &str) -> Option<String> {
    if name.chars().nth(LONGEST).is_some() {
        return None;
    }
    // `S.A.` is one word, and `d'Or` too.
    let kept = |c: &char| !matches!(c, '.' | '\'' | '\u{2019}');
    let lower: String = name.to_lowercase().chars().filter(kept).collect();
    let mut words: Vec<&str> = lower
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    while let [_, .., last] = words.as_slice() {
        // `sp. z o.o.` is three words.
        if !LEGAL_FORMS.contains(last) && !matches!(*last, "sp" | "z" | "oo" | "et" | "und" | "and")
        {
            break;
        }
        words.pop();
    }
    (!words.is_empty()).then(|| words.join(" "))
}

/// The word of a name by which it is best found: the longest that is no legal form, the first of several. As the
/// name has it, since `Booking.com` is two words to whoever searches.
pub(super) fn telling_word(name: &str) -> Option<String> {
    plain_name(name)?;
    let lower = name.to_lowercase();
    let words = lower.split(|c: char| !c.is_alphanumeric());
    let words = words.filter(|word| !word.is_empty() && !LEGAL_FORMS.contains(word));
    let longest = words.clone().map(|word| word.chars().count()).max()?;
    let mut words = words.filter(|word| word.chars().count() == longest);
    let word = words.next().filter(|_| longest >= SHORTEST_WORD);
    word.map(str::to_owned)
}

/// How much alike two plain names are, in percent of the letters of the longer one that need no change:
/// 100 only of names that are the same.
#[must_use]
pub fn alike(one: &str, other: &str) -> u8 {
    let longest = one.chars().count().max(other.chars().count());
    let changes = strsim::damerau_levenshtein(one, other);
    let same = longest.saturating_sub(changes).saturating_mul(100);
    let percent = same.checked_div(longest).unwrap_or(100);
    u8::try_from(percent).unwrap_or(100)
}
