//! Of which records something is said, and who is told of it.

use super::shape::{Form, Names, Shape, Word, may};

/// How people call something that has a name; the name is what the files and programs use.
pub(super) const LABEL: Word = may(
    "label",
    &Shape::Text,
    "how people call it, in mails, digests and pages; its name in words if left out",
);

/// The same of what the CRM has a name for as well.
pub(super) const LABEL_IN_CRM: Word = may(
    "label",
    &Shape::Text,
    "how people call it, in mails, tasks and pages; if left out, as the CRM calls it, else its name in words",
);

/// The name that something had before.
pub(super) const WAS: Word = may(
    "was",
    &Shape::Text,
    "the name that it had in the model that is deployed: what is kept under that goes on under this one",
);

/// A kind of record that has a lifecycle or could have one.
pub(super) static KIND: Shape = Shape::Phrase(&[Form::Name(Names::Kind)]);

/// Who is told something.
pub(super) static RECIPIENT: Shape = Shape::Phrase(&[
    Form::Word("owner", "the record's owner"),
    Form::Word("manager", "the owner's manager"),
    Form::With("team", Names::Team),
    Form::Name(Names::Person),
]);

/// A team.
pub(super) static TEAM: Shape = Shape::Phrase(&[Form::Name(Names::Team)]);

/// Who may decide what does not follow from the model.
pub(super) static RIGHT: Shape = Shape::Phrase(&[Form::Name(Names::Right)]);
