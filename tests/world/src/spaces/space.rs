//! What a Space holds, as plain data that a test may build, change and serve.

use jiff::Timestamp;
use serde::Deserialize;

/// Who was let in. Live Spaces had more shades; for a stranger at the door only the first makes a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Audience {
    /// The whole world.
    #[default]
    Everyone,
    /// People on the owner's Messenger list.
    Messenger,
    /// Messenger list and friends.
    Friends,
    /// Friends and their friends.
    FriendsOfFriends,
    /// People named one by one.
    Named,
    /// The owner alone.
    Owner,
}

/// What the download of 2010 holds. Known are pages of HTML and the pictures of entries in a folder `img`; the rest is not, so
/// these are likely shapes of several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Download {
    /// Every page of the Space. Photos of albums stay where they were: they lay on SkyDrive.
    #[default]
    Whole,
    /// An index and the entries: no more than is known.
    Entries,
    /// The entries alone, named by their place, links between them written as file names.
    Numbered,
}

/// One Space.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Space {
    /// The chosen name in the address; a Space without one is reached only as `cid-HEX`.
    #[serde(default)]
    pub alias: Option<String>,
    /// The account number in hexadecimal, upper case, without leading zeros.
    pub cid: String,
    /// The opaque owner token of the years before 2006.
    #[serde(default)]
    pub old_owner: Option<String>,
    /// The title over every page.
    pub title: String,
    /// The line below it.
    #[serde(default)]
    pub tagline: String,
    /// The owner's name on the profile page.
    #[serde(default)]
    pub owner_name: String,
    /// Market and language, such as `en-us`; dates on pages follow it.
    #[serde(default = "default_market")]
    pub market: String,
    /// The zone in which pages write their times.
    #[serde(default = "default_time_zone")]
    pub time_zone: String,
    /// The theme; some show seconds in footers (see [`crate::spaces::market::theme_shows_seconds`]).
    #[serde(default = "default_theme")]
    pub theme: String,
    /// The dated markup of its pages; the newest when absent.
    #[serde(default)]
    pub markup: Option<String>,
    /// Whether pages write letters beyond ASCII in titles, categories and names as `&#NNNN;`.
    #[serde(default)]
    pub numeric_references: bool,
    /// Who may see it.
    #[serde(default)]
    pub audience: Audience,
    /// The secret word of e-mail publishing, the password of MetaWeblog; off when absent.
    #[serde(default)]
    pub secret_word: Option<String>,
    /// The key of the Atom interface; off when absent.
    #[serde(default)]
    pub authkey: Option<String>,
    /// The number of the blog itself in the account's counter.
    #[serde(default = "default_blog_number")]
    pub blog_number: u64,
    /// Entries, published and drafts, in any order.
    #[serde(default)]
    pub entries: Vec<Entry>,
    /// Albums.
    #[serde(default)]
    pub albums: Vec<Album>,
    /// Pictures that only entries show.
    #[serde(default)]
    pub pictures: Vec<Photo>,
    /// Lists.
    #[serde(default)]
    pub lists: Vec<List>,
    /// Notes in the guestbook.
    #[serde(default)]
    pub guestbook: Vec<Note>,
    /// Friends.
    #[serde(default)]
    pub friends: Vec<Friend>,
    /// What its download holds.
    #[serde(default)]
    pub download: Download,
}

/// One entry of the blog.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Entry {
    /// Its number in the account's counter.
    pub number: u64,
    /// Its title as the platform stored it: HTML text that may hold `&#NNNN;`; may be empty.
    pub title: String,
    /// When it was published.
    pub date: Timestamp,
    /// Names of its categories, plain text.
    pub categories: Vec<String>,
    /// Its body: HTML, without the wrapper.
    pub body: String,
    /// A file beside `space.toml` that holds the body instead.
    pub body_file: Option<String>,
    /// Saved, not published.
    pub draft: bool,
    /// Who may see it, when narrower than the Space.
    pub audience: Option<Audience>,
    /// Its comments, in any order.
    pub comments: Vec<Comment>,
    /// Its trackbacks.
    pub trackbacks: Vec<Trackback>,
}

/// One comment.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Comment {
    /// Its number in the account's counter; 0 lets the loader give one.
    pub number: u64,
    /// The author's name: HTML that may hold `&#NNNN;` and smileys.
    pub author: String,
    /// The author's web address.
    pub url: Option<String>,
    /// The author's e-mail address, shown only by the markups of 2007 and early 2008.
    pub email: Option<String>,
    /// When it was written.
    pub date: Timestamp,
    /// Its text, HTML.
    pub body: String,
}

