//! Finds the sentences of a message again.
//!
//! From every place where a sentence may begin, each template that fits says where it may end; of all ways to the end of
//! the message the one that leaves least in English is taken, and of those the one whose templates say most. Work is
//! bounded by a budget of bytes looked at, whatever the message holds.

use std::collections::BTreeMap;

use super::{
    Words,
    template::{Gap, Reads, Template},
};

/// Bytes that may be looked at for one message.
const WORK_BYTES_MAX: usize = 8 << 20;
/// Ends of one sentence that are tried.
const ENDS_MAX: usize = 32;
/// How deep what is said may lie in each other.
const DEPTH_MAX: u32 = 4;
/// Between the entries of a list of ours, and what the French puts there.
const BETWEEN: [(&str, &str); 3] = [(" or ", " ou "), (" and ", " et "), (", ", ", ")];

/// The work on one message.
pub(super) struct Matching<'a> {
    message: &'a str,
    /// Those templates of which everything around the gaps is in the message.
    templates: Vec<&'a Template>,
    words: &'a Words,
    work_left: usize,
}

/// The best way to a place of the message.
struct Way {
    from: usize,
    /// Sentences that stay in English, or swallow what looks like another.
    doubts: u32,
    weight: usize,
    said: String,
}

/// An end of a sentence, and what it says up to there.
struct End {
    at: usize,
    doubts: u32,
    said: String,
}

/// Why a template gives no more ends.
enum Over {
    /// Something of it does not come any more.
    Missing,
    /// The budget is used up, or ends enough are known.
    Enough,
}

impl<'a> Matching<'a> {
    pub(super) fn new(catalogue: &'a [Template], words: &'a Words, message: &'a str) -> Self {
        let templates = catalogue.iter().filter(|template| template.may_be_in(message)).collect();
        Self { message, templates, words, work_left: WORK_BYTES_MAX }
    }

    /// The message in French, where every sentence of it is known.
    pub(super) fn all(&mut self) -> Option<String> {
        self.work_left = WORK_BYTES_MAX;
        self.way(self.message, DEPTH_MAX, false)
    }

    /// The message with those sentences in French that are known; `None` where none is.
    pub(super) fn what_is_known(&mut self) -> Option<String> {
        self.work_left = WORK_BYTES_MAX;
        self.way(self.message, DEPTH_MAX, true)
    }

    fn way(&mut self, text: &str, depth: u32, may_doubt: bool) -> Option<String> {
        // Behind the last sentence there is no space; everywhere else the next begins after one.
        let end = text.len() + 1;
        let mut ways = BTreeMap::from([(0, Way { from: 0, doubts: 0, weight: 0, said: String::new() })]);
        let mut reached = 0;
        while let Some(at) = ways.range(reached..).map(|(at, _)| *at).next().filter(|at| *at < text.len()) {
            reached = at + 1;
            let (doubts, weight) = ways.get(&at).map(|way| (way.doubts, way.weight))?;
            for (ends, own) in self.sentences_from(text, at, depth, may_doubt) {
                let way = Way { from: at, doubts: doubts + ends.doubts, weight: weight + own, said: ends.said };
                keep_better(&mut ways, ends.at + 1, way);
            }
            if may_doubt {
                let next = ends_of_sentences(text, at).next().unwrap_or(text.len());
                let said = text[at..next].to_owned();
                keep_better(&mut ways, next + 1, Way { from: at, doubts: doubts + 1, weight, said });
            }
            if self.work_left == 0 {
                return None;
            }
        }
        if ways.get(&end)?.weight == 0 {
            return None;
        }
        let mut sentences = Vec::new();
        let mut place = end;
        while place > 0 {
            let way = ways.remove(&place)?;
            sentences.push(way.said);
            place = way.from;
        }
        sentences.reverse();
        Some(sentences.join(" "))
    }

    /// The ends of what may begin at a place, with the weight of the template.
    fn sentences_from(&mut self, text: &str, at: usize, depth: u32, may_doubt: bool) -> Vec<(End, usize)> {
        let mut found = Vec::new();
        for place in 0..self.templates.len() {
            let template = self.templates[place];
            if self.work(1).is_err() {
                break;
            }
            let Some((first, is_capital)) = begins(&template.literals[0], &text[at..]) else { continue };
            let mut ends = Vec::new();
            let mut search = Search { template, text, depth, may_doubt, kept: Vec::new(), doubts: 0, ends: &mut ends };
            if template.gaps.is_empty() {
                search.end(at + first);
            } else {
                // What comes of it is in `ends`.
                let _over = self.fill(&mut search, at + first);
            }
            for mut end in ends {
                if is_capital {
                    end.said = capital(&end.said);
                }
                found.push((end, template.weight));
            }
        }
        found
    }

    /// Fills the next gap of a template, from a place on, with everything that it may hold.
    fn fill(&mut self, search: &mut Search<'_, '_>, from: usize) -> Result<(), Over> {
        let (template, text, place) = (search.template, search.text, search.kept.len());
        let (gap, before, literal) = (&template.gaps[place], &template.literals[place], &template.literals[place + 1]);
        let mut next = from;
        loop {
            let found = if literal.is_empty() {
                ends_of_sentences(text, next).next()
            } else {
                text[next..].find(literal.as_str()).map(|offset| next + offset)
            };
            self.work(found.unwrap_or(text.len()) - next)?;
            let Some(at) = found else { return if next == from { Err(Over::Missing) } else { Ok(()) } };
            let value = &text[from..at];
            if gap.reads == Reads::Path && value.contains(' ') {
                return Ok(());
            }
            if !(value.is_empty() && before.is_empty())
                && let Some(said) = self.read(gap, value, search.depth)?
            {
                self.filled(search, said, value, at + literal.len())?;
            }
            // The next place where it may end: one letter further.
            next = at + text[at..].chars().next().map_or(1, char::len_utf8);
            if next > text.len() {
                return Ok(());
            }
        }
    }

