//! The only HTTP client for foreign addresses: public addresses only, limits, politeness.
