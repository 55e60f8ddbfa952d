# The oracle of thresholds for filters and pairs: random tables, each party with a min_rows of its own.
#
# A measure with FILTER, or of two columns, leaves rows out, and what it leaves out is the difference to its columns' numbers
# without it. What every party folds then (fold.h) is worked out a second time in SQL, over one table with all rows and
# their parties; answers, mpc_remainder(*), mpc_parties(*) and errors must be the same. And what must hold whatever
# the rules are: of one party alone no number, and no difference of a measure to its columns, stands on too few rows.
# Everything is drawn from SEED.

use strict;
use warnings FATAL => 'all';
use utf8;

use Encode qw(encode);
use MpcOracle;
use MpcRandom;
use MpcTest;
use Test::More;

*one_of = \&MpcRandom::one_of;
*chance = \&MpcRandom::chance;
*between = \&MpcRandom::between;

my $seed = MpcTest::seed();
note("SEED=$seed");

# Key k is open and short, i open, b has the domain of its type.
my @keys = qw(k i b);
my $columns = 'k text, i integer, b boolean, f integer, g integer, x integer, y numeric(8,2), z integer, t boolean';
my %values = (k => [ undef, '', 'a', 'é', 'b', 'too long' ], i => [ undef, -5, 0, 7 ], b => [ undef, 't', 'f' ]);
my @filters = ('f = 0', 'f > 0', 'f < 2', 'g = 1', 'g <> 1', 'f = 0 OR g = 1', 'x > 40', 'f = 7', 'g IS NOT NULL');

my @all = map { "p$_" } 1 .. 4;
my $oracle = MpcOracle->new(names => \@all, latin1 => 'p4', icu => ['p3']);
srand($seed);		# making clusters draws, too
my @federations = (
	{ name => 'offices', parties => \@all },
	{ name => 'pair', parties => [qw(p1 p2)], options => "min_contributors '0', allow_two_party 'true'" });
my %seen = map { $_ => 0 } qw(asked refused remainder pairs filters missing compared);

$oracle->run(folding_sql());
$oracle->connect($_) foreach @federations;
# Pairs are moments, and moments are of 8 rows at least.
my @sets = map { make_table($federations[0], "t$_", $_ > 3) } 1 .. 6;
my @alone = map { make_table($federations[1], "t$_", $_ > 3) } 1 .. 6;
$oracle->{fed}->sql('p1', "ALTER SERVER offices OPTIONS (SET min_contributors '0')");
foreach my $set (@sets, @alone)
{
	compare('p1', 0, map { draw_question($set, 'p1', 0) } 1 .. ($set->{table} =~ /pair/ ? 14 : 20));
}
$oracle->{fed}->sql('p2', "ALTER SERVER offices OPTIONS (SET min_contributors '2')");
compare('p2', 2, map { draw_question(one_of(@sets), 'p2', 2) } 1 .. 30);
differ_by_enough($_) foreach @alone;
note(join(', ', map { "$seen{$_} $_" } sort keys %seen));
cmp_ok($seen{$_}, '>', 0, "enough are seen: $_") foreach sort keys %seen;
done_testing();

