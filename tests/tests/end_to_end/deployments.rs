use std::{
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use contracts::Function;

use crate::stack::{Stack, root, stack_of_its_own};

/// Fifty leads at some two a second, the wait for a deployment that does not come, and what the
/// functions that were replaced had in their hands.
const ALL_ROUTED: Duration = Duration::from_secs(300);

/// The company's model with another name for a pool and for a clock: what it leaves behind names things
/// that the model of before does not have.
fn other_model(folder: &Path) {
    copy_with_other_names(&root().join("config"), folder);
}

fn copy_with_other_names(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder of the model") {
        let path = entry.expect("an entry").path();
        let target = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy_with_other_names(&path, &target);
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("a file");
        let text = text
            .replace("dach_account_executives", "dach_closers")
            .replace("first_response", "first_answer");
        std::fs::write(target, text).expect("a file");
    }
}

/// How many leads are under way at any time.
const IN_FLIGHT: usize = 25;

/// Deploys while leads come in: fifty, and as many as it takes until the deployment stands. Each beyond the
/// first few comes when an earlier one has its owner, so there are always some in flight.
async fn meanwhile(stack: &Stack, name: &str, arguments: &[&str]) -> (String, Vec<String>) {
    let stands = AtomicBool::new(false);
    let deploys = async {
        let said = stack.redeploy(arguments).await;
        stands.store(true, Ordering::Relaxed);
        said
    };
    let comes = async {
        let mut leads: Vec<String> = Vec::new();
        while leads.len() < 50 || !stands.load(Ordering::Relaxed) {
            if let Some(earlier) = leads.len().checked_sub(IN_FLIGHT) {
                stack.owner_of(&leads[earlier], ALL_ROUTED).await;
            }
            let name = format!("{name}-{}", leads.len());
            leads.push(stack.german_lead(&name, 300).await);
        }
        leads
    };
    tokio::join!(deploys, comes)
}

/// Each is routed once, and has its owner in the CRM.
async fn all_are_routed(stack: &Stack, leads: &[String]) {
    for lead in leads {
        stack.owner_of(lead, ALL_ROUTED).await;
        let record = format!("lead:{lead}");
        let decisions = stack.decisions(&record, Function::LeadRouting).await;
        assert_eq!(decisions.len(), 1, "{record}");
    }
}

/// The decisions about these that came behind their events.
async fn decided_behind(stack: &Stack, leads: &[String]) -> Vec<String> {
    let mut found = Vec::new();
    for lead in leads {
        for function in [
            Function::CrmSync,
            Function::LeadRouting,
            Function::SlaTimers,
        ] {
            let decisions = stack.decisions(&format!("lead:{lead}"), function).await;
            let behind = decisions
                .iter()
                .find_map(|it| Some((it, it.ahead.as_ref()?)));
            if let Some((audit, ahead)) = behind {
                assert!(ahead.number > audit.revision.number);
                found.push(lead.clone());
            }
        }
    }
    found
}

#[tokio::test]
#[ignore = "needs the local stack: make test-end-to-end"]
async fn a_deployment_taken_back_with_fifty_leads_in_flight_loses_none() {
    let stack = &stack_of_its_own("taken-back").await;
    let first: u64 = stack
        .redeploy(&["--back"])
        .await
        .split_whitespace()
        .next()
        .expect("a deployment")
        .parse()
        .expect("its number");
    let model = stack.beside("other-model");
    other_model(&model);
    let model = model.to_str().expect("a path");

    // The cloud takes back by itself: the old number comes again.
    stack.redeploy(&["--config", model]).await;
    let back = ["--back", "--to", &first.to_string(), "--own-number"];
    let (_, taken) = meanwhile(stack, "zugvogel", &back).await;
    all_are_routed(stack, &taken).await;
    let behind = decided_behind(stack, &taken).await;
    let one = behind.first().expect("none was in flight");
    let told = stack.fairlead(&["explain", &format!("lead:{one}")]).await;
    let said = format!(
        "though the event came from {}, which was taken back",
        first + 1
    );
    assert!(
        told.replace('\n', " ")
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
            .contains(&said),
        "{told}"
    );

    // Somebody takes back: the number is a new one, and nothing waits for anything.
    stack.redeploy(&["--config", model]).await;
    let back = ["--back", "--to", &first.to_string()];
    let (said, taken) = meanwhile(stack, "strichvogel", &back).await;
    assert!(
        said.contains(&format!("deployment {}", first + 3)),
        "{said}"
    );
    all_are_routed(stack, &taken).await;
    assert_eq!(decided_behind(stack, &taken).await, Vec::<String>::new());

    for (queue, count) in stack.dead_letters().await {
        assert_eq!(count, 0, "{queue}");
    }
}
