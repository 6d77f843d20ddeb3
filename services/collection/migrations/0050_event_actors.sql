-- Who did it, and what the source wrote.

ALTER TABLE geo_event
    ADD COLUMN actor_one text NOT NULL DEFAULT '',
    ADD COLUMN actor_two text NOT NULL DEFAULT '',
    ADD COLUMN notes text NOT NULL DEFAULT '';
