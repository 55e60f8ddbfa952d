-- Who runs mpc_check() and mpc.describe() needs user mappings of its own; here the analyst's are copied.
SET client_min_messages = warning;
SELECT format('CREATE USER MAPPING IF NOT EXISTS FOR CURRENT_USER SERVER %I OPTIONS (%s)', m.srvname,
		string_agg(format('%I %L', o.option_name, o.option_value), ', '))
FROM pg_user_mappings AS m, pg_options_to_table(m.umoptions) AS o
WHERE m.usename = 'analyst'
GROUP BY m.srvname
\gexec
