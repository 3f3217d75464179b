-- When a part that is a record of its own last changed before some time: a record's updatedAt then. Few changes are of this kind.
CREATE INDEX changes_touched_idx ON changes(ref, at) WHERE members IS NOT NULL;
