//! MetaWeblog at `storage.msn.com`: twenty newest posts, drafts among them, a byte-order mark, and its own faults.

use super::answer::Answer;
use super::asked::Asked;
use super::faults::Faults;
use super::host::World;
use super::html::escape;
use super::space::{Entry, Space};
use quick_xml::Reader;
use quick_xml::events::Event;

/// Every argument error.
const ARGUMENT_FAULT: u32 = 2041;
/// No such post.
const UNKNOWN_POST_FAULT: u32 = 40_003;
/// A wrong secret word. The real code is not known.
const REFUSED_FAULT: u32 = 2042;
/// Writing in the read-only months. The real code is not known.
const READ_ONLY_FAULT: u32 = 2043;
const RECENT_POSTS_LIMIT: usize = 20;

struct Fault(u32, &'static str);

/// Answers one call.
pub(super) fn answer(world: &World, faults: &Faults, asked: &Asked) -> Answer {
    if !asked.secure {
        return Answer::plain(403, "Forbidden: SSL is required");
    }
    let Some(call) = Call::read(&asked.body).filter(|_| asked.method == "POST") else {
        return Answer::plain(400, "Bad Request");
    };
    let inner = match call.answer(world, faults) {
        Ok(value) => format!("<params><param><value>{value}</value></param></params>"),
        Err(Fault(code, text)) => format!(
            "<fault><value><struct><member><name>faultCode</name><value><int>{code}</int></value></member>\
             <member><name>faultString</name><value><string>{text}</string></value></member></struct></value></fault>"
        ),
    };
    Answer::feed(format!(
        "\u{feff}<?xml version=\"1.0\" encoding=\"utf-8\"?><methodResponse>{inner}</methodResponse>"
    ))
}

/// A method and its plain parameters; structs are not kept, since nothing here is written.
struct Call {
    method: String,
    parameters: Vec<String>,
}

impl Call {
    fn read(body: &[u8]) -> Option<Self> {
        let mut reader = Reader::from_reader(body);
        let (mut call, mut path) = (
            Self {
                method: String::new(),
                parameters: Vec::new(),
            },
            Vec::<String>::new(),
        );
        loop {
            match reader.read_event().ok()? {
                Event::Start(tag) => {
                    let name = tag.name().as_ref().to_owned();
                    if name == "param" {
                        call.parameters.push(String::new());
                    }
                    path.push(name);
                }
                Event::End(_) => {
                    path.pop();
                }
                Event::Text(text) => call.add(&path, &text),
                Event::GeneralRef(name) => {
                    let letter = match name.resolve_char_ref().ok()? {
                        Some(letter) => letter.to_string(),
                        None => quick_xml::escape::resolve_predefined_entity(&name)?.to_owned(),
                    };
                    call.add(&path, &letter);
                }
                Event::Eof => break,
                _ => {}
            }
        }
        (!call.method.is_empty()).then_some(call)
    }

    fn add(&mut self, path: &[String], text: &str) {
        let last = path.last().map(String::as_str);
        if last == Some("methodName") {
            self.method.push_str(text.trim());
        } else if path.len() > 3
            && !path.iter().any(|name| name == "struct")
            && let Some(parameter) = self.parameters.last_mut()
        {
            parameter.push_str(text);
        }
    }

    fn answer(&self, world: &World, faults: &Faults) -> Result<String, Fault> {
        match self.method.as_str() {
            "blogger.getUsersBlogs" => self.space(world, 3, 1).map(users_blogs),
            "blogger.getUserInfo" => self.space(world, 3, 1).map(user_info),
            "metaWeblog.getCategories" => self.blog(world, 3).map(categories),
            "metaWeblog.getRecentPosts" => {
                let space = self.blog(world, 4)?;
                let count = self.parameters[3]
                    .trim()
                    .parse::<usize>()
                    .map_err(|_| Fault(ARGUMENT_FAULT, "Invalid parameter"))?;
                Ok(recent_posts(space, count))
            }
            "metaWeblog.getPost" => {
                let space = self.space(world, 3, 1)?;
                let number = self.parameters[0]
                    .rsplit('!')
                    .next()
                    .and_then(|text| text.trim().parse().ok());
                let entry = number
                    .and_then(|number| space.entry(number))
                    .ok_or(Fault(UNKNOWN_POST_FAULT, "The post id is unknown"))?;
                Ok(post(space, entry))
            }
            "metaWeblog.newPost" | "metaWeblog.editPost" | "blogger.deletePost" => {
                self.space(
                    world,
                    5,
                    if self.method.starts_with("blogger") {
                        2
                    } else {
                        1
                    },
                )?;
                let text = if faults.read_only {
                    "Posts can no longer be published to blogs on Windows Live Spaces"
                } else {
                    "This simulator publishes nothing"
                };
                Err(Fault(READ_ONLY_FAULT, text))
            }
            _ => Err(Fault(ARGUMENT_FAULT, "Method not supported")),
        }
    }

    /// The Space of a call whose first parameter is the blog.
    fn blog<'a>(&self, world: &'a World, count: usize) -> Result<&'a Space, Fault> {
        let space = self.space(world, count, 1)?;
        if self.parameters[0].trim() != "MyBlog" {
            return Err(Fault(ARGUMENT_FAULT, "Invalid content parameter"));
        }
        Ok(space)
    }

    /// The Space whose name and secret word stand at `user` and behind it.
    fn space<'a>(&self, world: &'a World, count: usize, user: usize) -> Result<&'a Space, Fault> {
        if self.parameters.len() != count {
            return Err(Fault(ARGUMENT_FAULT, "Incorrect number of parameters"));
        }
        let named = |space: &&Space| {
            space
                .alias
                .as_deref()
                .is_some_and(|alias| alias.eq_ignore_ascii_case(self.parameters[user].trim()))
        };
        let space = world
            .spaces
            .iter()
            .find(named)
            .ok_or(Fault(ARGUMENT_FAULT, "Invalid username parameter"))?;
        match &space.secret_word {
            Some(word) if *word == self.parameters[user + 1] => Ok(space),
            _ => Err(Fault(REFUSED_FAULT, "Invalid password parameter")),
        }
    }
}

