# Does a value of a row, or one party's subtotal, show anywhere but in its own database?
# Canaries stand in the rows of every party; errors are provoked; everything that the
# others print, log, plan or show is searched. Also the traps behind the commit.

use strict;
use warnings FATAL => 'all';

use MpcTest;
use PostgreSQL::Test::Utils;
use Test::More;

# The servers log as much as servers can.
my $fed = MpcTest::federation(names => [qw(north south west)], conf => <<'CONF');
shared_preload_libraries = 'auto_explain'
auto_explain.log_min_duration = 0
auto_explain.log_analyze = on
auto_explain.log_verbose = on
auto_explain.log_nested_statements = on
log_statement = all
log_min_messages = debug1
CONF

my %digit = (north => 1, south => 2, west => 3);
my %canary;
foreach my $name ($fed->names)
{
	my $amount = "98765432$digit{$name}.25";
	$fed->sql($name, qq{
		CREATE TABLE pay (amount numeric(14,2), note text, sex text, divisor integer);
		INSERT INTO pay SELECT $amount + g, '1', CASE g % 2 WHEN 0 THEN 'f' ELSE 'm' END, 1 FROM generate_series(1, 20) g;
		CREATE VIEW cast_view AS SELECT amount, note::integer AS number, sex FROM pay;
		CREATE VIEW divided AS SELECT (amount / divisor)::numeric(14,2) AS quotient, sex FROM pay;
		CREATE FUNCTION loud(a numeric, s text) RETURNS numeric LANGUAGE plpgsql AS
			\$\$ BEGIN RAISE EXCEPTION 'CANARYTEXT_$name %', a USING DETAIL = a, HINT = s, ERRCODE = 'P0001'; END \$\$;
		CREATE VIEW raising AS SELECT CASE WHEN divisor = 0 THEN loud(amount, note) ELSE amount END AS amount, sex FROM pay;
		CREATE VIEW slow AS SELECT amount, sex FROM pay, pg_sleep(0)});
	my $subtotal = $fed->sql($name, 'SELECT sum(amount) FROM pay');
	$canary{$name} = qr/98765432$digit{$name}|CANARYTEXT_$name|\Q$subtotal\E|@{[ $subtotal =~ s,\.,,r ]}/;
}
my %columns = (columns => '{"amount": {"type": "numeric(14,2)"}}');
$fed->publish('pay', { relation => 'pay', measures => ['amount'], filters => ['sex'] });
$fed->publish('cast_view', { relation => 'cast_view', measures => ['number'], filters => ['sex'] });
$fed->publish('divided', { relation => 'divided', measures => ['quotient'], filters => ['sex'] });
$fed->publish('raising', { relation => 'raising', measures => ['amount'], filters => ['sex'], %columns });
$fed->publish('slow', { relation => 'slow', measures => ['amount'], filters => ['sex'] });
$fed->import_joint;

my $total = $fed->ask('north', 'SELECT sum(amount) FROM joint.pay');
ok($total > 3 * 20 * 987654320, 'a question is answered');

# Plans.
my %from = map { $_ => $fed->log_end($_) } $fed->names;
my $shown = '';
foreach my $format (qw(text json xml yaml))
{
	my ($out, $err) = $fed->ask_err('north',
		"EXPLAIN (ANALYZE, VERBOSE, BUFFERS, FORMAT $format) SELECT sum(amount), count(*) FROM joint.pay WHERE sex = 'f'");
	like($out, qr/Bytes/, "a plan in $format");
	unlike($out, qr/Party.Time/, "$format: no time of a party for who may not read statistics (R10)");
	$shown .= "$out$err";
}
my $logged = $fed->log('north', $from{north});
ok($logged =~ /Federation: offices/ && $logged !~ /Party Time/, 'auto_explain logs the plan under the same rule');
like($fed->sql('north', 'EXPLAIN (ANALYZE) SELECT count(*) FROM joint.pay'), qr/Party Time/, 'a superuser sees them');
$fed->sql('north', 'GRANT pg_read_all_stats TO analyst');
like($fed->ask('north', 'EXPLAIN (ANALYZE) SELECT count(*) FROM joint.pay'), qr/Party Time/, 'and so do members of pg_read_all_stats');
$fed->sql('north', 'REVOKE pg_read_all_stats FROM analyst');
unlike($fed->ask('north', 'EXPLAIN (ANALYZE, TIMING OFF) SELECT count(*) FROM joint.pay'), qr/(Total|Party) Time/, 'TIMING OFF shows none');

# Errors at a peer.
$fed->sql('south', q{INSERT INTO pay VALUES (987654322.25, 'CANARYTEXT_south', 'f', 0)});
my $fixed = qr/party "south" could not answer at step "answer" \(SQLSTATE MP006\)/;
foreach my $sql ('SELECT sum(number) FROM joint.cast_view', "SELECT sum(number) FROM joint.cast_view WHERE sex = 'f'",
	'SELECT avg(quotient) FROM joint.divided', 'SELECT sum(amount) FROM joint.raising')
{
	my ($out, $err) = $fed->ask_err('north', "\\set VERBOSITY verbose\n\\set SHOW_CONTEXT always\n$sql;");
	is($out, '', "no number: $sql");
	like($err, $fixed, 'the fixed text instead');
	my ($detail) = $err =~ /^DETAIL: +(.*)$/m;
	is($detail, "No value was revealed. The reason is in that party's own log.", 'and a fixed detail');
	$shown .= "$out$err";
	($out, $err) = $fed->ask_err('north', "EXPLAIN (ANALYZE, VERBOSE) $sql");
	like($err, $fixed, 'EXPLAIN ANALYZE says the same');
	$shown .= "$out$err";
}
ok($fed->log('south', $from{south}) =~ /CANARYTEXT_south/, "the party's own log has the reason");

