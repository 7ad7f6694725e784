/// The widest cell of a table on a terminal, in characters; longer ones go on in a next line.
const WIDEST: usize = 48;

/// A table with a title. A line break in a cell begins a new line of that cell.
#[derive(Debug)]
pub(in crate::documents) struct Table {
    title: String,
    heads: Vec<&'static str>,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(super) fn new<const N: usize>(
        title: impl Into<String>,
        heads: [&'static str; N],
        rows: impl IntoIterator<Item = [String; N]>,
    ) -> Self {
        Self {
            title: title.into(),
            heads: heads.into(),
            rows: rows.into_iter().map(Into::into).collect(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The cells of the row of this name, each with the head of its column; none if there is no such row. A column
    /// without a head only counts.
    pub(in crate::documents) fn row(&self, name: &str) -> Option<Vec<(&'static str, &str)>> {
        let named = self.heads.iter().position(|head| !head.is_empty())?;
        let mut rows = self.rows.iter();
        let row = rows.find(|row| row.get(named).is_some_and(|it| it == name))?;
        let cells = self.heads.iter().zip(row).skip(named);
        Some(cells.map(|(head, cell)| (*head, cell.as_str())).collect())
    }

    /// Columns side by side, two blanks between them.
    pub(super) fn text(&self) -> String {
        let rows: Vec<Vec<Vec<String>>> = self.rows.iter().map(|row| broken(row)).collect();
        let width = |column: usize| {
            let cells = rows.iter().filter_map(|row| row.get(column)).flatten();
            let widest = cells.map(|line| line.chars().count()).max();
            let head = self.heads.get(column).map_or(0, |head| head.len());
            widest.unwrap_or(0).max(head)
        };
        let widths: Vec<usize> = (0..self.heads.len()).map(width).collect();
        let heads: Vec<String> = self.heads.iter().map(|&head| head.to_owned()).collect();
        let ruler: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
        let mut text = format!("{}\n\n", self.title);
        text += &aligned(&heads, &widths);
        text += &aligned(&ruler, &widths);
        for row in &rows {
            let lines = row.iter().map(Vec::len).max().unwrap_or(0);
            for line in 0..lines {
                let part = |cell: &Vec<String>| cell.get(line).cloned().unwrap_or_default();
                text += &aligned(&row.iter().map(part).collect::<Vec<String>>(), &widths);
            }
        }
        text
    }

    pub(super) fn markdown(&self) -> String {
        let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
        let mut text = format!("## {}\n\n", self.title);
        text += &line(self.heads.iter().map(|&head| head.to_owned()).collect());
        text += &format!("|{}\n", "---|".repeat(self.heads.len()));
        for row in &self.rows {
            text += &line(row.iter().map(|cell| escaped(cell)).collect());
        }
        text
    }
}

fn aligned(cells: &[String], widths: &[usize]) -> String {
    let cells = cells.iter().zip(widths);
    let cells: Vec<String> = cells
        .map(|(cell, width)| format!("{cell:width$}"))
        .collect();
    format!("  {}", cells.join("  ")).trim_end().to_owned() + "\n"
}

/// The lines of each cell of a row.
fn broken(row: &[String]) -> Vec<Vec<String>> {
    let lines = |cell: &String| cell.lines().flat_map(wrapped).collect();
    row.iter().map(lines).collect()
}

/// A line cut between words where it gets too wide.
fn wrapped(line: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in line.split(' ') {
        match lines.last_mut() {
            Some(last) if last.chars().count() + word.chars().count() < WIDEST => {
                last.push(' ');
                last.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// A cell in which nothing means anything to Markdown.
pub(in crate::documents) fn escaped(cell: &str) -> String {
    let mut text = String::new();
    for c in cell.chars() {
        match c {
            '\n' => text.push_str("<br>"),
            '<' => text.push_str("&lt;"),
            '&' => text.push_str("&amp;"),
            '|' | '*' | '_' | '\\' | '[' | ']' => {
                text.push('\\');
                text.push(c);
            }
            c => text.push(c),
        }
    }
    text
}
