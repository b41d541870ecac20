//! Friends and profile.

use super::frame;
use crate::spaces::html::escape;
use crate::spaces::view::View;

/// The friends page.
pub(in crate::spaces) fn friends(view: &View<'_>) -> String {
    let rows: String = view
        .space
        .friends
        .iter()
        .map(|friend| {
            format!(
                "<li class=\"friend\"><a href=\"{}\">{}</a></li>",
                escape(&friend.url),
                escape(&friend.name)
            )
        })
        .collect();
    frame::page(
        view,
        "Friends - ",
        &format!("<ul id=\"friendsList\">{rows}</ul>"),
    )
}

/// The profile page.
pub(in crate::spaces) fn profile(view: &View<'_>) -> String {
    let inner = format!(
        "<div id=\"profilePart\"><h3 id=\"profileName\">{}</h3><div id=\"profileMarket\">{}</div></div>",
        escape(&view.space.owner_name),
        view.market.code
    );
    frame::page(view, "Profile - ", &inner)
}
