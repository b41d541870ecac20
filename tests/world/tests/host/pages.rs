//! Entries, lists, comments and addresses, in every dated markup.

use super::{GARDEN, GARDEN_CID, entry_target, page, samples};
use dom_query::Document;
use std::collections::BTreeSet;
use world::spaces::Faults;
use world::spaces::markup::MARKUPS;

#[test]
fn every_markup_shows_an_entry_with_the_marks_of_its_period() {
    let host = samples(Faults::default());
    let marks: &[(&str, &[&str])] = &[
        (
            "2007-05",
            &[
                ".footer > span",
                "h1",
                ".bvCommentText.bvwordwrap",
                "#ctl00_MainContentPlaceholder_ctl00_Toolbar_Internal_LeftToolbarList li a img[src*='~Left~']",
                "a[title='Click to view next 20 comments'][href*='commentPH=cns!']",
            ],
        ),
        (
            "2007-10",
            &[
                ".footerLinks > nobr",
                "h1",
                ".bvCommentText",
                "#ctl00_MainContentPlaceholder_ctl01_Toolbar_Internal_RightToolbarList li a img[src*='~Left~']",
            ],
        ),
        (
            "2008-02",
            &[
                ".footerLinks > nobr",
                ".bvCommentText .ccViewComment",
                ".ccViewAuthorUrl.ltrText a",
                "[bv\\:commentcount='47']",
            ],
        ),
        (
            "2008-06",
            &[
                ".footerLinks > nobr",
                "[id^='ccNamecns!']",
                "[id^='ccDatecns!']",
                "[id^='entrycns!']",
            ],
        ),
        (
            "about-2008",
            &[".footerLinks > nobr", "[id^='entrycns!']", ".bvCommentText"],
        ),
        (
            "2008-12",
            &[
                "#navTitle span",
                ".ccCommentBox .Comment",
                ".ccDateBox span",
                "a#sn_ccpgNextCommentControl",
            ],
        ),
        (
            "2010-07",
            &[
                "#navTitle span",
                ".cc2_cmt .cc2_dnmmain",
                ".cc2_txt",
                ".cc2_tsmain",
                "a#sn_ccpgNextCommentControl",
            ],
        ),
    ];
    assert_eq!(
        marks.len(),
        MARKUPS.len(),
        "a new markup needs its marks here"
    );
    for (name, selectors) in marks {
        let html = page(
            &host,
            GARDEN,
            &entry_target(226, &format!("?__markup={name}")),
        );
        let document = Document::from(html.as_str());
        let common = [
            "[id^='LastMDatecns!']",
            "[id^='subjcns!']",
            "div.bvMsg[id^='msgcns!']",
            "#blogCategory0",
        ];
        for selector in common.iter().chain(*selectors) {
            assert!(document.select(selector).exists(), "{name}: no {selector}");
        }
        assert_eq!(
            document.select("[id^='subjcns!']").text().trim(),
            "Why I don't use peat",
            "{name}"
        );
        let footer = if *name == "2007-05" {
            ".footer a"
        } else {
            ".footerLinks a"
        };
        assert_eq!(
            document
                .select(footer)
                .iter()
                .nth(3)
                .expect("a fourth link")
                .text()
                .as_ref(),
            "Permalink",
            "{name}"
        );
        assert!(
            html.contains("LastMDatecns!5C41A9E07D2B36F!226\">7/8/2007<"),
            "{name}"
        );
    }
}

#[test]
fn the_whole_date_stands_in_the_footer_where_the_scraper_of_2008_found_it() {
    let host = samples(Faults::default());
    let html = page(
        &host,
        GARDEN,
        &entry_target(263, "?__markup=about-2008&mkt=zh-cn"),
    );
    assert!(
        html.contains("<div class=\"footerLinks\"><nobr>2008/4/5 13:03:12</nobr>"),
        "{html}"
    );
    let newest = page(&host, GARDEN, &entry_target(263, ""));
    assert!(
        newest.contains("<nobr>1:03 PM</nobr>"),
        "a theme without seconds"
    );
    assert!(newest.contains("LastMDatecns!5C41A9E07D2B36F!263\">4/5/2008<"));
    let seconds = page(
        &host,
        "linsworkbench.spaces.live.com",
        "/blog/cns!D3A6F0912C7B584E!120.entry",
    );
    assert!(
        seconds.contains("<nobr>22:05:09</nobr>"),
        "a theme with seconds"
    );
    assert!(seconds.contains(">固定链接</a>"));
}

