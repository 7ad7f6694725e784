//! The modules of a crate, and which file each path in them leads to.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use super::{
    graph::Leans,
    source::{group, tokens},
};

/// A path as it is written, for example `["crate", "yaml", "Node"]`.
type Written = Vec<String>;

/// Longer paths are not followed: a name that nobody gives would be looked for behind every glob, and
/// behind that behind every glob again.
const LONGEST: usize = 12;

/// What a name means in a module.
#[derive(Debug, Clone)]
enum Meaning {
    Module(usize),
    /// What may follow names a part of it, such as a variant.
    Item,
    /// A function or a constant, behind which no path goes on: a module of the same name is meant.
    Value,
    /// It is brought in by `use`.
    Path(Written),
}

#[derive(Debug, Default)]
struct Module {
    parent: usize,
    /// The file that it is in, from the folder of the sources on.
    file: String,
    names: BTreeMap<String, Vec<Meaning>>,
    /// `use path::*`.
    globs: Vec<Written>,
    /// What its code names: single words too, which may have come by `pub use` or a glob.
    named: BTreeSet<Written>,
}

/// All modules of a crate, the root being the first.
#[derive(Debug, Default)]
pub struct Modules(Vec<Module>);

impl Modules {
    /// Reads a crate from its root, such as `src/lib.rs`.
    pub fn read(root: &Path) -> Self {
        let mut modules = Self::default();
        let sources = root.parent().expect("a folder");
        modules.read_file(sources, root, sources, 0);
        modules
    }

    /// Reads a file, whose own modules stand in a folder.
    fn read_file(&mut self, sources: &Path, file: &Path, below: &Path, parent: usize) -> usize {
        let source =
            fs::read_to_string(file).unwrap_or_else(|why| panic!("{}: {why}", file.display()));
        let name = file
            .strip_prefix(sources)
            .expect("a file below the sources");
        let name = name.to_string_lossy().replace('\\', "/");
        self.read_tokens(sources, &tokens(&source), name, below, parent)
    }

    fn read_tokens(
        &mut self,
        sources: &Path,
        tokens: &[&str],
        file: String,
        below: &Path,
        parent: usize,
    ) -> usize {
        let id = self.0.len();
        self.0.push(Module {
            parent,
            file: file.clone(),
            ..Module::default()
        });
        let mut at = 0;
        let mut depth = 0_usize;
        while at < tokens.len() {
            let rest = &tokens[at..];
            match *rest {
                ["mod", name, ";", ..] if depth == 0 => {
                    let (path, below) = file_of(below, name);
                    let child = self.read_file(sources, &path, &below, id);
                    self.mean(id, name, Meaning::Module(child));
                    at += 3;
                }
                ["mod", name, "{", ..] if depth == 0 => {
                    let length = group(&rest[2..]);
                    let inside = &rest[3..length + 1];
                    let child =
                        self.read_tokens(sources, inside, file.clone(), &below.join(name), id);
                    self.mean(id, name, Meaning::Module(child));
                    at += 2 + length;
                }
                ["use", ..] => {
                    let before = at.checked_sub(1).map(|at| tokens[at]);
                    // `pub use`, or `pub(crate) use`
                    at += self.read_use(id, rest, matches!(before, Some("pub" | ")")));
                }
                _ => {
                    if depth == 0
                        && let Some((name, meaning)) = item(rest)
                    {
                        self.mean(id, name, meaning);
                    }
                    match rest[0] {
                        "{" => depth += 1,
                        "}" => depth = depth.saturating_sub(1),
                        _ => {}
                    }
                    at += self.read_path(id, rest, at.checked_sub(1).map(|at| tokens[at]));
                }
            }
        }
        id
    }

    fn mean(&mut self, module: usize, name: &str, meaning: Meaning) {
        let names = &mut self.0[module].names;
        names.entry(name.to_owned()).or_default().push(meaning);
    }

    /// Reads a `use` up to its semicolon. One that hands on to others what it names is no leaning by
    /// itself.
    fn read_use(&mut self, module: usize, tokens: &[&str], handed_on: bool) -> usize {
        let end = tokens.iter().position(|token| *token == ";");
        let end = end.unwrap_or(tokens.len());
        for (path, name) in use_tree(&tokens[1..end], &Vec::new()) {
            if name == "*" {
                self.0[module].globs.push(path.clone());
            } else if name != "_" {
                self.mean(module, &name, Meaning::Path(path.clone()));
            }
            if !handed_on {
                self.0[module].named.insert(path);
            }
        }
        end + 1
    }

    /// Reads a path of one or more words, if one begins here, or one token.
    fn read_path(&mut self, module: usize, tokens: &[&str], before: Option<&str>) -> usize {
        if !is_word(tokens[0]) || matches!(before, Some("." | "::")) {
            return 1;
        }
        let mut path = vec![tokens[0].to_owned()];
        let mut at = 1;
        while let ["::", word, ..] = tokens[at..]
            && is_word(word)
        {
            path.push(word.to_owned());
            at += 2;
        }
        self.0[module].named.insert(path);
        at
    }

