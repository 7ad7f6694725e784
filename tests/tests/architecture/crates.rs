//! Dependencies point one way. What a crate may lean on is written here, and nowhere else.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::OnceLock,
};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};

/// The crates of `shared/` and those of ours that each may lean on. A crate that is not here may not
/// exist.
const CRATES: [(&str, &[&str]); 18] = [
    ("crm", &[]),
    ("business-time", &[]),
    ("signatures", &[]),
    ("metrics", &[]),
    ("model", &["business-time", "crm"]),
    ("model-compiler", &["business-time", "crm", "model"]),
    ("contracts", &["crm", "model"]),
    (
        "decisions",
        &["business-time", "contracts", "crm", "metrics", "model"],
    ),
    ("store", &["contracts"]),
    (
        "engine",
        &["contracts", "crm", "model", "signatures", "store"],
    ),
    ("story", &["contracts", "crm", "engine", "model", "store"]),
    (
        "export-audit",
        &[
            "business-time",
            "contracts",
            "crm",
            "decisions",
            "metrics",
            "model",
            "model-compiler",
        ],
    ),
    (
        "crm-hubspot",
        &["crm", "engine", "model", "signatures", "store"],
    ),
    ("aws", &["contracts", "crm", "engine", "store"]),
    (
        "lambda-shell",
        &["contracts", "decisions", "engine", "model", "store"],
    ),
    (
        "testkit",
        &[
            "contracts",
            "crm",
            "decisions",
            "engine",
            "model",
            "model-compiler",
            "store",
        ],
    ),
    // The other host: all bodies, and no main.
    (
        "simulator",
        &[
            "contracts",
            "crm",
            "crm-sync",
            "crm-writeback",
            "daily-digest",
            "decisions",
            "deviation-watch",
            "engine",
            "event-publisher",
            "lead-routing",
            "live-metrics",
            "model",
            "notify",
            "sla-timers",
            "stage-gates",
            "store",
            "story",
            "webhook-intake",
        ],
    ),
    (
        "cli",
        &[
            "aws",
            "business-time",
            "contracts",
            "crm",
            "crm-hubspot",
            "decisions",
            "engine",
            // It reads what event-publisher could not publish.
            "event-publisher",
            "export-audit",
            "model",
            "model-compiler",
            // It shows the mails as they would be, and sends none.
            "notify",
            "simulator",
            "store",
            "story",
        ],
    ),
];

/// What the body of a function may lean on: nothing that knows a cloud or a vendor.
const BODY: [&str; 6] = ["contracts", "crm", "decisions", "engine", "model", "store"];

/// What a body may lean on beside: the one that shows people why, which the audit records tell; and those that know by
/// a signature or a hash who tells of behaviour, and of whom.
const BESIDE: [(&str, &str); 3] = [
    ("views", "story"),
    ("webhook-intake", "signatures"),
    ("crm-sync", "signatures"),
];

/// What only one crate may name, and which. The tests look at the real thing.
const ADAPTERS: [(&str, &[&str]); 6] = [
    ("aws-sdk-", &["aws"]),
    ("aws-sigv4", &["aws"]),
    ("aws-smithy-", &["aws"]),
    ("lambda_runtime", &["lambda-shell"]),
    ("reqwest", &["crm-hubspot"]),
    ("rustls", &["crm-hubspot"]),
];

/// The crates that are functions of their arguments or only name ports: no cloud, no network and no
/// runtime at any depth.
const PURE: [&str; 13] = [
    "crm",
    "business-time",
    "signatures",
    "metrics",
    "model",
    "model-compiler",
    "contracts",
    "decisions",
    "store",
    "engine",
    "story",
    "export-audit",
    "simulator",
];

/// What a pure crate and a body must not reach, even through somebody else.
pub const IMPURE: [&str; 8] = [
    "tokio",
    "hyper",
    "reqwest",
    "rustls",
    "lambda_runtime",
    "aws-config",
    "aws-smithy-runtime",
    "rusqlite",
];

/// What cargo knows of the workspace.
pub fn metadata() -> &'static Metadata {
    static METADATA: OnceLock<Metadata> = OnceLock::new();
    METADATA.get_or_init(|| MetadataCommand::new().exec().expect("cargo metadata"))
}

pub fn ours() -> BTreeMap<String, &'static Package> {
    let members = metadata().workspace_packages();
    members
        .into_iter()
        .map(|package| (package.name.to_string(), package))
        .collect()
}

