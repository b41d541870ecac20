//! The pages of a blog, or some of them that follow each other.

use super::{Cursor, Form, unzigzag};
use crate::{
    record::{Entry, Key, Target, Thing},
    target,
    words::Words,
};

/// Some pages of a blog.
#[derive(Clone, Copy)]
pub(crate) struct Pages<'a> {
    numbers: u64,
    rest: Cursor<'a>,
}

/// One page, not yet put together.
#[derive(Clone, Copy)]
pub(crate) struct Page<'a> {
    form: Form,
    day: i64,
    text: &'a [u8],
}

/// What was found under a number.
pub(crate) struct Found<'a> {
    /// The page with this number.
    pub(crate) page: Option<Page<'a>>,
    /// Whether all numbers here are smaller: more may follow elsewhere.
    pub(crate) is_behind: bool,
}

/// A page and what it is found by, as it is read one after another.
enum Read<'a> {
    Number(u64, Thing, Page<'a>),
    Text(&'a [u8], Page<'a>),
}

/// Goes through pages one after another.
#[derive(Clone)]
struct Walk<'a> {
    numbers: u64,
    cursor: Cursor<'a>,
    number: u64,
    tag: u8,
    day: i64,
}

impl<'a> Walk<'a> {
    /// The next page; `None` at the end. `Some(None)` where it is damaged.
    fn next(&mut self) -> Option<Option<Read<'a>>> {
        if self.numbers > 0 {
            let read = self.numbered();
            return Some(read.map(|(number, page)| Read::Number(number, self.thing(), page)));
        }
        (!self.cursor.0.is_empty()).then(|| self.text())
    }

    /// The next page and its number, of which there must be one.
    #[inline(always)]
    fn numbered(&mut self) -> Option<(u64, Page<'a>)> {
        self.numbers = self.numbers.checked_sub(1)?;
        let first = self.cursor.varint()?;
        self.number = self.number.checked_add(first >> 1)?;
        if first & 1 == 0 {
            self.tag = self.cursor.byte()?;
        }
        Some((self.number, self.page(self.tag)?))
    }

    /// Goes past all numbered pages below `number`. Nearly all that is read is read here, so nothing is put together.
    fn skip_below(&mut self, number: u64) -> Option<()> {
        loop {
            self.skip_alike_below(number)?;
            if self.numbers == 0 {
                return Some(());
            }
            let mut cursor = self.cursor;
            let first = cursor.varint()?;
            let at = self.number.checked_add(first >> 1)?;
            if at >= number {
                return Some(());
            }
            let tag = if first & 1 == 0 {
                cursor.byte()?
            } else {
                self.tag
            };
            let form = Form::of(tag >> 2)?;
            let day = if form.has_day() {
                unzigzag(cursor.varint()?)
            } else {
                0
            };
            if form.has_text() {
                cursor.run()?;
            }
            self.day = self.day.checked_add(day)?;
            (self.numbers, self.number, self.tag, self.cursor) =
                (self.numbers - 1, at, tag, cursor);
        }
    }

    /// Goes past those that are as nearly all pages are: like the one before, with a day and a text, and of figures of one byte each.
    fn skip_alike_below(&mut self, number: u64) -> Option<()> {
        let form = Form::of(self.tag >> 2)?;
        if !(form.has_day() && form.has_text()) {
            return Some(());
        }
        // What comes together from single bytes, and stays below `number`, is never too large.
        let far = number.saturating_sub(self.number);
        let (mut rest, mut left, mut come, mut days) = (self.cursor.0, self.numbers, 0, 0);
        while left > 0
            && let [first, day, length, behind @ ..] = rest
            && first | day | length < 0x80
            && first & 1 == 1
        {
            let next = come + u64::from(first >> 1);
            if next >= far {
                break;
            }
            rest = behind.get(usize::from(*length)..)?;
            days += unzigzag(u64::from(*day));
            (left, come) = (left - 1, next);
        }
        self.cursor.0 = rest;
        self.day = self.day.checked_add(days)?;
        (self.numbers, self.number) = (left, self.number + come);
        Some(())
    }

    /// What the last numbered page is.
    fn thing(&self) -> Thing {
        match self.tag & 3 {
            0 => Thing::Entry,
            1 => Thing::Album,
            2 => Thing::List,
            _ => Thing::Photo,
        }
    }

    fn text(&mut self) -> Option<Read<'a>> {
        let key = self.cursor.run()?;
        let tag = self.cursor.byte()?;
        Some(Read::Text(key, self.page(tag)?))
    }

    #[inline(always)]
    fn page(&mut self, tag: u8) -> Option<Page<'a>> {
        let form = Form::of(tag >> 2)?;
        if form.has_day() {
            self.day = self.day.checked_add(unzigzag(self.cursor.varint()?))?;
        }
        let text = if form.has_text() {
            self.cursor.run()?
        } else {
            &[]
        };
        Some(Page {
            form,
            day: self.day,
            text,
        })
    }
}

impl<'a> Pages<'a> {
    pub(super) fn of(mut cursor: Cursor<'a>) -> Option<Self> {
        let numbers = if cursor.0.is_empty() {
            0
        } else {
            cursor.varint()?
        };
        Some(Self {
            numbers,
            rest: cursor,
        })
    }

