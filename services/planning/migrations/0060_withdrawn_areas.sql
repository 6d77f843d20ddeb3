-- An area that a split or merge made is forgotten when that is taken back.
GRANT DELETE ON known_areas TO cpas_app;
