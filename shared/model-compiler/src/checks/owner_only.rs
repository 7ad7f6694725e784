//! A clock that runs out is heard of by somebody beside the owner, who has let it run out. Where
//! only the owner is told, a record whose owner is away or has left waits without end.

use super::check::{Check, Problems, Reading};
use crate::{problems::problem::ProblemSeverity, yaml::node::Node};
use model::ModelFile;

pub(super) static CHECK: Check = Check {
    name: "owner-only",
    about: "Of a late clock somebody hears beside the owner.",
    severity: ProblemSeverity::Warning,
    run,
};

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    let clocks = reading
        .trees
        .get(&ModelFile::Processes)
        .and_then(|root| root.get("clocks"));
    for (name, key, clock) in clocks.into_iter().flat_map(Node::entries) {
        let mut steps = clock.get("when_late").into_iter().flat_map(Node::items);
        if steps.all(|step| step.text_of("tell") == Some("owner")) {
            let what = format!("when the clock `{name}` is late, nobody but the owner is told");
            let fix = "add a step, for example `- { after: 2 business hours, tell: manager }`";
            problems.at(&CHECK, ModelFile::Processes, key.span, what, fix.to_owned());
        }
    }
}
