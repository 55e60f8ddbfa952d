package MpcGroups;

=head1 NAME

MpcGroups - random questions with GROUP BY

=head1 SYNOPSIS

  my $question = MpcGroups::question(MpcKeys::dataset(...));

Where nothing is folded, a group is what plain SQL says it is, but for keys that are outside their declared
domain or too long: their rows are one group, the remainder. The oracle's table says of each key column "k"
in a column "out_k" whether its value is such a one.

=cut

use strict;
use warnings FATAL => 'all';
use utf8;

use MpcKeys;
use MpcQuestions;
use MpcRandom;
use MpcStatistics;

*one_of = \&MpcRandom::one_of;
*chance = \&MpcRandom::chance;
*between = \&MpcRandom::between;
*quoted = \&MpcRandom::quoted;
*literal = \&MpcRandom::literal;

=head1 QUESTIONS

=cut

# Conditions on one key that the peers could not be asked.
sub _free_condition
{
	my ($column) = @_;
	my $name = quoted($column);
	my $value = literal(one_of(@{ $column->{values} })) . "::$column->{type}";
	my %forms = (
		text => [ "length($name) > 1", "$name || 'x' <> 'ax'", "$name LIKE '%b%'", "upper($name) = 'AB'", "$name ~ '^[a-z]'", "substr($name, 1, 1) < 'b'" ],
		int => [ "$name % 2 = 0", "$name / 10 > 0" ],
		bool => ["$name IS DISTINCT FROM true"],
		date => [ "$name + 0 > '2020-01-01'", "$name\::text LIKE '%2%'" ],
		time => [ "$name\::date > '2020-02-01'", "$name\::text LIKE '%2%'" ],
		uuid => ["$name\::text > '5'"], mood => ["$name\::text > 'n'"]);
	$forms{char} = $forms{text};
	return one_of(@{ $forms{ $column->{kind} } }, "coalesce($name\::text, '?') <> 'a'", "length($name\::text) IS NOT NULL", "$name IS NOT DISTINCT FROM $value");
}

sub _key_condition
{
	my ($g, $column, $parameters) = @_;
	my $filter = $column->{role}{filter};
	# one that the planner can prove false would hide a remainder that is refused
	return _free_condition($column), 'local' if chance(0.5) || (@{ $g->{distinct} } && !$filter);
	return MpcQuestions::leaf($column, $parameters), $filter ? 'sent' : 'local';
}

# Conditions that also read another column are sent and hold for all rows.
sub _restrict_rows
{
	my ($g, $parameters) = @_;
	my %key = map { $_->{name} => 1 } @{ $g->{keys} }, @{ $g->{distinct} };
	my $others = { %{ $g->{set} }, columns => [ grep { !$key{ $_->{name} } } @{ $g->{set}{columns} } ] };
	my @sent = grep { $_->{role}{filter} } @{ $g->{keys} }, @{ $g->{distinct} };
	push @{ $g->{where} }, MpcQuestions::condition($others, $parameters, between(0, 2)) if chance(0.4);
	push @{ $g->{where} }, MpcQuestions::leaf(one_of(@sent), $parameters) . ' OR ' . quoted(one_of(MpcRandom::with_role($others, 'filter'))) . ' IS NULL' if @sent && chance(0.15);
	push @{ $g->{where} }, one_of('false', '1 = 1', "now() > '2000-01-01'", "now() < '2000-01-01'") if chance(0.05);
	return;
}

# Those on keys alone hold for the groups that are shown, sent or not, and leave the remainder out (R26). HAVING may have both.
sub _restrict
{
	my ($g, $parameters) = @_;
	my @keys = @{ $g->{keys} };
	_restrict_rows($g, $parameters);
	$g->{rows} = [ @{ $g->{where} } ];
	$g->{sent} = [ @{ $g->{where} } ];
	foreach my $column (@keys, @{ $g->{distinct} })
	{
		next unless chance(0.2);
		my ($condition, $place) = _key_condition($g, $column, $parameters);
		push @{ $g->{rows} }, $condition;
		push @{ $g->{sent} }, $condition if $place eq 'sent';
		$g->{shown} = 1;
		push @{ chance(0.4) && grep({ $_ == $column } @keys) ? $g->{having} : $g->{where} }, $condition;
	}
	return;
}

