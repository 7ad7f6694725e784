//! Hours whose end is not after their start pass midnight and end on the next day. A night shift is
//! written so; hours that last for more than half a day are hardly meant, but rather start and end
//! the wrong way round.

use business_time::Hours;

use super::check::{Check, Problems, Reading};
use crate::{grammar::Shape, problems::problem::ProblemSeverity};

pub(super) static CHECK: Check = Check {
    name: "past-midnight",
    about: "Hours that pass midnight are a night shift, not a day's hours the wrong way round.",
    severity: ProblemSeverity::Warning,
    run,
};

/// Longer than anybody works, in seconds.
const HALF_A_DAY: u32 = 12 * 3600;

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    for site in &reading.sites.values {
        let (Shape::Hours, Some(text)) = (site.shape, site.node.text()) else {
            continue;
        };
        let Ok(Hours { start, end }) = text.parse::<Hours>() else {
            continue;
        };
        // What ends at 00:00 ends with the day.
        let passes = end <= start && end.seconds() > 0;
        let length = (2 * HALF_A_DAY + end.seconds()).saturating_sub(start.seconds());
        if !passes || length <= HALF_A_DAY {
            continue;
        }
        let what = format!(
            "{start}-{end} passes midnight and ends on the next day, after {}",
            duration(length)
        );
        let split = format!("`\"{start}-24:00\"` here and `\"00:00-{end}\"` on the next day");
        let fix = if start == end {
            format!("write when it ends on the same day; if it is meant, write {split}")
        } else {
            format!("write `\"{end}-{start}\"`; if it is meant, write two: {split}")
        };
        problems.at(&CHECK, site.context.file, site.node.span, what, fix);
    }
}

fn duration(seconds: u32) -> String {
    match (seconds / 3600, seconds / 60 % 60) {
        (hours, 0) => format!("{hours} hours"),
        (hours, minutes) => format!("{hours} hours and {minutes} minutes"),
    }
}
