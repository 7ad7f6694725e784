//! The engine's ports over the simulated world. Each call takes time, in which others have their turn,
//! and may fail before or after it is done.

mod bus;
mod clock;
mod crm;
mod crm_set_up;
mod history;
mod listing;
mod mail;
mod secrets;
mod table;
mod webhooks;

pub(crate) use self::history::put_history;
pub(crate) use self::webhooks::{FromCrm, Notified, SIGNATURE};
use crate::world::World;

/// All ports: what a function is given.
#[derive(Debug, Clone)]
pub(crate) struct Ports(pub(crate) World);
