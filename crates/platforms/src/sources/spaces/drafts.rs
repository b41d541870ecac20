//! Drafts, through the interface that desktop editors used (MetaWeblog). It needs the owner's secret word, lists the twenty
//! newest posts, drafts among them, and offers no way to ask for older ones.

use super::emit::{self, Beside};
use super::living::Space;
use super::page::EntryPart;
use crate::wire::{
    dates,
    xmlrpc::{self, RpcError, Value},
};
use blog::{
    Finding, Moment,
    address::spaces::{self, Handle, Owner},
    codes,
    doors::{Call, Intake, ReadError},
};
use jiff::tz::TimeZone;

/// The one endpoint of all Spaces.
const ENDPOINT: &str = "https://storage.msn.com/storageservice/MetaWeblog.rpc";

/// The most that the interface lists.
const MOST_POSTS: usize = 20;

/// Reads drafts, when the owner gave a secret word.
pub(super) fn read(space: &mut Space<'_>, intake: &mut dyn Intake) -> Result<(), ReadError> {
    let Some(word) = space.host.input().secret("secret-word").cloned() else {
        return Ok(());
    };
    let user = space
        .host
        .input()
        .option("space-user")
        .map(str::to_owned)
        .or_else(|| space.names.aliases.first().cloned())
        .unwrap_or_default();
    let request = xmlrpc::write_call(
        "metaWeblog.getRecentPosts",
        &[
            Value::Text("MyBlog".to_owned()),
            Value::Text(user),
            Value::Text(word.reveal().to_owned()),
            Value::Int(MOST_POSTS as i64),
        ],
    );
    let answer = space.host.call(&Call {
        method: "POST",
        address: ENDPOINT,
        headers: &[("Content-Type", "text/xml")],
        body: Some(request.as_bytes()),
    })?;
    let posts = match answer.map(|answer| (answer.status, xmlrpc::read_answer(&answer.body))) {
        Ok((200, Ok(posts))) => posts,
        Ok((_, Err(RpcError::Fault { code, .. }))) => {
            return refused(intake, &format!("fault {code}"));
        }
        Ok((status, _)) => return refused(intake, &format!("status {status}")),
        Err(_) => return refused(intake, "no answer"),
    };
    let posts = posts.elements();
    for post in posts {
        if post.member("publish").and_then(Value::as_bool) == Some(false) {
            draft(space, post, intake)?;
        }
    }
    if posts.len() >= MOST_POSTS {
        intake.finding(Finding::new(
            &codes::spaces::DRAFTS_CAPPED,
            "The interface listed its twenty newest posts; drafts older than these were not seen.",
        ))?;
    }
    Ok(())
}

fn draft(space: &mut Space<'_>, post: &Value, intake: &mut dyn Intake) -> Result<(), ReadError> {
    let text = |name: &str| {
        post.member(name)
            .and_then(Value::as_text)
            .unwrap_or_default()
    };
    let Some(handle) = handle(&text("postid"), space) else {
        return Ok(());
    };
    let part = EntryPart {
        handle,
        title: super::comments::name_text(&dom_query::Document::fragment(text("title")).root()),
        body: text("description"),
        heading: None,
        time: None,
        categories: post
            .member("categories")
            .map(|names| names.elements().iter().filter_map(Value::as_text).collect())
            .unwrap_or_default(),
        announced_comments: None,
        original: text("description"),
    };
    let beside = Beside {
        published: dates::iso(&text("dateCreated")).map(as_universal),
        is_draft: true,
        ..Beside::default()
    };
    let base = format!("{}/", space.host.root());
    let setting = space.setting(&base, ENDPOINT);
    emit::entry(&part, Vec::new(), &[], &beside, setting, intake)?;
    Ok(())
}

/// `CIDHEX!number`, or a bare number as the documentation's examples write it.
fn handle(text: &str, space: &Space<'_>) -> Option<Handle> {
    spaces::handle(text).or_else(|| {
        Some(Handle {
            owner: Owner::Cid(space.names.cid.clone()?),
            number: text.trim().parse().ok()?,
        })
    })
}

/// The interface's dates are universal, with or without the letter that says so.
fn as_universal(moment: Moment) -> Moment {
    match moment {
        Moment::Wall(wall) => TimeZone::UTC
            .to_timestamp(wall)
            .map_or(Moment::Wall(wall), Moment::Instant),
        instant => instant,
    }
}

fn refused(intake: &mut dyn Intake, what: &str) -> Result<(), ReadError> {
    intake.finding(
        Finding::new(
            &codes::spaces::DRAFTS_UNREAD,
            format!(
                "The interface for editors did not list the posts ({what}); drafts stay behind."
            ),
        )
        .at(ENDPOINT),
    )?;
    Ok(())
}