    /// The files that each file leans on.
    pub fn leans(&self) -> Leans {
        let mut leans = Leans::new();
        for (id, module) in self.0.iter().enumerate() {
            let of_file = leans.entry(module.file.clone()).or_default();
            for path in &module.named {
                let mut found = BTreeSet::new();
                self.follow(id, path, &mut BTreeSet::new(), &mut found);
                let files = found.into_iter().map(|module| &self.0[module].file);
                for file in files.filter(|file| **file != module.file) {
                    of_file
                        .entry(file.clone())
                        .or_insert_with(|| path.join("::"));
                }
            }
        }
        leans
    }

    /// Follows a path from a module to the modules whose items it may mean.
    fn follow(
        &self,
        module: usize,
        path: &[String],
        seen: &mut BTreeSet<(usize, Written)>,
        found: &mut BTreeSet<usize>,
    ) {
        let Some((first, rest)) = path.split_first() else {
            return;
        };
        if path.len() > LONGEST || !seen.insert((module, path.to_vec())) {
            return;
        }
        let here = &self.0[module];
        match first.as_str() {
            "crate" => return self.follow(0, rest, seen, found),
            "self" => return self.follow(module, rest, seen, found),
            "super" => return self.follow(here.parent, rest, seen, found),
            _ => {}
        }
        for meaning in here.names.get(first).into_iter().flatten() {
            match meaning {
                Meaning::Module(child) => self.follow(*child, rest, seen, found),
                Meaning::Value if !rest.is_empty() => {}
                Meaning::Item | Meaning::Value => {
                    found.insert(module);
                }
                Meaning::Path(path) => {
                    let whole = [path.as_slice(), rest].concat();
                    self.follow(module, &whole, seen, found);
                }
            }
        }
        if !here.names.contains_key(first) {
            for glob in &here.globs {
                let whole = [glob.as_slice(), path].concat();
                self.follow(module, &whole, seen, found);
            }
        }
    }
}

/// The file of a module, and the folder of its own modules.
fn file_of(below: &Path, name: &str) -> (PathBuf, PathBuf) {
    let folder = below.join(name);
    let file = below.join(format!("{name}.rs"));
    if file.exists() {
        (file, folder)
    } else {
        (folder.join("mod.rs"), folder)
    }
}

fn is_word(token: &str) -> bool {
    token.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// The name of the item that begins here, if one does, and what it means.
fn item<'t>(tokens: &[&'t str]) -> Option<(&'t str, Meaning)> {
    match *tokens {
        ["const", "fn" | "unsafe" | "async" | "extern", ..] => None,
        ["fn" | "const" | "static", name, ..] if is_word(name) => Some((name, Meaning::Value)),
        ["struct" | "enum" | "union" | "trait" | "type", name, ..] if is_word(name) => {
            Some((name, Meaning::Item))
        }
        ["macro_rules", "!", name, ..] => Some((name, Meaning::Item)),
        _ => None,
    }
}

/// Each path of a `use`, and the name that it gets, `*` for all that is in it.
fn use_tree(tokens: &[&str], prefix: &Written) -> Vec<(Written, String)> {
    let mut path = prefix.clone();
    let mut at = 0;
    while at < tokens.len() {
        match tokens[at..] {
            ["{", ..] => {
                let inside = &tokens[at + 1..at + group(&tokens[at..]) - 1];
                let parts = split(inside);
                return parts
                    .into_iter()
                    .flat_map(|part| use_tree(part, &path))
                    .collect();
            }
            ["*", ..] => return vec![(path, "*".to_owned())],
            ["as", name, ..] => return vec![(path, name.to_owned())],
            ["self", ..] if !path.is_empty() && path.len() == prefix.len() => {}
            [word, ..] if is_word(word) => path.push(word.to_owned()),
            _ => {}
        }
        at += 1;
    }
    let name = path.last().cloned().unwrap_or_default();
    if name.is_empty() {
        Vec::new()
    } else {
        vec![(path, name)]
    }
}

/// The parts between the commas that stand in no brackets.
fn split<'s, 't>(tokens: &'s [&'t str]) -> Vec<&'s [&'t str]> {
    let mut parts = Vec::new();
    let mut from = 0;
    let mut at = 0;
    while at < tokens.len() {
        match tokens[at] {
            "{" => at += group(&tokens[at..]),
            "," => {
                parts.push(&tokens[from..at]);
                at += 1;
                from = at;
            }
            _ => at += 1,
        }
    }
    parts.push(&tokens[from..]);
    parts.retain(|part| !part.is_empty());
    parts
}
