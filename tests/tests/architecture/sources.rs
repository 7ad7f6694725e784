//! What may stand in a file of Rust, by the name of its folder.

use std::path::Path;

use super::{files_below, repository};

/// The most lines that a source file may have.
const MOST_LINES: usize = 400;

/// Names of vendors. A new connector adds its own.
const VENDORS: [&str; 4] = ["hubspot", "salesforce", "pipedrive", "zoho"];

/// Where they may stand.
fn of_a_vendor(path: &str) -> bool {
    path.starts_with("shared/crm-")
        || path == "shared/model-compiler/src/grammar/source_kinds.rs"
        || path == "shared/cli/src/portal.rs"
        || (path.starts_with("functions/") && path.contains("/lambda/"))
}

/// Tests name the source of the example model.
fn of_a_test(path: &str) -> bool {
    path.contains("/tests/") || path.contains("/tests.rs") || path.starts_with("shared/testkit/")
}

/// The files of `shared/` and `functions/` with the lines that are not their tests.
fn code() -> Vec<(String, Vec<(usize, String)>)> {
    let root = repository();
    let mut code = Vec::new();
    for folder in ["shared", "functions"] {
        for file in files_below(&root.join(folder), "rs") {
            let path = relative(&root, &file);
            if of_a_test(&path) {
                continue;
            }
            let text = std::fs::read_to_string(&file).expect("a file");
            code.push((path, without_tests(&text)));
        }
    }
    assert!(code.len() > 100, "this looks at nothing");
    code
}

/// The numbered lines of a source without each item behind `#[cfg(test)]`, as rustfmt sets it: what
/// does not end on its first line ends with a bracket at the margin.
fn without_tests(source: &str) -> Vec<(usize, String)> {
    let mut kept = Vec::new();
    let mut lines = source.lines().enumerate();
    while let Some((index, line)) = lines.next() {
        if !line.starts_with("#[cfg(test)]") {
            kept.push((index + 1, line.to_owned()));
            continue;
        }
        let item = lines.find(|(_, line)| !line.starts_with(['#', ' ', ')']));
        if item.is_some_and(|(_, line)| !line.ends_with([';', '}'])) {
            let _ = lines.find(|(_, line)| line.starts_with(['}', ']', ')']));
        }
    }
    kept
}

#[test]
fn what_follows_the_tests_is_looked_at() {
    let source = "a\n#[cfg(test)]\nmod tests;\nb\n#[cfg(test)]\n#[allow(\n    c,\n)]\nmod d {\n    e\n}\nf\n#[cfg(test)]\nuse g::{\n    h,\n};\ni";
    let kept = without_tests(source);
    let kept: Vec<(usize, &str)> = kept.iter().map(|(at, line)| (*at, line.as_str())).collect();
    assert_eq!(kept, [(1, "a"), (4, "b"), (12, "f"), (17, "i")]);
}

fn relative(root: &Path, file: &Path) -> String {
    let path = file.strip_prefix(root).expect("below the root");
    path.to_string_lossy().into_owned()
}

#[test]
fn no_vendor_is_named_outside_its_connector() {
    for (path, lines) in code() {
        if of_a_vendor(&path) {
            continue;
        }
        for (number, line) in lines {
            let lower = line.to_lowercase();
            for vendor in VENDORS {
                assert!(
                    !lower.contains(vendor),
                    "{path}:{number} names a vendor: what differs between CRMs belongs into \
                     shared/crm-{vendor}"
                );
            }
        }
    }
}

/// A file is about one thing, and can be read at one sitting: what is longer is about two things, and
/// is split by subject. Tests count, and no file is excepted.
#[test]
fn no_source_is_too_long() {
    let root = repository();
    let mut looked_at = 0;
    for folder in ["shared", "functions", "tests", "infra"] {
        for ending in ["rs", "py"] {
            for file in files_below(&root.join(folder), ending) {
                let text = std::fs::read_to_string(&file).expect("a file");
                let lines = text.lines().count();
                let path = relative(&root, &file);
                assert!(
                    lines <= MOST_LINES,
                    "{path} has {lines} lines, and {MOST_LINES} is the most"
                );
                looked_at += 1;
            }
        }
    }
    assert!(looked_at > 300, "this looks at {looked_at} files only");
}

/// A second loop would have its own idea of what a conflict, a throttle and a stale record are.
#[test]
fn only_the_cycle_commits() {
    // An adapter of the table is where the cycle's commit arrives.
    let may = [
        "shared/engine/",
        "shared/store/",
        "shared/aws/",
        "shared/simulator/src/ports/",
    ];
    for (path, lines) in code() {
        if may.iter().any(|it| path.starts_with(it)) {
            continue;
        }
        for (number, line) in lines {
            assert!(
                !line.contains(".commit("),
                "{path}:{number} commits by itself: use engine::Table"
            );
            let testkit = path.starts_with("shared/testkit/");
            assert!(
                testkit || !line.contains("audit_put("),
                "{path}:{number} writes an audit record that says nothing of what was read and changed: \
                 use engine::Round::recorded"
            );
        }
    }
}
