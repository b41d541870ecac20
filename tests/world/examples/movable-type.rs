//! Writes a generated Movable Type export to standard output: `movable-type BYTES [SEED]`.

use anyhow::{Context, Result};
use std::io::{BufWriter, Write};

fn main() -> Result<()> {
    let mut words = std::env::args().skip(1);
    let bytes = words
        .next()
        .context("say how many bytes")?
        .parse()
        .context("the bytes are no number")?;
    let seed = words
        .next()
        .map_or(Ok(1), |word| word.parse())
        .context("the seed is no number")?;
    let mut out = BufWriter::new(std::io::stdout().lock());
    let (entries, length) = world::generate::movable_type_of_bytes(&mut out, seed, bytes)?;
    out.flush()?;
    eprintln!("{entries} entries, {length} bytes");
    Ok(())
}
