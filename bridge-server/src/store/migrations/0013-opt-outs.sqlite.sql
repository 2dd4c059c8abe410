-- Who wants no more messages is found among notes of everything else.
CREATE INDEX note_opt_out ON note (site, at, conversation) WHERE body ->> '$.type' = 'opted_out';
