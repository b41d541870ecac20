//! The generated pages: one for each code, and their index.

use anyhow::Context;
use blog::{Code, Remedy, Severity};
use std::{
    fmt::Write,
    fs,
    path::{Path, PathBuf},
};

pub(crate) fn write() -> anyhow::Result<()> {
    let folder = folder();
    fs::create_dir_all(&folder)?;
    let codes = blog::codes::all();
    let mut index = String::from(
        "# Findings\n\nA page for each kind of finding; the code stands in front of its sentence in every report. Written by `cargo xtask docs` from\n`crates/blog/src/codes/`.\n\n| code | severity | |\n|---|---|---|\n",
    );
    remove_old(&folder, &codes)?;
    for code in codes {
        let file = folder.join(format!("{}.md", code.name));
        fs::write(&file, page(code))
            .with_context(|| format!("could not write {}", file.display()))?;
        writeln!(
            index,
            "| [{0}]({0}.md) | {1} | {2} |",
            code.name, code.severity, code.title
        )?;
    }
    fs::write(folder.join("README.md"), index)?;
    Ok(())
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/errors")
}

fn remove_old(folder: &Path, codes: &[&Code]) -> anyhow::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path
            .file_stem()
            .and_then(|stem| stem.to_str())
            .unwrap_or_default();
        if name != "README" && !codes.iter().any(|code| code.name == name) {
            fs::remove_file(path)?;
        }
    }
    Ok(())
}

fn page(code: &Code) -> String {
    let advice = if code.advice.is_empty() {
        "Nothing."
    } else {
        code.advice
    };
    let whose = match whose(code.remedy) {
        "" => String::new(),
        whose => format!("\n*{whose}*\n"),
    };
    format!(
        "# {}: {}\n\n{}\n\n{}\n\n**What to do.** {advice}\n{whose}",
        code.name,
        code.title,
        severity(code.severity),
        code.meaning,
    )
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Note => "*Note: good to know; nothing was lost.*",
        Severity::Changed => "*Changed: something looks different at the new home.*",
        Severity::Lost => {
            "*Lost: something stays behind or could not be read; it is named, and kept aside where there is something to keep.*"
        }
        Severity::Blocking => {
            "*Blocking: the move cannot be called complete until this is settled.*"
        }
    }
}

/// Who can do it, or that it does itself; nothing where nothing is asked for.
fn whose(remedy: Remedy) -> &'static str {
    match remedy {
        Remedy::Nothing => "",
        Remedy::Retry => "Running the same command again is enough.",
        Remedy::AskOwner => "For the owner of the blog.",
        Remedy::AskOperator => "For whoever runs the server or the platform.",
        Remedy::Skip => "The rest of the blog goes on without it.",
        Remedy::Stop => "Nothing goes on before this is settled.",
    }
}
