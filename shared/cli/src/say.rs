//! Printing. Whoever reads may have seen enough, as in `fairlead check | head`; that is no error,
//! and the command goes on to its end, so that its exit code stays what it is.

use std::{
    fmt,
    io::{ErrorKind, Write},
};

/// Prints a line to standard output.
macro_rules! say {
    ($($text:tt)*) => {
        $crate::say::line(format_args!($($text)*))
    };
}

pub fn line(text: fmt::Arguments<'_>) {
    let mut out = std::io::stdout().lock();
    let written = out.write_fmt(text).and_then(|()| out.write_all(b"\n"));
    if let Err(why) = written.and_then(|()| out.flush())
        && why.kind() != ErrorKind::BrokenPipe
    {
        eprintln!("fairlead: the answer cannot be printed: {why}");
    }
}
