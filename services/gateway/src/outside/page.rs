//! What is answered where there is no paper to read: pages that say nothing of any mission.

use axum::{
    body::Body,
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::Response,
};

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:40rem;margin:4rem auto;padding:0 1rem}";

/// The one answer for what is not open: never there, taken back, not published, of another mission.
pub fn nothing() -> Response {
    bare(
        StatusCode::NOT_FOUND,
        ("There is no paper here", "The address is not complete, or its paper is no longer read outside."),
        ("Aucun document ici", "L’adresse n’est pas complète, ou son document n’est plus accessible à l’extérieur."),
    )
}

/// Somebody asks too often.
pub fn too_much() -> Response {
    let mut response = bare(
        StatusCode::TOO_MANY_REQUESTS,
        ("Too many requests", "Please try again in a minute."),
        ("Trop de demandes", "Veuillez réessayer dans une minute."),
    );
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("60"));
    response
}

/// The papers cannot be read now.
pub fn away() -> Response {
    let mut response = bare(
        StatusCode::SERVICE_UNAVAILABLE,
        ("Not available now", "Please try again in a minute."),
        ("Indisponible pour le moment", "Veuillez réessayer dans une minute."),
    );
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("60"));
    response
}

/// In both languages: nobody knows who asks.
fn bare(status: StatusCode, en: (&str, &str), fr: (&str, &str)) -> Response {
    let html = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"robots\" content=\"noindex, nofollow\">\n<title>{}</title>\n<style>{STYLE}</style>\n</head>\n\
         <body>\n<main>\n<h1>{}</h1>\n<p>{}</p>\n<section lang=\"fr\">\n<h2>{}</h2>\n<p>{}</p>\n</section>\n</main>\n\
         </body>\n</html>\n",
        en.0, en.0, en.1, fr.0, fr.1
    );
    let mut response = Response::new(Body::from(html));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex, nofollow"));
    response
}
