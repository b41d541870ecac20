//! The page that a stranger got instead of what is not for everyone. Its status was 200.

use crate::spaces::view::View;

/// The sign-in page; it says nothing about what it hides.
pub(in crate::spaces) fn page(view: &View<'_>) -> String {
    format!(
        "<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0 Transitional//EN\" \
         \"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd\">\r\n<html><head><title>Sign In</title>\
         <meta name=\"robots\" content=\"noindex\"></head><body><h1>Windows Live ID</h1>\
         <p>This space is only available to certain people. To view it, sign in with your Windows Live ID.</p>\
         <form name=\"f1\" method=\"post\" action=\"https://login.live.com/ppsecure/post.srf?wa=wsignin1.0&amp;wreply={}\">\
         <input type=\"text\" name=\"login\"><input type=\"password\" name=\"passwd\"><input type=\"submit\" value=\"Sign in\">\
         </form></body></html>",
        view.space.host()
    )
}
