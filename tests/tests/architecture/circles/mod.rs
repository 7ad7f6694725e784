//! Files lean on each other one way. Where two files lean on each other, directly or by way of
//! others, neither can be read or changed alone.
//!
//! A file leans on another if a path in it leads to an item of the other, `pub use` being followed to
//! where the item stands. To say `mod` or `pub use` is no leaning by itself, and what tests do does
//! not count. Methods are not seen, but whoever calls one has its type from somewhere.

mod graph;
mod modules;
mod source;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use super::repository;
use graph::{Leans, circles, steps};
use modules::Modules;

/// The circles that may be, by the crate. Every crate is looked at, also one that is not here.
const MAY_BE: [(&str, &[Recursion]); 1] = [(
    "shared/decisions",
    &[Recursion {
        files: &[
            "approved.rs",
            "condition.rs",
            "derived.rs",
            "index/asking.rs",
            "journey.rs",
            "look.rs",
            "others.rs",
        ],
        why: "the language's own: a condition asks what a field holds, a field may be derived \
                  by a list or by a count, a list, with or without its index, asks conditions, and so \
                  does a count of the record itself; a stage is what the record's journey makes of it, and a \
                  condition may say which journey that is; and whether an approval is needed is a condition",
    }],
)];

/// A circle that may be, since what the files are about contains itself: a list has conditions, a
/// condition asks for a field, and a field is made by a list. Prefer one file for that.
struct Recursion {
    /// From the folder of the sources on, for example `proofs/encoder.rs`.
    files: &'static [&'static str],
    why: &'static str,
}

#[test]
fn files_lean_on_each_other_one_way() {
    let repository = repository();
    let crates = crates(&repository);
    let mut said = String::new();
    for name in MAY_BE.iter().map(|(name, _)| name) {
        if !crates.contains_key(*name) {
            said += &format!("\n{name} is no crate any more, take it off the list\n");
        }
    }
    for (name, roots) in &crates {
        let listed = MAY_BE.iter().find(|(listed, _)| listed == name);
        let may_be = listed.map_or::<&[Recursion], _>(&[], |(_, may_be)| may_be);
        for root in roots {
            for wrong in wrong(&Modules::read(root).leans(), may_be) {
                said += &format!("\n{name}: {wrong}\n");
            }
        }
    }
    assert!(said.is_empty(), "{said}");
}

/// The roots of every crate of `shared/` and `functions/`, by the folder of the crate.
fn crates(repository: &Path) -> BTreeMap<String, Vec<PathBuf>> {
    let mut crates = BTreeMap::new();
    for area in ["shared", "functions"] {
        for entry in fs::read_dir(repository.join(area)).expect("a folder") {
            let folder = entry.expect("an entry").path();
            let roots = ["src/lib.rs", "src/main.rs"].map(|root| folder.join(root));
            let roots: Vec<PathBuf> = roots.into_iter().filter(|root| root.exists()).collect();
            if !roots.is_empty() {
                let name = folder.file_name().expect("a name").to_string_lossy();
                crates.insert(format!("{area}/{name}"), roots);
            }
        }
    }
    crates
}

