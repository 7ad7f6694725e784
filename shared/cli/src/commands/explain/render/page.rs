/// The widest a line may be, in characters.
pub const WIDTH: usize = 98;

/// How something is said. Colours are left out where they are not wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    Plain,
    Strong,
    Faint,
    Good,
    Bad,
    Unsure,
}

impl Style {
    const fn code(self) -> Option<&'static str> {
        match self {
            Self::Plain => None,
            Self::Strong => Some("1"),
            Self::Faint => Some("2"),
            Self::Good => Some("32"),
            Self::Bad => Some("31"),
            Self::Unsure => Some("33"),
        }
    }
}

/// Words of one style.
pub(super) type Span = (Style, String);

/// One entry: a mark at the left, a body that is wrapped beside it, and a remark at the right end
/// of its first line.
#[derive(Debug)]
pub(super) struct Row {
    /// Columns before the mark.
    pub(super) indent: usize,
    /// The mark, and its style.
    pub(super) mark: Span,
    /// Columns from the mark to the body.
    pub(super) hang: usize,
    /// The body.
    pub(super) body: Vec<Span>,
    /// The remark.
    pub(super) right: Option<Span>,
}

/// Text that grows line by line.
#[derive(Debug)]
pub(super) struct Page {
    text: String,
    colours: bool,
}

impl Page {
    pub(super) const fn new(colours: bool) -> Self {
        Self {
            text: String::new(),
            colours,
        }
    }

    pub(super) fn into_text(self) -> String {
        self.text
    }

    pub(super) fn blank(&mut self) {
        self.text.push('\n');
    }

    pub(super) fn plain(&mut self, indent: usize, style: Style, words: &str) {
        let (mark, body) = (
            (Style::Plain, String::new()),
            vec![(style, words.to_owned())],
        );
        self.row(&Row {
            indent,
            mark,
            hang: 0,
            body,
            right: None,
        });
    }

    /// A line across the page, with words in it.
    pub(super) fn rule(&mut self, left: &str, right: &str) {
        let taken = width(left).saturating_add(width(right)).saturating_add(10);
        let fill = "─".repeat(WIDTH.saturating_sub(taken));
        self.paint(Style::Faint, "── ");
        self.paint(Style::Strong, left);
        self.paint(Style::Faint, &format!(" {fill} {right} ──"));
        self.end_line();
    }

    pub(super) fn row(&mut self, row: &Row) {
        let start = row.indent.saturating_add(row.hang);
        let rest = WIDTH.saturating_sub(start).max(1);
        let remark = row
            .right
            .as_ref()
            .map_or(0, |(_, remark)| width(remark).saturating_add(2));
        let lines = wrap(&row.body, rest.saturating_sub(remark), rest);
        self.text.push_str(&" ".repeat(row.indent));
        self.paint(row.mark.0, &row.mark.1);
        let mut taken = row.indent.saturating_add(width(&row.mark.1));
        for (number, line) in lines.iter().enumerate() {
            if number > 0 {
                taken = 0;
            }
            self.text.push_str(&" ".repeat(start.saturating_sub(taken)));
            let length = self.words(line);
            if let (0, Some((style, remark))) = (number, &row.right) {
                let gap = WIDTH
                    .saturating_sub(start.saturating_add(length))
                    .saturating_sub(width(remark));
                self.text.push_str(&" ".repeat(gap));
                self.paint(*style, remark);
            }
            self.end_line();
        }
    }

    /// The words of a line, those of one style painted together. Returns their width.
    fn words(&mut self, line: &[Span]) -> usize {
        let mut length = 0_usize;
        for (number, together) in line
            .chunk_by(|(style, _), (other, _)| style == other)
            .enumerate()
        {
            let words: Vec<&str> = together.iter().map(|(_, word)| word.as_str()).collect();
            let words = words.join(" ");
            if number > 0 {
                self.text.push(' ');
                length = length.saturating_add(1);
            }
            length = length.saturating_add(width(&words));
            self.paint(
                together.first().map_or(Style::Plain, |(style, _)| *style),
                &words,
            );
        }
        length
    }

