//! Which encoding a file has, and its text in UTF-8.

use std::io::{self, Read};

use encoding_rs::{Decoder, UTF_16BE, UTF_16LE, WINDOWS_1252};

cpas_proto::vocabulary! {
    /// Encodings that are read.
    pub enum Encoding as "an encoding" {
        Utf8 = "UTF-8",
        Utf8WithMark = "UTF-8 with BOM",
        Utf16Le = "UTF-16 LE",
        Utf16Be = "UTF-16 BE",
        /// Taken for what is no UTF-8: spreadsheets on Windows in English and French write it.
        Windows1252 = "Windows-1252",
    }
}

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Make {
    Text(Encoding),
    /// A zip archive, as workbooks are.
    Archive,
}

/// Why a file is not read as text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotText {
    #[error("The file is empty. Nothing was read.")]
    Empty,
    #[error(
        "The file is a workbook of an old Excel (.xls). Save it as an Excel workbook (.xlsx) or as CSV (UTF-8) and \
         send that."
    )]
    OldWorkbook,
    #[error("The file is a PDF, not a CSV.")]
    Pdf,
    #[error("The file is binary, not a CSV: byte {0} is zero. Save the table as CSV (UTF-8) and send that.")]
    Binary(u64),
}

/// Looks at every byte of a file once, in pieces of any size, and keeps no more than a few.
#[derive(Debug, Default)]
pub struct Sniffer {
    /// The first bytes of the file.
    head: Vec<u8>,
    bytes: u64,
    /// Place of the first zero byte, counted from 1.
    first_zero: Option<u64>,
    /// The last bytes of the piece before, where a character was cut.
    cut: Vec<u8>,
    not_utf8: bool,
}

const HEAD_BYTES: usize = 8;

impl Sniffer {
    /// Takes the next piece.
    pub fn take(&mut self, piece: &[u8]) {
        let wanted = HEAD_BYTES.saturating_sub(self.head.len()).min(piece.len());
        self.head.extend_from_slice(&piece[..wanted]);
        if self.first_zero.is_none() && piece.contains(&0) {
            let place = piece.iter().position(|&byte| byte == 0).unwrap_or_default();
            self.first_zero = Some(self.bytes + place as u64 + 1);
        }
        self.bytes += piece.len() as u64;
        if !self.not_utf8 {
            self.check_utf8(piece);
        }
    }

    fn check_utf8(&mut self, mut piece: &[u8]) {
        while !self.cut.is_empty() && !piece.is_empty() {
            self.cut.push(piece[0]);
            piece = &piece[1..];
            match std::str::from_utf8(&self.cut) {
                Ok(_) => self.cut.clear(),
                Err(error) if error.error_len().is_none() => {}
                Err(_) => return self.not_utf8 = true,
            }
        }
        if let Err(error) = std::str::from_utf8(piece) {
            match error.error_len() {
                None => self.cut = piece[error.valid_up_to()..].to_vec(),
                Some(_) => self.not_utf8 = true,
            }
        }
    }

    /// What the whole file is.
    ///
    /// # Errors
    /// When it is empty, or neither text nor a workbook.
    pub fn finish(self) -> Result<Make, NotText> {
        if self.head.starts_with(b"PK\x03\x04") {
            return Ok(Make::Archive);
        }
        self.encoding().map(Make::Text)
    }

    fn encoding(self) -> Result<Encoding, NotText> {
        if self.bytes == 0 {
            return Err(NotText::Empty);
        }
        if self.head.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
            return Err(NotText::OldWorkbook);
        }
        if self.head.starts_with(b"%PDF") {
            return Err(NotText::Pdf);
        }
        if self.head.starts_with(&[0xFF, 0xFE]) {
            return Ok(Encoding::Utf16Le);
        }
        if self.head.starts_with(&[0xFE, 0xFF]) {
            return Ok(Encoding::Utf16Be);
        }
        if let Some(place) = self.first_zero {
            return Err(NotText::Binary(place));
        }
        if self.not_utf8 || !self.cut.is_empty() {
            return Ok(Encoding::Windows1252);
        }
        if self.head.starts_with(&[0xEF, 0xBB, 0xBF]) { Ok(Encoding::Utf8WithMark) } else { Ok(Encoding::Utf8) }
    }
}

const BUFFER_BYTES: usize = 64 * 1024;

/// A file read as UTF-8, without its byte order mark.
pub struct Utf8Text<R> {
    inner: R,
    /// `None` for what is UTF-8 already.
    decoding: Option<Decoding>,
    mark_seen: bool,
}