# What the others show meanwhile.
$fed->on_all('CREATE OR REPLACE VIEW slow AS SELECT amount, sex FROM pay, pg_sleep(1) WHERE divisor = 1');
{
	my $pid = fork() // die 'could not fork';
	if ($pid == 0)
	{
		require POSIX;
		my ($out, $err, $rc) = $fed->ask_err('north', 'SELECT sum(amount) FROM joint.slow');
		POSIX::_exit($rc);
	}
	$fed->node('west')->poll_query_until('postgres',
		q{SELECT count(*) > 0 FROM pg_stat_activity WHERE usename = 'north_login' AND state = 'active'});
	$shown .= $fed->sql($_, q{SELECT string_agg(a::text, E'\n') FROM pg_stat_activity a}) foreach qw(north west);
	waitpid($pid, 0);
	is($?, 0, 'a slow question, watched, is answered');
}

unlike($shown, $canary{south}, 'nothing of south in anything shown elsewhere');
unlike($shown, $canary{west}, 'nor of west');
foreach my $here ($fed->names)
{
	my $log = $fed->log($here);
	foreach my $there (grep { $_ ne $here } $fed->names)
	{
		ok($log !~ $canary{$there}, "the log of $here has nothing of $there");
	}
}

# An error in the asker's own view: who asks may not read the table either.
$fed->sql('south', 'DELETE FROM pay WHERE divisor = 0');
$fed->sql('north', q{INSERT INTO pay VALUES (987654321.25, 'CANARYTEXT_north', 'f', 0)});
foreach my $sql ('SELECT sum(number) FROM joint.cast_view', 'SELECT sum(amount) FROM joint.raising')
{
	my ($out, $err) = $fed->ask_err('north', "\\set VERBOSITY verbose\n\\set SHOW_CONTEXT always\n$sql;");
	like($err, qr/MP006: this database's own part/, 'an error in the own view has a fixed text');
	unlike($out . $err, $canary{north}, 'and shows the analyst nothing of the own rows');
}
$fed->sql('north', 'DELETE FROM pay WHERE divisor = 0');

# R9 at the asker: the column, never the value.
$fed->sql('north', q{CREATE OR REPLACE VIEW raising AS SELECT CASE WHEN divisor = 0 THEN 1e30 ELSE amount END AS amount, sex FROM pay;
	INSERT INTO pay VALUES (1, '1', 'f', 0)});
{
	my ($out, $err) = $fed->ask_err('north', "\\set VERBOSITY verbose\nSELECT sum(amount) FROM joint.raising;");
	like($err, qr/MP005.*column "amount"/s, 'a value outside the contract in the own rows names the column');
	unlike($err, qr/1e30|10{20}/i, 'not the value');
	($out, $err) = $fed->ask_err('west', "\\set VERBOSITY verbose\nSELECT sum(amount) FROM joint.raising WHERE sex = 'f';");
	like($err, qr/MP005.*north.*column "amount"/s, 'and to a partner, too');
	unlike($err, qr/1e30|10{20}|'f'/i, 'not the value, not the filter');
	my ($out2, $err2) = $fed->ask_err('west', "\\set VERBOSITY verbose\nSELECT sum(amount) FROM joint.raising WHERE sex = 'm';");
	like($err2, qr/MP005/, 'every later question is refused in the same way');
}

# Behind the commit: large values, fetched out of line, and a view of views.
$fed->on_all(q{
	CREATE TABLE large (sex text, body text);
	ALTER TABLE large ALTER body SET STORAGE EXTERNAL;
	INSERT INTO large SELECT 'f', repeat(md5(g::text), 10000) FROM generate_series(1, 10) g;
	CREATE VIEW lengths AS SELECT length(body) AS len, sex FROM large WHERE body LIKE 'c4%' OR body <> '';
	CREATE MATERIALIZED VIEW kept AS SELECT * FROM large});
$fed->publish('lengths', { relation => 'lengths', measures => ['len'], filters => ['sex'] });
$fed->publish('kept', { relation => 'kept', measures => [], filters => ['body', 'sex'] });
$fed->sql('north', 'IMPORT FOREIGN SCHEMA offices LIMIT TO (lengths, kept) FROM SERVER offices INTO joint;
	GRANT SELECT ON ALL TABLES IN SCHEMA joint TO analyst');
is($fed->ask('north', "SELECT count(*), sum(len) FROM joint.lengths WHERE sex = 'f'"), '30|9600000', 'a view of large values');
is($fed->ask('north', "SELECT count(*) FROM joint.kept WHERE body >= ''"), '30', 'a filter on large values');
foreach my $name ($fed->names)
{
	is($fed->sql($name, 'SELECT 1'), '1', "$name is up");
	ok($fed->log($name) !~ /terminated by signal|PANIC|TRAP/, 'and never crashed');
}

done_testing();
