/*
 * number.c
 *		Which integer is a SQL number, once its point is moved?
 *
 * numeric is read in its stored form, since arithmetic on it would allocate for
 * every row. That form has not changed since 9.1 and cannot, as pg_upgrade keeps
 * data files; core keeps its macros private, so the few needed stand here. A
 * regression test compares this reader with numeric_out on random values.
 */
#include "postgres.h"

#include "local/number.h"

/*
 * Stored form: a 16-bit word, in the long form a second one with the weight, then digits of
 * base 10000, most significant first. value = sum of digit[i] * 10000^(weight - i).
 */
#define KIND_MASK			0xC000
#define KIND_NEGATIVE		0x4000
#define KIND_SHORT			0x8000
#define KIND_SPECIAL		0xC000
#define SHORT_NEGATIVE		0x2000
#define SHORT_WEIGHT_SIGN	0x0040
#define SHORT_WEIGHT_MASK	0x003F
#define BASE				10000
#define BASE_DIGITS			4
#define MAX_DIGITS			38

typedef struct StoredNumber
{
	const char *digits;			/* may be unaligned: the varlena header may be one byte */
	int			ndigits;
	int			weight;
	bool		negative;
} StoredNumber;

static const int64 power_of_ten[] = {
	1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000,
	INT64CONST(10000000000), INT64CONST(100000000000), INT64CONST(1000000000000),
	INT64CONST(10000000000000), INT64CONST(100000000000000), INT64CONST(1000000000000000),
	INT64CONST(10000000000000000), INT64CONST(100000000000000000), INT64CONST(1000000000000000000)
};

static inline uint16
read_word(const char *at)
{
	uint16		word;

	memcpy(&word, at, sizeof(word));
	return word;
}

static inline int
digit_at(const StoredNumber *n, int i)
{
	return read_word(n->digits + i * sizeof(uint16));
}

/* False for NaN and the infinities. */
static inline bool
read_stored(StoredNumber *n, const struct varlena *num)
{
	const char *at = VARDATA_ANY(num);
	int			size = VARSIZE_ANY_EXHDR(num);
	uint16		word = read_word(at);
	int			header = sizeof(uint16);

	if ((word & KIND_MASK) == KIND_SPECIAL)
		return false;
	if ((word & KIND_MASK) == KIND_SHORT)
	{
		n->negative = (word & SHORT_NEGATIVE) != 0;
		n->weight = word & SHORT_WEIGHT_MASK;
		if (word & SHORT_WEIGHT_SIGN)
			n->weight |= ~SHORT_WEIGHT_MASK;	/* sign extension */
	}
	else
	{
		n->negative = (word & KIND_MASK) == KIND_NEGATIVE;
		n->weight = (int16) read_word(at + header);
		header += sizeof(int16);
	}
	n->digits = at + header;
	n->ndigits = (size - header) / (int) sizeof(uint16);
	return true;
}

/* Core stores no zero digits at either end; what is computed below relies on it. */
static inline void
strip_zeros(StoredNumber *n)
{
	while (n->ndigits > 0 && digit_at(n, n->ndigits - 1) == 0)
		n->ndigits--;
	while (n->ndigits > 0 && digit_at(n, 0) == 0)
	{
		n->digits += sizeof(uint16);
		n->ndigits--;
		n->weight--;
	}
}

/* v * 10^exponent, 0 <= exponent <= 38; the caller knows the product stays below 10^38. */
static inline uint128
times_power_of_ten(uint128 v, int exponent)
{
	for (; exponent > 18; exponent -= 18)
		v *= power_of_ten[18];
	return v * power_of_ten[exponent];
}

/*
 * The last stored digit ends exponent decimal places above the scaled point, or below it when
 * negative; then what lies below must be zeros. All but the last digit are in acc.
 */
static inline bool
add_last_digit(uint128 *acc, int digit, int exponent)
{
	int			below;

	if (exponent >= 0)
	{
		*acc = times_power_of_ten(*acc * BASE + digit, exponent);
		return true;
	}
	if (exponent <= -BASE_DIGITS)
		return false;
	below = (int) power_of_ten[-exponent];
	*acc = *acc * (BASE / below) + digit / below;
	return digit % below == 0;
}

/* Decimal digits before the scaled point; bounds every intermediate value by 10^result. */
static inline int
scaled_digits(const StoredNumber *n, int scale)
{
	int			first = digit_at(n, 0);
	int			digits = first >= 1000 ? 4 : first >= 100 ? 3 : first >= 10 ? 2 : 1;

	return digits + BASE_DIGITS * n->weight + scale;
}

bool
mpc_number_from_numeric(const struct varlena *num, int scale, int128 *out)
{
	StoredNumber n;
	uint64		head = 0;
	uint128		acc;
	int			i;

	if (!read_stored(&n, num))
		return false;
	strip_zeros(&n);
	*out = 0;
	if (n.ndigits == 0)
		return true;
	if (scaled_digits(&n, scale) > MAX_DIGITS)
		return false;

	/* 4 digits of base 10000 fit 64 bits with much room, and are most numbers */
	for (i = 0; i < n.ndigits - 1 && i < 4; i++)
		head = head * BASE + digit_at(&n, i);
	acc = head;
	for (; i < n.ndigits - 1; i++)
	{
		if (acc >= ((uint128) 1 << 114))	/* digits left below the scale: not an integer */
			return false;
		acc = acc * BASE + digit_at(&n, i);
	}
	if (!add_last_digit(&acc, digit_at(&n, i),
						scale + BASE_DIGITS * (n.weight - n.ndigits + 1)))
		return false;
	*out = n.negative ? -(int128) acc : (int128) acc;
	return true;
}

bool
mpc_number_from_double(double v, double factor, int128 *out)
{
	double		x = v * factor;
	int64		small;

	if (likely(mpc_number_small_from_double(v, factor, &small)))
	{
		*out = small;
		return true;
	}
	if (!(fabs(x) < 0x1p126))	/* also NaN */
		return false;
	x = rint(x);				/* to nearest, ties to even: nobody changes the mode in a backend */
	if (fabs(x) < 0x1p62)
		*out = (int64) x;
	else
		*out = (int128) x;
	return true;
}
