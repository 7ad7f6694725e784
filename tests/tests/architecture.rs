//! Dependencies point one way. What a crate may lean on is written here, and nowhere else.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

mod circles;
mod lengths;

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};

/// The crates of `shared/` and the crates each may lean on. A crate that is not here may not exist.
const CRATES: [(&str, &[&str]); 14] = [
    ("crm", &[]),
    ("business-time", &[]),
    ("model", &["business-time", "crm"]),
    ("model-compiler", &["business-time", "crm", "model"]),
    ("contracts", &["crm", "model"]),
    ("decisions", &["business-time", "contracts", "crm", "model"]),
    ("crm-webhooks", &["crm"]),
    ("crm-client", &["crm", "crm-webhooks"]),
    ("store", &["contracts", "crm", "model"]),
    ("story", &["contracts", "crm", "model", "store"]),
    ("aws", &["contracts", "crm", "model", "store"]),
    (
        "lambda-shell",
        &[
            "aws",
            "contracts",
            "crm-client",
            "decisions",
            "model",
            "store",
        ],
    ),
    (
        "testkit",
        &[
            "contracts",
            "crm",
            "decisions",
            "model",
            "model-compiler",
            "store",
        ],
    ),
    (
        "cli",
        &[
            "aws",
            "business-time",
            "contracts",
            "crm",
            "crm-webhooks",
            "decisions",
            "model",
            "model-compiler",
            "store",
            "story",
        ],
    ),
];

/// The crates that are functions of their arguments: no cloud, no network, no runtime, at any depth.
const PURE: [&str; 7] = [
    "crm",
    "business-time",
    "model",
    "model-compiler",
    "contracts",
    "decisions",
    "crm-webhooks",
];

/// What a pure crate must not reach, even through somebody else.
const IMPURE: [&str; 6] = [
    "tokio",
    "hyper",
    "reqwest",
    "lambda_runtime",
    "aws-smithy-runtime",
    "rusqlite",
];

fn metadata() -> Metadata {
    MetadataCommand::new().exec().expect("cargo metadata")
}

fn ours(metadata: &Metadata) -> BTreeMap<String, &Package> {
    let members = metadata.workspace_packages();
    members
        .into_iter()
        .map(|package| (package.name.to_string(), package))
        .collect()
}

fn leans_on(package: &Package) -> BTreeSet<String> {
    let normal = package
        .dependencies
        .iter()
        .filter(|it| it.kind == DependencyKind::Normal);
    normal.map(|it| it.name.clone()).collect()
}

#[test]
fn every_crate_leans_only_on_what_it_may() {
    let metadata = metadata();
    let ours = ours(&metadata);
    let crates: BTreeMap<&str, &[&str]> = CRATES.into_iter().collect();
    for (name, package) in &ours {
        let of_ours: Vec<String> = leans_on(package)
            .into_iter()
            .filter(|it| ours.contains_key(it))
            .collect();
        let folder = package
            .manifest_path
            .parent()
            .expect("a folder")
            .as_str()
            .to_owned();
        if folder.contains("/functions/") {
            for it in of_ours {
                assert!(
                    crates.contains_key(it.as_str()) && it != "testkit" && it != "cli",
                    "{name} leans on {it}"
                );
            }
        } else if folder.contains("/shared/") {
            let may = crates
                .get(name.as_str())
                .unwrap_or_else(|| panic!("{name} is a new crate: say here what it may lean on"));
            for it in of_ours {
                assert!(may.contains(&it.as_str()), "{name} must not lean on {it}");
            }
        }
    }
}

#[test]
fn pure_crates_reach_no_cloud_network_or_runtime() {
    let metadata = metadata();
    let resolve = metadata.resolve.as_ref().expect("a resolved graph");
    let name = |id: &cargo_metadata::PackageId| {
        metadata
            .packages
            .iter()
            .find(|it| it.id == *id)
            .map(|it| it.name.to_string())
            .unwrap_or_default()
    };
    for pure in PURE {
        let package = ours(&metadata)
            .get(pure)
            .map(|it| it.id.clone())
            .expect(pure);
        let mut reached = BTreeSet::new();
        let mut next = vec![package];
        while let Some(id) = next.pop() {
            if !reached.insert(id.clone()) {
                continue;
            }
            let node = resolve
                .nodes
                .iter()
                .find(|node| node.id == id)
                .expect("a node");
            let normal = node.deps.iter().filter(|dep| {
                dep.dep_kinds
                    .iter()
                    .any(|it| it.kind == DependencyKind::Normal)
            });
            next.extend(normal.map(|dep| dep.pkg.clone()));
        }
        for id in &reached {
            let reached = name(id);
            assert!(
                !IMPURE.contains(&reached.as_str()),
                "{pure} reaches {reached}"
            );
        }
    }
}

#[test]
fn one_crate_names_the_cloud_and_one_names_the_runtime() {
    let metadata = metadata();
    for (name, package) in ours(&metadata) {
        for it in leans_on(package) {
            if it.starts_with("aws-sdk-") {
                assert!(
                    ["aws", "tests"].contains(&name.as_str()),
                    "{name} names {it}"
                );
            }
            if it.starts_with("lambda_runtime") {
                assert_eq!(name, "lambda-shell", "{name} names {it}");
            }
            if it == "reqwest" {
                assert!(
                    ["crm-client", "tests"].contains(&name.as_str()),
                    "{name} names {it}"
                );
            }
        }
    }
}

#[test]
fn every_function_is_a_folder_and_a_resource_of_the_template() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let template = std::fs::read_to_string(root.join("infra/template.yaml")).expect("the template");
    let mut folders: Vec<String> = std::fs::read_dir(root.join("functions"))
        .expect("functions")
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    folders.sort();
    let mut names: Vec<String> = contracts::Function::ALL
        .iter()
        .map(ToString::to_string)
        .collect();
    names.sort();
    assert_eq!(folders, names);
    for name in names {
        assert!(
            template.contains(&format!("{name}.zip")),
            "the template has no {name}"
        );
    }
}
