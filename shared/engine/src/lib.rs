//! What a function needs, and no more: the ports in words of `crm` and `contracts`, handlers, the
//! one commit cycle, effects that happen once, which event reaches whom, and the one rule of time.
//!
//! Adapters implement the ports (`aws`, a vendor's crate), hosts run the handlers (`lambda-shell`, a
//! simulator); the engine knows none of them. Nothing here reads a clock, the environment or the
//! network: the machine's time is the port [`Clock`].

mod absences;
mod ahead;
mod apart;
mod back_off;
mod batch;
mod bucket;
mod bus;
mod changes;
mod clock;
mod crm;
mod crm_set_up;
mod crms;
mod cycle;
mod decide;
mod decider;
mod deciding;
mod effect;
mod enclosed;
mod facts;
mod failure;
mod handler;
mod inputs;
mod isolate;
mod links;
mod listing;
mod mail;
mod on_hand;
mod queue;
mod reading;
mod record_pages;
mod refused;
mod retry;
mod routed;
mod routes;
mod secrets;
mod ticking;
pub mod time;
mod time_limit;
mod web;
pub mod webhooks;
mod work;

pub use absences::absences;
pub use ahead::{LONGEST_AHEAD, not_ahead};
pub use apart::{then_apart, together};
pub use batch::Outcomes;
pub use bucket::{BucketError, Budget, Refill, SharedBudget, Unlimited};
pub use bus::{Bus, BusError};
pub use changes::Change;
pub use clock::Clock;
pub use crm::{
    Crm, CrmError, FieldStanding, FieldStandings, FieldValues, Isolated, MOST_ACTIVITIES, NewTask,
};
pub use crm_set_up::{CrmSetUp, NeededOwner, NeededPipeline, NeededProperty, NeededStage, Needs};
pub use crms::Crms;
pub use cycle::{ATTEMPTS, CycleError, Round, Table};
pub use decide::Committed;
pub use decider::{Decider, Planned, Proposal, Read};
pub use deciding::Deciding;
pub use effect::{Attempt, Claim, Ended, LEASE, LONGEST_RUN, REMEMBER, Tried};
pub use enclosed::enclosed_effect;
pub use facts::RecordFacts;
pub use failure::Failure;
pub use handler::{Handler, TimeLeft};
pub use inputs::{Recorded, TOLD_WHOLE, Told};
pub use isolate::isolate;
pub use links::{LINKS_PATH, LinkError, LinkKeys, OpenedLink, OpenedSession, Signer, claimed_by};
pub use listing::{Listed, ListedPage, Listing};
pub use mail::{Mail, MailError, MailMessage};
pub use on_hand::OnHand;
pub use queue::{DeadLetter, Queue, QueueError};
pub use reading::{Reading, Unfit, Unreadable, shape_of};
pub use record_pages::RecordPages;
pub use refused::refused_effects;
pub use retry::{Delivery, LONGEST_OUTAGE, LONGEST_WAIT, MOST_FAILURES, Next, Retries};
pub use routed::{Routed, read_routed, routed_in_indexes, waiting_in_indexes};
pub use routes::{IN_LANES, Lane, lane_of, routes, routes_of};
pub use secrets::{BELIEVED, FRESH, KeptSecret, SecretError, Secrets};
pub use ticking::{OnTick, Ticking};
pub use time_limit::{Handled, MARGIN, handle_until};
pub use web::{Web, WebAnswer, WebError};
pub use work::{OpenWork, exceptions_in, metrics_kept};
