//! Pages that are about the simulator: its welcome, its controls, and the migration page of 2010.

use super::answer::Answer;
use super::asked::Asked;
use super::host::World;
use super::html::escape;
use super::pages::frame;
use super::view::View;

/// `/__control` takes `{"faults": {..}, "now": "..", "forget_log": true}`, `/__log` tells what was asked,
/// `/__faults` what is switched on.
pub(super) fn answer(world: &World, asked: &Asked) -> Answer {
    match (asked.method.as_str(), asked.path.as_str()) {
        ("POST", "/__control") => match serde_json::from_slice(&asked.body) {
            Ok(wish) => match world.control(&wish) {
                Ok(()) => json(&world.faults()),
                Err(reason) => Answer::plain(400, &reason),
            },
            Err(error) => Answer::plain(400, &format!("the body is no JSON: {error}")),
        },
        ("GET", "/__log") => json(&world.logged()),
        ("GET", "/__faults") => json(&world.faults()),
        _ => Answer::plain(404, "write POST /__control, GET /__log or GET /__faults"),
    }
}

fn json(value: &impl serde::Serialize) -> Answer {
    match serde_json::to_vec(value) {
        Ok(bytes) => Answer::new(200, "application/json", bytes),
        Err(error) => Answer::plain(500, &error.to_string()),
    }
}

/// What a person sees who opens the port itself.
pub(super) fn welcome(world: &World) -> Answer {
    let rows: String = world
        .spaces
        .iter()
        .map(|space| {
            format!(
                "<li>{} - {} ({})</li>",
                escape(&space.title),
                space.home(),
                space.cid_host()
            )
        })
        .collect();
    Answer::page(format!(
        "<html><head><title>Live Spaces, simulated</title></head><body><h1>Live Spaces, simulated</h1>\
         <p>Ask with the Host header of a Space, or use this port as an HTTP proxy.</p><ul>{rows}</ul></body></html>"
    ))
}

/// The page of autumn 2010 with its four choices.
pub(super) fn migration_page(view: &View<'_>) -> String {
    let inner = "<div id=\"migration\"><h2>Windows Live + WordPress</h2><p>The clock is ticking.</p><ul>\
        <li><a href=\"/migration/upgrade\">Upgrade now</a></li><li><a href=\"/migration/space.zip\">Download your blog</a></li>\
        <li><a href=\"/migration/delete\">Delete your space</a></li><li><a href=\"/\">Go to my space</a></li></ul></div>";
    frame::page(view, "", inner)
}
