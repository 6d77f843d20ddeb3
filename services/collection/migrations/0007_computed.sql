-- Indicators that are computed, and what events said before they were changed.

ALTER TABLE indicator
    -- What its values are computed from, as it was written; empty: they are entered.
    ADD COLUMN formula text NOT NULL DEFAULT '',
    -- {"measure": "events", "kinds": [], "sub_kinds": []}; null: it counts no events.
    ADD COLUMN event_measure jsonb;

-- An event as it was, so that a series as known at a moment stays as it was.
CREATE TABLE geo_event_past (
    mission_id uuid NOT NULL,
    id uuid NOT NULL,
    version bigint NOT NULL,
    kind text NOT NULL,
    sub_kind text NOT NULL,
    first_day date NOT NULL,
    last_day date NOT NULL,
    area text NOT NULL,
    deaths_best integer,
    deaths_low integer,
    deaths_high integer,
    deaths_civilians integer,
    recorded_at timestamptz NOT NULL,
    -- From when on something else was known.
    superseded_at timestamptz NOT NULL,
    PRIMARY KEY (mission_id, id, version)
);
SELECT chassis.protect('geo_event_past');
GRANT SELECT, INSERT ON geo_event_past TO cpas_app;

CREATE FUNCTION keep_past_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO geo_event_past (mission_id, id, version, kind, sub_kind, first_day, last_day, area, deaths_best,
        deaths_low, deaths_high, deaths_civilians, recorded_at, superseded_at)
    VALUES (OLD.mission_id, OLD.id, OLD.version, OLD.kind, OLD.sub_kind, OLD.first_day, OLD.last_day, OLD.area,
        OLD.deaths_best, OLD.deaths_low, OLD.deaths_high, OLD.deaths_civilians, OLD.recorded_at, NEW.recorded_at);
    RETURN NEW;
END $$;
CREATE TRIGGER keep_past BEFORE UPDATE ON geo_event FOR EACH ROW EXECUTE FUNCTION keep_past_event();