#[test]
fn list_pages_hold_twenty_entries_and_lead_to_all_public_ones() {
    let host = samples(Faults::default());
    for markup in MARKUPS {
        let mut seen = BTreeSet::new();
        let mut target = format!(
            "/?_c11_BlogPart_BlogPart=blogview&_c=BlogPart&__markup={}",
            markup.name
        );
        let mut pages = 0;
        loop {
            pages += 1;
            let html = page(&host, GARDEN, &target);
            let document = Document::from(html.as_str());
            let ids: Vec<String> = document
                .select(".bvMsg")
                .iter()
                .filter_map(|body| body.attr("id"))
                .map(|id| id.to_string())
                .collect();
            assert!(ids.len() <= 20);
            assert!(
                ids.iter().all(|id| seen.insert(id.clone())),
                "an entry twice"
            );
            let next = document.select("a[href*='pagedir=Next']");
            let Some(href) = next.attr("href") else { break };
            target = format!(
                "{}&__markup={}",
                href.trim_start_matches("http://anas-garden.spaces.live.com"),
                markup.name
            );
        }
        assert_eq!((pages, seen.len()), (2, 28), "{}", markup.name);
    }
    let last = page(
        &host,
        GARDEN,
        "/default.aspx?_c11_BlogPart_pagedir=Last&_c11_BlogPart_BlogPart=blogview&_c=BlogPart",
    );
    assert_eq!(last.matches("class=\"bvMsg\"").count(), 20);
    assert!(last.contains("msgcns!5C41A9E07D2B36F!104"));
    assert_eq!(last.matches(".entry#trackback\">Trackbacks (").count(), 20);
}

#[test]
fn months_and_categories_narrow_the_list_in_both_spellings() {
    let host = samples(Faults::default());
    let count = |target: &str| {
        page(&host, GARDEN, target)
            .matches("class=\"bvMsg\"")
            .count()
    };
    assert_eq!(
        count("/?_c11_BlogPart_BlogPart=blogview&_c=BlogPart&partqs=amonth%3d3%26ayear%3d2007"),
        1
    );
    assert_eq!(
        count("/?_c11_BlogPart_BlogPart=blogview&_c=BlogPart&partqs=cat%3DPond%2Blife"),
        4
    );
    assert_eq!(
        count("/?_c11_BlogPart_BlogPart=blogview&_c=BlogPart&partqs=catPond%2blife"),
        4
    );
    let home = page(&host, "linsworkbench.spaces.live.com", "/");
    let document = Document::from(home.as_str());
    let link = document
        .select("#categoriesModule a")
        .iter()
        .next()
        .expect("a category")
        .attr("href")
        .expect("an address");
    let narrowed = host.get_address(&link).expect("an answer").text();
    assert_eq!(narrowed.matches("class=\"bvMsg\"").count(), 4, "{link}");
}

#[test]
fn comments_come_in_pages_of_twenty_newest_first_and_none_is_lost() {
    let host = samples(Faults::default());
    for (markup, class) in [
        ("2007-05", ".bvCommentText"),
        ("2007-10", ".bvCommentText"),
        ("2008-12", ".ccCommentBox"),
        ("2010-07", ".cc2_cmt"),
    ] {
        let mut counts = Vec::new();
        let mut target = entry_target(226, &format!("?__markup={markup}"));
        loop {
            let html = page(&host, GARDEN, &target);
            let document = Document::from(html.as_str());
            counts.push(document.select(class).length());
            let Some(href) = document.select("a[href*='commentPH=']").attr("href") else {
                break;
            };
            target = format!(
                "{}&__markup={markup}",
                href.trim_start_matches("http://anas-garden.spaces.live.com")
            );
        }
        assert_eq!(counts, [20, 20, 7], "{markup}");
    }
    let first = page(&host, GARDEN, &entry_target(226, ""));
    assert!(first.find("Greg here. Hello.") < first.find("Found this through a search"));
    assert!(
        first.contains(" - 3 hours ago"),
        "told by the host's own clock"
    );
    assert!(first.contains(" - 1 day ago"));
}