/// What it depends on in a build of any of its features.
fn leans_on(package: &Package) -> BTreeSet<String> {
    let normal = package
        .dependencies
        .iter()
        .filter(|it| it.kind == DependencyKind::Normal);
    normal.map(|it| it.name.clone()).collect()
}

/// Everything that a crate of ours brings along in a build of all its features without its tests,
/// itself included: what `cargo tree -p NAME -e normal --all-features` shows for this machine.
pub fn reached(name: &str) -> BTreeSet<String> {
    // The features of decisions are what `make bench` and `make fuzz` measure it with.
    let features = (name != "decisions").then_some("--all-features");
    let tree = std::process::Command::new(env!("CARGO"))
        .args(["tree", "--package", name, "--edges", "normal"])
        .args(["--prefix", "none", "--no-dedupe", "--format", "{p}"])
        .args(features)
        .current_dir(super::repository())
        .output()
        .expect("cargo tree");
    let said = String::from_utf8_lossy(&tree.stderr);
    assert!(tree.status.success(), "cargo tree of {name}: {said}");
    // Two versions of a crate are two crates.
    let lines = String::from_utf8(tree.stdout).expect("UTF-8");
    lines
        .lines()
        .map(|line| line.split(" (").next().unwrap_or(line).trim().to_owned())
        .filter(|it| !it.is_empty())
        .collect()
}

/// The name of `serde v1.0.0`.
pub fn name_of(package: &str) -> &str {
    package.split(' ').next().unwrap_or(package)
}

/// `shared`, `body` of a function, `main` of one, or `tests`.
fn kind_of(package: &Package) -> &'static str {
    let folder = package.manifest_path.parent().expect("a folder").as_str();
    match folder {
        _ if folder.contains("/functions/") && folder.ends_with("/lambda") => "main",
        _ if folder.contains("/functions/") => "body",
        _ if folder.contains("/shared/") => "shared",
        _ => "tests",
    }
}

#[test]
fn every_crate_leans_only_on_what_it_may() {
    let ours = ours();
    let crates: BTreeMap<&str, &[&str]> = CRATES.into_iter().collect();
    for (name, package) in &ours {
        let kind = kind_of(package);
        let may: Vec<String> = match kind {
            "tests" => continue,
            "shared" => {
                let may = crates.get(name.as_str()).unwrap_or_else(|| {
                    panic!("{name} is a new crate: say in CRATES what it may lean on")
                });
                may.iter().map(ToString::to_string).collect()
            }
            "body" => {
                let more = BESIDE.iter().filter(|(body, _)| *body == name);
                let more = more.map(|(_, it)| *it);
                let may = BODY.into_iter().chain(more);
                may.map(str::to_owned).collect()
            }
            // A main joins its body with a host, the adapters and nothing else.
            _ => [
                "aws",
                "crm-hubspot",
                "contracts",
                "engine",
                "lambda-shell",
                "model",
            ]
            .into_iter()
            .map(ToString::to_string)
            .chain([name.trim_end_matches("-lambda").to_owned()])
            .collect(),
        };
        for it in leans_on(package) {
            assert!(
                !ours.contains_key(&it) || may.contains(&it),
                "{name} must not lean on {it}"
            );
        }
    }
}

#[test]
fn what_may_be_leant_on_is_what_is() {
    let ours = ours();
    for (name, may) in CRATES {
        let package = ours
            .get(name)
            .unwrap_or_else(|| panic!("there is no crate {name} any more: take it off CRATES"));
        let leans = leans_on(package);
        for it in may {
            assert!(
                leans.contains(*it),
                "{name} does not lean on {it} any more: take it off CRATES"
            );
        }
    }
}

#[test]
fn pure_crates_reach_no_cloud_network_or_runtime() {
    for pure in PURE {
        for it in reached(pure) {
            assert!(!IMPURE.contains(&name_of(&it)), "{pure} reaches {it}");
        }
    }
}

#[test]
fn one_crate_names_the_cloud_one_the_runtime_and_one_the_crm() {
    for (name, package) in ours() {
        if name == "tests" {
            continue;
        }
        for it in leans_on(package) {
            for (adapted, adapters) in ADAPTERS {
                assert!(
                    !it.starts_with(adapted) || adapters.contains(&name.as_str()),
                    "{name} names {it}"
                );
            }
        }
    }
}
