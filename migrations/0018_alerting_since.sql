-- The watch asks with every batch for saved searches that may not have come to it yet.

create index on saved_searches (alerting_since) where alert_enabled;
