//! `cargo xtask lab`: builds the laboratory and an executable of Rehome with kill points armed, and runs it.

use anyhow::{Context, Result, bail};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// How the laboratory's own code is built. Everything of others is shared with the tests, which would take minutes to build twice.
const OWN_CODE: [&str; 4] = [
    "profile.dev.package.platforms.opt-level=3",
    "profile.dev.package.redirects.opt-level=1",
    "profile.dev.package.campaign.opt-level=1",
    "profile.dev.package.lab.opt-level=1",
];

pub(crate) fn run(words: &[String]) -> Result<()> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    let (lab, rehome) = build(&root)?;
    let done = Command::new(lab)
        .args(words)
        .env("REHOME_ARMED", rehome)
        .status()
        .context("the laboratory could not be started")?;
    if !done.success() {
        std::process::exit(done.code().unwrap_or(1));
    }
    Ok(())
}

/// The laboratory, and an armed executable of Rehome.
fn build(root: &Path) -> Result<(PathBuf, PathBuf)> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let mut build = Command::new(cargo);
    // What cargo tells a program of the program's own package is no setting for others: the build script of `ring` takes it for one, and
    // everything that speaks TLS would be built anew after each change from `cargo xtask` to `cargo` and back.
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(of_this_package) {
            build.env_remove(name);
        }
    }
    let built = build
        .current_dir(root)
        .args(["build", "--quiet", "-p", "lab", "-p", "rehome"])
        .args(["--features", "rehome/armed"])
        .args(OWN_CODE.iter().flat_map(|setting| ["--config", setting]))
        .status()
        .context("cargo could not be started")?;
    if !built.success() {
        bail!("the laboratory could not be built");
    }
    let own = |name| moved(&root.join("target/debug"), &root.join("target/lab"), name);
    Ok((own("lab")?, own("rehome")?))
}

fn of_this_package(variable: &str) -> bool {
    variable.starts_with("CARGO_PKG_") || variable.starts_with("CARGO_MANIFEST_")
}

/// Takes an executable out of the folder where everybody looks for one: nobody shall run an armed one unawares.
fn moved(from: &Path, to: &Path, name: &str) -> Result<PathBuf> {
    fs::create_dir_all(to)?;
    let (from, to) = (from.join(name), to.join(name));
    // A copy, not a link: cargo writes through links. And under a new name first, as a running laboratory may hold the old one.
    let arriving = to.with_extension("arriving");
    fs::copy(&from, &arriving).with_context(|| format!("no {}", from.display()))?;
    fs::rename(&arriving, &to)?;
    fs::remove_file(&from)?;
    Ok(to)
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, process::Command};

    /// The crates of others that are built for `packages`, each with its version and features.
    fn built(packages: &[&str]) -> BTreeSet<String> {
        let tree = Command::new(env!("CARGO"))
            .args([
                "tree",
                "--locked",
                "--offline",
                "--prefix",
                "none",
                "--no-dedupe",
            ])
            .args(["--format", "{p}|{f}"])
            .args(packages)
            .output()
            .expect("cargo starts");
        let said = String::from_utf8_lossy(&tree.stderr);
        assert!(tree.status.success(), "{said}");
        let crates = String::from_utf8_lossy(&tree.stdout);
        let ours = env!("CARGO_MANIFEST_DIR").trim_end_matches("xtask");
        let of_others = |line: &&str| !line.contains(ours);
        crates
            .lines()
            .filter(of_others)
            .map(str::to_owned)
            .collect()
    }

    /// Features differ where a crate that only tests use turns one on: tests/world/Cargo.toml turns it on for the others, too.
    #[test]
    fn what_the_laboratory_stands_on_is_built_once_for_all() {
        let tests = built(&["--workspace"]);
        for packages in [
            &["-p", "lab", "-p", "rehome", "-e", "normal,build"][..],
            &["-p", "xtask", "-e", "normal,build"],
        ] {
            let own: Vec<_> = built(packages).difference(&tests).cloned().collect();
            assert!(own.is_empty(), "{packages:?} stands on {own:?}");
        }
    }
}
