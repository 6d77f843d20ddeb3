-- Geocoded events inside the mission's areas, keyed by source and external id.

CREATE TABLE geo_event (
    mission_id uuid NOT NULL,
    id uuid NOT NULL,
    source text NOT NULL,
    external_id text NOT NULL,
    kind text NOT NULL,
    sub_kind text NOT NULL,
    date text NOT NULL,
    date_precision text NOT NULL,
    first_day date NOT NULL,
    last_day date NOT NULL,
    longitude double precision NOT NULL,
    latitude double precision NOT NULL,
    place text NOT NULL,
    area text NOT NULL,
    deaths_best integer,
    deaths_low integer,
    deaths_high integer,
    deaths_civilians integer,
    recorded_at timestamptz NOT NULL,
    recorded_by uuid NOT NULL,
    version bigint NOT NULL DEFAULT 1,
    PRIMARY KEY (mission_id, id),
    UNIQUE (mission_id, source, external_id)
);
CREATE INDEX geo_event_day ON geo_event (mission_id, first_day, id);
SELECT chassis.protect('geo_event');
GRANT SELECT, INSERT, UPDATE ON geo_event TO cpas_app;
