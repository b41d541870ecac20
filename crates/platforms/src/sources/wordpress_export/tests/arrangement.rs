//! What stands around posts: the page tree, menus, terms that nothing carries, custom fields.

use super::{Desk, read_on};

const HEAD: &str = "<rss xmlns:wp=\"http://wordpress.org/export/1.2/\"><channel><title>T</title><link>https://a.example</link><wp:wxr_version>1.2</wp:wxr_version>";

fn item(id: u64, kind: &str, status: &str, title: &str, more: &str) -> String {
    format!(
        "<item><title>{title}</title><wp:post_id>{id}</wp:post_id><wp:post_type>{kind}</wp:post_type><wp:status>{status}</wp:status>\
         <wp:post_date_gmt>2010-01-02 03:04:05</wp:post_date_gmt><content:encoded><![CDATA[x]]></content:encoded>{more}</item>"
    )
}

fn meta(fields: &[(&str, &str)]) -> String {
    fields
        .iter()
        .map(|(key, value)| {
            format!(
                "<wp:postmeta><wp:meta_key>{key}</wp:meta_key><wp:meta_value><![CDATA[{value}]]></wp:meta_value></wp:postmeta>"
            )
        })
        .collect()
}

fn read(children: &[String]) -> Desk {
    read_with(children, None)
}

/// The same where earlier runs died of one of the items.
fn read_with(children: &[String], deadly: Option<usize>) -> Desk {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("export.xml");
    let text = format!("{HEAD}{}</channel></rss>", children.concat());
    std::fs::write(&path, text).expect("written");
    let desk = Desk {
        deadly,
        ..Desk::default()
    };
    read_on(&path, desk)
}

fn parent(id: u64, order: &str) -> String {
    format!("<wp:post_parent>{id}</wp:post_parent><wp:menu_order>{order}</wp:menu_order>")
}

#[test]
fn pages_stand_below_pages_and_one_that_is_not_there_is_named() {
    let desk = read(&[
        item(2, "page", "publish", "Team", &parent(1, "-3")),
        item(1, "page", "publish", "About", &parent(0, "7")),
        item(3, "page", "publish", "Lost", &parent(9, "0")),
        item(4, "page", "publish", "Binned", &parent(5, "0")),
        item(5, "page", "trash", "Bin", ""),
        item(6, "post", "publish", "Post", &parent(1, "4")),
    ]);
    let of = |id: &str| (desk.post(id).parent.as_deref(), desk.post(id).order);
    assert_eq!(of("2"), (Some("1"), Some(-3)));
    assert_eq!(of("1"), (None, Some(7)));
    assert_eq!(of("6"), (None, None), "posts stand below nothing");
    assert_eq!(
        desk.sentences("WXR-012"),
        ["pages below a page that is not in the export (2) are not carried: \"Lost\", \"Binned\"."]
    );
}

#[test]
fn a_menu_is_named_with_its_entries_in_their_order() {
    let entry = |id: u64, order: u64, title: &str, fields: &[(&str, &str)]| {
        let menu = "<category domain=\"nav_menu\" nicename=\"main\">Main &amp; more</category>";
        let more = format!(
            "<wp:menu_order>{order}</wp:menu_order>{menu}{}",
            meta(fields)
        );
        item(id, "nav_menu_item", "publish", title, &more)
    };
    let page = |id| {
        [
            ("_menu_item_type", "post_type"),
            ("_menu_item_object_id", id),
        ]
    };
    let desk = read(&[
        "<wp:category><wp:term_id>4</wp:term_id><wp:category_nicename>food</wp:category_nicename><wp:cat_name>Food</wp:cat_name></wp:category>".to_owned(),
        entry(10, 3, "", &[&page("1")[..], &[("_menu_item_menu_item_parent", "11")]].concat()),
        entry(11, 1, "Home", &[("_menu_item_type", "custom"), ("_menu_item_url", "https://a.example/")]),
        entry(12, 2, "", &[("_menu_item_type", "taxonomy"), ("_menu_item_object_id", "4")]),
        entry(13, 4, "", &[("_menu_item_type", "custom"), ("_menu_item_url", "https://b.example/")]),
        entry(14, 5, "", &page("99")),
        item(1, "page", "publish", "About", ""),
    ]);
    assert_eq!(
        desk.sentences("WXR-005"),
        [
            "The menu \"Main & more\" stays behind; its entries are \"Home\", \"Food\", \"Home › About\", \"https://b.example/\", \"an entry without a name\"."
        ]
    );
    assert_eq!(desk.sentences("WXR-004"), [""; 0]);
}