    /// Goes on behind a gap with what stands in it.
    fn filled(&mut self, search: &mut Search<'_, '_>, said: String, value: &str, behind: usize) -> Result<(), Over> {
        let gap = &search.template.gaps[search.kept.len()];
        let doubts = u32::from(!gap.is_enclosed && gap.reads != Reads::Said && has_sentences(value));
        if doubts > 0 && !search.may_doubt {
            return Ok(());
        }
        search.kept.push(said);
        search.doubts += doubts;
        let over = if search.kept.len() == search.template.gaps.len() {
            search.end(behind);
            let enough = search.ends.len() >= ENDS_MAX;
            self.work(search.kept.iter().map(String::len).sum()).and(if enough { Err(Over::Enough) } else { Ok(()) })
        } else {
            self.fill(search, behind)
        };
        search.kept.pop();
        search.doubts -= doubts;
        over
    }

    /// What stands in a gap, as the French has it; `None` where the template does not mean this.
    fn read(&mut self, gap: &Gap, value: &str, depth: u32) -> Result<Option<String>, Over> {
        self.work(value.len())?;
        let said = match &gap.reads {
            Reads::Kept | Reads::Path => Some(value.to_owned()),
            Reads::Said if value.is_empty() => Some(String::new()),
            Reads::Said => self.said_within(value, depth)?,
            Reads::Word(list) => {
                let words = self.words.get(list);
                listed(value, &mut |one| words?.get(one).cloned())
            }
        };
        Ok(said.or_else(|| gap.or_kept.then(|| value.to_owned())))
    }

    fn said_within(&mut self, value: &str, depth: u32) -> Result<Option<String>, Over> {
        if depth == 0 {
            return Ok(None);
        }
        if let Some(said) = self.way(value, depth - 1, false) {
            return Ok(Some(said));
        }
        let said = listed(value, &mut |one| if one == value { None } else { self.way(one, depth - 1, false) });
        if self.work_left == 0 { Err(Over::Enough) } else { Ok(said) }
    }

    fn work(&mut self, bytes: usize) -> Result<(), Over> {
        self.work_left = self.work_left.saturating_sub(bytes + 1);
        if self.work_left == 0 { Err(Over::Enough) } else { Ok(()) }
    }
}

/// A template that is being filled.
struct Search<'a, 'b> {
    template: &'a Template,
    text: &'a str,
    depth: u32,
    may_doubt: bool,
    kept: Vec<String>,
    doubts: u32,
    ends: &'b mut Vec<End>,
}

impl Search<'_, '_> {
    /// Notes an end where a sentence may end.
    fn end(&mut self, at: usize) {
        let rest = &self.text[at..];
        let has_period =
            self.template.is_part && rest.starts_with('.') && matches!(rest.as_bytes().get(1), None | Some(b' '));
        let ends_here = rest.is_empty() || (rest.starts_with(' ') && !self.template.is_part);
        if !has_period && !ends_here {
            return;
        }
        let mut said = self.template.said(&self.kept);
        if has_period {
            said.push('.');
        }
        self.ends.push(End { at: at + usize::from(has_period), doubts: self.doubts, said });
    }
}

fn keep_better(ways: &mut BTreeMap<usize, Way>, place: usize, way: Way) {
    let is_better = |known: &Way| (way.doubts, known.weight) < (known.doubts, way.weight);
    if ways.get(&place).is_none_or(is_better) {
        ways.insert(place, way);
    }
}

/// How much of a text a literal takes, and whether the text begins with a capital where the literal has none.
fn begins(literal: &str, text: &str) -> Option<(usize, bool)> {
    if text.starts_with(literal) {
        return Some((literal.len(), false));
    }
    let (small, capital) = (literal.chars().next()?, text.chars().next()?);
    let is_capital = small.is_ascii_lowercase() && small.to_ascii_uppercase() == capital;
    (is_capital && text[1..].starts_with(&literal[1..])).then_some((literal.len(), true))
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// Places behind the end of a sentence, from a place on: before a space, or at the end of the text.
fn ends_of_sentences(text: &str, from: usize) -> impl Iterator<Item = usize> {
    let bytes = text.as_bytes();
    let is_end =
        |at: &usize| *at == bytes.len() || (bytes[*at] == b' ' && *at > 0 && b".?!:".contains(&bytes[*at - 1]));
    (from + 1..=bytes.len()).filter(is_end)
}

/// True where something looks like the end of a sentence with another one after it.
fn has_sentences(text: &str) -> bool {
    text.match_indices(". ").any(|(at, _)| text[at + 2..].starts_with(char::is_uppercase))
}

/// A word, or words with "or", "and" or a comma between, all of which `word` knows.
fn listed(text: &str, word: &mut dyn FnMut(&str) -> Option<String>) -> Option<String> {
    if let Some(word) = word(text) {
        return Some(word);
    }
    let (_, (before, after), between) = BETWEEN
        .iter()
        .filter_map(|(english, french)| Some((text.find(english)?, text.split_once(english)?, french)))
        .min_by_key(|(at, ..)| *at)?;
    Some(format!("{}{between}{}", word(before)?, listed(after, word)?))
}
