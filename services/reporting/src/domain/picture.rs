//! An SVG of ours as a PNG, for those programs that show no SVG. With the fonts that are compiled in, and
//! nothing of the machine's.

use std::sync::{Arc, LazyLock};

use resvg::{
    tiny_skia::{Color, Pixmap, Transform},
    usvg::{Options, Tree, fontdb},
};

/// Pixels for each unit of the picture: sharp in print.
const SCALE: f32 = 2.0;

/// A picture in pixels.
pub struct Raster {
    pub png: Vec<u8>,
    /// Width and height in the picture's own units.
    pub size: [f32; 2],
}

/// The picture as a PNG on white.
///
/// # Errors
/// What is wrong with the SVG, in words.
pub fn rasterise(svg: &str) -> Result<Raster, String> {
    let options = Options { font_family: "Libertinus Serif".to_owned(), fontdb: FONTS.clone(), ..Options::default() };
    let tree = Tree::from_str(svg, &options).map_err(|error| error.to_string())?;
    let size = tree.size();
    let (width, height) = ((size.width() * SCALE).round() as u32, (size.height() * SCALE).round() as u32);
    let mut pixels = Pixmap::new(width, height).ok_or("a picture without an extent")?;
    pixels.fill(Color::WHITE);
    resvg::render(&tree, Transform::from_scale(SCALE, SCALE), &mut pixels.as_mut());
    let png = pixels.encode_png().map_err(|error| error.to_string())?;
    Ok(Raster { png, size: [size.width(), size.height()] })
}

static FONTS: LazyLock<Arc<fontdb::Database>> = LazyLock::new(|| {
    let mut fonts = fontdb::Database::new();
    for data in typst_assets::fonts() {
        fonts.load_font_data(data.to_vec());
    }
    Arc::new(fonts)
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_drawn_with_its_words() {
        let svg = |words: &str| {
            format!(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"80\" height=\"30\" font-family=\"{}\">\
                 <text x=\"5\" y=\"20\">{words}</text></svg>",
                crate::domain::svg::FONTS
            )
        };
        let (blank, words) = (rasterise(&svg("")).expect("a picture"), rasterise(&svg("Bangui")).expect("a picture"));
        assert!(words.png.starts_with(b"\x89PNG") && words.size == [80.0, 30.0]);
        assert_ne!(blank.png, words.png, "the fonts are found");
        assert_eq!(words.png, rasterise(&svg("Bangui")).expect("a picture").png);
        assert!(rasterise("<svg").is_err());
    }
}