# A condition over what a group shows: [joint, oracle]. No AND on top, whose parts about keys would be for themselves.
sub _group_condition
{
	my ($g) = @_;
	my $name = quoted(one_of(@{ $g->{keys} }));
	my $aggregate = _aggregate($g->{set}, 1);
	my $form = one_of('%s > 1', '%s IS NOT NULL', '%s < 50', "($name IS NULL OR %s > 2)", "CASE WHEN $name IS NOT NULL THEN %s <> 1 END", "%s > length(coalesce($name\::text, ''))");
	return _both(one_of('', 'NOT ') . 'mpc_remainder(*)') if chance(0.15);
	return [ map { sprintf($form, $_) } @$aggregate ];
}

# What the joint table's own aggregates are in plain SQL.
sub _both
{
	my ($sql) = @_;
	return [ $sql, $sql =~ s/mpc_remainder\(\*\)/bool_or(out_)/r =~ s/mpc_parties\(\*\)/count(DISTINCT party)/r =~ s/mpc_//r ];
}

# [joint, oracle]; a number, if asked for.
sub _aggregate
{
	my ($set, $number) = @_;
	return _both(one_of('count(*)', 'mpc_count(*)')) if chance(0.3);
	return _both(one_of('mpc_remainder(*)', 'mpc_parties(*)')) if !$number && chance(0.3);
	my $filter = MpcQuestions::filter($set);
	my $tail = defined $filter ? " FILTER (WHERE $filter)" : '';
	my $extreme = $set->{few_groups} && chance(0.4) ? MpcStatistics::extreme($set, $number, $tail) : undef;
	my $statistic = !$extreme && chance(0.35) ? MpcStatistics::aggregate($set, $number, $filter) : undef;
	my ($joint, $oracle) = @{ $extreme // $statistic // _simple($set, $number, $tail) };

	# A filter is about rows: in the remainder, too, they have their keys.
	$oracle =~ s/(?<!\w)\Q$_->[0]\E(?!\w)/"raw $_->[1]"/g foreach map { [ quoted($_), $_->{name} ] } MpcRandom::with_role($set, 'key');
	return [ $joint, $oracle ];
}

sub _simple
{
	my ($set, $number, $tail) = @_;
	my $column = one_of(grep { !$number || $_->{kind} ne 'interval' } MpcRandom::with_role($set, 'measure'));
	return _both("count(*)$tail") if !$column;
	my $function = one_of('sum', 'avg', 'count');
	$function = 'count' if $column->{kind} =~ /date|time/;
	return [ "mpc_$function($column->{name})$tail", "$function($column->{name}::integer)$tail" ] if $column->{kind} eq 'bool' && $function ne 'count';
	return _both((chance(0.25) ? 'mpc_' : '') . "$function($column->{name})$tail");
}

sub _key_item
{
	my ($column) = @_;
	my $name = quoted($column);
	return [ ($name) x 2 ] if chance(0.7);
	my $form = one_of('%s::text', '%s IS NULL', 'length(%s::text)', "coalesce(%s::text, '?') || '!'", 'pg_typeof(%s)', 'CASE WHEN %s IS NULL THEN 1 ELSE 2 END');
	return [ (sprintf($form, $name)) x 2 ];
}

# PostgreSQL's own arithmetic over keys and aggregates.
sub _expression
{
	my ($g) = @_;
	my ($x, $y) = map { _aggregate($g->{set}, 1) } 1 .. 2;
	my $name = quoted(one_of(@{ $g->{keys} }));
	my $form = one_of('(%s)::numeric + (%s)::numeric', "(%s)::text || coalesce($name\::text, '') || %s", 'CASE WHEN %s > 3 THEN %s END',
		"coalesce(%s, 0) > 0 AND $name IS NULL OR %s IS NULL");
	return [ map { sprintf($form, $x->[$_], $y->[$_]) } 0 .. 1 ];
}

sub _items
{
	my ($g) = @_;
	my @items = map { _key_item($_) } grep { chance(0.85) } @{ $g->{keys} };
	push @items, map { chance(0.15) ? _expression($g) : _aggregate($g->{set}) } 1 .. between(0, 4);
	return @items ? @items : _aggregate($g->{set});
}

sub _some_keys
{
	my ($set, $most) = @_;
	my @keys = sort { rand() <=> 0.5 } MpcRandom::with_role($set, 'key');
	my @closed = grep { $_->{domain} || $_->{kind} =~ /bool|mood/ } @keys;
	@keys = @closed if $set->{everything} && @closed && chance(0.4);
	my $n = one_of(1, 1, 2, 2, 3, 4);
	$n = $most if $n > $most;
	return @keys[ 0 .. ($n > @keys ? $#keys : $n - 1) ];
}

# The dataset, with few_groups where min and max can be asked by these keys, and are not long work: each has a domain.
sub _measured
{
	my ($set, @keys) = @_;
	my %own = (bool => 3, mood => 6);
	my $groups = 1;
	$groups *= $_->{domain} ? 1 + @{ $_->{domain} } : $own{ $_->{kind} } // 1000 foreach @keys;
	return { %$set, few_groups => $set->{everything} && $groups <= 60 };
}

# A question's parts, whatever is then selected.
sub _grouping
{
	my ($set, $parameters, @keys) = @_;
	@keys = _some_keys($set, 4) if !@keys;
	my $g = { set => _measured($set, @keys), keys => \@keys, distinct => [], where => [], having => [] };
	_restrict($g, $parameters);
	$g->{group_having} = [ map { _group_condition($g) } grep { chance(0.2) } 1 .. 2 ];
	return $g;
}

sub _all_of { return join(' AND ', map { "($_)" } @_); }
sub _clause { my ($word, @conditions) = @_; return @conditions ? " $word " . _all_of(@conditions) : ''; }

# The oracle's rows: where one key has no place, no key of that row has a value.
sub _rows
{
	my ($g) = @_;
	my $set = $g->{set};
	my %key = map { $_->{name} => 1 } @{ $g->{keys} }, @{ $g->{distinct} };
	my $out = join(' OR ', map { MpcKeys::outside_name($_) } @{ $g->{keys} }, @{ $g->{distinct} }) || 'false';
	my @columns = map { my $name = quoted($_); $key{ $_->{name} } ? "CASE WHEN NOT ($out) THEN $name END AS $name" : $name } @{ $set->{columns} };
	push @columns, map { quoted($_) . ' AS "raw ' . $_->{name} . '"' } MpcRandom::with_role($set, 'key');
	push @columns, map { "$_->{name}_exact" } grep { $_->{kind} eq 'float' } @{ $set->{columns} };
	return '(SELECT ' . join(', ', @columns, "($out) AS out_", 'party') . " FROM $set->{schema}.$set->{name}"
	  . _clause('WHERE', @{ $g->{rows} }, $g->{shown} ? "NOT ($out)" : ()) . ') AS j';
}

# [joint, oracle]
sub _select
{
	my ($g, $items, $tail) = @_;
	my $set = $g->{set};
	my @keys = map { quoted($_) } @{ $g->{keys} };
	my @list = map { my $i = $_; join(', ', map { $_->[$i] } @$items) } 0 .. 1;
	my @having = map { my $i = $_; [ map { $_->[$i] } @{ $g->{group_having} // [] } ] } 0 .. 1;
	my $by = @keys ? ' GROUP BY ' . join(', ', @keys) : '';
	my $joint = "SELECT $list[0] FROM $set->{schema}.$set->{name}" . _clause('WHERE', @{ $g->{where} }) . $by . _clause('HAVING', @{ $g->{having} }, @{ $having[0] });
	my $oracle = "SELECT $list[1] FROM " . _rows($g) . ($by ? "$by, out_" : '') . _clause('HAVING', @{ $having[1] });
	return map { $_ . ($tail // '') } $joint, $oracle;
}

sub _both_select
{
	my ($g, $items) = @_;
	my ($joint, $oracle) = _select($g, $items);
	return { joint => $joint, oracle => $oracle };
}

sub _plain
{
	my ($set) = @_;
	my $g = _grouping($set);
	return _both_select($g, [ _items($g) ]);
}

# No two rows are equal in all keys and in whether they are the remainder.
sub _ordered
{
	my ($set) = @_;
	my $g = _grouping($set);
	my @items = _items($g);
	my @order = map { quoted($_) . one_of('', ' DESC', ' NULLS FIRST', ' DESC NULLS LAST') } @{ $g->{keys} };
	unshift @order, one_of('count(*)', 'count(*) DESC') if chance(0.5);
	my $limit = one_of('', ' LIMIT ' . between(0, 9), ' LIMIT 3 OFFSET ' . between(0, 4));
	my ($joint, $oracle) = _select($g, \@items);
	my $tail = _both(' ORDER BY ' . join(', ', @order, 'mpc_remainder(*)') . $limit);
	return { joint => $joint . $tail->[0], oracle => $oracle . $tail->[1], ordered => 1 };
}

sub _keys_alone
{
	my ($set) = @_;
	my $g = _grouping($set);
	my @items = map { _key_item($_) } @{ $g->{keys} };
	my ($joint, $oracle) = _select($g, \@items);
	return { joint => $joint, oracle => $oracle } if chance(0.6);
	return { joint => $joint =~ s/^SELECT/SELECT DISTINCT/r, oracle => $oracle =~ s/^SELECT/SELECT DISTINCT/r };
}

# Keys that are counted, with or without others that are grouped by. Nobody knows how many are in a remainder.
sub _distinct_keys
{
	my ($set) = @_;
	my @keys = _some_keys($set, 4);
	my $n = between(1, @keys > 2 ? 2 : scalar @keys);
	my $g = { set => $set, distinct => [ splice(@keys, 0, $n) ], keys => \@keys, where => [], having => [] };
	_restrict($g);
	my @items = ((map { _key_item($_) } @keys), map { [ ('count(DISTINCT ' . quoted($_) . ')') x 2 ] } @{ $g->{distinct} });
	push @items, grep { $_->[0] !~ /remainder|parties/ } map { _aggregate($set) } 1 .. 2;
	my $outside = join(' OR ', map { MpcKeys::outside_name($_) } @keys, @{ $g->{distinct} });
	my $remainder = "SELECT EXISTS (SELECT FROM $set->{schema}.$set->{name}" . _clause('WHERE', $outside, @{ $g->{sent} }) . ')';
	return { %{ _both_select($g, \@items) }, remainder => $remainder };
}

# Several sets of keys. For the oracle each is a statement of its own, with a remainder of its own.
sub _sets
{
	my ($set) = @_;
	my @keys = _some_keys($set, 3);
	my %key = map { $_->{name} => 1 } @keys;
	my $measured = _measured($set, @keys);
	my $others = { %$set, columns => [ grep { !$key{ $_->{name} } } @{ $set->{columns} } ] };
	my @where = chance(0.4) ? MpcQuestions::condition($others, undef, between(0, 1)) : ();
	my @items = map { _aggregate($measured, 1) } 1 .. between(1, 3);
	my @sets = chance(0.5) ? map { [ @keys[ 0 .. $_ - 1 ] ] } 0 .. @keys : ([@keys], map { my $out = $_; [ grep { $_ != $out } @keys ] } @keys);
	my $by = join(', ', map { '(' . join(', ', map { quoted($_) } @$_) . ')' } @sets);
	my $joint = 'SELECT ' . join(', ', (map { quoted($_) } @keys), map { $_->[0] } @items) . " FROM $set->{schema}.$set->{name}"
	  . _clause('WHERE', @where) . " GROUP BY GROUPING SETS ($by)";
	my @oracle = map {
		my %in = map { $_->{name} => 1 } @$_;
		my @shown = map { my $name = quoted($_); [ ('', $in{ $_->{name} } ? $name : "NULL::$_->{type}") ] } @keys;
		(_select({ set => $measured, keys => $_, distinct => [], where => \@where, rows => \@where, having => [] }, [ @shown, @items ]))[1] } @sets;
	return { joint => $joint, oracle => join(' UNION ALL ', @oracle) };
}

# Two questions, joined by a key that they share; or used as tables are.
sub _joined
{
	my ($set) = @_;
	my @keys = _some_keys($set, 3);
	my @name = map { quoted($_) } @keys;
	my ($x, $y) = (_grouping($set, undef, $keys[0]), _grouping($set, undef, @keys));
	my @left = _select($x, [ [ ("$name[0] AS g") x 2 ], _numbered($set, 'c') ]);
	my @right = _select($y, [ [ ("$name[0] AS g") x 2 ], _numbered($set, 'd') ]);
	my $form = one_of('SELECT * FROM (%s) AS x FULL JOIN (%s) AS y ON x.g = y.g', 'SELECT * FROM (%s) AS x JOIN (%s) AS y USING (g)',
		'WITH x AS (%s), y AS MATERIALIZED (%s) SELECT x.c, count(*), sum(y.d) FROM x LEFT JOIN y ON x.g = y.g GROUP BY x.c',
		'SELECT * FROM (%s) AS x WHERE EXISTS (SELECT FROM (%s) AS y WHERE y.g = x.g AND y.d > 1)', '(%s) UNION ALL (%s)', '(%s) EXCEPT (%s)',
		'SELECT g, c FROM (%s) AS x WHERE c >= (SELECT avg(d) FROM (%s) AS y)');
	return { joint => sprintf($form, $left[0], $right[0]), oracle => sprintf($form, $left[1], $right[1]) };
}

sub _numbered
{
	my ($set, $name) = @_;
	my $aggregate = one_of(_both('count(*)'), _both('mpc_count(*)'), [ map { "($_)::numeric" } @{ _aggregate($set, 1) } ]);
	return [ map { "($_)::numeric AS $name" } @$aggregate ];
}

# Aggregates and window functions over the rows of an answer.
sub _above
{
	my ($set) = @_;
	my $g = _grouping($set);
	my @order = map { quoted($_) } @{ $g->{keys} };
	if (chance(0.5))
	{
		my ($joint, $oracle) = _select($g, [ [ ("$order[0] AS g") x 2 ], _numbered($set, 'c') ]);
		my $form = one_of('SELECT count(*), count(g), sum(c), max(c) FROM (%s) AS x', 'SELECT g, count(*), min(c) FROM (%s) AS x GROUP BY g');
		return { joint => sprintf($form, $joint), oracle => sprintf($form, $oracle) };
	}
	my $over = 'ORDER BY ' . join(', ', @order, 'mpc_remainder(*)');
	my $window = _both(one_of("row_number() OVER ($over)", 'sum(count(*)) OVER ()', "lag(count(*)) OVER ($over)", "sum(count(*)) OVER (PARTITION BY $order[0])"));
	return _both_select($g, [ [ ($order[0]) x 2 ], $window, [ ('count(*)') x 2 ] ]);
}

my $serial = 0;

sub _prepared
{
	my ($set) = @_;
	my $name = 'g' . ++$serial;
	my @parameters;
	my $g = _grouping($set, \@parameters);
	my ($joint, $oracle) = _select($g, [ _items($g) ]);
	my $types = @parameters ? ' (' . join(', ', map { $_->[0] } @parameters) . ')' : '';
	my $values = @parameters ? ' (' . join(', ', map { $_->[1] } @parameters) . ')' : '';
	my @before = 'SET plan_cache_mode = ' . one_of('force_generic_plan', 'force_generic_plan', 'force_custom_plan', 'auto');
	return { before => [ @before, "PREPARE $name$types AS $joint" ], oracle_before => [ @before, "PREPARE $name$types AS $oracle" ],
		joint => "EXECUTE $name$values", oracle => "EXECUTE $name$values" };
}

sub _view
{
	my ($set) = @_;
	my $name = "$set->{schema}.g" . ++$serial;
	my $g = _grouping($set);
	my @keys = map { [ (quoted($_)) x 2 ] } @{ $g->{keys} };
	my ($joint, $oracle) = _select($g, [ @keys, _numbered($set, 'c') ]);
	my $sql = one_of("SELECT * FROM $name", "SELECT * FROM $name WHERE c > 1", "SELECT count(*), sum(c) FROM $name");
	return { view => [ map { "CREATE VIEW $name AS $_; GRANT SELECT ON $name TO analyst" } $joint, $oracle ], joint => $sql, oracle => $sql };
}

=over

=item question(dataset)

A hash with the statement for the joint table and the oracle's, what must run before them ("before",
"oracle_before", "view" as superuser), whether the order of rows counts ("ordered"), and a query that tells whether
there is a remainder where that is refused ("remainder").

=item all_keys(dataset, keys)

The same for one by all of its keys, or by these, with the remainder.

=back

=cut

sub all_keys
{
	my ($set, @keys) = @_;
	@keys = MpcRandom::with_role($set, 'key') if !@keys;
	my $g = { set => $set, keys => \@keys, distinct => [], where => [], having => [], rows => [] };
	my @items = map { [ (quoted($_)) x 2 ] } @keys;
	return { set => $set, %{ _both_select($g, [ @items, map { _both($_) } 'count(*)', 'mpc_parties(*)', 'mpc_remainder(*)' ]) } };
}

sub question
{
	my ($set) = @_;
	my @kinds = ((\&_plain) x 6, (\&_ordered) x 3, \&_keys_alone, $set->{everything} ? (\&_sets) x 3 : (), (\&_distinct_keys) x 2, (\&_joined) x 3, (\&_above) x 2, (\&_prepared) x 4, \&_view);
	return { set => $set, %{ one_of(@kinds)->($set) } };
}

1;
