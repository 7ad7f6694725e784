//! The grammar laid over the trees: every value with the shape it must have, every key with the
//! family it belongs to, every test of every condition. Where a value does not have its shape,
//! nothing below it is listed, so that one mistake is reported once.

use std::collections::BTreeMap;

use crm::RecordKind;

use crate::{
    grammar::{self, Keys, Shape, journeys::kind_of, population},
    yaml::{node::Node, span::Span},
};
use model::ModelFile;

/// The trees of the files that could be read.
pub(crate) type Trees = BTreeMap<ModelFile, Node>;

/// A value and the shape it must have.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Site<'t> {
    pub(crate) context: Context<'t>,
    pub(crate) node: &'t Node,
    pub(crate) shape: &'static Shape,
    /// What introduces the value: its key, or itself in a list.
    pub(crate) label: Span,
    /// Whether it may be left out together with its key.
    pub(crate) optional: bool,
}

/// A key that is a name of some family.
#[derive(Debug, Clone, Copy)]
pub(crate) struct KeySite<'t> {
    pub(crate) context: Context<'t>,
    pub(crate) key: &'t Node,
    pub(crate) keys: Keys,
}

/// One `field: test` of a condition.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TestSite<'t> {
    pub(crate) context: Context<'t>,
    pub(crate) field: &'t Node,
    pub(crate) test: &'t Node,
}

/// One `is: name` of a condition.
#[derive(Debug, Clone, Copy)]
pub(crate) struct IsSite<'t> {
    pub(crate) context: Context<'t>,
    pub(crate) name: &'t Node,
}

/// What stands where a condition should, and is none.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NoCondition<'t> {
    pub(crate) context: Context<'t>,
    pub(crate) node: &'t Node,
    pub(crate) needed: Needed,
}

/// What is needed in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Needed {
    Condition,
    /// A condition, `otherwise` or `unknown`.
    ConditionOrCatch,
    /// A list of conditions behind this word.
    List(&'static str),
}

/// Where something stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Context<'t> {
    pub(crate) file: ModelFile,
    /// The kind of record that is spoken of, where there is one.
    pub(crate) kind: Option<RecordKind>,
    /// The first word of the file's own level, for example `segments`.
    pub(crate) section: &'t str,
    /// The name below it, for example that of a clock.
    pub(crate) name: &'t str,
}

#[derive(Debug, Default)]
pub(crate) struct Sites<'t> {
    pub(crate) values: Vec<Site<'t>>,
    pub(crate) keys: Vec<KeySite<'t>>,
    pub(crate) tests: Vec<TestSite<'t>>,
    pub(crate) named: Vec<IsSite<'t>>,
    pub(crate) no_conditions: Vec<NoCondition<'t>>,
}

impl<'t> Sites<'t> {
    pub(crate) fn of(trees: &'t Trees) -> Self {
        let mut sites = Self::default();
        for (&file, root) in trees {
            let context = Context {
                file,
                kind: None,
                section: "",
                name: "",
            };
            sites.walk(Site {
                context,
                node: root,
                shape: grammar::of(file),
                label: root.span,
                optional: false,
            });
        }
        sites
    }

    fn walk(&mut self, site: Site<'t>) {
        if site.node.is_elsewhere() {
            return;
        }
        self.values.push(site);
        let Site { context, node, .. } = site;
        match site.shape {
            Shape::List(shape) | Shape::MaybeEmpty(shape) => {
                for item in node.items() {
                    self.walk(Site {
                        context,
                        node: item,
                        shape,
                        label: item.span,
                        optional: false,
                    });
                }
            }
            Shape::Mapping { .. } => self.walk_mapping(site),
            Shape::Condition => self.condition(context, node, Needed::Condition),
            Shape::Catch if !matches!(node.text(), Some("otherwise" | "unknown")) => {
                self.condition(context, node, Needed::ConditionOrCatch)
            }
            Shape::ByForm {
                value,
                list,
                mapping,
            } => {
                let chosen = if node.is_list() {
                    list
                } else if node.is_mapping() {
                    mapping
                } else {
                    value
                };
                if let Some(shape) = chosen {
                    self.walk(Site { shape, ..site });
                }
            }
            _ => {}
        }
    }

    fn walk_mapping(&mut self, site: Site<'t>) {
        let Shape::Mapping { words, rest } = site.shape else {
            return;
        };
        let stated = stated_kind(&site);
        for (text, key, value) in site.node.entries() {
            let mut context = below(site.context, text);
            context.kind = stated.or(context.kind);
            let word = words.iter().find(|word| word.key == text);
            let shape = match (word, rest) {
                (Some(word), _) => word.shape,
                (None, Some(rest)) => {
                    match rest.keys {
                        Keys::New(_)
                            if site.context.section == "lifecycles"
                                && site.context.name.is_empty() =>
                        {
                            context.kind = kind_of(text, value);
                        }
                        Keys::Kinds => context.kind = text.parse().ok(),
                        Keys::Fields => {
                            let kind = text.split_once('.').and_then(|(kind, _)| kind.parse().ok());
                            context.kind = kind;
                        }
                        _ => {}
                    }
                    self.keys.push(KeySite {
                        context,
                        key,
                        keys: rest.keys,
                    });
                    rest.shape
                }
                (None, None) => continue,
            };
            self.walk(Site {
                context,
                node: value,
                shape,
                label: key.span,
                optional: word.is_some_and(|word| !word.required),
            });
        }
    }

    fn condition(&mut self, context: Context<'t>, node: &'t Node, needed: Needed) {
        let none = |node, needed| NoCondition {
            context,
            node,
            needed,
        };
        if node.pairs().is_empty() && !node.is_elsewhere() {
            self.no_conditions.push(none(node, needed));
        }
        for (text, key, value) in node.entries() {
            let several = ["all", "any", "none"]
                .into_iter()
                .find(|word| *word == text);
            match (several, text) {
                (Some(word), _) if value.items().is_empty() => {
                    self.no_conditions.push(none(value, Needed::List(word)));
                }
                (Some(_), _) => {
                    for item in value.items() {
                        self.condition(context, item, Needed::Condition);
                    }
                }
                (None, "is") => self.named.push(IsSite {
                    context,
                    name: value,
                }),
                (None, _) => self.tests.push(TestSite {
                    context,
                    field: key,
                    test: value,
                }),
            }
        }
    }
}

/// The kind of record that a mapping says it is of.
fn stated_kind(site: &Site<'_>) -> Option<RecordKind> {
    if site.context.file == ModelFile::Metrics {
        return site.node.text_of("of").and_then(population::kind_of);
    }
    if site.context.section == "derived" {
        // What is asked of those that are counted.
        return site.node.text_of("count")?.parse().ok();
    }
    site.node.text_of("record")?.parse().ok()
}

/// The context below a key.
fn below<'t>(context: Context<'t>, key: &'t str) -> Context<'t> {
    if context.section.is_empty() {
        // What an account is comes first: segments, territories and the profile speak of it.
        let of_account = context.file == ModelFile::Strategy
            && matches!(key, "icp" | "segments" | "territories");
        return Context {
            section: key,
            kind: of_account.then_some(RecordKind::Account),
            ..context
        };
    }
    if context.name.is_empty() {
        return Context {
            name: key,
            ..context
        };
    }
    context
}
