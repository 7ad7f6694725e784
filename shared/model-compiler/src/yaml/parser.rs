//! One file of YAML → a tree of nodes. Events are read one by one and aliases are never followed,
//! so a small file cannot grow into a large tree.

use serde_yaml::granit_parser::{Event, Parser, ScalarStyle, Span as Range, options};

use crate::{
    checks::{check::Problems, hidden_content, yaml_syntax},
    yaml::{
        node::{Content, Node},
        span::Span,
    },
};

/// The deepest nesting; the language itself needs less than ten levels.
const DEEPEST: usize = 32;

/// The tree of a file, unless it is no YAML at all.
pub(crate) fn parse(file: &str, text: &str, problems: &mut Problems<'_>) -> Option<Node> {
    let options = options! {
        emit_comments: false,
        emit_unresolved_aliases: true,
        strict_indentation: false,
        flow_nesting_limit: DEEPEST,
        block_nesting_limit: DEEPEST,
    };
    let mut builder = Builder {
        reported: 0,
        file,
        problems,
        open: Vec::new(),
        root: None,
    };
    for event in Parser::new_from_str_with_options(text, options) {
        match event {
            Ok((event, range)) => builder.take(&event, &range)?,
            Err(error) => {
                let mark = error.marker();
                let span = Span {
                    line: number(mark.line()).max(1),
                    column: number(mark.col()) + 1,
                    length: 1,
                };
                yaml_syntax::report(builder.problems, file, Some(span), &error.info());
                return None;
            }
        }
    }
    if builder.root.is_none() {
        yaml_syntax::report(builder.problems, file, None, "the file is empty");
    }
    builder.root
}

struct Builder<'p, 'a> {
    /// The line in which something hidden was reported last; once a line is enough.
    reported: u32,
    file: &'p str,
    problems: &'p mut Problems<'a>,
    open: Vec<Open>,
    root: Option<Node>,
}

enum Open {
    List(Span, Vec<Node>),
    Mapping(Span, Vec<(Node, Node)>, Option<Node>),
}

impl Builder<'_, '_> {
    /// Takes one event; `None` when reading cannot go on.
    fn take(&mut self, event: &Event<'_>, range: &Range) -> Option<()> {
        let span = span(range);
        if event.tag().is_some() {
            let at = range.tag_span().map_or(span, |tag| self::span(&tag));
            self.hidden(at, "a tag");
        }
        if event.anchor_id().is_some_and(|id| id > 0) {
            self.hidden(span, "an anchor");
        }
        match event {
            Event::Alias(_) | Event::UnresolvedAlias(_) => {
                self.hidden(span, "an alias");
                self.put(Node {
                    span,
                    content: Content::Elsewhere,
                })
            }
            Event::Scalar(text, style, ..) => {
                let plain = *style == ScalarStyle::Plain;
                self.put(Node {
                    span,
                    content: Content::Scalar {
                        text: text.to_string(),
                        plain,
                    },
                })
            }
            Event::SequenceStart(..) => self.begin(Open::List(span, Vec::new())),
            Event::MappingStart(..) => self.begin(Open::Mapping(span, Vec::new(), None)),
            Event::SequenceEnd | Event::MappingEnd => {
                let node = match self.open.pop()? {
                    Open::List(span, items) => Node {
                        span,
                        content: Content::List(items),
                    },
                    Open::Mapping(span, pairs, _) => Node {
                        span,
                        content: Content::Mapping(pairs),
                    },
                };
                self.put(node)
            }
            Event::DocumentStart(..) if self.root.is_some() => {
                yaml_syntax::report(
                    self.problems,
                    self.file,
                    Some(span),
                    "a second document starts here",
                );
                None
            }
            _ => Some(()),
        }
    }

    fn hidden(&mut self, span: Span, what: &str) {
        if span.line > self.reported {
            self.reported = span.line;
            hidden_content::report(self.problems, self.file, span, what);
        }
    }

    fn begin(&mut self, open: Open) -> Option<()> {
        if self.open.len() >= DEEPEST {
            let span = match open {
                Open::List(span, _) | Open::Mapping(span, ..) => span,
            };
            yaml_syntax::report(
                self.problems,
                self.file,
                Some(span),
                &format!("nested deeper than {DEEPEST} levels"),
            );
            return None;
        }
        self.open.push(open);
        Some(())
    }

    fn put(&mut self, node: Node) -> Option<()> {
        match self.open.last_mut() {
            None => self.root = Some(node),
            Some(Open::List(_, items)) => items.push(node),
            Some(Open::Mapping(_, pairs, key)) => match key.take() {
                None => *key = Some(node),
                Some(key) => pairs.push((key, node)),
            },
        }
        Some(())
    }
}

fn span(range: &Range) -> Span {
    let (start, end) = (range.start, range.end);
    let length = if end.line() == start.line() {
        end.col().saturating_sub(start.col())
    } else {
        usize::MAX
    };
    Span {
        line: number(start.line()).max(1),
        column: number(start.col()).saturating_add(1),
        length: number(length).max(1),
    }
}

fn number(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
