//! What was meant by something that cannot stand where it stands, as far as that can be told: the
//! part of a message that says what to write. Where two things may be meant, both are said.

pub(crate) mod conditions;
pub(crate) mod misspelt;
pub(crate) mod names;
pub(crate) mod naming;
pub(crate) mod nearest;
pub(crate) mod shapes;
pub(crate) mod values;
