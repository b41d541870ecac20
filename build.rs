//! Packs the WordPress plugin, so that the executable can write it anywhere.

use std::{
    env,
    error::Error,
    fs::{self, File},
    io::Write,
    path::{Path, PathBuf},
};
use zip::{CompressionMethod, DateTime, ZipWriter, write::SimpleFileOptions};

const PLUGIN: &str = "wordpress-plugin/rehome";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={PLUGIN}");
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join(PLUGIN);
    let mut files = Vec::new();
    collect(&root, &mut files)?;
    files.sort();
    let mut zip = ZipWriter::new(File::create(
        PathBuf::from(env::var("OUT_DIR")?).join("rehome.zip"),
    )?);
    // A fixed date: the same sources give the same zip, byte for byte.
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::from_date_and_time(2010, 9, 27, 0, 0, 0)?);
    for file in files {
        let name = file
            .strip_prefix(&root)?
            .to_string_lossy()
            .replace('\\', "/");
        zip.start_file(format!("rehome/{name}"), options)?;
        zip.write_all(&fs::read(&file)?)?;
    }
    zip.finish()?;
    Ok(())
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
    if !folder.is_dir() {
        return Ok(());
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}
