use crm::FieldType;

use super::shape::{Form, Keys, Names, Shape, each, may, words};

/// What people do outside the CRM, and what the events of it are called.
pub(super) static BEHAVIOURS: Shape = each(Keys::New("a behaviour"), &Shape::Text);

/// By which fields they are known.
pub(super) static KNOWN_BY: Shape = words(&[
    may(
        "mail",
        &TEXT_FIELD,
        "the field of the lead with the mail address; an event names its HMAC, never the address",
    ),
    may(
        "id",
        &TEXT_FIELD,
        "the field of the lead with the id by which whoever sends the events knows the person",
    ),
]);

/// What is counted: records of a kind, or a behaviour.
pub(super) static COUNTED: Shape = Shape::Phrase(&[
    Form::Word("lead", "records of this kind"),
    Form::Word("contact", "records of this kind"),
    Form::Word("account", "records of this kind"),
    Form::Word("opportunity", "records of this kind"),
    Form::Word("campaign", "records of this kind"),
    Form::Name(Names::Behaviour),
]);

/// Whose that is.
pub(super) static COUNTED_OF: Shape = Shape::Phrase(&[
    Form::Word(
        "person",
        "of a behaviour: what the person of the lead has done; `account`: what all the people of its leads have",
    ),
    Form::Name(Names::Kind),
]);

static TEXT_FIELD: Shape = Shape::Phrase(&[Form::Field(FieldType::Text)]);
