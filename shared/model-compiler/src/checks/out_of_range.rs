//! Weights, counts and percentages lie within their ends, and no length of time is longer than ten
//! years. What a field is compared with may be longer.

use business_time::BusinessAmount;

use super::check::{Check, Problems, Reading};
use crate::{
    grammar::Shape,
    problems::problem::ProblemSeverity,
    yaml::{
        node::Node,
        scalars::{self, Clock},
    },
};

pub(super) static CHECK: Check = Check {
    name: "out-of-range",
    about: "Weights, counts, percentages and lengths of time lie within their ends.",
    severity: ProblemSeverity::Error,
    run,
};

/// Ten years, in days.
const LONGEST: i64 = 3650;

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    for site in &reading.sites.values {
        if let (Shape::Amount(clock), Some(text)) = (site.shape, site.node.text())
            && let Some(most) = too_long(site.node, *clock)
        {
            let what = format!("`{text}` is longer than any promise is kept: ten years at most");
            let fix = format!("write the length that was meant, at most `{most}`");
            problems.at(&CHECK, site.context.file, site.node.span, what, fix);
        }
        let (found, least, most, unit) = match site.shape {
            Shape::Whole { least, most } => (
                scalars::whole(site.node),
                i64::from(*least),
                i64::from(*most),
                "",
            ),
            Shape::Points => {
                let away = |it: crm::Decimal| {
                    i64::try_from(if it.is_sign_negative() {
                        it.floor()
                    } else {
                        it.ceil()
                    })
                    .ok()
                };
                (scalars::number(site.node).and_then(away), -1000, 1000, "")
            }
            Shape::Percent { least, most } => (
                scalars::percent(site.node).map(i64::from),
                i64::from(*least),
                i64::from(*most),
                "%",
            ),
            Shape::Days { least, most } => (
                scalars::days(site.node).map(i64::from),
                i64::from(*least),
                i64::from(*most),
                "d",
            ),
            _ => continue,
        };
        if let Some(found) = found.filter(|found| !(least..=most).contains(found)) {
            let what = format!("{found}{unit} is not possible here");
            problems.at(
                &CHECK,
                site.context.file,
                site.node.span,
                what,
                format!("write {least}{unit} to {most}{unit}"),
            );
        }
    }
}

/// The longest length of this sort, if this one is longer.
fn too_long(node: &Node, clock: Clock) -> Option<String> {
    let most = LONGEST.saturating_mul(86_400);
    match scalars::amount(node, clock)? {
        BusinessAmount::BusinessDays(days) => {
            (days > LONGEST).then(|| format!("{LONGEST} business days"))
        }
        BusinessAmount::Business(seconds) => {
            (seconds > most).then(|| format!("{} business hours", LONGEST * 24))
        }
        BusinessAmount::Wall(seconds) => (seconds > most).then(|| format!("{LONGEST}d")),
    }
}
