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

static LISTS: Shape = each(Keys::New("a list"), &Shape::List(&Shape::Value));
static CONDITIONS: Shape = each(Keys::New("a condition"), &Shape::Condition);
static CRITERIA: Shape = each(Keys::New("a criterion"), &Shape::Condition);
static CATCHES: Shape = each(Keys::New("an entry"), &Shape::Catch);

const ICP_WORDS: &[Word] = &[must(
    "criteria",
    &CRITERIA,
    "what an account must be, all of it",
)];
static ICP: Shape = words(ICP_WORDS);
