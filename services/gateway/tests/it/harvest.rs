//! The sentences of the services, read from their source.
//!
//! Every text of the source that looks as if it were written for a person is taken, wherever it stands, so that a new way
//! of refusing something cannot be forgotten. Left out is only what surely nobody is told: tests, logs, SQL, panics.

use std::{
    fs,
    path::{Path, PathBuf},
};

use proc_macro2::{TokenStream, TokenTree};
use syn::{
    Attribute, Expr, ExprArray, ExprCall, ExprMethodCall, FieldValue, ImplItem, Item, Lit, LitStr, Macro, Member,
    Token,
    parse::Parser as _,
    punctuated::Punctuated,
    visit::{self, Visit},
};

/// Stands where a format has a gap.
pub const GAP: char = '\u{1}';

/// A text of the source.
#[derive(Debug)]
pub struct Found {
    /// `services/planning/src/domain/item.rs`
    pub file: String,
    pub line: usize,
    /// With [`GAP`] where something is put in.
    pub text: String,
    pub kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Sentences, or a part of one.
    Sentence,
    /// What `not_found` says there is none of.
    Thing,
    /// What a vocabulary calls its words.
    Vocabulary,
}

/// What runs away, or is only for the log or a developer.
const FOR_NOBODY: [&str; 17] = [
    "assert",
    "assert_eq",
    "assert_ne",
    "debug_assert",
    "panic",
    "unreachable",
    "debug",
    "info",
    "warn",
    "error",
    "trace",
    "counter",
    "histogram",
    "gauge",
    "println",
    "eprintln",
    "info_span",
];
/// What a cause of ours goes into; it stays in the log.
const CAUSES: [&str; 6] = ["internal", "unreadable", "BadConfig", "because", "expect", "expect_err"];
/// What the OpenAPI document says of a route.
const OF_ROUTES: [&str; 3] = ["about", "rpc", "summary"];
/// Calls that are given both languages.
const BOTH_LANGUAGES: [&str; 2] = ["of", "both"];
const THINGS: [&str; 4] = ["not_found", "Missing", "NotFound", "missing"];

/// All texts below the folders of the source, in the order of their files.
pub fn of(root: &Path, folders: &[&str]) -> Vec<Found> {
    let mut found = Vec::new();
    for folder in folders {
        for path in sources(&root.join(folder)) {
            let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            let parsed = syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            let file = path.strip_prefix(root).expect("below the root").to_string_lossy().into_owned();
            let mut reader = Reader { file, found: &mut found };
            reader.visit_file(&parsed);
        }
    }
    found
}

/// A format with [`GAP`] for each of its gaps; two without anything between are one.
pub fn shape(format: &str) -> String {
    let mut shape = String::new();
    let mut letters = format.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '{' | '}' if letters.peek() == Some(&letter) => {
                letters.next();
                shape.push(letter);
            }
            '{' => {
                letters.by_ref().find(|letter| *letter == '}');
                if !shape.ends_with(GAP) {
                    shape.push(GAP);
                }
            }
            letter => shape.push(letter),
        }
    }
    shape
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        if path.is_dir() {
            if name != "tests" {
                found.extend(sources(&path));
            }
        } else if name.ends_with(".rs") && !name.ends_with("tests.rs") && name != "testing.rs" {
            found.push(path);
        }
    }
    found.sort();
    found
}

struct Reader<'a> {
    file: String,
    found: &'a mut Vec<Found>,
}

