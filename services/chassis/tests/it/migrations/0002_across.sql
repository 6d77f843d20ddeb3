-- Headquarters may read notes across missions, by the door that notes it.
SELECT chassis.open_across('note');
