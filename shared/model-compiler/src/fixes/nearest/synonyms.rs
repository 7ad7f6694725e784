//! What other systems and languages call the words of this one.

/// Each word of the language, and what else it is called.
///
/// A word is looked for only where ours can stand, so the same one may stand for several of ours.
const CALLED: &[(&str, &[&str])] = &[
    // Conditions.
    ("all", &["and", "all_of", "every", "both", "und", "&&"]),
    (
        "any",
        &["or", "any_of", "one_of", "either", "some", "oder", "||"],
    ),
    ("none", &["not", "none_of", "neither", "nor", "nicht", "!"]),
    (
        "otherwise",
        &[
            "else",
            "default",
            "always",
            "rest",
            "others",
            "other",
            "fallback",
            "everything",
            "anything",
            "everyone",
            "everyone_else",
            "catch_all",
            "true",
            "yes",
            "sonst",
            "*",
        ],
    ),
    (
        "unknown",
        &["undefined", "not_known", "null", "missing", "unbekannt"],
    ),
    // Tests.
    (
        "at_least",
        &[
            ">=",
            "=>",
            "≥",
            "gte",
            "ge",
            "min",
            "minimum",
            "not_less_than",
            "greater_or_equal",
            "greater_than_or_equal",
            "mindestens",
        ],
    ),
    (
        "at_most",
        &[
            "<=",
            "=<",
            "≤",
            "lte",
            "le",
            "max",
            "maximum",
            "not_more_than",
            "less_or_equal",
            "less_than_or_equal",
            "up_to",
        ],
    ),
    (
        "more_than",
        &[
            ">",
            "gt",
            "greater",
            "greater_than",
            "above",
            "over",
            "larger_than",
            "bigger_than",
            "higher_than",
            "longer_than",
            "exceeds",
            "more",
        ],
    ),
    (
        "less_than",
        &[
            "<",
            "lt",
            "less",
            "below",
            "under",
            "smaller_than",
            "lower_than",
            "fewer_than",
            "shorter_than",
        ],
    ),
    ("between", &["range", "in_range", "from_to"]),
    (
        "none_of",
        &[
            "not",
            "not_in",
            "not_in_list",
            "!=",
            "<>",
            "≠",
            "ne",
            "neq",
            "nin",
            "not_equal",
            "not_equals",
            "not_equal_to",
            "is_not",
            "isnt",
            "not_one_of",
            "not_any_of",
            "except",
            "excludes",
            "excluding",
        ],
    ),
    ("in_list", &["list", "on_list", "in_the_list"]),
    (
        "contains",
        &["like", "ilike", "includes", "include", "containing", "has"],
    ),
    (
        "starts_with",
        &[
            "begins_with",
            "startswith",
            "prefix",
            "begins",
            "beginning_with",
        ],
    ),
    ("ends_with", &["endswith", "suffix", "ending_with"]),
    (
        "matches",
        &["regex", "regexp", "pattern", "rlike", "~", "=~"],
    ),
    ("within", &["sla", "deadline"]),
    (
        "in_the_last",
        &[
            "within",
            "newer_than",
            "younger_than",
            "newer",
            "in_last",
            "within_last",
            "last",
            "since",
        ],
    ),
    (
        "in_the_next",
        &[
            "in_next",
            "within_next",
            "next",
            "ahead",
            "coming",
            "upcoming",
            "due_in",
        ],
    ),
    (
        "older_than",
        &["older", "longer_ago", "ago", "not_within", "not_since"],
    ),
    // Days.
    (
        "working_day",
        &[
            "weekday",
            "weekdays",
            "workday",
            "workdays",
            "working_days",
            "business_day",
            "business_days",
            "every_working_day",
            "every_weekday",
            "werktag",
            "werktags",
        ],
    ),
    ("monday", &["mon", "mo", "mondays", "montag"]),
    (
        "tuesday",
        &["tue", "tues", "tu", "di", "tuesdays", "dienstag"],
    ),
    ("wednesday", &["wed", "we", "mi", "wednesdays", "mittwoch"]),
    (
        "thursday",
        &[
            "thu",
            "thur",
            "thurs",
            "th",
            "do",
            "thursdays",
            "donnerstag",
        ],
    ),
    ("friday", &["fri", "fr", "fridays", "freitag"]),
    ("saturday", &["sat", "sa", "saturdays", "samstag"]),
    ("sunday", &["sun", "su", "so", "sundays", "sonntag"]),
    // Types of fields.
    (
        "text",
        &[
            "string",
            "str",
            "varchar",
            "char",
            "single_line_text",
            "multi_line_text",
        ],
    ),
    ("number", &["decimal", "float", "double", "numeric"]),
    (
        "integer",
        &["int", "whole", "whole_number", "bigint", "long"],
    ),
    ("money", &["currency"]),
    ("boolean", &["bool", "yes_no", "checkbox", "flag"]),
    (
        "timestamp",
        &["datetime", "date_time", "date_and_time", "instant"],
    ),
    (
        "one_of",
        &[
            "enum",
            "enumeration",
            "select",
            "picklist",
            "dropdown",
            "choice",
        ],
    ),
    ("person", &["user", "owner"]),
    // Kinds of record.
    ("account", &["company", "organisation", "organization"]),
    ("opportunity", &["deal", "opp"]),
    ("accounts", &["companies", "organisations", "organizations"]),
    ("opportunities", &["deals", "opps"]),
    // Words of mappings and of their values.
    ("when", &["if", "condition"]),
    ("rule", &["name"]),
    ("to", &["assign_to", "assignee", "recipients", "send_to"]),
    ("tell", &["notify", "alert", "inform"]),
    ("enter", &["entry", "criteria", "entry_criteria"]),
    ("leave", &["exit", "exit_criteria"]),
    ("unless_to", &["except", "except_to", "unless"]),
    (
        "may_move_to",
        &["next", "transitions", "moves_to", "can_move_to"],
    ),
    ("closes", &["closed", "is_closed", "terminal", "final"]),
    ("meet", &["stop", "end", "met_by"]),
    ("respond", &["response"]),
    ("every", &["frequency", "schedule"]),
    ("parts", &["sections", "contents"]),
    ("email", &["mail", "e_mail"]),
    ("reports_to", &["manager", "boss", "supervisor"]),
    ("time_zone", &["tz", "zone"]),
    ("weights", &["members", "people"]),
    ("nobody", &["no_one", "noone", "none", "unassigned"]),
    (
        "turn_back",
        &["block", "reject", "enforce", "deny", "turned_back"],
    ),
    ("turned_back", &["turn_back", "blocked", "rejected"]),
];

/// The candidate that this word stands for in another system or language.
pub(super) fn among<'a>(word: &str, candidates: &[&'a str]) -> Option<&'a str> {
    let word = word.trim().to_lowercase().replace([' ', '-'], "_");
    // What is a word of this place but for its capitals is that word.
    let same = candidates.iter().find(|it| it.to_lowercase() == word);
    let called = || {
        let rows = CALLED
            .iter()
            .filter(|(_, others)| others.contains(&word.as_str()));
        rows.into_iter()
            .find_map(|(ours, _)| candidates.iter().find(|it| *it == ours))
    };
    same.or_else(called).copied()
}
