package Hostile;

=head1 NAME

Hostile - a lying asker and a lying peer, for TAP tests

=head1 SYNOPSIS

  use Hostile;

  my $liar = Hostile->new($fed, 'north');        # holds the identity of party north
  $liar->connect('south');                       # as north's login there
  $liar->hello_all('pay');
  $liar->do('ask pay', 'agg rows', 'agg sum salary');
  my $rid = $liar->do('build');
  like($liar->do('send south plain'), qr/^reply/);

  Hostile::make_liar($fed, 'south');             # another build of the library there
  Hostile::lie($fed, 'south', 'flip 40 3');

What the program understands stands at the head of hostile.c and of liar.c.

=cut

use strict;
use warnings FATAL => 'all';

use Cwd qw(abs_path);
use Fcntl qw(:flock);
use File::Basename;
use IPC::Open2;
use PostgreSQL::Test::Utils;

# Built once, however many tests ask at the same time.
sub build
{
	my $source = dirname(abs_path(__FILE__));
	my $build = "$PostgreSQL::Test::Utils::tmp_check/hostile";
	local $ENV{PATH} = join(':', grep { !/tmp_install/ } split(/:/, $ENV{PATH}));

	mkdir $build;
	open(my $lock, '>', "$build/lock") or die "could not open $build/lock: $!";
	flock($lock, LOCK_EX) or die "could not lock $build/lock: $!";
	system("make -s -C '$source' BUILD='$build' > '$build/log' 2>&1") == 0
	  or die slurp_file("$build/log");
	close($lock);
	return $build;
}

# Takes rule R1 out at every party: what stands behind the lock is tested as if it had failed.
sub unlock
{
	my ($fed) = @_;
	my $library = build() . '/unlock.so';
	foreach my $here ($fed->names)
	{
		$fed->sql($here, "ALTER ROLE ${_}_login SET session_preload_libraries = '$library'")
		  foreach grep { $_ ne $here } $fed->names;
	}
	return;
}

# The roster is all of the federation, unless "members" names some of them.
sub new
{
	my ($class, $fed, $name, %args) = @_;
	my $self = bless { fed => $fed, name => $name }, $class;
	my $program = build() . '/hostile';
	my @fake = @{ $args{fake} // [] };

	$self->{pid} = open2($self->{out}, $self->{in}, $program);
	$self->do('identity '
		  . $fed->sql($name,
			q{SELECT encode(sign_seed, 'hex') || ' ' || encode(dh_secret, 'hex') || ' ' || epoch FROM mpc.identity}));
	$self->{members} = $args{members} // [ grep { $_ ne $name } $fed->names ];
	$self->do("member $_ " . $fed->sql($_, 'SELECT mpc_identity()')) foreach @{ $self->{members} };
	$self->do("fake $_") foreach @fake;
	$self->do('roster ' . join(' ', @{ $self->{members} }));
	return $self;
}

# Gives commands; returns what the last one printed.
sub do
{
	my ($self, @commands) = @_;
	my $answer;
	foreach my $command (@commands)
	{
		local $SIG{ALRM} = sub { die "no answer to \"$command\"\n" };
		alarm $PostgreSQL::Test::Utils::timeout_default;
		print { $self->{in} } "$command\n";
		$answer = readline $self->{out};
		alarm 0;
		die "the program ended at \"$command\"\n" unless defined $answer;
		chomp $answer;
	}
	return $answer;
}

# login: by default that of my own party; options: settings in the startup packet.
sub connect
{
	my ($self, $there, %args) = @_;
	my $login = $args{login} // "$self->{name}_login";
	my $conninfo = $self->{fed}->conninfo($there)
	  . " user=$login password=$self->{fed}{password}{$there}{$login}";
	$conninfo .= " options='$args{options}'" if $args{options};
	my $answer = $self->do("connect $there $conninfo");
	die "at $there: $answer" if $answer ne 'ok' && !$args{may_fail};
	return $answer;
}

sub hello_all
{
	my ($self, $dataset) = @_;
	return join(' ', map { $self->do("hello $_ $dataset") } @{ $self->{members} });
}

# A new request after fresh keys of everybody; returns its id.
sub request
{
	my ($self, $dataset, @parts) = @_;
	my $keys = $self->hello_all($dataset);
	die "no keys: $keys" if $keys =~ s/key//gr =~ /\S/;
	return $self->do("ask $dataset", @parts, 'build');
}

# Where a party stands in the roster, from 0. A fingerprint is how its id begins.
sub position
{
	my ($self, $name) = @_;
	my %id = map { $_ => $self->{fed}->sql($_, 'SELECT mpc.fingerprint(mpc_identity())') }
	  $self->{name}, @{ $self->{members} };
	return scalar grep { $id{$_} lt $id{$name} } keys %id;
}

# Sends the last request to all and adds.
sub total
{
	my ($self) = @_;
	my @said = map { $self->do("send $_ plain") } @{ $self->{members} };
	return join('; ', grep { !/^reply/ } @said) if grep { !/^reply/ } @said;
	return $self->do('result');
}

# Of a Shamir sum, on new connections: a request, and the shares of these, or of all.
sub deal
{
	my ($self, $question, @dealers) = @_;
	$self->connect($_) foreach @{ $self->{members} };
	$self->request(@$question);
	foreach my $name (@dealers ? @dealers : @{ $self->{members} })
	{
		my $said = $self->do("send $name plain");
		die "$name: $said" unless $said =~ /^reply/;
	}
	return $self->do('shares');
}

# Tells a party that these dealt, "me" for my own part. It says "reply", and the sum share is kept, or why not.
sub tell
{
	my ($self, $name, @dealers) = @_;
	$self->do("relay $name @dealers");
	my $said = $self->do("send $name plain");
	$self->do("sum $name") if $said =~ /^reply/;
	return $said;
}

sub end
{
	my ($self) = @_;
	close $self->{in};
	close $self->{out};
	waitpid($self->{pid}, 0);
	return;
}

# Does the party's record hold the request?
sub recorded
{
	my ($self, $there, $rid) = @_;
	return $self->{fed}->sql($there,
		"SELECT count(*) FROM mpc.ledger_entry WHERE role = 'peer' AND rid = '\\x$rid'");
}

# From now on the functions of the extension at this party are those of the other build.
sub make_liar
{
	my ($fed, $name) = @_;
	my $library = build() . '/liar.so';
	$fed->sql($name, "UPDATE pg_proc SET probin = '$library' WHERE probin LIKE '%mpc_agg'");
	return;
}

sub lie
{
	my ($fed, $name, $lie) = @_;
	my $file = $fed->node($name)->data_dir . '/liar';
	unlink $file;
	append_to_file($file, "$lie\n") if $lie;
	return;
}

1;
