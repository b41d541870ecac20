//! Query strings: the parameters by which a part of the home page was told what to show.
//!
//! The prefix was `_c01_` in 2005 and `_c11_` later; case varies freely; sign-in residue is simply never looked at.

use super::{Handle, Owner, What, cid_from_decimal, handle, handle_within};
use percent_encoding::percent_decode_str;
use std::borrow::Cow;

/// More parameters than this are not read; real addresses have nine at most.
const MOST_PARAMETERS: usize = 64;

/// What the parameters ask for; `None` when they say nothing of it.
pub(super) fn what(query: &str) -> Option<(What, Option<Owner>)> {
    let parameters = parameters(query);
    let value = |names: &[&str]| {
        parameters
            .iter()
            .find(|(name, _)| names.contains(&name.as_str()))
            .map(|(_, value)| value.as_str())
    };
    if let Some(found) = value(&["partqs"]).and_then(part_query) {
        return Some((found, None));
    }
    if let Some(found) = photo_album(&parameters) {
        return Some(found);
    }
    let view = value(&["blogpart_blogpart", "blogpart"]).unwrap_or("");
    if view.eq_ignore_ascii_case("blogmgmt") {
        return Some((What::BlogManagement, None));
    }
    if value(&["blogpart_pagedir"]).is_some() || view.eq_ignore_ascii_case("blogview") {
        return Some((What::Blog, None));
    }
    let Handle { owner, number } = value(&["blogpart_handle", "handle"]).and_then(handle)?;
    Some((What::Entry(number), Some(owner)))
}

/// Whether a parameter holds a handle: the mark of a Spaces address on a strange host.
pub(super) fn names_handle(query: &str) -> bool {
    parameters(query)
        .iter()
        .any(|(name, value)| name.ends_with("handle") && handle(value).is_some())
}

/// The account number of a profile page, given in decimal.
pub(super) fn profile_cid(query: &str) -> Option<String> {
    parameters(query)
        .iter()
        .find(|(name, _)| name == "cid")
        .and_then(|(_, value)| cid_from_decimal(value))
}

/// Escapes decoded; a plus sign stays one.
pub(super) fn decoded(text: &str) -> Cow<'_, str> {
    percent_decode_str(text).decode_utf8_lossy()
}

/// Escapes decoded, a plus sign standing for a blank.
pub(super) fn form_decoded(text: &str) -> String {
    decoded(&text.replace('+', " ")).into_owned()
}

/// Names in lower case without the part prefix, values decoded once.
fn parameters(query: &str) -> Vec<(String, String)> {
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .take(MOST_PARAMETERS)
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let name = decoded(name).to_ascii_lowercase();
            // `&amp;` that nobody decoded leaves `amp;` in front of the name.
            let name = name.strip_prefix("amp;").unwrap_or(&name);
            let value = if name == "partqs" {
                // Decoded here only as far as this query goes; it is itself a query string.
                decoded(value).into_owned()
            } else {
                form_decoded(value)
            };
            (without_part_prefix(name).to_owned(), value)
        })
        .collect()
}

fn without_part_prefix(name: &str) -> &str {
    match name.as_bytes() {
        [b'_', b'c', a, b, b'_', ..] if a.is_ascii_digit() && b.is_ascii_digit() => &name[5..],
        _ => name,
    }
}

/// `amonth=4&ayear=2010`, `cat=WPF`, or `catRob's+Posts` as the feed's own link writes it.
fn part_query(text: &str) -> Option<What> {
    let mut year = None;
    let mut month = None;
    for pair in text.split('&').take(MOST_PARAMETERS) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        match name.to_ascii_lowercase().as_str() {
            "amonth" => month = value.parse::<u8>().ok().filter(|m| (1..=12).contains(m)),
            "ayear" => {
                year = value
                    .parse::<u16>()
                    .ok()
                    .filter(|y| (1990..=2100).contains(y))
            }
            "cat" => return Some(What::Category(form_decoded(value).trim().to_owned())),
            _ => {}
        }
    }
    if let (Some(year), Some(month)) = (year, month) {
        return Some(What::Month { year, month });
    }
    let name = super::strip_prefix_no_case(text, "cat")?;
    (!name.is_empty()).then(|| What::Category(form_decoded(name).trim().to_owned()))
}

/// The slide pages of an album carry its handle in a parameter of the part `PhotoAlbum`.
fn photo_album(parameters: &[(String, String)]) -> Option<(What, Option<Owner>)> {
    parameters
        .iter()
        .filter(|(name, _)| name.contains("photoalbum"))
        .find_map(|(_, value)| handle_within(value))
        .map(|Handle { owner, number }| (What::Album(number), Some(owner)))
}