/// One trackback.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trackback {
    /// Title of the linking page.
    pub title: String,
    /// Address of the linking page.
    pub url: String,
    /// Name of the linking blog.
    pub blog: String,
    /// The first words.
    #[serde(default)]
    pub excerpt: String,
    /// When it came.
    pub date: Timestamp,
}

/// One album.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Album {
    /// Its number in the account's counter.
    pub number: u64,
    /// Its name.
    pub title: String,
    /// When it was last changed.
    pub date: Timestamp,
    /// Its photos in order.
    pub photos: Vec<Photo>,
}

/// One photo or picture. Its bytes are made up from its number and name.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Photo {
    /// Its number in the account's counter.
    pub number: u64,
    /// Its file name; the ending decides JPEG or PNG.
    pub name: String,
    /// The caption below it, plain text.
    pub caption: String,
    /// When it was put up.
    pub date: Timestamp,
    /// Which picture host and address form (see `addresses.rs`); empty means `byfiles`.
    pub form: String,
    /// Put up by Live Writer: `?PARTNER=WRITER`.
    pub writer: bool,
    /// Width in pixels; 1024 when 0.
    pub width: u32,
    /// Height in pixels; 768 when 0.
    pub height: u32,
    /// EXIF orientation 1 to 8, JPEG only.
    pub orientation: Option<u16>,
}

/// One list (books, blogs, music, own).
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct List {
    /// Its number in the account's counter.
    pub number: u64,
    /// `book`, `blog`, `music` or `custom`.
    pub kind: String,
    /// Its name.
    pub title: String,
    /// Its items in order.
    #[serde(default)]
    pub items: Vec<ListItem>,
}

/// One item of a list.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ListItem {
    /// Title.
    pub title: String,
    /// Address.
    pub url: Option<String>,
    /// Author or artist.
    pub author: Option<String>,
    /// Note.
    pub note: String,
}

/// One note in the guestbook.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Note {
    /// Its number in the account's counter; 0 lets the loader give one.
    pub number: u64,
    /// Who wrote it, HTML as in a comment.
    pub author: String,
    /// The author's web address.
    pub url: Option<String>,
    /// When.
    pub date: Timestamp,
    /// The text, HTML.
    pub body: String,
}

/// One friend.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Friend {
    /// Name.
    pub name: String,
    /// Address of the friend's Space.
    pub url: String,
}

fn default_market() -> String {
    "en-us".to_owned()
}
fn default_time_zone() -> String {
    "America/Los_Angeles".to_owned()
}
fn default_theme() -> String {
    "Journey".to_owned()
}
fn default_blog_number() -> u64 {
    102
}

impl Default for Space {
    fn default() -> Self {
        Self {
            alias: None,
            cid: String::new(),
            old_owner: None,
            title: String::new(),
            tagline: String::new(),
            owner_name: String::new(),
            market: default_market(),
            time_zone: default_time_zone(),
            theme: default_theme(),
            markup: None,
            numeric_references: false,
            audience: Audience::Everyone,
            secret_word: None,
            authkey: None,
            blog_number: default_blog_number(),
            entries: Vec::new(),
            albums: Vec::new(),
            pictures: Vec::new(),
            lists: Vec::new(),
            guestbook: Vec::new(),
            friends: Vec::new(),
            download: Download::default(),
        }
    }
}

impl Space {
    /// The account number as the 64 bits it is; 0 when `cid` is no hexadecimal number.
    #[must_use]
    pub fn account(&self) -> u64 {
        u64::from_str_radix(&self.cid, 16).unwrap_or(0)
    }

    /// The account number as feeds and interfaces write it: decimal and signed.
    #[must_use]
    pub fn signed_account(&self) -> i64 {
        self.account().cast_signed()
    }

    /// The handle of object `number`: `cns!CID!number`.
    #[must_use]
    pub fn handle(&self, number: u64) -> String {
        format!("cns!{}!{number}", self.cid)
    }

    /// The host name made of the account number, 16 lower-case digits.
    #[must_use]
    pub fn cid_host(&self) -> String {
        format!("cid-{:016x}.spaces.live.com", self.account())
    }

    /// The host that its pages link to: by alias where there is one.
    #[must_use]
    pub fn host(&self) -> String {
        match &self.alias {
            Some(alias) => format!("{alias}.spaces.live.com"),
            None => self.cid_host(),
        }
    }

