//! Names that recur, numbered as they come.

use crate::text_map::TextMap;

/// The most names; those behind it share the last number.
const MOST: usize = 65_535;

/// Names by the texts that mean them. 0 is nobody.
#[derive(Debug)]
pub(crate) struct Names {
    numbers: TextMap<usize>,
    names: Vec<String>,
}

impl Default for Names {
    fn default() -> Self {
        Self {
            numbers: TextMap::default(),
            names: vec![String::new()],
        }
    }
}

impl Names {
    /// The number of what a text means, which `read` says when it comes for the first time.
    pub(crate) fn number(&mut self, text: &[u8], read: impl FnOnce() -> Option<String>) -> usize {
        if let Some(known) = self.numbers.get(text) {
            return known;
        }
        let Some(name) = read() else {
            return 0;
        };
        let known = self.names.iter().position(|it| *it == name);
        let number = known.unwrap_or_else(|| {
            if self.names.len() < MOST {
                self.names.push(name);
            } else if self.names.len() == MOST {
                self.names.push("others".to_owned());
            }
            self.names.len() - 1
        });
        if self.numbers.len() < MOST {
            self.numbers.insert(text, number);
        }
        number
    }

    pub(crate) fn name(&self, number: usize) -> &str {
        self.names.get(number).map_or("", String::as_str)
    }
}