#[test]
fn the_script_services_answer_the_further_comments_as_an_escaped_list() {
    let host = samples(Faults::default());
    let html = page(&host, GARDEN, &entry_target(226, "?__markup=2008-02"));
    let last = html
        .split("bv:lastcns=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .expect("the attribute");
    let target = format!(
        "/parts/sharedcontrols/CommentControl/CommentsService.fpp?cn=Microsoft.Spaces.Web.Controls.CommentsService&mn=get_comments&__markup=2008-02\
         &d=%22cns!{GARDEN_CID}!226%22,%22{last}%22,null,20,%22Last%22,%22Wide%22"
    );
    let script = page(&host, GARDEN, &target);
    assert!(script.contains("\"<ul class=\\\"bvCommentList\\\">"));
    assert!(script.contains("<\\/ul>\""));
    assert_eq!(script.matches("ccViewComment").count(), 20);
    assert!(script.contains(",20,true]]"));
    let old = format!(
        "/parts/blog/script/BlogService.fpp?mn=get_comments&__markup=2007-05&d=cns!{GARDEN_CID}!226,{last},1,20,Public,0"
    );
    assert_eq!(
        page(&host, GARDEN, &old).matches("bvCommentText").count(),
        20
    );
}

#[test]
fn all_old_hosts_and_spellings_of_an_entry_show_the_same_page() {
    let host = samples(Faults::default());
    let reference = page(&host, GARDEN, &entry_target(146, ""));
    let spellings = [
        "http://cid-05c41a9e07d2b36f.spaces.live.com/blog/cns!5C41A9E07D2B36F!146.entry",
        "https://cid-05c41a9e07d2b36f.spaces.live.com/Blog/cns%215c41a9e07d2b36f%21146.entry?sa=467434071",
        "http://spaces.msn.com/members/anas-garden/Blog/cns!1pGq-7wZsB_nR4tUoXv2cLkA!146.entry",
        "http://spaces.msn.com/anas-garden/PersonalSpace.aspx?_c11_BlogPart_blogpart=blogentry&_c=BlogPart&_c02_owner=1&handle=cns!5C41A9E07D2B36F!146",
        "http://anas-garden.spaces.msn.com/blog/cns!5C41A9E07D2B36F!146.entry",
        "http://anas-garden.spaces.live.com/mmm2008-05-17_13.22/mmm2007-10-25_18.59/Blog/cns!1pGq-7wZsB_nR4tUoXv2cLkA!146.entry",
        "http://anas-garden.spaces.live.com/?_c11_BlogPart_handle=cns!5C41A9E07D2B36F!146&_c11_BlogPart_BlogPart=blogentry&_c=BlogPart&_c02_owner=1#commentbody",
        "http://ANAS-GARDEN.spaces.live.com/blog/cns!5C41A9E07D2B36F!146.entry?&_c02_vws=1&wa=wsignin1.0&sa=613584902",
    ];
    for spelling in spellings {
        assert_eq!(
            host.get_address(spelling).expect("an answer").text(),
            reference,
            "{spelling}"
        );
    }
    let by_cid = page(&host, "cid-05c41a9e07d2b36f.spaces.live.com", "/");
    assert_eq!(by_cid, page(&host, GARDEN, "/"));
    assert_eq!(
        host.get_address(
            "http://anas-garden.spaces.live.com/mmm2007-02-10_13.26/user.asp?act=view&id=1"
        )
        .expect("an answer")
        .status,
        404
    );
}
