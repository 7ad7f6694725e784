use super::shape::{Keys, Shape, Word, each, may, must, words};

pub(super) static FILE: Shape = words(&[
    must(
        "company",
        &Shape::Text,
        "the company's name, as it stands in mails",
    ),
    must(
        "time_zone",
        &Shape::Zone,
        "the zone for whatever has no person's calendar",
    ),
    must(
        "currency",
        &Shape::Currency,
        "the currency of every `money` field",
    ),
    may("lists", &LISTS, "named lists of values"),
    may("tables", &TABLES, "whose a value is, row by row"),
    may("conditions", &CONDITIONS, "named conditions"),
    must("icp", &ICP, "the ideal customer profile"),
    must(
        "segments",
        &CATCHES,
        "the segment of an account; the first that holds wins",
    ),
    must(
        "territories",
        &CATCHES,
        "the territory of an account; the first that holds wins",
    ),
]);

static LISTS: Shape = each(Keys::New("a list"), &LIST);
static LIST: Shape = Shape::ByForm {
    value: None,
    list: Some(&Shape::List(&Shape::Value)),
    mapping: Some(&LIST_IN_FILE),
};
static LIST_IN_FILE: Shape = words(&[
    must("file", &Shape::CsvFile, "a file with a line for each value"),
    must(
        "column",
        &Shape::Text,
        "which of its columns, by its heading",
    ),
]);
static TABLES: Shape = each(Keys::New("a table"), &TABLE);
static TABLE: Shape = words(&[
    must("file", &Shape::CsvFile, "a file with a line for each row"),
    must(
        "from",
        &Shape::Text,
        "the column of the values, by its heading; each stands in one line",
    ),
    must(
        "to",
        &Shape::Text,
        "the column of the people, by its heading: names of people.yaml, or their mail addresses",
    ),
]);
static CONDITIONS: Shape = each(Keys::New("a condition"), &Shape::Condition);
static CRITERIA: Shape = each(Keys::New("a criterion"), &Shape::Condition);
static CATCHES: Shape = each(Keys::New("an entry"), &Shape::Catch);

const ICP_WORDS: &[Word] = &[must(
    "criteria",
    &CRITERIA,
    "what an account must be, all of it",
)];
static ICP: Shape = words(ICP_WORDS);
