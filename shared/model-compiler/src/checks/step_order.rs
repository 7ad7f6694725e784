//! The steps after a due time stand in the order in which they come. One that comes before the step
//! above it is hardly meant, or its `after` was meant to count from that step.

use business_time::BusinessAmount;

use super::check::{Check, Problems, Reading};
use crate::{
    problems::problem::ProblemSeverity,
    yaml::{
        node::Node,
        scalars::{Clock, amount},
    },
};
use model::ModelFile;

pub(super) static CHECK: Check = Check {
    name: "step-order",
    about: "The steps after a due time stand in the order in which they come.",
    severity: ProblemSeverity::Warning,
    run,
};

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    let clocks = reading
        .trees
        .get(&ModelFile::Processes)
        .and_then(|root| root.get("clocks"));
    for (_, _, clock) in clocks.into_iter().flat_map(Node::entries) {
        let mut above: Option<BusinessAmount> = None;
        for step in clock.get("when_late").into_iter().flat_map(Node::items) {
            if step.get("after_previous").is_some() {
                // When that is, only a calendar can tell.
                above = None;
                continue;
            }
            let after = step.get("after");
            let here = after.and_then(|node| amount(node, Clock::Any));
            if let Some(latest) = above.filter(|latest| comes_before(here, *latest)) {
                let span = after.map_or(step.span, |node| node.span);
                let (what, fix) = message(here, latest);
                problems.at(&CHECK, ModelFile::Processes, span, what, fix);
            } else {
                above = here;
            }
        }
    }
}

/// Whether that is certain: hours and days of different sorts are not compared. Without an amount a
/// step comes at once.
fn comes_before(here: Option<BusinessAmount>, above: BusinessAmount) -> bool {
    use BusinessAmount::{Business, BusinessDays, Wall};
    match (here, above) {
        (None, _) => true,
        (Some(Business(here)), Business(above))
        | (Some(BusinessDays(here)), BusinessDays(above))
        | (Some(Wall(here)), Wall(above)) => here < above,
        _ => false,
    }
}

fn message(here: Option<BusinessAmount>, above: BusinessAmount) -> (String, String) {
    match here {
        None => (
            format!(
                "this step comes at the due time, before the one above, which comes {above} after it"
            ),
            "put it first, or say with `after_previous` how long after the step above it comes"
                .to_owned(),
        ),
        Some(here) => (
            format!(
                "this step comes {here} after the due time, before the one above, which comes {above} after it"
            ),
            format!(
                "put the steps in the order in which they come; or write `after_previous: {here}` if it is to come so long after the step above"
            ),
        ),
    }
}
