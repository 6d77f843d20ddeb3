//! The protocol of CPAS: messages, services and events, the words that travel in them, the
//! one table of who may call what, and the tables that other programs read.
//!
//! Invariant: a field is only ever added (`baseline` test in `tests/baseline.rs`).
//! Invariant: every RPC has exactly one rule (`every_rpc_has_one_rule` in `policy`).

pub mod policy;
pub mod tables;
pub mod words;

/// Encoded `FileDescriptorSet` of the whole protocol, for reflection and the baseline test.
pub const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.binpb"));

macro_rules! package {
    ($name:ident) => {
        #[doc = concat!("Package `cpas.", stringify!($name), "`.")]
        pub mod $name {
            pub mod v1 {
                include!(concat!(env!("OUT_DIR"), "/cpas.", stringify!($name), ".v1.rs"));
            }
        }
    };
}

package!(common);
package!(gateway);
package!(context);
package!(planning);
package!(collection);
package!(assessment);
package!(reporting);

impl common::v1::Text {
    /// The text in one language, or in the other one where the translation is missing.
    pub fn in_language(&self, language: words::Language) -> &str {
        let (wanted, other) = match language {
            words::Language::En => (&self.en, &self.fr),
            words::Language::Fr => (&self.fr, &self.en),
        };
        if wanted.is_empty() { other } else { wanted }
    }

    /// A text with both languages given.
    pub fn of(en: impl Into<String>, fr: impl Into<String>) -> Self {
        Self { en: en.into(), fr: fr.into() }
    }

    /// True when neither language has a text.
    pub fn is_blank(&self) -> bool {
        self.en.trim().is_empty() && self.fr.trim().is_empty()
    }
}
