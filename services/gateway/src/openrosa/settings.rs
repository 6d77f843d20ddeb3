//! The settings of ODK Collect as a QR code: JSON, deflated with zlib, in base64.

use std::io::{self, Write as _};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use flate2::{Compression, write::ZlibEncoder};
use qrcode::{EcLevel, QrCode, render::svg, types::QrError};
use serde_json::json;

/// Edge of the picture, in pixels, at least.
const EDGE_PX: u32 = 320;

/// What ODK Collect scans: where the forms are, and how it signs in.
///
/// # Errors
/// Never, as it is written into memory.
pub fn settings(mission: &str, server_url: &str, username: &str, password: &str) -> io::Result<String> {
    let settings = json!({
        "general": {
            "protocol": "odk_default",
            "server_url": server_url,
            "username": username,
            "password": password,
            "form_update_mode": "match_exactly",
            "autosend": "wifi_and_cellular",
        },
        "admin": {},
        "project": {"name": format!("CPAS {mission}"), "icon": "C", "color": "#00689d"},
    });
    let mut deflated = ZlibEncoder::new(Vec::new(), Compression::best());
    deflated.write_all(settings.to_string().as_bytes())?;
    Ok(BASE64_STANDARD.encode(deflated.finish()?))
}

/// A text as a QR code, black on white whatever the page has.
///
/// # Errors
/// When the text is longer than a code holds.
pub fn qr_svg(text: &str) -> Result<String, QrError> {
    let code = QrCode::with_error_correction_level(text.as_bytes(), EcLevel::L)?;
    Ok(code.render::<svg::Color<'_>>().min_dimensions(EDGE_PX, EDGE_PX).build())
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use flate2::read::ZlibDecoder;

    use super::*;

    #[test]
    fn a_phone_reads_its_settings_back() {
        let text =
            settings("UNMIC", "https://x.example/openrosa/UNMIC", "a@x.example", "cpas_secret").expect("settings");
        let mut json = String::new();
        let bytes = BASE64_STANDARD.decode(text.as_bytes()).expect("base64");
        ZlibDecoder::new(bytes.as_slice()).read_to_string(&mut json).expect("zlib");
        let read: serde_json::Value = serde_json::from_str(&json).expect("JSON");
        assert_eq!(read["general"]["server_url"], "https://x.example/openrosa/UNMIC");
        assert_eq!(read["general"]["password"], "cpas_secret");
        assert_eq!(read["project"]["name"], "CPAS UNMIC");
        let picture = qr_svg(&text).expect("a code");
        assert!(picture.contains("<svg") && picture.len() > 2_000, "{} bytes", picture.len());
    }
}
