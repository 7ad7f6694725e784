use crm::PersonId;
use decisions::Rules;
use engine::RecordPages;
use jiff::Timestamp;

/// The most lines of one page.
pub(crate) const MOST_LINES: usize = 500;

/// Whoever reads a page, and what it is made of.
pub(crate) struct Reader<'a, S> {
    pub(crate) person: &'a PersonId,
    pub(crate) rules: &'a Rules,
    pub(crate) store: &'a S,
    pub(crate) pages: &'a RecordPages,
    /// What the forms of the page send.
    pub(crate) token: String,
    pub(crate) now: Timestamp,
}
