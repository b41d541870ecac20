//! How far something may be seen at a new home.
//!
//! A [`Reach`] is made from what the source said of an item and of its blog, and can only be narrowed. Only a reach of everyone
//! gives an [`Open`], and whatever a new home shows to all asks for one: a published status, a listed picture, the name of a
//! category. So there is no way to write down that something private becomes public, except [`Reach::on_the_owners_word`].

use super::Audience;
use serde::Serialize;

/// How far something may be seen at a new home: to nobody new at all, or to an audience.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reach(Option<Audience>);

/// The leave to show something to all. Only [`Reach::open`] gives one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct Open(bool);

impl Reach {
    /// Nobody who could not see it before: it is not sent at all.
    pub const NOBODY_NEW: Self = Self(None);

    /// What holds for something that the source stated as `stated` in a blog that was seen by `blog`.
    #[must_use]
    pub fn of(stated: Audience, blog: Audience) -> Self {
        Self(Some(stated.narrower(blog)))
    }

    /// The narrower of two.
    #[must_use]
    pub fn narrower(self, other: Self) -> Self {
        self.min(other)
    }

    /// The wider of two: for what stands in two places, such as a picture in two posts or the name of a category.
    #[must_use]
    pub fn of_either(self, other: Self) -> Self {
        self.max(other)
    }

    /// As far as the owner says that it may reach: what friends could see becomes everyone's when `friends_become_public`.
    /// Everything else stays as it is.
    #[must_use]
    pub fn on_the_owners_word(self, friends_become_public: bool) -> Self {
        if friends_become_public && self.0 == Some(Audience::Friends) {
            Self(Some(Audience::Everyone))
        } else {
            self
        }
    }

    /// The audience, unless it is nobody.
    #[must_use]
    pub fn audience(self) -> Option<Audience> {
        self.0
    }

    /// The leave to show it to all, where everyone could see it.
    #[must_use]
    pub fn open(self) -> Option<Open> {
        (self.0 == Some(Audience::Everyone)).then_some(Open(true))
    }
}

#[cfg(test)]
mod tests {
    use super::Reach;
    use crate::Audience;

    const ALL: [Audience; 6] = [
        Audience::Owner,
        Audience::Named,
        Audience::Friends,
        Audience::Members,
        Audience::Unlisted,
        Audience::Everyone,
    ];

    #[test]
    fn only_what_everyone_could_see_in_a_blog_that_everyone_could_see_is_open() {
        for blog in ALL {
            for stated in ALL {
                let reach = Reach::of(stated, blog);
                assert!(reach.audience() <= Some(stated) && reach.audience() <= Some(blog));
                let public = stated.is_public() && blog.is_public();
                assert_eq!(reach.open().is_some(), public, "{stated:?} in {blog:?}");
            }
        }
    }

    #[test]
    fn the_owners_word_opens_what_friends_could_see_and_nothing_else() {
        for blog in ALL {
            for stated in ALL {
                let reach = Reach::of(stated, blog);
                let opened = reach.on_the_owners_word(true);
                let was_friends = reach.audience() == Some(Audience::Friends);
                assert_eq!(opened != reach, was_friends);
                assert_eq!(reach.on_the_owners_word(false), reach);
            }
        }
    }

    #[test]
    fn nobody_new_is_the_narrowest() {
        for stated in ALL {
            let reach = Reach::of(stated, Audience::Everyone);
            assert!(Reach::NOBODY_NEW < reach);
            assert_eq!(Reach::NOBODY_NEW.narrower(reach), Reach::NOBODY_NEW);
            assert_eq!(Reach::NOBODY_NEW.of_either(reach), reach);
        }
        assert_eq!(Reach::NOBODY_NEW.open(), None);
    }
}
