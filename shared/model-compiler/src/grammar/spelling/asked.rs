//! What tests ask and built-in fields hold, for the reference and for editors.

/// What a test of a condition asks; empty of none that the language has.
pub(crate) fn test(word: &str) -> &'static str {
    match word {
        "at_least" => "not smaller than this number",
        "at_most" => "not greater than this number",
        "more_than" => "greater than this number; of `age` and `time_in_stage`, longer than this",
        "less_than" => "smaller than this number",
        "between" => "from the first of two numbers to the second, both included",
        "in_list" => "one of the values of this list of strategy.yaml",
        "none_of" => "none of these values",
        "contains" => "has this text in it, in capitals or not",
        "starts_with" => "begins with this text, in capitals or not",
        "ends_with" => "ends with this text, in capitals or not",
        "matches" => "matches this regular expression, capitals counting",
        "present" => "`yes`: it has a value; `no`: it has none. Never unknown",
        "equals" => {
            "this value, or one of these: beside `no_value` only, as a value behind the field says the same"
        }
        "in_the_last" => "it has begun, and was over no longer ago than this; today is in it",
        "in_the_next" => "it is not over, and begins no later than this from now; today is in it",
        "older_than" => "longer ago than this",
        "no_value" => {
            "beside a test: what it comes to where the field has no value, `yes` or `no`; unknown if left out"
        }
        "past" => "past the `corridor` of its segment, or past the longest `stay` in its stage",
        _ => "",
    }
}

/// What a built-in field holds; empty of none that the language has.
pub(crate) fn built_in(field: &str) -> &'static str {
    match field {
        "age" => "how long ago it was created",
        "created" => "when the CRM says that it was created",
        "last_contact" => "when somebody last had contact with the customer",
        "time_in_stage" => "how long it has been in its stage",
        "open" => "whether its stage is not one that closes",
        "in_icp" => "whether its account fits the ideal customer profile",
        "segment" => "the segment of its account",
        "territory" => "the territory of its account",
        "routing" => {
            "what came of its routing: `not_started`, `routed`, `owned_by_hand`, `left` or `waiting`"
        }
        "match" => {
            "how its account was found: `association`, `email_domain`, `domain` or `name`; `ambiguous` if \
             several accounts fit, `none` if none does"
        }
        "stage_criteria" => "`met` or `unmet`: the criteria of every stage up to the present one",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grammar::{catalogue::BUILT_IN, conditions::TESTS};

    #[test]
    fn every_built_in_field_is_described() {
        for field in BUILT_IN {
            assert!(!built_in(field).is_empty(), "{field}");
        }
    }

    #[test]
    fn every_test_of_the_language_is_described() {
        for word in TESTS {
            assert!(!test(word).is_empty(), "{word}");
        }
    }
}
