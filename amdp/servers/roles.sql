-- Once per cluster, as a superuser connected to template1, so that databases made later inherit the
-- default privileges. The owner migrates and sees every row; the application is held by row-level security.
create role amdp_owner login createdb bypassrls;
create role amdp_app login;
grant amdp_app to amdp_owner;
alter default privileges for role amdp_owner grant select, insert, update, delete on tables to amdp_app;
alter default privileges for role amdp_owner grant usage, select on sequences to amdp_app;
create database amdp owner amdp_owner;
