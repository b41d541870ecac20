//! Finishes HTML from standard input the way a move does: `finish tidy|classic|blocks|placed`. `placed` makes blocks as if every
//! picture had been placed under its old address. `finish compare SENT SEEN` says how two files differ. Findings go to standard error.
//! The editor check (`tests/editor/check.sh`) feeds on it.

use blog::body::{compare, to_blocks, to_classic};
use blog::doors::{PictureSize, PlacedPicture};
use blog::tidy::{For, tidy};
use std::io::Read;

fn main() -> std::io::Result<()> {
    let form = std::env::args().nth(1).unwrap_or_default();
    if let ("compare", Some(sent), Some(seen)) = (
        form.as_str(),
        std::env::args().nth(2),
        std::env::args().nth(3),
    ) {
        let difference = compare(
            &std::fs::read_to_string(sent)?,
            &std::fs::read_to_string(seen)?,
        );
        println!("{difference:?}");
        return Ok(());
    }
    let mut bytes = Vec::new();
    std::io::stdin().read_to_end(&mut bytes)?;
    let tidied = tidy(&String::from_utf8_lossy(&bytes), For::Post);
    for finding in &tidied.findings {
        eprintln!("{} {}", finding.code, finding.sentence);
    }
    if !tidied.tags.is_empty() {
        eprintln!("tags: {}", tidied.tags.join(", "));
    }
    let nothing_placed = |_: &str| None;
    let all_placed = |address: &str| {
        Some(PlacedPicture {
            id: 7,
            page: String::new(),
            shown_hash: None,
            sizes: vec![PictureSize {
                name: "large".to_owned(),
                address: address.to_owned(),
                width: 800,
                height: 600,
            }],
        })
    };
    println!(
        "{}",
        match form.as_str() {
            "placed" => to_blocks(&tidied.html, &all_placed),
            "blocks" => to_blocks(&tidied.html, &nothing_placed),
            "classic" => to_classic(&tidied.html, &nothing_placed),
            _ => tidied.html,
        }
    );
    Ok(())
}
