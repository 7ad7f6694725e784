//! Weights, counts and percentages lie within their ends.

use super::{Check, Reading};
use crate::{grammar::Shape, problem::Problems, scalars};

pub(super) static CHECK: Check = Check {
    name: "out-of-range",
    about: "Weights, counts and percentages lie within their ends.",
    run,
};

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    for site in &reading.sites.values {
        let (found, least, most, unit) = match site.shape {
            Shape::Whole { least, most } => (
                scalars::whole(site.node),
                i64::from(*least),
                i64::from(*most),
                "",
            ),
            Shape::Points => (scalars::whole(site.node), -1000, 1000, ""),
            Shape::Percent { least, most } => (
                scalars::percent(site.node).map(i64::from),
                i64::from(*least),
                i64::from(*most),
                "%",
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
