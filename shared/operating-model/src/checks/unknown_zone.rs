//! Time zones and currencies are written as their registers know them.

use business_time::{CalendarSpec, SpecError};

use super::{Check, Reading};
use crate::{grammar::Shape, problem::Problems};

pub(super) static CHECK: Check = Check {
    name: "unknown-zone",
    about: "Time zones and currencies are written as their registers know them.",
    run,
};

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    for site in &reading.sites.values {
        let Some(text) = site.node.text() else {
            continue;
        };
        let fault = match site.shape {
            Shape::Zone if !known(text) => (
                format!("there is no time zone `{text}`"),
                "write a name of the IANA database, for example `Europe/Berlin`",
            ),
            Shape::Currency if text.len() != 3 || !text.bytes().all(|b| b.is_ascii_uppercase()) => {
                (
                    format!("`{text}` is not the code of a currency"),
                    "write its three letters of ISO 4217, for example `EUR`",
                )
            }
            _ => continue,
        };
        problems.at(
            &CHECK,
            site.context.file,
            site.node.span,
            fault.0,
            fault.1.to_owned(),
        );
    }
}

fn known(zone: &str) -> bool {
    let spec = CalendarSpec {
        time_zone: zone.to_owned(),
        ..CalendarSpec::default()
    };
    !spec
        .validate()
        .iter()
        .any(|error| matches!(error, SpecError::UnknownZone { .. }))
}
