-- The templates of an account that its platform has to approve, as it lists them. The row without
-- a name says that they were listed, and when.
CREATE TABLE account_templates (
    account_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    language TEXT NOT NULL,
    status TEXT NOT NULL,
    params BIGINT NOT NULL,
    named BIGINT NOT NULL,
    buttons BIGINT NOT NULL,
    at_ms BIGINT NOT NULL,
    PRIMARY KEY (account_id, name, language)
) /*sqlite WITHOUT ROWID*/;