struct Decoding {
    decoder: Decoder,
    raw: Vec<u8>,
    /// Text that was decoded and not yet given out, from `given`.
    text: String,
    given: usize,
    ended: bool,
}

impl<R: Read> Utf8Text<R> {
    pub fn new(inner: R, encoding: Encoding) -> Self {
        let decoder = match encoding {
            Encoding::Utf8 | Encoding::Utf8WithMark => None,
            Encoding::Utf16Le => Some(UTF_16LE.new_decoder_with_bom_removal()),
            Encoding::Utf16Be => Some(UTF_16BE.new_decoder_with_bom_removal()),
            Encoding::Windows1252 => Some(WINDOWS_1252.new_decoder_without_bom_handling()),
        };
        let decoding = decoder.map(|decoder| Decoding {
            decoder,
            raw: vec![0; BUFFER_BYTES],
            text: String::new(),
            given: 0,
            ended: false,
        });
        Self { inner, decoding, mark_seen: encoding != Encoding::Utf8WithMark }
    }
}

impl Decoding {
    /// Decodes the next piece of the file.
    fn fill(&mut self, inner: &mut impl Read) -> io::Result<()> {
        let read = inner.read(&mut self.raw)?;
        self.ended = read == 0;
        self.text.clear();
        self.given = 0;
        let most = self.decoder.max_utf8_buffer_length(read).unwrap_or(BUFFER_BYTES * 3 + 16);
        self.text.reserve(most);
        // With room for the most that can come, all of the piece is taken.
        let _ = self.decoder.decode_to_string(&self.raw[..read], &mut self.text, self.ended);
        Ok(())
    }
}

impl<R: Read> Read for Utf8Text<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if !self.mark_seen {
            let mut mark = [0; 3];
            self.inner.read_exact(&mut mark)?;
            self.mark_seen = true;
        }
        let Some(decoding) = &mut self.decoding else { return self.inner.read(buffer) };
        while decoding.given == decoding.text.len() && !decoding.ended {
            decoding.fill(&mut self.inner)?;
        }
        let rest = &decoding.text.as_bytes()[decoding.given..];
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        decoding.given += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn make(bytes: &[u8], piece: usize) -> Result<Make, NotText> {
        let mut sniffer = Sniffer::default();
        bytes.chunks(piece.max(1)).for_each(|piece| sniffer.take(piece));
        sniffer.finish()
    }

    fn sniff(bytes: &[u8], piece: usize) -> Result<Encoding, NotText> {
        make(bytes, piece).map(|make| match make {
            Make::Text(encoding) => encoding,
            Make::Archive => panic!("an archive"),
        })
    }

    fn read(bytes: &[u8]) -> String {
        let encoding = sniff(bytes, 3).expect("a text");
        let mut text = String::new();
        Utf8Text::new(bytes, encoding).read_to_string(&mut text).expect("readable");
        text
    }

    fn utf16(text: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
        std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(order).collect()
    }

    #[test]
    fn the_same_text_comes_out_of_every_encoding() {
        let text = "Préfecture;Année\nBangui;2024\n";
        let windows: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).expect("Latin")).collect();
        let marked = [&[0xEF, 0xBB, 0xBF], text.as_bytes()].concat();
        for bytes in
            [text.as_bytes().to_vec(), marked, windows, utf16(text, u16::to_le_bytes), utf16(text, u16::to_be_bytes)]
        {
            assert_eq!(read(&bytes), text);
        }
    }

    #[test]
    fn a_character_cut_between_two_pieces_is_still_one() {
        for piece in 1..8 {
            assert_eq!(sniff("é€𝄞 fin".as_bytes(), piece), Ok(Encoding::Utf8), "pieces of {piece}");
            assert_eq!(sniff(b"caf\xE9 noir", piece), Ok(Encoding::Windows1252), "pieces of {piece}");
        }
    }

    #[test]
    fn what_is_no_text_is_told_apart() {
        assert_eq!(sniff(b"", 1), Err(NotText::Empty));
        assert_eq!(make(b"PK\x03\x04 and so on", 5), Ok(Make::Archive));
        assert_eq!(sniff(b"\xD0\xCF\x11\xE0 and so on", 5), Err(NotText::OldWorkbook));
        assert_eq!(sniff(b"%PDF-1.7", 5), Err(NotText::Pdf));
        assert_eq!(sniff(b"abc\x00def", 2), Err(NotText::Binary(4)));
    }

    #[test]
    fn a_long_text_is_decoded_in_pieces() {
        let text = "Nana-Grébizi é ".repeat(20_000);
        assert_eq!(read(&utf16(&text, u16::to_le_bytes)), text);
    }
}
