-- What a link rests on can be said in both languages. Those of before have no French yet.
ALTER TABLE result_links ADD COLUMN assumptions_fr text[] NOT NULL DEFAULT '{}';
