-- The part of a framework of the library that an item was cloned from, and the version that was last taken.
ALTER TABLE plan_items
    ADD COLUMN library_code text,
    ADD COLUMN library_version integer,
    ADD COLUMN library_part text,
    ADD CHECK (num_nulls(library_code, library_version, library_part) IN (0, 3));

-- Up to which version a plan has taken or left what the library offers of a part. The next version of the plan
-- takes it over. As classified as the plan, which is read before it.
CREATE TABLE library_decisions (
    mission_id uuid NOT NULL,
    plan_id uuid NOT NULL,
    code text NOT NULL,
    part text NOT NULL,
    version integer NOT NULL CHECK (version > 0),
    PRIMARY KEY (mission_id, plan_id, code, part),
    FOREIGN KEY (mission_id, plan_id) REFERENCES plans (mission_id, id)
);
SELECT chassis.protect('library_decisions');
GRANT SELECT, INSERT, UPDATE ON library_decisions TO cpas_app;
