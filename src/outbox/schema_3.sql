-- When a published post was taken down again by a person's wish; nothing if it was not.
ALTER TABLE deliveries ADD COLUMN taken_down_at INTEGER;
