//! The beginning of a file, taken apart.

use encoding_rs::Encoding;

use crate::{decoding::recognised, error::AuditError, export::Export, layout::Separator};

/// The most rows that are looked at.
const ROWS: usize = 2_000;

/// How a file is written, and its first rows.
pub(super) struct Sample {
    pub(super) encoding: &'static Encoding,
    /// Whether nothing else can be meant.
    pub(super) sure_encoding: bool,
    pub(super) separator: Separator,
    pub(super) headings: Vec<String>,
    /// The trimmed cells, column by column.
    pub(super) columns: Vec<Vec<String>>,
}

impl Sample {
    pub(super) fn of(export: &Export) -> Result<Self, AuditError> {
        let bytes = export.sample()?;
        let (encoding, sure_encoding) = recognised(&bytes);
        let (text, _) = encoding.decode_with_bom_removal(&bytes);
        // The last line may be cut off.
        let whole = text.rfind('\n').filter(|at| *at * 2 > text.len());
        let text = whole.and_then(|at| text.get(..at)).unwrap_or(&text);
        let separator = separator(text);
        let mut rows = rows(text, separator).into_iter();
        let headings: Vec<String> = rows.next().unwrap_or_default();
        if headings.is_empty() {
            return Err(export.unreadable(&"it has no headings in its first line"));
        }
        let mut columns = vec![Vec::new(); headings.len()];
        for row in rows.filter(|it| it.len() == headings.len()) {
            for (column, cell) in columns.iter_mut().zip(row) {
                column.push(cell);
            }
        }
        Ok(Self {
            encoding,
            sure_encoding,
            separator,
            headings,
            columns,
        })
    }

    /// The cells of a column that are not empty.
    pub(super) fn cells(&self, column: usize) -> impl Iterator<Item = &str> {
        let cells = self.columns.get(column).into_iter().flatten();
        cells.map(String::as_str).filter(|it| !it.is_empty())
    }

    /// The different cells of a column, in alphabetical order.
    pub(super) fn distinct(&self, column: usize) -> std::collections::BTreeSet<&str> {
        self.cells(column).collect()
    }

    /// Whether every row has another value there.
    pub(super) fn is_unique(&self, column: usize) -> bool {
        let rows = self.columns.get(column).map_or(0, Vec::len);
        rows > 0 && self.distinct(column).len() == rows
    }

    pub(super) fn heading(&self, column: usize) -> &str {
        self.headings.get(column).map_or("", String::as_str)
    }
}

fn rows(text: &str, separator: Separator) -> Vec<Vec<String>> {
    let reader = csv::ReaderBuilder::new()
        .delimiter(separator.byte())
        .flexible(true)
        .has_headers(false)
        .from_reader(text.as_bytes());
    let rows = reader.into_records().take(ROWS).filter_map(Result::ok);
    rows.map(|row| row.iter().map(|cell| cell.trim().to_owned()).collect())
        .collect()
}

/// The separator by which most rows have as many cells as the headings, and more than one; of several the one by
/// which there are most.
fn separator(text: &str) -> Separator {
    let cells = |separator: &Separator| {
        let rows = rows(text, *separator);
        let width = rows.first().map_or(0, Vec::len);
        let same = rows.iter().filter(|it| it.len() == width).count();
        if same * 3 >= rows.len() * 2 { width } else { 1 }
    };
    // Of equals, the last is the greatest to max_by_key: the commonest goes last.
    let all = Separator::ALL.into_iter().rev();
    all.max_by_key(cells).unwrap_or_default()
}
