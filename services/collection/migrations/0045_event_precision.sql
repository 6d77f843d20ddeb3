-- How exactly the point of an event is known, and who may know of the event at all.

ALTER TABLE geo_event
    -- exact, near or area; '' where the source does not say.
    ADD COLUMN point_precision text NOT NULL DEFAULT '',
    ADD COLUMN classification smallint NOT NULL DEFAULT 0;
ALTER TABLE geo_event_past ADD COLUMN classification smallint NOT NULL DEFAULT 0;

-- Guarded anew: by classification too.
DROP POLICY tenant ON geo_event;
SELECT chassis.protect('geo_event');
DROP POLICY tenant ON geo_event_past;
SELECT chassis.protect('geo_event_past');

-- One event may stand once a classification: who may see less collides with nothing that they do not see.
ALTER TABLE geo_event DROP CONSTRAINT geo_event_mission_id_source_external_id_key;
ALTER TABLE geo_event ADD UNIQUE (mission_id, source, external_id, classification);
CREATE INDEX geo_event_classified ON geo_event (mission_id, source, external_id) WHERE classification > 0;

-- Of one event the highest classification that the caller may see counts; the others are here.
CREATE VIEW geo_event_shadowed WITH (security_invoker = true) AS
    SELECT low.mission_id, low.id FROM geo_event high JOIN geo_event low
        ON low.mission_id = high.mission_id AND low.source = high.source AND low.external_id = high.external_id
        AND low.classification < high.classification
    WHERE high.classification > 0;
GRANT SELECT ON geo_event_shadowed TO cpas_app;

-- What an event said before is as secret as it has become since.
GRANT UPDATE (classification) ON geo_event_past TO cpas_app;
CREATE OR REPLACE FUNCTION keep_past_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO geo_event_past (mission_id, id, version, kind, sub_kind, first_day, last_day, area, deaths_best,
        deaths_low, deaths_high, deaths_civilians, recorded_at, superseded_at, classification)
    VALUES (OLD.mission_id, OLD.id, OLD.version, OLD.kind, OLD.sub_kind, OLD.first_day, OLD.last_day, OLD.area,
        OLD.deaths_best, OLD.deaths_low, OLD.deaths_high, OLD.deaths_civilians, OLD.recorded_at, NEW.recorded_at,
        OLD.classification);
    IF NEW.classification > OLD.classification THEN
        UPDATE geo_event_past SET classification = NEW.classification
            WHERE mission_id = OLD.mission_id AND id = OLD.id AND classification < NEW.classification;
    END IF;
    RETURN NEW;
END $$;
