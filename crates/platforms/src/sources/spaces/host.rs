//! Asking a living host: addresses, what an answer is, and what becomes of one that is none.

use super::keys::strike_out;
use super::names::Names;
use super::text;
use crate::wire::feeds::{self, FeedHead, FeedItem};
use blog::{
    Finding,
    address::spaces::{self, SpaceName},
    codes,
    doors::{Answer, Call, Input, Intake, ReadError},
};

/// Where comment pages were fetched by script, newest service first.
const COMMENT_SERVICES: [(&str, &str); 2] = [
    (
        "/parts/sharedcontrols/CommentControl/CommentsService.fpp",
        "Microsoft.Spaces.Web.Controls.CommentsService",
    ),
    (
        "/parts/blog/script/BlogService.fpp",
        "Microsoft.Spaces.Web.Parts.BlogPart.FireAnt.BlogService",
    ),
];

/// The host of one Space.
pub(super) struct Host<'a> {
    input: &'a mut dyn Input,
    root: String,
    market: Option<String>,
}

impl<'a> Host<'a> {
    /// The host that the owner's words name, and the name they say.
    pub(super) fn of(input: &'a mut dyn Input) -> Result<(Self, Names), ReadError> {
        let label = input.label().trim().to_owned();
        let not_ours = || ReadError::NotOurs {
            place: strike_out(&label),
            what: "the address of no Space".to_owned(),
        };
        let address = spaces::parse(&label).ok_or_else(not_ours)?;
        let host = match address.space.clone().ok_or_else(not_ours)? {
            SpaceName::Alias(alias) => format!("{alias}.spaces.live.com"),
            SpaceName::Cid(cid) => format!("cid-{:0>16}.spaces.live.com", cid.to_ascii_lowercase()),
        };
        let scheme = if label.to_ascii_lowercase().starts_with("https://") {
            "https"
        } else {
            "http"
        };
        let mut names = Names::default();
        names.learn(&address);
        let market = input.option("market").map(str::to_owned);
        Ok((
            Self {
                input,
                root: format!("{scheme}://{host}"),
                market,
            },
            names,
        ))
    }

    /// `http://name.spaces.live.com`
    pub(super) fn root(&self) -> &str {
        &self.root
    }

    /// What the owner gave.
    pub(super) fn input(&self) -> &dyn Input {
        self.input
    }

    /// The address of `path` at this host.
    pub(super) fn at(&self, path: &str) -> String {
        format!("{}{path}", self.root)
    }

    /// How a place is named to people and kept: without keys and without the market asked for.
    pub(super) fn place(&self, address: &str) -> String {
        strike_out(address)
    }

    /// A page without which nothing can be read.
    pub(super) fn must(&mut self, address: &str) -> Result<String, ReadError> {
        let asked = self.in_market(address);
        let answer = self.input.ask(&Call::get(&asked))?;
        let place = strike_out(address);
        match answer.status {
            200..=299 => {}
            404 | 410 => {
                return Err(ReadError::Unreadable {
                    place,
                    what: format!("the Space is closed (the host answered {})", answer.status),
                });
            }
            status => {
                return Err(ReadError::Unreachable {
                    place,
                    what: format!("the host answered {status}"),
                });
            }
        }
        let is_spaces_world = spaces::parse(&answer.address).is_some_and(|a| a.space.is_some())
            || answer.address.contains("login.live.com");
        if !is_spaces_world {
            return Err(ReadError::NotOurs {
                place,
                what: format!("the Space has moved to {}", strike_out(&answer.address)),
            });
        }
        Ok(page_text(&answer))
    }

    /// A page that should be there; when it is not, that is a finding and `None`.
    pub(super) fn page(
        &mut self,
        address: &str,
        intake: &mut dyn Intake,
    ) -> Result<Option<String>, ReadError> {
        let asked = self.in_market(address);
        let what = match self.ask(&asked)? {
            Ok(answer) if (200..300).contains(&answer.status) => {
                return Ok(Some(page_text(&answer)));
            }
            Ok(answer) => format!("the host answered {}", answer.status),
            Err(what) => what,
        };
        intake.finding(
            Finding::new(
                &codes::spaces::PART_UNREADABLE,
                format!("A page of the Space could not be read ({what}); the rest was read."),
            )
            .at(strike_out(address)),
        )?;
        Ok(None)
    }

