//! A function's body is small and knows no host: it runs under Lambda, in a test and in a simulator.

use std::time::Duration;

use contracts::Function;
use engine::Lane;

use super::{
    crates::{IMPURE, name_of, ours, reached},
    repository,
};

/// What a body may bring along, itself included: those that decide, those that call somebody, and
/// the one that writes mails.
fn most(function: Function) -> usize {
    match function {
        Function::LeadRouting
        | Function::SlaTimers
        | Function::StageGates
        | Function::DeviationWatch
        | Function::DailyDigest
        | Function::LiveMetrics => 60,
        Function::WebhookIntake
        | Function::EventPublisher
        | Function::CrmSync
        | Function::CrmWriteback => 90,
        Function::Notify | Function::Views => 150,
        Function::CommandLine => panic!("the command line has no body"),
    }
}

/// A YAML parser, a solver, and what compiles a model.
const NOT_AT_RUN_TIME: [&str; 4] = ["serde-saphyr", "batsat", "jsonschema", "model-compiler"];

#[test]
fn a_body_is_small_and_knows_no_cloud_runtime_yaml_or_solver() {
    for function in Function::ALL {
        let reached = reached(&function.to_string());
        println!("{function}: {} crates", reached.len());
        let most = most(function);
        assert!(
            reached.len() <= most,
            "{function} brings {} crates along, more than {most}",
            reached.len()
        );
        for it in &reached {
            let it = name_of(it);
            assert!(
                !it.starts_with("aws-") && !IMPURE.contains(&it) && !NOT_AT_RUN_TIME.contains(&it),
                "{function} reaches {it}"
            );
        }
    }
}

#[test]
fn every_function_is_a_body_a_main_and_a_resource_of_the_template() {
    let template = template();
    let ours = ours();
    let mut folders: Vec<String> = std::fs::read_dir(repository().join("functions"))
        .expect("functions")
        .map(|entry| {
            let name = entry.expect("an entry").file_name();
            name.to_string_lossy().into_owned()
        })
        .collect();
    folders.sort();
    let mut names: Vec<String> = Function::ALL.iter().map(ToString::to_string).collect();
    names.sort();
    assert_eq!(folders, names);
    for name in names {
        assert!(
            template.contains(&format!("{name}.zip")),
            "the template has no {name}"
        );
        let main = ours
            .get(&format!("{name}-lambda"))
            .unwrap_or_else(|| panic!("there is no package {name}-lambda"));
        let binaries: Vec<&str> = main
            .targets
            .iter()
            .filter(|it| it.is_bin())
            .map(|it| it.name.as_str())
            .collect();
        assert_eq!(binaries, [name.as_str()], "the binary is the function");
    }
}

/// Whoever claims an effect may be counted as gone only once it is certainly no longer running.
#[test]
fn no_function_runs_longer_than_a_claim_counts_on() {
    let mut found = 0;
    for line in template().lines() {
        let Some((_, seconds)) = line.split_once(" Timeout: ") else {
            continue;
        };
        let seconds: u64 = seconds.trim().parse().expect("seconds");
        assert!(
            Duration::from_secs(seconds) <= engine::LONGEST_RUN,
            "a function of the template may run {seconds} s, longer than engine::LONGEST_RUN"
        );
        found += 1;
    }
    assert!(found >= 2, "the template says no time-outs any more");
}

/// A simulated queue that waits otherwise than the real one would show another company.
#[test]
fn the_simulators_queues_are_the_templates() {
    let template = template();
    let number = |after: &str| -> u64 {
        let rest = template.split_once(after).expect(after).1;
        let word = rest.split_whitespace().next().expect("a number");
        word.parse().expect("a number")
    };
    let out_of_sight = simulator::OUT_OF_SIGHT.unsigned_abs().as_secs();
    let visibility = "QueueVisibility:\n    Type: Number\n    Default:";
    assert_eq!(number(visibility), out_of_sight);
    let received = u64::from(simulator::MOST_RECEIVED);
    assert_eq!(number("maxReceiveCount:"), received);
    let mut consumers = 0;
    for function in Function::ALL {
        // Who consumes no queue has no more than a name there.
        let row = template.split_once(&format!("{{Name: {}, ", function.name()));
        let Some((_, row)) = row else {
            continue;
        };
        let batch = row.split_once("Batch: ").expect("a batch").1;
        let batch = batch.split_once(',').expect("a row").0;
        let most = simulator::most_at_once(function, Lane::Express);
        assert_eq!(batch, most.to_string(), "{}", function.name());
        consumers += 1;
    }
    assert_eq!(consumers, 9);
    let in_bulk = template
        .split_once("Fn::ForEach::InBulk")
        .expect("the bulk queues")
        .1;
    let batch = in_bulk.split_once("BatchSize:").expect("a batch").1;
    let batch = batch.split_whitespace().next().expect("a number");
    assert_eq!(
        batch,
        simulator::most_at_once(Function::CrmSync, Lane::Bulk).to_string()
    );
}

fn template() -> String {
    std::fs::read_to_string(repository().join("infra/template.yaml")).expect("the template")
}