impl Reader<'_> {
    fn take(&mut self, literal: &LitStr, kind: Kind) {
        let text = shape(&literal.value());
        let in_store = self.file.contains("/store/");
        if kind == Kind::Sentence && !(if in_store { is_whole(&text) } else { is_for_people(&text) }) {
            return;
        }
        self.found.push(Found { file: self.file.clone(), line: literal.span().start().line, text, kind });
    }

    /// The texts of tokens that are no Rust by themselves.
    fn tokens(&mut self, tokens: TokenStream) {
        let (mut is_after_as, mut is_attribute) = (false, false);
        for token in tokens {
            match token {
                // A comment, mostly.
                TokenTree::Group(_) if is_attribute => is_attribute = false,
                TokenTree::Group(group) => self.tokens(group.stream()),
                TokenTree::Literal(literal) => {
                    if let Ok(literal) = syn::parse_str::<LitStr>(&literal.to_string()).map(|mut text| {
                        text.set_span(literal.span());
                        text
                    }) {
                        self.take(&literal, if is_after_as { Kind::Vocabulary } else { Kind::Sentence });
                    }
                    is_after_as = false;
                }
                TokenTree::Ident(word) => is_after_as = word == "as",
                TokenTree::Punct(sign) => (is_after_as, is_attribute) = (false, sign.as_char() == '#'),
            }
        }
    }
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        let attributes = match item {
            Item::Mod(own) => &own.attrs,
            Item::Fn(own) => &own.attrs,
            Item::Const(own) => &own.attrs,
            Item::Use(own) => &own.attrs,
            Item::Impl(own) => &own.attrs,
            _ => return visit::visit_item(self, item),
        };
        if !is_of_tests(attributes) {
            visit::visit_item(self, item);
        }
    }

    fn visit_impl_item(&mut self, item: &'ast ImplItem) {
        if !matches!(item, ImplItem::Fn(own) if is_of_tests(&own.attrs)) {
            visit::visit_impl_item(self, item);
        }
    }

    /// Of attributes only what an error says.
    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        if let (true, Ok(list)) = (attribute.path().is_ident("error"), attribute.meta.require_list())
            && let Some(TokenTree::Literal(literal)) = list.tokens.clone().into_iter().next()
            && let Ok(mut text) = syn::parse_str::<LitStr>(&literal.to_string())
        {
            text.set_span(literal.span());
            self.take(&text, Kind::Sentence);
        }
    }

    fn visit_lit(&mut self, literal: &'ast Lit) {
        if let Lit::Str(text) = literal {
            self.take(text, Kind::Sentence);
        }
    }

    fn visit_macro(&mut self, call: &'ast Macro) {
        let name = call.path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default();
        let is_sql = call.path.segments.first().is_some_and(|segment| segment.ident == "sqlx");
        if is_sql || FOR_NOBODY.contains(&name.as_str()) || OF_ROUTES.contains(&name.as_str()) {
            return;
        }
        let expressions = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(call.tokens.clone());
        match expressions {
            Ok(expressions) => expressions.iter().for_each(|one| self.visit_expr(one)),
            Err(_) => self.tokens(call.tokens.clone()),
        }
    }

    /// Texts without a period in a row are the headings or names that something may have.
    fn visit_expr_array(&mut self, array: &'ast ExprArray) {
        let is_name = |one: &Expr| match one {
            Expr::Lit(literal) => matches!(&literal.lit, Lit::Str(text) if !text.value().contains('.')),
            _ => false,
        };
        // The parameters of a route of a file, and what the OpenAPI document says of each.
        let is_pair =
            |one: &Expr| matches!(one, Expr::Tuple(pair) if pair.elems.len() == 2 && pair.elems.iter().all(is_text));
        let are_parameters = self.file.contains("gateway/src/routes/") && array.elems.iter().all(is_pair);
        if !array.elems.iter().all(is_name) && !are_parameters {
            visit::visit_expr_array(self, array);
        }
    }

    fn visit_field_value(&mut self, field: &'ast FieldValue) {
        if !matches!(&field.member, Member::Named(name) if OF_ROUTES.contains(&name.to_string().as_str())) {
            visit::visit_field_value(self, field);
        }
    }

    fn visit_expr_call(&mut self, call: &'ast ExprCall) {
        let path = match &*call.func {
            Expr::Path(path) => path.path.segments.iter().map(|one| one.ident.to_string()).collect(),
            _ => Vec::new(),
        };
        let name = path.last().map(String::as_str).unwrap_or_default();
        let is_text = path.len() < 2 || path[path.len() - 2] == "Text";
        if CAUSES.contains(&name) || OF_ROUTES.contains(&name) || (BOTH_LANGUAGES.contains(&name) && is_text) {
            return;
        }
        if THINGS.contains(&name)
            && let Some(Expr::Lit(literal)) = call.args.first()
            && let Lit::Str(text) = &literal.lit
        {
            return self.take(text, Kind::Thing);
        }
        visit::visit_expr_call(self, call);
    }

    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        let name = call.method.to_string();
        // `said.add(en, fr)`: the receiver collects both languages.
        let has_both = name == "add" && matches!(&*call.receiver, Expr::Path(path) if path.path.is_ident("said"));
        // `expect` of a parser says what it expects after what.
        if (CAUSES.contains(&name.as_str()) && call.args.len() == 1) || has_both {
            self.visit_expr(&call.receiver);
        } else {
            visit::visit_expr_method_call(self, call);
        }
    }
}

fn is_of_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match attribute.path().get_ident().map(ToString::to_string).as_deref() {
        Some("test") => true,
        Some("cfg") => attribute.meta.require_list().is_ok_and(|list| list.tokens.to_string() == "test"),
        _ => false,
    })
}

/// Two words or more with a space between, in English.
fn is_for_people(text: &str) -> bool {
    let words = text.split(' ').filter(|word| word.chars().filter(char::is_ascii_alphabetic).count() > 1).count();
    let gaps = text.matches(GAP).count();
    let is_sql =
        ["SELECT ", "INSERT ", "UPDATE ", "DELETE ", "SET LOCAL "].iter().any(|word| text.trim().starts_with(word));
    let is_french = text.contains(['é', 'è', 'ê', 'à', 'ç', 'ù', 'û', 'œ', '’', '«']);
    text.trim().contains(' ') && (words > 1 || (words == 1 && gaps > 0)) && !is_french && !is_sql && !text.contains('<')
}

/// A sentence from its capital to its period.
fn is_whole(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_uppercase() || first == '"')
        && text.ends_with('.')
        && !text.contains('\n')
        && is_for_people(text)
}

fn is_text(expression: &Expr) -> bool {
    matches!(expression, Expr::Lit(literal) if matches!(literal.lit, Lit::Str(_)))
}
