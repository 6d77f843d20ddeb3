//! One sentence in English and in French, with gaps.

use super::Words;

/// A sentence to be known again, and how it is said.
#[derive(Debug)]
pub(super) struct Template {
    /// What stands before, between and after the gaps; one more than there are gaps.
    pub literals: Vec<String>,
    /// How what stands in each gap is read.
    pub gaps: Vec<Gap>,
    french: Vec<Piece>,
    /// Letters around the gaps: of two sentences that fit, the one that says more is meant.
    pub weight: usize,
    /// Stands within a sentence, or with a period behind it.
    pub is_part: bool,
}

/// How what stands in a gap is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Gap {
    pub reads: Reads,
    /// Kept where it is not known.
    pub or_kept: bool,
    /// Between quotation marks or in parentheses, where it ends is plain.
    pub is_enclosed: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reads {
    /// As it is.
    Kept,
    /// As it is, and without a space.
    Path,
    /// Something that is said itself.
    Said,
    /// A word of a list.
    Word(String),
}

#[derive(Debug)]
enum Piece {
    Text(String),
    Gap(usize),
}

impl Template {
    /// # Errors
    /// What is wrong with it: gaps that are not the same in both, two gaps without anything between, a list that is none.
    pub(super) fn parse(english: &str, french: &str, words: &Words) -> Result<Self, String> {
        let (literals, names) = split(english)?;
        let (texts, told) = split(french)?;
        let inner = literals.get(1..literals.len().saturating_sub(1)).unwrap_or_default();
        if inner.iter().any(String::is_empty) {
            return Err(format!("{english}: nothing stands between two gaps"));
        }
        let mut gaps: Vec<Option<Gap>> = vec![None; names.len()];
        let mut pieces = vec![Piece::Text(texts[0].clone())];
        for (one, text) in told.iter().zip(&texts[1..]) {
            let (name, reads) = one.split_once(':').unwrap_or((one, ""));
            let place = names.iter().position(|known| known == name);
            let place = place.ok_or_else(|| format!("{english}: the French has a gap \"{name}\" of its own"))?;
            let (reads, or_kept) = reads.strip_suffix('?').map_or((reads, false), |reads| (reads, true));
            let reads = match reads {
                "" => Reads::Kept,
                "path" => Reads::Path,
                "said" => Reads::Said,
                list if words.contains_key(list) => Reads::Word(list.to_owned()),
                list => return Err(format!("{english}: there is no list \"{list}\"")),
            };
            let is_enclosed = literals[place].ends_with(['"', '(']) && literals[place + 1].starts_with(['"', ')']);
            if gaps[place].replace(Gap { reads, or_kept, is_enclosed }).is_some() {
                return Err(format!("{english}: the French has \"{name}\" twice"));
            }
            pieces.extend([Piece::Gap(place), Piece::Text(text.clone())]);
        }
        let gaps: Option<Vec<Gap>> = gaps.into_iter().collect();
        Ok(Self {
            weight: literals.iter().map(String::len).sum(),
            is_part: !english.ends_with(['.', '?', '!', ':', '}']),
            gaps: gaps.ok_or_else(|| format!("{english}: the French leaves a gap out"))?,
            literals,
            french: pieces,
        })
    }

    /// True where everything around the gaps is in the message.
    pub(super) fn may_be_in(&self, message: &str) -> bool {
        let (first, others) =
            self.literals.split_first().map_or(("", &[][..]), |(first, others)| (first.as_str(), others));
        // It may begin with a capital there.
        let mut letters = first.chars();
        letters.next();
        message.contains(letters.as_str()) && others.iter().all(|literal| message.contains(literal.as_str()))
    }

    /// The French, with what stands in the gaps.
    pub(super) fn said(&self, kept: &[String]) -> String {
        let piece = |piece: &Piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Gap(place) => kept.get(*place).cloned().unwrap_or_default(),
        };
        self.french.iter().map(piece).collect()
    }
}

/// What stands around the gaps of a text, and what is written in them.
fn split(text: &str) -> Result<(Vec<String>, Vec<String>), String> {
    let mut around = Vec::new();
    let mut inside = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let (gap, after) = after.split_once('}').ok_or_else(|| format!("{text}: a gap has no end"))?;
        around.push(before.to_owned());
        inside.push(gap.to_owned());
        rest = after;
    }
    around.push(rest.to_owned());
    Ok((around, inside))
}