#[test]
fn terms_are_listed_unless_something_hidden_is_filed_under_them() {
    let category = |slug: &str| {
        format!(
            "<wp:category><wp:category_nicename>{slug}</wp:category_nicename><wp:cat_name>{slug}</wp:cat_name></wp:category>"
        )
    };
    let tag = |slug: &str| {
        format!(
            "<wp:tag><wp:tag_slug>{slug}</wp:tag_slug><wp:tag_name>{slug}</wp:tag_name></wp:tag>"
        )
    };
    let filed = |domain: &str, slug: &str| {
        format!("<category domain=\"{domain}\" nicename=\"{slug}\">{slug}</category>")
    };
    let desk = read(&[
        category("empty"),
        category("bin"),
        category("draft"),
        category("shown"),
        tag("nobody"),
        tag("private"),
        item(1, "post", "publish", "A", &filed("category", "shown")),
        item(2, "post", "draft", "B", &filed("category", "draft")),
        item(3, "post", "trash", "C", &filed("category", "bin")),
        item(4, "post", "private", "D", &filed("post_tag", "private")),
    ]);
    let listed: Vec<&str> = desk
        .categories
        .iter()
        .filter(|category| category.listed)
        .map(|category| category.id.as_str())
        .collect();
    assert_eq!(listed, ["empty", "shown"]);
    assert_eq!(desk.listed_tags, ["nobody"]);
}

#[test]
fn no_term_is_listed_where_something_that_may_hide_it_cannot_be_looked_at() {
    let category = "<wp:category><wp:category_nicename>mine</wp:category_nicename><wp:cat_name>mine</wp:cat_name></wp:category>";
    let filed = "<category domain=\"category\" nicename=\"mine\">mine</category>";
    let listed = |items: &[String], deadly| {
        let children = [&[category.to_owned()], items].concat();
        let desk = read_with(&children, deadly);
        assert_eq!(desk.categories.len(), 1);
        desk.categories[0].listed
    };
    let shown = item(1, "post", "publish", "A", "");
    let private = item(2, "post", "private", "B", filed);
    assert!(listed(std::slice::from_ref(&shown), None));
    assert!(!listed(&[shown.clone(), private.clone()], None));
    assert!(!listed(&[shown.clone(), private.clone()], Some(1)));
    // An item without a number hides its terms as well.
    let unnumbered = private.replace("<wp:post_id>2</wp:post_id>", "");
    assert!(!listed(&[shown.clone(), unnumbered], None));
    // The export ends before the terms of its last item.
    let cut = private.split("<category").next().unwrap_or_default();
    assert!(!listed(&[shown, cut.to_owned()], None));
}

#[test]
fn custom_fields_are_kept_byte_for_byte_and_named_so_that_they_can_be_asked_for() {
    let array = "a:1:{s:3:\"url\";s:18:\"https://a.example/\";}";
    let fields = [
        ("mood", "happy & <b>"),
        ("data", array),
        ("_edit_lock", "1"),
        ("evil", "O:8:\"stdClass\":0:{}"),
        ("_theirs", "x"),
    ];
    let desk = read(&[item(1, "post", "publish", "A", &meta(&fields))]);
    let kept: Vec<(&str, &str)> = desk
        .post("1")
        .fields
        .iter()
        .map(|field| (field.name.as_str(), field.value.as_str()))
        .collect();
    assert_eq!(
        kept,
        [("mood", "happy & <b>"), ("data", array), ("_theirs", "x")]
    );
    assert_eq!(
        desk.sentences("WXR-007"),
        [
            "4 custom fields; a new home gets those that you name: \"mood\", \"data\", \"evil\", \"_theirs\"."
        ]
    );
}
