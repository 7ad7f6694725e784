//! Who leans on whom, and where that goes round in circles.

use std::collections::{BTreeMap, BTreeSet};

/// The files that each file leans on, and a path by which it does.
pub type Leans = BTreeMap<String, BTreeMap<String, String>>;

/// The groups of two or more files of which each leans on each, directly or by way of others.
pub fn circles(leans: &Leans) -> Vec<BTreeSet<String>> {
    let reached: BTreeMap<&String, BTreeSet<&String>> = leans
        .keys()
        .map(|file| (file, reached_from(file, leans)))
        .collect();
    let mut circles: Vec<BTreeSet<String>> = Vec::new();
    for (file, others) in &reached {
        let back = |other: &&&String| reached.get(**other).is_some_and(|it| it.contains(*file));
        let circle: BTreeSet<String> = others.iter().filter(back).map(|it| (*it).clone()).collect();
        if circle.len() > 1 && !circles.contains(&circle) {
            circles.push(circle);
        }
    }
    circles
}

fn reached_from<'l>(file: &String, leans: &'l Leans) -> BTreeSet<&'l String> {
    let mut reached = BTreeSet::new();
    let mut next: Vec<&String> = leans
        .get(file)
        .into_iter()
        .flat_map(BTreeMap::keys)
        .collect();
    while let Some(file) = next.pop() {
        if reached.insert(file) {
            next.extend(leans.get(file).into_iter().flat_map(BTreeMap::keys));
        }
    }
    reached
}

/// Each step of a circle, with the path by which it is taken.
pub fn steps(circle: &BTreeSet<String>, leans: &Leans) -> String {
    let mut steps = String::new();
    for file in circle {
        for (other, path) in leans.get(file).into_iter().flatten() {
            if circle.contains(other) {
                steps += &format!("\n  {file} → {other} by {path}");
            }
        }
    }
    steps
}
