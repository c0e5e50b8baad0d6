#!/bin/sh
# Run by the postgres image when its cluster is new: the two logins, with passwords.
set -eu
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname template1 --file "${ROLES_FILE:-/amdp/roles.sql}"
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname template1 \
  --set owner="$AMDP_OWNER_PASSWORD" --set app="$AMDP_APP_PASSWORD" <<'SQL'
alter role amdp_owner password :'owner';
alter role amdp_app password :'app';
SQL
