use crate::yaml::span::Span;

/// A value of a YAML file and where it is written.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) span: Span,
    pub(crate) content: Content,
}

#[derive(Debug, Clone)]
pub(crate) enum Content {
    /// One value, as text; what it means depends on where it stands.
    Scalar {
        text: String,
        /// Written without quotes.
        plain: bool,
    },
    List(Vec<Node>),
    /// In the order of the file, duplicates included.
    Mapping(Vec<(Node, Node)>),
    /// An alias. It is reported where it stands, and nothing more is said of it.
    Elsewhere,
}

impl Node {
    /// The text of one value; `None` of a list, a mapping, and of nothing.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.content {
            Content::Scalar { text, .. } if !self.is_empty() => Some(text),
            _ => None,
        }
    }

    /// Whether it is one value written without quotes.
    pub(crate) fn is_plain(&self) -> bool {
        matches!(&self.content, Content::Scalar { plain: true, .. })
    }

    /// Whether nothing is written where a value could be.
    pub(crate) fn is_empty(&self) -> bool {
        matches!(&self.content, Content::Scalar { text, plain: true } if matches!(text.as_str(), "" | "~" | "null"))
    }

    /// The entries of a list, or nothing.
    pub(crate) fn items(&self) -> &[Node] {
        match &self.content {
            Content::List(items) => items,
            _ => &[],
        }
    }

    /// The pairs of a mapping, or nothing.
    pub(crate) fn pairs(&self) -> &[(Node, Node)] {
        match &self.content {
            Content::Mapping(pairs) => pairs,
            _ => &[],
        }
    }

    /// The pairs of a mapping whose key is one text.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (&str, &Node, &Node)> {
        self.pairs()
            .iter()
            .filter_map(|(key, value)| key.text().map(|text| (text, key, value)))
    }

    /// The value of a key.
    pub(crate) fn get(&self, key: &str) -> Option<&Node> {
        self.entries()
            .find(|(name, ..)| *name == key)
            .map(|(.., value)| value)
    }

    /// The text of the value of a key.
    pub(crate) fn text_of(&self, key: &str) -> Option<&str> {
        self.get(key).and_then(Node::text)
    }

    /// Adds a value under a name to the mapping behind these words, which is made where it is not there.
    pub(crate) fn add(&mut self, words: &[&str], name: &str, value: Self) {
        let span = value.span;
        let (key, value) = match words {
            [] => (name, value),
            [word, rest @ ..] => {
                let there = match &mut self.content {
                    Content::Mapping(pairs) => {
                        let mut pairs = pairs.iter_mut();
                        pairs.find(|(key, _)| key.text() == Some(*word))
                    }
                    _ => None,
                };
                if let Some((_, there)) = there.filter(|(_, there)| there.is_mapping()) {
                    there.add(rest, name, value);
                    return;
                }
                let mut made = Self {
                    span,
                    content: Content::Mapping(Vec::new()),
                };
                made.add(rest, name, value);
                (*word, made)
            }
        };
        let key = Self {
            span,
            content: Content::Scalar {
                text: key.to_owned(),
                plain: true,
            },
        };
        if let Content::Mapping(pairs) = &mut self.content {
            pairs.push((key, value));
        }
    }

    pub(crate) fn is_list(&self) -> bool {
        matches!(self.content, Content::List(_))
    }

    pub(crate) fn is_elsewhere(&self) -> bool {
        matches!(self.content, Content::Elsewhere)
    }

    pub(crate) fn is_mapping(&self) -> bool {
        matches!(self.content, Content::Mapping(_))
    }

    /// Each node of the tree, from this one on.
    pub(crate) fn visit(&self, each: &mut impl FnMut(&Self)) {
        each(self);
        match &self.content {
            Content::Scalar { .. } | Content::Elsewhere => {}
            Content::List(items) => items.iter().for_each(|item| item.visit(each)),
            Content::Mapping(pairs) => {
                for (key, value) in pairs {
                    key.visit(each);
                    value.visit(each);
                }
            }
        }
    }

    /// The value in one line as it could stand in a file, if it is short.
    pub(crate) fn in_one_line(&self) -> Option<String> {
        const LONGEST: usize = 80;
        let written = match &self.content {
            _ if self.is_empty() => String::new(),
            Content::Scalar { text, plain: true } => text.clone(),
            Content::Scalar { text, .. } => {
                let simple = !text.contains(|c: char| c == '"' || c == '\\' || c.is_control());
                simple.then(|| format!("\"{text}\""))?
            }
            Content::List(items) => {
                let items: Option<Vec<String>> = items.iter().map(Self::in_one_line).collect();
                format!("[{}]", items?.join(", "))
            }
            Content::Mapping(pairs) => {
                let pair = |(key, value): &(Self, Self)| {
                    Some(format!("{}: {}", key.in_one_line()?, value.in_one_line()?))
                };
                let pairs: Option<Vec<String>> = pairs.iter().map(pair).collect();
                format!("{{ {} }}", pairs?.join(", "))
            }
            Content::Elsewhere => return None,
        };
        (written.chars().count() <= LONGEST).then_some(written)
    }

    /// What it is, for a message.
    pub(crate) fn form(&self) -> &'static str {
        match &self.content {
            _ if self.is_empty() => "nothing",
            Content::Scalar { .. } => "one value",
            Content::List(_) => "a list",
            Content::Mapping(_) => "a mapping",
            Content::Elsewhere => "an alias",
        }
    }
}
