//! How a bomb is handled: by the part of the house that would meet it.

use anyhow::{Context, Result, bail};
use blog::doors::Call;
use blog::tidy::{For, tidy};
use pictures::{Helpers, Shrink};
use platforms::{
    fetch::{FetchSettings, Fetcher},
    wire::{feeds, movable_type, xmlrpc},
};
use std::{
    io::{Read, Write},
    net::TcpListener,
    path::PathBuf,
};

/// The part of the house that meets a bomb.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// Repairs of a body, twice, and blocks of it.
    Html,
    /// A picture's header, and its smaller copies in a helper.
    Picture,
    Feed,
    Rpc,
    Date,
    /// An answer that comes compressed.
    Gzip,
    /// The program itself, `rehome survey`, with a zip.
    Zip,
    /// The same with an export.
    Export,
}

const WAYS: [Way; 8] = [
    Way::Html,
    Way::Picture,
    Way::Feed,
    Way::Rpc,
    Way::Date,
    Way::Gzip,
    Way::Zip,
    Way::Export,
];

impl Way {
    pub(super) fn name(self) -> &'static str {
        match self {
            Way::Html => "html",
            Way::Picture => "picture",
            Way::Feed => "feed",
            Way::Rpc => "rpc",
            Way::Date => "date",
            Way::Gzip => "gzip",
            Way::Zip => "zip",
            Way::Export => "export",
        }
    }

    pub(super) fn extension(self) -> &'static str {
        match self {
            Way::Zip => "zip",
            Way::Export => "txt",
            _ => "bomb",
        }
    }

    pub(super) fn is_survey(self) -> bool {
        matches!(self, Way::Zip | Way::Export)
    }
}

/// Handles the bomb that the environment names, and prints what the house says about it; `false` where it names none.
///
/// # Errors
/// When there is no such bomb.
pub fn handle() -> Result<bool> {
    let Ok(wish) = std::env::var(super::VARIABLE) else {
        return Ok(false);
    };
    let (name, file) = wish.split_once(':').context("WAY:FILE")?;
    let way = WAYS.into_iter().find(|way| way.name() == name);
    let bytes = std::fs::read(file)?;
    let words = match way.context("no such way")? {
        Way::Html => html(&String::from_utf8_lossy(&bytes)),
        Way::Picture => picture(&bytes)?,
        Way::Feed => feed(&String::from_utf8_lossy(&bytes)),
        Way::Rpc => match xmlrpc::read_answer(&bytes) {
            Ok(_) => "an answer".to_owned(),
            Err(error) => error.to_string(),
        },
        Way::Date => format!("{:?}", movable_type::date(&String::from_utf8_lossy(&bytes))),
        Way::Gzip => gzip(bytes)?,
        Way::Zip | Way::Export => bail!("the program itself reads those"),
    };
    println!("{words}");
    Ok(true)
}

fn html(html: &str) -> String {
    let tidied = tidy(html, For::Post);
    let blocks = blog::body::to_blocks(&tidied.html, &|_| None);
    let mut words = format!("{} bytes, {} in blocks", tidied.html.len(), blocks.len());
    for finding in tidied.findings {
        words.push_str(&format!("\n{} {}", finding.code, finding.sentence));
    }
    words
}

fn picture(bytes: &[u8]) -> Result<String> {
    let rehome = std::env::var_os("REHOME_ARMED").context("REHOME_ARMED")?;
    let helpers = Helpers::new(PathBuf::from(rehome), vec!["picture-helper".into()]);
    let settings = pictures::Settings {
        memory_bytes_max: helpers.picture_bytes_max(0),
        ..pictures::Settings::default()
    };
    let sizes = [pictures::SizeRule {
        name: "medium".to_owned(),
        width: 300,
        height: 300,
        crop: pictures::Crop::Fit,
    }];
    let seen = pictures::probe(bytes);
    let kind = format!("{} {:?}x{:?}", seen.media_type, seen.width, seen.height);
    Ok(match helpers.sub_sizes(bytes, &sizes, settings) {
        Ok(made) => format!("{kind}: {} copies", made.sizes.len()),
        Err(error) => format!("{kind}: {error}"),
    })
}

fn feed(text: &str) -> String {
    match feeds::read_all(text) {
        Some((_, items, bad)) => format!("{} items, {} bad", items.len(), bad.len()),
        None => "no feed".to_owned(),
    }
}

/// Serves the bomb to ourselves.
fn gzip(body: Vec<u8>) -> Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let host = listener.local_addr()?.to_string();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.read(&mut [0; 4096]);
            let head = format!(
                "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n",
                body.len()
            );
            let _ = stream.write_all(head.as_bytes());
            let _ = stream.write_all(&body);
        }
    });
    let fetcher = Fetcher::new(FetchSettings {
        allow_private_hosts: vec![host.clone()],
        ..FetchSettings::default()
    });
    Ok(
        match fetcher.ask(&Call::get(&format!("http://{host}/")), 16 << 20) {
            Ok(answer) => format!("{} bytes", answer.body.len()),
            Err(error) => error.to_string(),
        },
    )
}