    /// A page that may be missing without harm (a Space without a guestbook).
    pub(super) fn optional_page(
        &mut self,
        address: &str,
        intake: &mut dyn Intake,
    ) -> Result<Option<String>, ReadError> {
        let asked = self.in_market(address);
        match self.ask(&asked)? {
            Ok(answer) if (200..300).contains(&answer.status) => Ok(Some(page_text(&answer))),
            Ok(answer) if matches!(answer.status, 404 | 410) => Ok(None),
            _ => self.page(address, intake),
        }
    }

    /// A feed, its broken items told; `None` when there is no feed at the address.
    pub(super) fn feed(
        &mut self,
        address: &str,
        intake: &mut dyn Intake,
    ) -> Result<Option<(FeedHead, Vec<FeedItem>)>, ReadError> {
        let Ok(answer) = self.ask(address)? else {
            return Ok(None);
        };
        if !(200..300).contains(&answer.status) {
            return Ok(None);
        }
        let text = text::decode(&answer.body, answer.media_type.as_deref());
        let Some((head, items, bad)) = feeds::read_all(&text) else {
            return Ok(None);
        };
        for item in bad {
            intake.finding(
                Finding::new(
                    &codes::spaces::BAD_FEED_ITEM,
                    format!(
                        "Item {} of a feed is broken and was passed over.",
                        item.number
                    ),
                )
                .at(strike_out(address)),
            )?;
        }
        Ok(Some((head, items)))
    }

    /// The next comments as the page's script fetched them: text of a script that holds a list.
    pub(super) fn comment_script(
        &mut self,
        entry: &str,
        last: &str,
        intake: &mut dyn Intake,
    ) -> Result<Option<String>, ReadError> {
        for (path, class) in COMMENT_SERVICES {
            let parameters = format!("\"{entry}\",\"{last}\",20,\"Last\"");
            let parameters = percent_encoding::utf8_percent_encode(
                &parameters,
                percent_encoding::NON_ALPHANUMERIC,
            );
            let address = format!(
                "{}{path}?cn={class}&mn=get_comments&d={parameters}",
                self.root
            );
            let asked = self.in_market(&address);
            if let Ok(answer) = self.ask(&asked)?
                && (200..300).contains(&answer.status)
            {
                return Ok(Some(text::decode(
                    &answer.body,
                    answer.media_type.as_deref(),
                )));
            }
        }
        intake.finding(
            Finding::new(
                &codes::spaces::PART_UNREADABLE,
                "A page of comments did not answer; the comments before it were read.",
            )
            .at(format!("{}/blog/{entry}.entry", self.root)),
        )?;
        Ok(None)
    }

    /// Any call. What is no answer comes back as words; what ends the whole reading as an error.
    pub(super) fn call(&mut self, call: &Call<'_>) -> Result<Result<Answer, String>, ReadError> {
        match self.input.ask(call) {
            Ok(answer) => Ok(Ok(answer)),
            Err(ReadError::Halt(halt)) => Err(ReadError::Halt(halt)),
            // The words of an error may hold the address that was asked.
            Err(error) => Ok(Err(strike_out(&error.to_string()))),
        }
    }

    fn ask(&mut self, address: &str) -> Result<Result<Answer, String>, ReadError> {
        self.call(&Call::get(address))
    }

    /// Pages follow the viewer's market; where the owner named one, it is asked for.
    fn in_market(&self, address: &str) -> String {
        match &self.market {
            Some(market) => {
                let (bare, fragment) = address
                    .split_once('#')
                    .map_or((address, ""), |(bare, f)| (bare, f));
                let joint = if bare.contains('?') { '&' } else { '?' };
                let fragment = if fragment.is_empty() {
                    String::new()
                } else {
                    format!("#{fragment}")
                };
                format!("{bare}{joint}mkt={market}{fragment}")
            }
            None => address.to_owned(),
        }
    }
}

fn page_text(answer: &Answer) -> String {
    text::decode(&answer.body, answer.media_type.as_deref())
}