/// What is wrong with the circles of some files; nothing if they are those that may be.
fn wrong(leans: &Leans, may_be: &[Recursion]) -> Vec<String> {
    let files = |it: &Recursion| -> BTreeSet<String> {
        it.files.iter().map(|&file| file.to_owned()).collect()
    };
    let found = circles(leans);
    let new = found
        .iter()
        .filter(|circle| may_be.iter().all(|it| files(it) != **circle))
        .map(|circle| format!("these files lean on each other:{}", steps(circle, leans)));
    let gone = may_be
        .iter()
        .filter(|it| !found.contains(&files(it)))
        .map(|it| {
            let files = it.files.join(", ");
            format!(
                "{files} are no circle any more, take it off the list: {}",
                it.why
            )
        });
    new.chain(gone).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the files of a crate lean on, written `a.rs → b.rs by path`.
    fn leans(test: &str, files: &[(&str, &str)]) -> Leans {
        let folder: PathBuf = std::env::temp_dir()
            .join(format!("fairlead-circles-{}", std::process::id()))
            .join(test);
        for (name, source) in files {
            let path = folder.join(name);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            fs::write(path, source).expect("a file");
        }
        let leans = Modules::read(&folder.join("lib.rs")).leans();
        fs::remove_dir_all(&folder).expect("a folder");
        leans
    }

    fn said(leans: &Leans) -> Vec<String> {
        let each = |(file, others): (&String, &BTreeMap<String, String>)| {
            let one = |(other, path): (&String, &String)| format!("{file} → {other} by {path}");
            others.iter().map(one).collect::<Vec<String>>()
        };
        leans.iter().flat_map(each).collect()
    }

    #[test]
    fn a_path_leads_to_the_file_in_which_its_item_stands() {
        let leans = leans(
            "paths",
            &[
                (
                    "lib.rs",
                    "mod a; mod b; pub use a::inner::Deep; pub use b::*;",
                ),
                (
                    "a.rs",
                    "pub mod inner; use std::fmt; use inner::Deep as Other; use crm::Value;",
                ),
                (
                    "a/inner.rs",
                    "pub struct Deep; fn f() { crate::b::run::<u8>(super::super::LIMIT) }",
                ),
                (
                    "b.rs",
                    "pub const LIMIT: u8 = 1; pub fn run<T>() {} mod of_it { use super::run; } mod c;",
                ),
                (
                    "b/c.rs",
                    "use crate::{Deep, b::{self, run as go}}; impl Deep { fn f(&self) { self.run() } }",
                ),
            ],
        );
        assert_eq!(
            said(&leans),
            [
                "a.rs → a/inner.rs by inner::Deep",
                "a/inner.rs → b.rs by crate::b::run",
                "b/c.rs → a/inner.rs by Deep",
                "b/c.rs → b.rs by crate::b::run",
            ]
        );
    }

    #[test]
    fn a_name_by_a_glob_or_by_pub_use_counts_where_it_is_used() {
        let leans = leans(
            "globs",
            &[
                ("lib.rs", "mod a; mod b; mod c;"),
                (
                    "a.rs",
                    "pub struct One; pub struct Two; macro_rules! three { () => { $crate::c::Four } }",
                ),
                ("b.rs", "use super::a::*; fn f(_: Two) {}"),
                ("c.rs", "pub(crate) use crate::a::One; pub struct Four;"),
            ],
        );
        assert_eq!(
            said(&leans),
            ["a.rs → c.rs by crate::c::Four", "b.rs → a.rs by Two"]
        );
    }

    #[test]
    fn a_path_goes_on_behind_a_module_and_not_behind_a_function_of_its_name() {
        let leans = leans(
            "names",
            &[
                ("lib.rs", "mod a; mod b; mod verdict; pub use a::verdict;"),
                ("a.rs", "mod c; use c::C; pub fn verdict() {}"),
                ("a/c.rs", "use crate::verdict::held; pub struct C;"),
                ("b.rs", "fn f() { crate::verdict() }"),
                ("verdict.rs", "pub fn held() {}"),
            ],
        );
        assert_eq!(
            said(&leans),
            [
                "a.rs → a/c.rs by c::C",
                "a/c.rs → verdict.rs by crate::verdict::held",
                "b.rs → a.rs by crate::verdict",
            ]
        );
    }

    #[test]
    fn what_is_a_circle_and_is_not_listed_is_said_with_each_step() {
        let leans = leans(
            "circle",
            &[
                ("lib.rs", "mod a; mod b; mod c; mod d; use d::D;"),
                ("a.rs", "use crate::b::B; pub struct A;"),
                ("b.rs", "use crate::c::C; pub struct B; use super::d::D;"),
                ("c.rs", "pub struct C(crate::a::A);"),
                (
                    "d.rs",
                    "pub struct D; #[cfg(test)] mod tests { use crate::b::B; }",
                ),
            ],
        );
        let circle = "these files lean on each other:\n  a.rs → b.rs by crate::b::B\n  \
                      b.rs → c.rs by crate::c::C\n  c.rs → a.rs by crate::a::A";
        assert_eq!(wrong(&leans, &[]), [circle]);
        let listed = |files| Recursion {
            files,
            why: "it is so",
        };
        assert!(wrong(&leans, &[listed(&["a.rs", "b.rs", "c.rs"])]).is_empty());
        let gone = "a.rs, b.rs are no circle any more, take it off the list: it is so";
        assert_eq!(wrong(&leans, &[listed(&["a.rs", "b.rs"])]), [circle, gone]);
    }
}