# Table pile has a line for each group of one party and count, key NULL for what is in no group: count 1 are its rows. have counts, out1 and
# out2 are what is left out of the first column and of the second.
sub folding_sql
{
	return <<'SQL';
CREATE TABLE policy (relation text, party text, min_rows integer);
CREATE TABLE pile (key bytea, c bigint, have bigint, out1 bigint, out2 bigint);

CREATE FUNCTION key_bytes(value text) RETURNS bytea LANGUAGE sql AS
	$$ SELECT CASE WHEN value IS NULL THEN '\x0100' ELSE '\x00' || set_byte('\x00', 0, octet_length(value)) || convert_to(value, 'UTF8') END $$;
CREATE FUNCTION key_bytes(value bigint) RETURNS bytea LANGUAGE sql AS
	$$ SELECT CASE WHEN value IS NULL THEN '\x0100' ELSE '\x0008' || int8send(value) END $$;
CREATE FUNCTION key_bytes(value boolean) RETURNS bytea LANGUAGE sql AS
	$$ SELECT CASE WHEN value IS NULL THEN '\x0100' ELSE '\x0001' || boolsend(value) END $$;

CREATE FUNCTION few(n numeric, fewest integer) RETURNS boolean LANGUAGE sql AS $$ SELECT n > 0 AND n < fewest $$;

-- A column as if it were asked alone, without filter: the rows' closure and its own; NULL when nothing is enough.
CREATE FUNCTION column_closure(start bytea[], count bigint, second boolean, fewest integer) RETURNS bytea[] LANGUAGE plpgsql AS $$
DECLARE
	result bytea[] := start || ARRAY(SELECT key FROM pile WHERE c = count AND key IS NOT NULL AND few(have + CASE WHEN second THEN out2 ELSE out1 END, fewest));
	filler bytea;
BEGIN
	IF few((SELECT sum(have + CASE WHEN second THEN out2 ELSE out1 END) FROM pile WHERE c = count AND (key IS NULL OR key = ANY (result))), fewest) THEN
		SELECT key INTO filler FROM pile WHERE c = count AND key IS NOT NULL AND key <> ALL (result) AND have + CASE WHEN second THEN out2 ELSE out1 END >= fewest
			ORDER BY have + CASE WHEN second THEN out2 ELSE out1 END, key LIMIT 1;
		result := CASE WHEN filler IS NOT NULL THEN result || filler END;
	END IF;
	RETURN result;
END $$;

-- Whether what a closure holds differs from what is known of a column by few. Beyond the column's closure each group is known.
CREATE FUNCTION differs(inside bytea[], of_column bytea[], count bigint, second boolean, fewest integer) RETURNS boolean LANGUAGE sql AS $$
	SELECT few(sum(CASE WHEN lump THEN have ELSE least(have, o) END), fewest) OR few(sum(CASE WHEN lump THEN o ELSE least(have, o) END), fewest)
	FROM (SELECT key, have, CASE WHEN second THEN out2 ELSE out1 END AS o, key IS NULL OR key = ANY (of_column) AS lump FROM pile WHERE c = count) AS p
	WHERE lump OR key = ANY (inside) $$;

-- What is folded of one count; NULL when it is withheld.
CREATE FUNCTION count_closure(start bytea[], count bigint, fewest integer) RETURNS bytea[] LANGUAGE plpgsql AS $$
DECLARE
	one bytea[] := column_closure(start, count, false, fewest);
	two bytea[] := column_closure(start, count, true, fewest);
	result bytea[] := one || two || ARRAY(SELECT key FROM pile WHERE c = count AND key IS NOT NULL AND (few(have, fewest) OR few(out1, fewest) OR few(out2, fewest)));
	one_differs boolean := differs(result, one, count, false, fewest);
	two_differs boolean := differs(result, two, count, true, fewest);
	filler bytea;
BEGIN
	IF one IS NULL OR two IS NULL THEN
		RETURN NULL;
	ELSIF one_differs OR two_differs THEN
		SELECT key INTO filler FROM pile WHERE c = count AND key IS NOT NULL AND key <> ALL (result) AND have >= fewest
			AND (NOT one_differs OR out1 >= fewest) AND (NOT two_differs OR out2 >= fewest) ORDER BY 2 * have + out1 + out2, key LIMIT 1;
		result := CASE WHEN filler IS NOT NULL THEN result || filler END;
	END IF;
	RETURN result;
END $$;

-- Each count of a party by itself: folded into the remainder, or withheld.
CREATE FUNCTION fold_party(who text, fewest integer, width integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	rows_closure bytea[];
	folded bytea[];
BEGIN
	DELETE FROM pile;
	INSERT INTO pile SELECT key, c, n, left_out[1], left_out[2] FROM piece WHERE party = who;
	rows_closure := column_closure('{}', 1, false, fewest);
	FOR i IN 1 .. width LOOP
		folded := CASE WHEN rows_closure IS NULL THEN NULL WHEN i = 1 THEN rows_closure ELSE count_closure(rows_closure, i, fewest) END;
		UPDATE piece SET n = 0, s = '{0,0,0,0}' WHERE folded IS NULL AND party = who AND c = i;
		UPDATE piece SET key = NULL, label = NULL WHERE party = who AND c = i AND key = ANY (folded);
	END LOOP;
END $$;

-- The groups that too few parties stand behind; for min_contributors.
CREATE FUNCTION closure(start bytea[], count bigint, fewest integer) RETURNS bytea[] LANGUAGE plpgsql AS $$
DECLARE
	result bytea[] := start || ARRAY(SELECT key FROM total WHERE c = count AND key IS NOT NULL AND others + mine > 0 AND others < fewest);
	together bigint;
	anybody boolean;
	filler bytea;
BEGIN
	SELECT max(others), bool_or(others + mine > 0) INTO together, anybody FROM total WHERE c = count AND (key IS NULL OR key = ANY (result));
	IF anybody AND together < fewest THEN
		SELECT key INTO filler FROM total JOIN (SELECT key, n AS size FROM total WHERE c = 1) AS r USING (key)
			WHERE c = count AND key <> ALL (result) AND others >= fewest ORDER BY size, key LIMIT 1;
		result := CASE WHEN filler IS NOT NULL THEN result || filler END;
	END IF;
	RETURN result;
END $$;

CREATE FUNCTION fold_whole(contributors integer, width integer) RETURNS bytea[] LANGUAGE plpgsql AS $$
DECLARE
	rows_closure bytea[] := closure('{}', 1, contributors);
	folded bytea[];
	result bytea[] := '{}';
BEGIN
	FOR i IN 1 .. width LOOP
		folded := CASE WHEN rows_closure IS NOT NULL THEN closure(rows_closure, i, contributors) END;
		IF folded IS NULL THEN
			RAISE EXCEPTION 'too few' USING ERRCODE = 'MP001';
		END IF;
		result := result || folded;
	END LOOP;
	RETURN result;
END $$;

-- What is shown of a measure: its count, then of one column the sum and the variance, of a pair the sum of x and the regression's.
CREATE FUNCTION shown(kind integer, n numeric, s numeric[]) RETURNS text LANGUAGE sql AS $$
	SELECT CASE WHEN kind = 0 THEN n::text
		WHEN n = 0 THEN CASE kind WHEN 1 THEN '0|(null)' WHEN 2 THEN '0|(null)|(null)' ELSE '0|(null)|(null)|(null)' END
		WHEN kind = 1 THEN concat_ws('|', n, s[1])
		WHEN kind = 2 THEN concat_ws('|', n, s[1], round(s[3] - s[1] * s[1] / n, 6))
		ELSE concat_ws('|', n, round(s[2], 6), round(s[3] - s[1] * s[1] / n, 6), round(s[4] - s[1] * s[2] / n, 6)) END $$;

-- The rows of a joint answer: keys, count(*), each measure, remainder, parties. Of measures: kind (number of columns, 2 where one has its
-- variance, 3 for a pair), Y and X ('1' where there is none), filter.
CREATE FUNCTION answer(relation text, keys text[], kinds integer[], y text[], x text[], filters text[], condition text, asker text, contributors integer)
	RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	width integer := 1 + cardinality(kinds);
	grouped boolean := cardinality(keys) > 0;
	folded bytea[];
	line record;
BEGIN
	DROP TABLE IF EXISTS piece, total;
	EXECUTE format('CREATE TEMP TABLE piece AS SELECT party, key, label, c, n, left_out, s FROM (SELECT party, CASE WHEN %1$s THEN key END AS key, CASE WHEN %1$s THEN label END AS label, v.c,
		count(*) FILTER (WHERE v.p AND v.y IS NOT NULL AND v.x IS NOT NULL) AS n,
		ARRAY[count(v.y) - count(*) FILTER (WHERE v.p AND v.y IS NOT NULL AND v.x IS NOT NULL), count(v.x2) - count(*) FILTER (WHERE v.p AND v.y IS NOT NULL AND v.x IS NOT NULL)] AS left_out,
		ARRAY[sum(v.y) FILTER (WHERE v.p AND v.x IS NOT NULL), sum(v.x) FILTER (WHERE v.p AND v.y IS NOT NULL), sum(v.y * v.y) FILTER (WHERE v.p AND v.x IS NOT NULL), sum(v.y * v.x) FILTER (WHERE v.p)] AS s
		FROM (SELECT *, %2$s AS key, concat_ws(''|'', NULL%3$s) AS label FROM %4$s) AS t,
		LATERAL (VALUES (1, 1::numeric, 1::numeric, 1::numeric, true)%5$s) AS v (c, y, x, x2, p) WHERE %6$s GROUP BY 1, 2, 3, 4) AS g',
		(SELECT COALESCE(string_agg(format('NOT out_%s', k), ' AND '), 'false') FROM unnest(keys) AS k),
		(SELECT COALESCE(string_agg(format('key_bytes(%s)', k), ' || ' ORDER BY k COLLATE "C"), '''''::bytea') FROM unnest(keys) AS k),
		(SELECT string_agg(format(', COALESCE(%s::text, ''(null)'')', k), '') FROM unnest(keys) AS k), relation,
		(SELECT string_agg(format(', (%s, (%s)::numeric, (%s)::numeric, (%s)::numeric, (%s))', i + 1, y[i], x[i], CASE WHEN kinds[i] = 3 THEN x[i] ELSE y[i] END, filters[i]), '') FROM generate_subscripts(kinds, 1) AS i), condition);
	PERFORM fold_party(p.party, p.min_rows, width) FROM policy AS p WHERE p.relation = answer.relation;

	CREATE TEMP TABLE total AS SELECT key, label, c, sum(n)::bigint AS n, ARRAY[sum(s[1]), sum(s[2]), sum(s[3]), sum(s[4])] AS s,
		count(DISTINCT party) FILTER (WHERE n > 0 AND party <> asker) AS others, max((n > 0 AND party = asker)::integer)::bigint AS mine
		FROM (SELECT party, key, label, c, n, s FROM piece UNION ALL SELECT NULL, NULL, NULL, i, 0, '{0,0,0,0}' FROM generate_series(1, width) AS i) AS p GROUP BY 1, 2, 3;
	DELETE FROM total WHERE key IN (SELECT key FROM total WHERE c = 1 AND n = 0) OR key IS NOT NULL AND key NOT IN (SELECT key FROM total WHERE c = 1 AND key IS NOT NULL);
	INSERT INTO total SELECT key, label, i, 0, '{NULL,NULL,NULL,NULL}', 0, 0 FROM total AS t, generate_series(2, width) AS i
		WHERE c = 1 AND NOT EXISTS (SELECT FROM total AS o WHERE o.key = t.key AND o.c = i) AND key IS NOT NULL;
	folded := fold_whole(contributors, width);
	FOR line IN
		SELECT label, array_agg(n ORDER BY c) AS n, jsonb_agg(s ORDER BY c) AS s, false AS remainder, max(others + mine) FILTER (WHERE c = 1) AS parties
		FROM total WHERE key IS NOT NULL AND key <> ALL (folded) GROUP BY key, label
		UNION ALL
		SELECT CASE WHEN grouped THEN array_to_string(array_fill('(null)'::text, ARRAY[cardinality(keys)]), '|') END,
			array_agg(u.n ORDER BY c), jsonb_agg(u.s ORDER BY c), grouped, CASE WHEN folded = '{}' THEN max(parties) FILTER (WHERE c = 1) END
		FROM (SELECT c, sum(total.n)::bigint AS n, ARRAY[sum(total.s[1]), sum(total.s[2]), sum(total.s[3]), sum(total.s[4])] AS s, max(others + mine) AS parties
			FROM total WHERE key IS NULL OR key = ANY (folded) GROUP BY c) AS u
		HAVING NOT grouped OR max(u.n) > 0
	LOOP
		RETURN NEXT concat_ws('|', line.label, line.n[1],
			(SELECT string_agg(shown(kinds[c - 1], line.n[c], ARRAY(SELECT e::numeric FROM jsonb_array_elements_text(line.s -> (c - 1)) AS e)), '|' ORDER BY c) FROM generate_series(2, width) AS c),
			CASE WHEN line.remainder THEN 't' ELSE 'f' END, COALESCE(line.parties::text, '(null)'));
	END LOOP;
END $$;
SQL
}

# Groups of few sizes around the least, with filters that nearly all rows of a group pass, or nearly none.
sub draw_rows
{
	my ($least) = @_;
	my @k = @{ $values{k} }[ 0 .. between(0, 5) ];
	my %fix = map { $_ => one_of(@{ $values{$_} }) } @keys;
	my $spread = between(0, 2);
	return map {
		my $k = $_;
		my @p = map { one_of(0, 0.1, 0.5, 0.9, 1) } 1 .. 6;
		map { [ $k, $spread > 0 ? one_of(@{ $values{i} }) : $fix{i}, $spread > 1 ? one_of(@{ $values{b} }) : $fix{b},
			chance($p[0]) ? 0 : between(1, 3), chance($p[1]) ? 1 : one_of(undef, 0, 2),
			(map { chance($p[ 2 + $_ ]) ? undef : between(-9, 99) } 0 .. 2), one_of('t', 'f') ] } 1 .. one_of(1, $least - 1, $least, $least, $least + 1, 2 * $least, 3 * $least);
	} @k;
}

sub values_sql { return join(",\n", map { '(' . join(', ', map { MpcRandom::literal($_) } @$_) . ')' } @_); }

sub make_table
{
	my ($federation, $name, $moments) = @_;
	my $table = "$federation->{name}.$name";
	my $set = { table => $table, moments => $moments, least => {} };
	my $functions = $moments ? '{all}' : '{count,sum,avg,extremes}';
	$oracle->run("CREATE TABLE $table ($columns, party text)");
	foreach my $here (@{ $federation->{parties} })
	{
		my $least = $set->{least}{$here} = $moments ? between(8, 9) : between(3, 8);
		my @rows = $federation->{name} eq 'pair' && $here eq 'p1' || chance(0.1) ? () : draw_rows($least);
		my $sql = "CREATE TABLE $federation->{name}.own_$name ($columns);";
		$sql .= "INSERT INTO $federation->{name}.own_$name VALUES " . values_sql(@rows) . ';' if @rows;
		$sql .= "SELECT mpc_publish('$name', '$federation->{name}.own_$name', '$federation->{name}', keys => '{k,i,b}', filters => '{f,g,x}', measures => '{x,y,z,t}',"
		  . "functions => '$functions', min_rows => $least, columns => '{\"k\": {\"max_key_bytes\": 6}}');";
		my $joint = $columns =~ s/text/text COLLATE "C"/gr;
		$sql .= "CREATE FOREIGN TABLE $table ($joint) SERVER $federation->{name} OPTIONS (dataset '$name'); GRANT SELECT ON $table TO analyst";
		$oracle->run_at($here, $sql);
		$oracle->run("INSERT INTO $table VALUES " . values_sql(map { [ @$_, $here ] } @rows)) if @rows;
		$oracle->run("INSERT INTO policy VALUES ('$table', '$here', $least)");
	}
	$oracle->run("ALTER TABLE $table ADD out_k boolean, ADD out_i boolean, ADD out_b boolean;"
		  . "UPDATE $table SET out_k = octet_length(k) > 4 AND k IS NOT NULL, out_i = false, out_b = false");
	return $set;
}

sub some_of
{
	my ($n, @list) = @_;
	my @mixed = sort { rand() <=> 0.5 } @list;
	return @mixed[ 0 .. $n - 1 ];
}

# A measure: kind, Y, X, filter; and what is asked of it.
sub draw_measure
{
	my ($set) = @_;
	my $filter = chance($set->{moments} ? 0.5 : 0.85) ? one_of(@filters) : 'true';
	my $kind = $set->{moments} ? one_of(0, 1, 2, 3, 3, 3) : one_of(0, 1, 1);
	$filter = one_of(@filters) if $kind == 0 && $filter eq 'true';
	my ($y, $x) = some_of(2, qw(x y z));
	return { kind => $kind, y => $kind == 0 ? 1 : $y, x => $kind == 3 ? $x : 1, filter => $filter };
}

sub items_of
{
	my ($measure) = @_;
	my ($kind, $y, $x) = @{$measure}{qw(kind y x)};
	my $filter = $measure->{filter} eq 'true' ? '' : " FILTER (WHERE $measure->{filter})";
	return ("count(*)$filter") if $kind == 0;
	return ("count($y)$filter", "sum($y)$filter") if $kind == 1;
	return ("count($y)$filter", "sum($y)$filter", "round(count($y)$filter * var_pop($y)$filter, 6)") if $kind == 2;
	return ("regr_count($y, $x)$filter", map { "round(($_$filter)::numeric, 6)" } "regr_count($y, $x)$filter * regr_avgx($y, $x)", "regr_syy($y, $x)", "regr_sxy($y, $x)");
}

sub write_question
{
	my ($set, $asker, $contributors, $by, $measures, $condition) = @_;
	my $joint = 'SELECT ' . join(', ', (map { "$_\::text" } @$by), 'count(*)', (map { items_of($_) } @$measures), 'mpc_remainder(*)', 'mpc_parties(*)')
	  . " FROM $set->{table} WHERE $condition" . (@$by ? ' GROUP BY ' . join(', ', @$by) : '');
	my $list = sub { my ($type, @list) = @_; return 'ARRAY[' . join(', ', map { MpcRandom::literal($_) } @list) . "]::${type}[]" };
	my @parts = ($list->('text', @$by), $list->('integer', map { $_->{kind} } @$measures), map { my $what = $_; $list->('text', map { $_->{$what} } @$measures) } qw(y x filter));
	return { joint => $joint, oracle => "SELECT * FROM answer('$set->{table}', " . join(', ', @parts) . ", '$condition', '$asker', $contributors)",
		pairs => scalar(grep { $_->{kind} == 3 } @$measures), filters => scalar(grep { $_->{filter} ne 'true' } @$measures) };
}

sub draw_question
{
	my ($set, $asker, $contributors) = @_;
	return write_question($set, $asker, $contributors, [ some_of(one_of(0, 1, 1, 1, 2, 3), @keys) ], [ map { draw_measure($set) } 1 .. between(1, 4) ], one_of('true', 'true', 'f < 3'));
}

sub sorted { return join("\n", sort split /\n/, $_[0] =~ s/^(error \w+)\n.*/$1/sr, -1); }

sub compare
{
	my ($asker, $contributors, @questions) = @_;
	my @joint = $oracle->ask($asker, [ map { [ $_->{joint} ] } @questions ]);
	my @plain = $oracle->ask_plain($asker, [ map { [ $_->{oracle} ] } @questions ]);
	foreach my $i (0 .. $#questions)
	{
		my ($joint, $plain) = map { sorted($_ // '') } $joint[$i], $plain[$i];
		$seen{asked}++;
		$seen{refused}++ if $joint eq 'error MP001';
		$seen{remainder}++ if $joint =~ /\|t\|/;
		$seen{missing}++ if $joint =~ /\|0\|\(null\)/;
		$seen{$_} += $questions[$i]{$_} foreach qw(pairs filters);
		next if ok($joint eq $plain, "asker $asker, min_contributors $contributors, question " . ($i + 1));
		diag(encode('UTF-8', "SEED=$seed $questions[$i]{joint};\njoint:\n$joint\noracle: $questions[$i]{oracle};\n$plain"));
	}
	return;
}

# Only p2 has rows. By group the count of a measure and of what it is taken of; "" is the remainder.
sub counts_of
{
	my ($set, $by, $item, $whole) = @_;
	my $label = "concat_ws('|', '=', " . join(', ', map { "coalesce($_\::text, '(null)')" } @$by) . ')';
	my @answers = $oracle->ask('p1', [ map { ["SELECT CASE WHEN mpc_remainder(*) THEN '' ELSE $label END || '~' || $_ FROM $set->{table} GROUP BY " . join(', ', @$by)] } $item, $whole ]);
	return map { { map { /^(.*)~(\d+)$/ ? ($1 => $2) : () } split /\n/, $_ } } @answers;
}

# Whatever is folded: no number, no number of the column less the measure's of the same group, and none of all groups that are shown
# of both less the other's total is of few rows.
sub differ_by_enough
{
	my ($set) = @_;
	foreach (1 .. 6)
	{
		my $measure = draw_measure($set);
		my ($item) = items_of($measure);
		my @by = some_of(between(1, 2), @keys);
		foreach my $whole ($measure->{kind} == 0 ? 'count(*)' : map { "count($measure->{$_})" } $measure->{kind} == 3 ? qw(y x) : 'y')
		{
			my ($part, $all) = counts_of($set, \@by, $item, $whole);
			my $least = $set->{least}{p2};
			my @bad = grep { $part->{$_} > 0 && $part->{$_} < $least } keys %$part;
			push @bad, grep { $part->{$_} > 0 && ($all->{$_} // 0) > 0 && $_ ne '' && $all->{$_} > $part->{$_} && $all->{$_} - $part->{$_} < $least } keys %$part;
			my ($sum_part, $sum_all) = map { my $sum = 0; $sum += $_ foreach values %$_; $sum } $part, $all;
			push @bad, 'total' if $sum_part > 0 && $sum_all > $sum_part && $sum_all - $sum_part < $least;
			$seen{compared} += keys %$part;
			ok(!@bad, "$set->{table} by @by: $item and $whole") or diag(encode('UTF-8', "SEED=$seed min_rows $least: @bad"));
		}
	}
	return;
}
