//! A page of plain text as a PDF, by hand: for files of evidence that the demo makes up.

use std::fmt::Write as _;

/// A4, a title and lines below it; ASCII only.
pub fn of(title: &str, lines: &[String]) -> Vec<u8> {
    let mut text = format!("BT /F1 16 Tf 56 770 Td 22 TL ({}) Tj T* /F1 11 Tf", escaped(title));
    for line in lines {
        write!(text, " T* ({}) Tj", escaped(line)).expect("a string takes all");
    }
    text.push_str(" ET");
    let parts = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 5 0 R >> >> /Contents 4 0 R >>"
            .to_owned(),
        format!("<< /Length {} >>\nstream\n{text}\nendstream", text.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];
    let mut pdf = "%PDF-1.4\n".to_owned();
    let mut table = "0000000000 65535 f \n".to_owned();
    for (number, part) in parts.iter().enumerate() {
        writeln!(table, "{:010} 00000 n ", pdf.len()).expect("a string takes all");
        writeln!(pdf, "{} 0 obj\n{part}\nendobj", number + 1).expect("a string takes all");
    }
    let (begins, count) = (pdf.len(), parts.len() + 1);
    write!(pdf, "xref\n0 {count}\n{table}trailer\n<< /Size {count} /Root 1 0 R >>\nstartxref\n{begins}\n%%EOF\n")
        .expect("a string takes all");
    pdf.into_bytes()
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('(', "\\(").replace(')', "\\)")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_object_is_where_the_table_says() {
        let pdf = String::from_utf8(of("A (b)", &["One \\ two".to_owned()])).expect("ASCII");
        let (_, table) = pdf.split_once("xref\n0 6\n").expect("a table");
        for (number, line) in table.lines().skip(1).take(5).enumerate() {
            let at: usize = line[..10].parse().expect("an offset");
            assert!(pdf[at..].starts_with(&format!("{} 0 obj", number + 1)), "{line}");
        }
        let begins: usize = pdf.lines().rev().nth(1).expect("a line").parse().expect("an offset");
        assert!(pdf[begins..].starts_with("xref"));
        assert!(pdf.contains("(A \\(b\\)) Tj") && pdf.contains("(One \\\\ two) Tj"));
    }
}
