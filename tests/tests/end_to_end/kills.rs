//! Functions that die in the middle of their work.

use crate::{
    expect::{SOON, eventually},
    stack::Stack,
};

/// The processes of a function in this stack, by their environment.
fn processes(stack: &Stack, function: &str) -> Vec<u32> {
    let name = format!("AWS_LAMBDA_FUNCTION_NAME=fairlead-local-{function}");
    let ours = stack
        .text("aws_endpoint")
        .rsplit(':')
        .next()
        .unwrap()
        .to_owned();
    let mut found = Vec::new();
    for entry in std::fs::read_dir("/proc").expect("/proc").flatten() {
        let Some(pid) = entry
            .file_name()
            .to_str()
            .and_then(|name| name.parse().ok())
        else {
            continue;
        };
        let Ok(environment) = std::fs::read(entry.path().join("environ")) else {
            continue;
        };
        let environment = String::from_utf8_lossy(&environment);
        let mut variables = environment.split('\0');
        if variables.any(|it| it == name) && environment.contains(&format!(":{ours}")) {
            found.push(pid);
        }
    }
    found
}

/// Kills every process of a function, as soon as there is one.
pub async fn kill(stack: &Stack, function: &str) {
    let pids = eventually(&format!("a process of {function}"), SOON, || async {
        let pids = processes(stack, function);
        (!pids.is_empty()).then_some(pids)
    })
    .await;
    for pid in pids {
        let _ = tokio::process::Command::new("kill")
            .args(["-9", &pid.to_string()])
            .status()
            .await;
    }
}
