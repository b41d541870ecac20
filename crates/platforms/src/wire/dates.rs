//! Dates as people and programs wrote them: market formats, relative dates, RFC 822, ISO.