    fn walk(self) -> Walk<'a> {
        Walk {
            numbers: self.numbers,
            cursor: self.rest,
            number: 0,
            tag: 0,
            day: 0,
        }
    }

    /// The page with `number`, or what lies nearest. `None` where the pages are damaged.
    pub(crate) fn find(self, number: u64) -> Option<Found<'a>> {
        let mut walk = self.walk();
        walk.skip_below(number)?;
        let mut page = None;
        if walk.numbers > 0 {
            let (at, found) = walk.clone().numbered()?;
            page = (at == number).then_some(found);
        }
        Some(Found {
            page,
            is_behind: walk.numbers == 0,
        })
    }

    /// The page with an address whose number is nearest to `number`. `None` where the pages are damaged.
    pub(crate) fn nearest(self, number: u64) -> Option<Option<Page<'a>>> {
        let mut walk = self.walk();
        let mut before: Option<(u64, Page<'a>)> = None;
        while walk.numbers > 0 {
            let (at, page) = walk.numbered()?;
            if !page.has_address() {
                continue;
            }
            if at < number {
                before = Some((at, page));
                continue;
            }
            let below = before.filter(|(below, _)| number - below <= at - number);
            return Some(Some(below.map_or(page, |(_, page)| page)));
        }
        Some(before.map(|(_, page)| page))
    }

    /// The page that is found by `text`. `None` where the pages are damaged.
    pub(crate) fn find_text(self, text: &str, words: &Words) -> Option<Option<Page<'a>>> {
        let mut walk = self.walk();
        let mut read_text = Vec::with_capacity(text.len());
        while let Some(read) = walk.next() {
            if let Read::Text(code, page) = read? {
                read_text.clear();
                words.read(code, &mut read_text)?;
                if read_text == text.as_bytes() {
                    return Some(Some(page));
                }
            }
        }
        Some(None)
    }

    /// Whether an entry of this month has a dated address here. `None` where the pages are damaged.
    pub(crate) fn has_month(self, year: u16, month: u8) -> Option<bool> {
        let mut walk = self.walk();
        while let Some(read) = walk.next() {
            let (Read::Number(_, _, page) | Read::Text(_, page)) = read?;
            if page.form.has_day() {
                let (of_year, of_month, _) = target::date_of(page.day)?;
                if (of_year, of_month) == (i64::from(year), i64::from(month)) {
                    return Some(true);
                }
            }
        }
        Some(false)
    }

    /// How many pages there are, and how many of them have a new address. `None` where they are damaged.
    pub(crate) fn count(self) -> Option<(u64, u64)> {
        let mut walk = self.walk();
        let (mut all, mut with_address) = (0, 0);
        while let Some(read) = walk.next() {
            let (Read::Number(_, _, page) | Read::Text(_, page)) = read?;
            all += 1;
            with_address += u64::from(page.has_address());
        }
        Some((all, with_address))
    }

    /// All of them, put together. `None` where they are damaged.
    pub(crate) fn entries(self, base: &str, words: &Words) -> Option<Vec<Entry>> {
        let mut walk = self.walk();
        let mut entries = Vec::new();
        while let Some(read) = walk.next() {
            let (key, page) = match read? {
                Read::Number(number, thing, page) => (Key::Number(number, thing), page),
                Read::Text(code, page) => {
                    let mut text = Vec::new();
                    words.read(code, &mut text)?;
                    (Key::Text(String::from_utf8(text).ok()?), page)
                }
            };
            let target = match page.form {
                Form::Home => Target::Home,
                Form::Gone => Target::Gone,
                _ => Target::At(page.address(spelled(base), words)?),
            };
            entries.push(Entry { key, target });
        }
        Some(entries)
    }
}

impl Page<'_> {
    /// Whether it was deleted.
    pub(crate) fn is_gone(self) -> bool {
        self.form == Form::Gone
    }

    fn has_address(self) -> bool {
        self.form.has_text()
    }

    /// Its new address, where `push_base` writes the blog's. `None` where it is damaged, or has none.
    pub(crate) fn address(
        self,
        push_base: impl FnOnce(&mut Vec<u8>) -> Option<()>,
        words: &Words,
    ) -> Option<String> {
        let mut address = Vec::with_capacity(ADDRESS_BYTES);
        match self.form {
            Form::Home => push_base(&mut address)?,
            Form::Gone => return None,
            Form::Whole => words.read(self.text, &mut address)?,
            Form::Below => {
                push_base(&mut address)?;
                let at = address.len();
                words.read(self.text, &mut address)?;
                (address.get(at) == Some(&b'/')).then(|| address.remove(at))?;
            }
            Form::Day | Form::Month | Form::Slug => {
                push_base(&mut address)?;
                if self.form.has_day() {
                    target::push_date(self.day, self.form == Form::Day, &mut address)?;
                }
                let at = address.len();
                words.read(self.text, &mut address)?;
                target::end_slug(at, &mut address)?;
                address.push(b'/');
            }
        }
        String::from_utf8(address).ok()
    }
}

/// Writes a base that is no code.
pub(super) fn spelled(base: &str) -> impl FnOnce(&mut Vec<u8>) -> Option<()> {
    |out| {
        out.extend_from_slice(base.as_bytes());
        Some(())
    }
}

/// Room for nearly all addresses, so that one is put together in one piece of memory.
const ADDRESS_BYTES: usize = 192;
