//! Who is at the door: sessions and API tokens, and what they may reach.

mod pages;
mod passwords;
mod secrets;
mod trace;
mod visitor;

pub use passwords::Passwords;
pub use secrets::{Secret, csrf_token, hash_secret, same};
pub use trace::noted;
pub use visitor::{
    SESSION_COOKIE, Via, Visitor, absent_member, authenticate, authenticate_phone, authenticate_reader, clear_cookie,
    session_cookie,
};
