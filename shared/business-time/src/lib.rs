//! Working hours as exact arithmetic: when is something due, how much working
//! time has passed, who is at work now.
//!
//! A [`CalendarSpec`] is what people write: a zone, the hours of a week, special
//! dates, holidays, breaks. [`Calendar::compile`] turns it into prefix sums of
//! open seconds, on which every question costs some ten nanoseconds.
//! [`BusinessAmount`] is a length of time as the model writes it. [`ical`] reads
//! holidays from a calendar file, [`regions`] knows the public holidays of
//! countries and their parts.
//!
//! ```
//! use business_time::{BusinessAmount, Calendar, CalendarSpec, Weekday};
//!
//! let mut berlin = CalendarSpec { time_zone: "Europe/Berlin".to_owned(), ..CalendarSpec::default() };
//! for day in Weekday::parse_range("mon-thu")? {
//!     berlin.hours.insert(day, vec!["09:00-12:30".parse()?, "13:30-18:00".parse()?]);
//! }
//! berlin.hours.insert(Weekday::Fri, vec!["09:00-16:00".parse()?]);
//!
//! let friday = "2026-06-12T15:10:00+02:00".parse()?;
//! let calendar = Calendar::compile(&berlin, friday)?;
//! let amount: BusinessAmount = "4 business hours".parse()?;
//! let due = calendar.due(friday, &amount)?;
//! assert_eq!(due, "2026-06-15T12:10:00+02:00".parse()?);
//! assert_eq!(
//!     calendar.trace_due(friday, &amount)?.to_string(),
//!     "Fri 15:10 + 4 h → 50 min Friday, 3 h 10 min Monday → Mon 12:10",
//! );
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! This crate never reads a clock, the environment, a file or the network: every
//! instant is an argument, and the database of zones is built in.
//!
//! What always holds, and is tested: `elapsed(start, add(start, d)) == d`; a
//! later start or a larger amount never ends earlier; and every answer equals a
//! plain count of the seconds at which the wall clock shows an open time.

mod amount;
mod beyond;
mod calendar;
mod error;
mod hours;
pub mod ical;
mod local_hours;
mod openings;
pub mod regions;
mod rules;
mod runs;
mod spec;
mod table;
mod time_off;
mod trace;
mod validate;
mod weekday;
mod working_days;

pub use amount::{AmountError, AmountProblem, BusinessAmount};
pub use calendar::Calendar;
pub use error::{Direction, Error};
pub use hours::{Hours, HoursError, TimeOfDay};
pub use spec::CalendarSpec;
pub use time_off::TimeOff;
pub use trace::{Step, Trace};
pub use validate::{Place, SpecError};
pub use weekday::{Weekday, WeekdayError};
