//! Writing SVG and HTML so that data stays data.

use std::fmt::Write as _;

/// Ink of lines and words; its luminance keeps it apart in grey.
pub const INK: &str = "#1a1a1a";
/// Ink of what stands behind.
pub const FAINT: &str = "#d0d0d0";
/// UN blue, darkened for contrast.
pub const BLUE: &str = "#00598a";
/// Typst has the second; a browser takes the first that it has.
pub const FONTS: &str = "'Libertinus Serif', Georgia, 'Times New Roman', serif";

/// Text as it may stand in an element or a quoted attribute. Control characters that XML forbids are left out.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\t' | '\n' => escaped.push(c),
            '\u{fffe}' | '\u{ffff}' => {}
            c if c.is_control() => {}
            c => escaped.push(c),
        }
    }
    escaped
}

/// Which side of a point a label stands at.
#[derive(Debug, Clone, Copy)]
pub enum Anchor {
    Start,
    Middle,
    End,
}

impl Anchor {
    const fn word(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Middle => "middle",
            Self::End => "end",
        }
    }
}

/// A picture being drawn.
pub struct Picture {
    /// Width and height in its own units.
    pub width: f64,
    pub height: f64,
    body: String,
}

impl Picture {
    pub fn new(width: f64, height: f64) -> Self {
        Self { width, height, body: String::new() }
    }

    /// Adds an element that holds no words of others.
    pub fn raw(&mut self, element: &str) {
        self.body.push_str(element);
        self.body.push('\n');
    }

    /// Adds a label. `style` are attributes of our own.
    pub fn label(&mut self, at: [f64; 2], anchor: Anchor, style: &str, words: &str) {
        let [x, y] = at;
        let (anchor, words) = (anchor.word(), escape(words));
        writeln!(self.body, r#"<text x="{x:.1}" y="{y:.1}" text-anchor="{anchor}" {style}>{words}</text>"#)
            .expect("a string takes all");
    }

    /// The whole picture. `id` makes its inner ids unique on a page; `title` and `description` are for
    /// those who do not see it.
    pub fn finish(self, id: &str, title: &str, description: &str) -> String {
        let Self { width, height, body } = self;
        let (id, title, description) = (escape(id), escape(title), escape(description));
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
             role=\"img\" aria-labelledby=\"{id}-title {id}-desc\" font-family=\"{FONTS}\" font-size=\"12\" fill=\"{INK}\">\n\
             <title id=\"{id}-title\">{title}</title>\n<desc id=\"{id}-desc\">{description}</desc>\n{body}</svg>\n"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_words_stay_words() {
        let mut picture = Picture::new(10.0, 10.0);
        picture.label([1.0, 1.0], Anchor::Middle, "", "</text><script>alert(1)</script>");
        let svg = picture.finish("b\"1", "a & b", "\u{1}<desc>");
        assert!(!svg.contains("<script>"), "{svg}");
        assert!(svg.contains("a &amp; b") && svg.contains("b&quot;1-title") && !svg.contains('\u{1}'));
    }
}
