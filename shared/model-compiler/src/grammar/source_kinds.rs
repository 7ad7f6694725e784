//! The kinds of source that Fairlead reads and writes: the one place of the compiler that names a
//! vendor. A new CRM has a line here, a crate `crm-NAME`, and a line in the functions' mains.

use crm::RecordKind;

use super::shape::{Form, Shape};

/// A kind of source.
pub(crate) struct SourceKind {
    /// Its word under `kind:`.
    word: &'static str,
    /// What its vendor calls it.
    name: &'static str,
    /// Its objects that usually stand for records of a kind.
    usual: fn(RecordKind) -> &'static [&'static str],
    /// Whether this can be an object that the company itself defined there.
    own: fn(&str) -> bool,
    /// What an object of the company's own is called, for example.
    pub(crate) own_example: &'static str,
}

static SOURCE_KINDS: [SourceKind; 1] = [SourceKind {
    word: "hubspot",
    name: "HubSpot",
    usual: hubspot_objects,
    own: own_hubspot_object,
    own_example: "the id of an object of your own, such as `2-123456`",
}];

/// What `kind:` of a source can be.
pub(super) static KIND: Shape = Shape::Phrase(&FORMS);
static FORMS: [Form; SOURCE_KINDS.len()] = forms();

const fn forms() -> [Form; SOURCE_KINDS.len()] {
    let mut forms = [const { Form::Word("", "") }; SOURCE_KINDS.len()];
    let (mut kinds, mut free): (&[SourceKind], &mut [Form]) = (&SOURCE_KINDS, &mut forms);
    while let ([kind, more @ ..], [form, after @ ..]) = (kinds, free) {
        *form = Form::Word(kind.word, kind.name);
        (kinds, free) = (more, after);
    }
    forms
}

impl SourceKind {
    /// The kind of this word.
    pub(crate) fn named(word: &str) -> Option<&'static Self> {
        SOURCE_KINDS.iter().find(|kind| kind.word == word)
    }

    /// The objects that usually stand for records of a kind.
    pub(crate) fn usual(&self, kind: RecordKind) -> &'static [&'static str] {
        (self.usual)(kind)
    }

    /// Whether it has, or may have, objects of this name.
    pub(crate) fn has_object(&self, name: &str) -> bool {
        let mut kinds = RecordKind::ALL.into_iter();
        kinds.any(|kind| self.usual(kind).contains(&name)) || (self.own)(name)
    }
}

const fn hubspot_objects(kind: RecordKind) -> &'static [&'static str] {
    match kind {
        RecordKind::Lead => &["contacts", "leads"],
        RecordKind::Contact => &["contacts"],
        RecordKind::Account => &["companies"],
        RecordKind::Opportunity => &["deals"],
        RecordKind::Campaign => &[],
    }
}

/// One of the company's own objects: by its number, `2-123456`, or by its name, `p_name` or
/// `p123_name`.
fn own_hubspot_object(name: &str) -> bool {
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let numbered = name
        .split_once('-')
        .is_some_and(|(a, b)| !a.is_empty() && !b.is_empty() && digits(a) && digits(b));
    let named = name
        .strip_prefix('p')
        .and_then(|rest| rest.split_once('_'))
        .is_some_and(|(portal, name)| digits(portal) && !name.is_empty());
    numbered || named
}
