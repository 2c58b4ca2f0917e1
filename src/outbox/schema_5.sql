-- What was due and is put off, until a pause is over or a limit is lifted. The cost to find it must not
-- grow with what waits for its time.
CREATE INDEX deliveries_put_off ON deliveries (due_at) WHERE state = 'queued' AND next_at > due_at;
