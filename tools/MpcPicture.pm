#
# The pen of tools/make-pictures: arithmetic modulo a small prime, masks between three parties,
# and the few shapes a picture is made of. Shapes go into one list, which picture() turns into a file.
#
package MpcPicture;

use strict;
use warnings;
use utf8;
use Digest::SHA qw(sha256_hex);
use Encode qw(encode_utf8);
use Exporter qw(import);

our @EXPORT = qw(P @PARTIES number inverse masks_of masked sum claim
	element text lines box stroke arrow pill picture);

use constant P => 997;

our @PARTIES = qw(north south west);

#
# Arithmetic
#

# Looks random, is not: a number below P that hangs on the words.
sub number { return hex(substr(sha256_hex("@_"), 0, 7)) % P; }

sub inverse
{
	my ($x) = @_;
	my $result = 1;
	$result = $result * $x % P for 1 .. P - 2;
	return $result;
}

# What a party adds to the lane: each pair shares a mask, its first party adds it, its second subtracts it.
sub masks_of
{
	my ($party, $lane) = @_;
	my @masks;

	foreach my $other (grep { $_ ne $party } @PARTIES)
	{
		my @pair = sort ($party, $other);
		push @masks, { other => $other, pair => "@pair", sign => $party eq $pair[0] ? 1 : -1, value => number(@pair, $lane) };
	}
	return @masks;
}

sub masked
{
	my ($party, $lane, $value) = @_;
	$value += $_->{sign} * $_->{value} foreach masks_of($party, $lane);
	return $value % P;
}

sub sum
{
	my $total = 0;
	$total += $_ foreach @_;
	return $total;
}

sub claim { my ($truth, $what) = @_; die "not true: $what\n" unless $truth; return; }

#
# Drawing
#

my @svg;

sub escape
{
	my ($text) = @_;
	$text =~ s/&/&amp;/g;
	$text =~ s/</&lt;/g;
	return $text;
}

# Attributes in the order given, so that the file is the same each time.
sub element
{
	my ($name, @attributes) = @_;
	my $element = "<$name";

	while (my ($key, $value) = splice(@attributes, 0, 2))
	{
		$value = sprintf('%.1f', $value) if $value =~ /^-?\d+\.\d+$/;
		$element .= qq( $key="$value");
	}
	push @svg, "$element/>";
	return;
}

# class: of the style sheet in picture(); s small, b bold, m middle, e end, n mono, w white, q quiet.
sub text
{
	my ($x, $y, $class, $text, $colour) = @_;
	my $fill = $colour ? qq( fill="$colour") : '';
	push @svg, sprintf('<text x="%.1f" y="%.1f" class="%s"%s>%s</text>', $x, $y, $class, $fill, escape($text));
	return;
}

sub lines
{
	my ($x, $y, $class, @lines) = @_;
	foreach my $line (@lines)
	{
		text($x, $y, $class, $line);
		$y += 17;
	}
	return;
}

sub box
{
	my ($x, $y, $w, $h, $fill, $stroke, @more) = @_;
	element('rect', x => $x, y => $y, width => $w, height => $h, rx => 6, fill => $fill, stroke => $stroke, @more);
	return;
}

sub stroke
{
	my ($x1, $y1, $x2, $y2, $colour, @more) = @_;
	element('line', x1 => $x1, y1 => $y1, x2 => $x2, y2 => $y2, stroke => $colour, @more);
	return;
}

sub arrow { my (@ends) = @_; stroke(@ends, '#444', 'stroke-width' => 2, 'marker-end' => 'url(#tip)'); return; }

sub pill
{
	my ($x, $y, $w, $colour, $text) = @_;
	box($x, $y, $w, 26, $colour, 'none');
	text($x + $w / 2, $y + 18, 'n m w', $text);
	return;
}

# A finished file: its own light ground, so that it can be read on a dark page, too.
sub picture
{
	my ($height, $title, $draw) = @_;

	@svg = ();
	text(24, 36, 't', $title);
	$draw->();
	return encode_utf8(join("\n",
		qq(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 960 $height" width="960" height="$height" role="img">),
		'<title>' . escape($title) . '</title>',
		'<style>svg{font:14px Verdana,"DejaVu Sans",sans-serif;fill:#1a1a1a}.t{font-size:19px;font-weight:bold}.s{font-size:12.5px}' .
		'.b{font-weight:bold}.m{text-anchor:middle}.e{text-anchor:end}.n{font-family:"DejaVu Sans Mono",Menlo,Consolas,monospace}' .
		'.w{fill:#fff}.q{fill:#555}</style>',
		'<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="6" markerHeight="6" orient="auto">' .
		'<path d="M0 0L8 4L0 8z" fill="#444"/></marker></defs>',
		qq(<rect x="1" y="1" width="958" height="@{[$height - 2]}" rx="10" fill="#fff" stroke="#bbb"/>),
		@svg, '</svg>', ''));
}

1;