    /// `http://` and the host, without a slash at the end.
    #[must_use]
    pub fn home(&self) -> String {
        format!("http://{}", self.host())
    }

    /// The address of an entry.
    #[must_use]
    pub fn entry_address(&self, number: u64) -> String {
        format!("{}/blog/{}.entry", self.home(), self.handle(number))
    }

    /// The name a person would give it.
    #[must_use]
    pub fn name(&self) -> String {
        self.alias
            .clone()
            .unwrap_or_else(|| format!("cid-{:016x}", self.account()))
    }

    /// Published entries that a visitor of this standing may see, newest first.
    #[must_use]
    pub fn visible_entries(&self, insider: bool) -> Vec<&Entry> {
        let mut entries: Vec<&Entry> = self
            .entries
            .iter()
            .filter(|entry| !entry.draft && (insider || self.shows_to_all(entry)))
            .collect();
        entries.sort_by_key(|entry| std::cmp::Reverse((entry.date, entry.number)));
        entries
    }

    /// Whether a stranger may see `entry`.
    #[must_use]
    pub fn shows_to_all(&self, entry: &Entry) -> bool {
        self.audience == Audience::Everyone
            && entry.audience.unwrap_or_default() == Audience::Everyone
            && !entry.draft
    }

    /// Entry `number`, published or not.
    #[must_use]
    pub fn entry(&self, number: u64) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.number == number)
    }

    /// Every photo with its album, where it has one.
    pub fn photos(&self) -> impl Iterator<Item = (Option<&Album>, &Photo)> {
        let in_albums = self
            .albums
            .iter()
            .flat_map(|album| album.photos.iter().map(move |photo| (Some(album), photo)));
        in_albums.chain(self.pictures.iter().map(|photo| (None, photo)))
    }

    /// Photo `number`, wherever it lies.
    #[must_use]
    pub fn photo(&self, number: u64) -> Option<&Photo> {
        self.photos()
            .map(|(_, photo)| photo)
            .find(|photo| photo.number == number)
    }

    /// Categories of published public entries, each once, in the order of their first use.
    #[must_use]
    pub fn categories(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for name in self
            .visible_entries(true)
            .iter()
            .flat_map(|entry| &entry.categories)
        {
            if !names.contains(&name.as_str()) {
                names.push(name);
            }
        }
        names
    }

    /// Gives numbers from the account's counter to comments and notes that have none, in the order of their dates.
    pub fn number_the_rest(&mut self) {
        let mut next = self.highest_number() + 1;
        let mut comments: Vec<&mut Comment> = self
            .entries
            .iter_mut()
            .flat_map(|entry| &mut entry.comments)
            .collect();
        comments.sort_by_key(|comment| comment.date);
        for comment in comments.into_iter().filter(|comment| comment.number == 0) {
            comment.number = next;
            next += 1 + comment.date.as_second().unsigned_abs() % 3;
        }
        self.guestbook.sort_by_key(|note| note.date);
        for note in self.guestbook.iter_mut().filter(|note| note.number == 0) {
            note.number = next;
            next += 2;
        }
    }

    fn highest_number(&self) -> u64 {
        let entries = self.entries.iter().map(|entry| entry.number);
        let comments = self
            .entries
            .iter()
            .flat_map(|entry| &entry.comments)
            .map(|comment| comment.number);
        let photos = self.photos().map(|(_, photo)| photo.number);
        let albums = self.albums.iter().map(|album| album.number);
        let lists = self.lists.iter().map(|list| list.number);
        entries
            .chain(comments)
            .chain(photos)
            .chain(albums)
            .chain(lists)
            .max()
            .unwrap_or(0)
            .max(self.blog_number)
    }
}

impl Entry {
    /// Its comments, newest first, as every page shows them.
    #[must_use]
    pub fn comments_newest_first(&self) -> Vec<&Comment> {
        let mut comments: Vec<&Comment> = self.comments.iter().collect();
        comments.sort_by_key(|comment| std::cmp::Reverse((comment.date, comment.number)));
        comments
    }
}

impl Photo {
    /// Width and height in pixels.
    #[must_use]
    pub fn size(&self) -> (u32, u32) {
        let or = |given: u32, usual: u32| if given == 0 { usual } else { given };
        (or(self.width, 1024), or(self.height, 768))
    }

    /// Whether its bytes are PNG.
    #[must_use]
    pub fn is_png(&self) -> bool {
        self.name.to_ascii_lowercase().ends_with(".png")
    }
}