fn member(name: &str, value: &str) -> String {
    format!("<member><name>{name}</name><value>{value}</value></member>")
}

fn text(value: &str) -> String {
    format!("<string>{}</string>", escape(value))
}

fn array(values: impl Iterator<Item = String>) -> String {
    let values: String = values
        .map(|value| format!("<value>{value}</value>"))
        .collect();
    format!("<array><data>{values}</data></array>")
}

fn users_blogs(space: &Space) -> String {
    let url = format!("https://spaces.msn.com/members/{}", space.name());
    let blog = [
        member("url", &text(&url)),
        member("blogid", &text("MyBlog")),
        member("blogName", &text(&space.title)),
    ]
    .concat();
    array(std::iter::once(format!("<struct>{blog}</struct>")))
}

fn user_info(space: &Space) -> String {
    let url = format!("https://spaces.msn.com/members/{}", space.name());
    let info = [
        member("url", &text(&url)),
        member("userid", &text(&space.name())),
        member("nickname", &text(&space.owner_name)),
    ]
    .concat();
    format!("<struct>{info}</struct>")
}

fn categories(space: &Space) -> String {
    array(space.categories().into_iter().map(|name| {
        format!(
            "<struct>{}{}</struct>",
            member("description", &text(name)),
            member("title", &text(name))
        )
    }))
}

/// Newest first, drafts among them, never more than twenty and no way to the others.
fn recent_posts(space: &Space, count: usize) -> String {
    let mut entries: Vec<&Entry> = space.entries.iter().collect();
    entries.sort_by_key(|entry| std::cmp::Reverse((entry.date, entry.number)));
    array(
        entries
            .into_iter()
            .take(count.min(RECENT_POSTS_LIMIT))
            .map(|entry| post(space, entry)),
    )
}

fn post(space: &Space, entry: &Entry) -> String {
    let members = [
        member("postid", &text(&format!("{}!{}", space.cid, entry.number))),
        member(
            "dateCreated",
            &format!(
                "<dateTime.iso8601>{}</dateTime.iso8601>",
                entry.date.strftime("%Y%m%dT%H:%M:%S")
            ),
        ),
        member("title", &text(&entry.title)),
        member("description", &text(&entry.body)),
        member(
            "categories",
            &array(entry.categories.iter().map(|name| text(name))),
        ),
        member("link", &text(&space.entry_address(entry.number))),
        member(
            "publish",
            &format!("<boolean>{}</boolean>", u8::from(!entry.draft)),
        ),
    ];
    format!("<struct>{}</struct>", members.concat())
}