    fn paint(&mut self, style: Style, words: &str) {
        let words = clean(words);
        match style.code().filter(|_| self.colours && !words.is_empty()) {
            Some(code) => self
                .text
                .push_str(&format!("\u{1b}[{code}m{words}\u{1b}[0m")),
            None => self.text.push_str(&words),
        }
    }

    fn end_line(&mut self) {
        let length = self.text.trim_end_matches(' ').len();
        self.text.truncate(length);
        self.text.push('\n');
    }
}

/// The first digits of an id: enough to name it again.
pub(super) fn short(id: &str) -> &str {
    const DIGITS: usize = 12;
    id.get(..DIGITS).unwrap_or(id)
}

pub(super) fn width(text: &str) -> usize {
    text.chars().count()
}

/// Lines of words: the first of at most `first` columns, the others of at most `rest`. At least
/// one line, which may be empty.
fn wrap(body: &[Span], first: usize, rest: usize) -> Vec<Vec<Span>> {
    let mut lines = vec![Vec::new()];
    let (mut room, mut taken) = (first, 0_usize);
    for (style, words) in body {
        for word in words.split_whitespace().flat_map(|word| pieces(word, rest)) {
            let needs = width(&word).saturating_add(usize::from(taken > 0));
            if taken.saturating_add(needs) > room && (taken > 0 || room < rest) {
                lines.push(Vec::new());
                (room, taken) = (rest, width(&word));
            } else {
                taken = taken.saturating_add(needs);
            }
            if let Some(line) = lines.last_mut() {
                line.push((*style, word));
            }
        }
    }
    lines
}

/// A word in pieces that fit into a line.
fn pieces(word: &str, most: usize) -> Vec<String> {
    let characters: Vec<char> = word.chars().collect();
    characters
        .chunks(most)
        .map(|piece| piece.iter().collect())
        .collect()
}

/// Values come from the CRM, where anybody may have typed them: what would steer a terminal, or
/// turn the direction of its text, is shown as a replacement character.
fn clean(text: &str) -> String {
    let steers = |c: char| {
        c.is_control()
            || matches!(c, '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars()
        .map(|c| if steers(c) { '\u{fffd}' } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(body: &str, right: Option<&str>, colours: bool) -> String {
        let mut page = Page::new(colours);
        page.row(&Row {
            indent: 2,
            mark: (Style::Good, "✓".to_owned()),
            hang: 2,
            body: vec![(Style::Plain, body.to_owned())],
            right: right.map(|right| (Style::Faint, right.to_owned())),
        });
        page.into_text()
    }

    #[test]
    fn a_remark_ends_at_the_right_edge_and_the_body_wraps_beside_its_mark() {
        let text = row(&"word ".repeat(30), Some("processes.yaml:52"), false);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.first().map(|line| width(line)), Some(WIDTH));
        assert!(
            lines
                .iter()
                .skip(1)
                .all(|line| line.starts_with("    word")),
            "{text}"
        );
        assert!(lines.iter().all(|line| width(line) <= WIDTH), "{text}");
    }

    #[test]
    fn a_word_longer_than_a_line_is_broken() {
        let text = row(&"x".repeat(250), Some("here"), false);
        assert!(text.lines().all(|line| width(line) <= WIDTH), "{text}");
        assert_eq!(text.matches('x').count(), 250);
    }

    #[test]
    fn a_value_cannot_steer_the_terminal() {
        let text = row("a\u{1b}[2Jb \u{202e}c", None, false);
        assert_eq!(text, "  ✓ a\u{fffd}[2Jb \u{fffd}c\n");
    }

    #[test]
    fn colours_are_painted_only_where_they_are_wanted() {
        assert!(!row("a", None, false).contains('\u{1b}'));
        assert!(row("a", None, true).contains("\u{1b}[32m✓\u{1b}[0m"));
    }
}
