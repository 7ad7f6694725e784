//! Approvals: what somebody else than the owner must say yes to before a gate lets a record pass. One is for the
//! values that it binds: it is asked for once of them, and lapses when one of them changes.

mod answer;
mod asked_on;
mod asking;
mod change;
mod needed;
mod settled;
mod who;
mod words;

pub use answer::{AnswerError, Said, answered, may_answer, may_read, too_late};
pub use asking::{Looked, look_at};
pub(crate) use change::settle;
pub use who::{Asked, asked_of};
pub(crate) use words::missing;
pub use words::{Bound, bound_values, said_value};
