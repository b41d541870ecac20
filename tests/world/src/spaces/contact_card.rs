//! The contact card: a SOAP service that told Messenger clients what was new in a Space.

use super::addresses::addresses;
use super::answer::Answer;
use super::asked::Asked;
use super::faults::Faults;
use super::host::World;
use super::html::escape;
use super::space::{Audience, Space};
use super::view::View;

/// Answers `GetXmlFeed` for the account named in the body, in decimal.
pub(super) fn answer(world: &World, faults: &Faults, asked: &Asked) -> Answer {
    if asked.method != "POST" || !asked.plain_path().ends_with("contactcardservice.asmx") {
        return Answer::not_found();
    }
    let text = String::from_utf8_lossy(&asked.body);
    let named = world
        .spaces
        .iter()
        .find(|space| text.contains(&format!(">{}<", space.signed_account())));
    let Some(space) = named
        .filter(|space| space.audience == Audience::Everyone && !faults.private && !faults.closed)
    else {
        return Answer::new(500, "text/xml; charset=utf-8", fault());
    };
    Answer::feed(card(&View::new(space, faults, world.now())))
}

fn fault() -> String {
    "<?xml version=\"1.0\" encoding=\"utf-8\"?><soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Body>\
     <soap:Fault><faultcode>soap:Server</faultcode><faultstring>No contact card</faultstring></soap:Fault></soap:Body></soap:Envelope>"
        .to_owned()
}

fn card(view: &View<'_>) -> String {
    let space = view.space;
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Body>\
         <GetXmlFeedResponse xmlns=\"http://www.msn.com/webservices/spaces/v1/\"><GetXmlFeedResult><contactCard><elements returnedMatches=\"3\" \
         displayName=\"{}\" totalMatches=\"3\">{}{}{}{}</elements></contactCard></GetXmlFeedResult></GetXmlFeedResponse></soap:Body></soap:Envelope>",
        escape(&space.owner_name),
        format_args!(
            "<element type=\"SpaceTitle\"><title>{}</title><url>{}/?owner=1</url><totalNewItems>0</totalNewItems></element>",
            escape(&space.title),
            space.home()
        ),
        entries(view),
        albums(space),
        lists(space)
    )
}

fn entries(view: &View<'_>) -> String {
    let rows: String = view
        .entries()
        .into_iter()
        .take(3)
        .map(|entry| {
            sub_element(
                "Post",
                &entry.date.to_string(),
                &view.title(entry),
                "",
                &format!("{}?owner=1", view.entry_address(entry)),
                "",
            )
        })
        .collect();
    format!(
        "<element type=\"Blog\">{rows}<title>Blog</title><url>{}/blog/?owner=1</url></element>",
        view.space.home()
    )
}

fn albums(space: &Space) -> String {
    let albums = space.albums.iter().map(|album| {
        let photos: String = album
            .photos
            .iter()
            .map(|photo| {
                let places = addresses(space, photo);
                let address = format!("{}/photos/{}/{}?owner=1", space.home(), space.handle(album.number), space.handle(photo.number));
                let more = format!(
                    "<thumbnailUrl>{}</thumbnailUrl><webReadyUrl>{}</webReadyUrl><albumName>{}</albumName>",
                    escape(&places.thumbnail),
                    escape(&places.web),
                    escape(&album.title)
                );
                sub_element("Photo", &photo.date.to_string(), &escape(&photo.name), "Photos", &address, &more)
            })
            .collect();
        format!("<element type=\"Album\">{photos}<title>{}</title></element>", escape(&album.title))
    });
    albums.collect()
}

fn lists(space: &Space) -> String {
    let lists = space
        .lists
        .iter()
        .filter(|list| list.kind == "book")
        .map(|list| {
            let address = format!(
                "{}/Lists/{}?owner=1",
                space.home(),
                space.handle(list.number)
            );
            let rows: String = list
                .items
                .iter()
                .map(|item| {
                    sub_element(
                        "BookListEntry",
                        "0001-01-01T00:00:00",
                        &escape(&item.title),
                        &item.note,
                        &address,
                        "",
                    )
                })
                .collect();
            format!(
                "<element type=\"BookList\">{rows}<title>{}</title><url>{address}</url></element>",
                escape(&list.title)
            )
        });
    lists.collect()
}

fn sub_element(
    kind: &str,
    updated: &str,
    title: &str,
    description: &str,
    address: &str,
    more: &str,
) -> String {
    format!(
        "<subElement type=\"{kind}\" lastUpdated=\"{updated}\"><description>{}</description><title>{title}</title><url>{address}</url>{more}</subElement>",
        escape(description)
    )
}
