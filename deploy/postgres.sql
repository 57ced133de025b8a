-- Two databases, each with a user who owns it and sees no other. Run once, when the volume is new.
\set aios_password `cat /run/secrets/postgres_aios_password`
\set n8n_password `cat /run/secrets/postgres_n8n_password`
CREATE ROLE aios LOGIN PASSWORD :'aios_password';
CREATE ROLE n8n LOGIN PASSWORD :'n8n_password';
CREATE DATABASE aios OWNER aios;
CREATE DATABASE n8n OWNER n8n;
REVOKE CONNECT ON DATABASE aios, n8n, postgres FROM PUBLIC;
