/*
 * oprf.c
 *		How is RFC 9497 spelled: which bytes are hashed under which tag?
 *
 * Every hash of the RFC is over pieces of a transcript; those that end in the group or the field go through
 * expand_message_xmd (RFC 9380, 5.3.1) with 64 bytes of output, which is one block: b_1 alone. Integers are
 * big-endian here, after the RFC.
 */
#include "crypto/oprf.h"

#include <string.h>

#include <sodium.h>

#include "crypto/secret.h"

#define HASH_BYTES		crypto_hash_sha512_BYTES
#define HASH_BLOCK		128		/* bytes of a block of SHA-512 */
#define CONTEXT			"OPRFV1-?-ristretto255-SHA512"	/* ?: the mode, one byte */
#define CONTEXT_MODE	7		/* where that byte is */
#define CONTEXT_BYTES	(sizeof(CONTEXT) - 1)
#define TAG_BYTES		(sizeof("DeriveKeyPair") - 1 + CONTEXT_BYTES)	/* of the longest tag */
#define BATCH			4		/* elements of a proof between two looks at mpc_interrupted */

typedef crypto_hash_sha512_state Hash;

/* A domain separation tag: a label and the context string. Public. */
typedef struct Tag
{
	uint8_t		bytes[TAG_BYTES];
	uint8_t		len;
} Tag;

static Tag
make_tag(const char *label, MpcOprfMode mode)
{
	Tag			tag;
	size_t		len = strlen(label);

	memcpy(tag.bytes, label, len);
	memcpy(tag.bytes + len, CONTEXT, CONTEXT_BYTES);
	tag.bytes[len + CONTEXT_MODE] = (uint8_t) mode;
	tag.len = (uint8_t) (len + CONTEXT_BYTES);
	return tag;
}

static void
add(Hash *hash, const void *bytes, size_t len)
{
	if (len > 0)				/* bytes may be NULL then */
		crypto_hash_sha512_update(hash, bytes, len);
}

/* I2OSP(v, 2), v < 2^16 */
static void
add_number(Hash *hash, size_t v)
{
	uint8_t		bytes[2];

	bytes[0] = (uint8_t) (v >> 8);
	bytes[1] = (uint8_t) v;
	add(hash, bytes, sizeof(bytes));
}

/* I2OSP(len, 2) || bytes */
static void
add_sized(Hash *hash, const void *bytes, size_t len)
{
	add_number(hash, len);
	add(hash, bytes, len);
}

static void
add_label(Hash *hash, const char *label)
{
	add(hash, label, strlen(label));
}

static void
finish(Hash *hash, uint8_t out[HASH_BYTES])
{
	crypto_hash_sha512_final(hash, out);
	mpc_wipe(hash, sizeof(*hash));
}

/* expand_message_xmd: begin, add the message, end. b_0 = H(zeros || message || I2OSP(64, 2) || 0 || tag || its length) */
static void
expand_begin(Hash *hash)
{
	static const uint8_t zeros[HASH_BLOCK];

	crypto_hash_sha512_init(hash);
	add(hash, zeros, sizeof(zeros));
}

/* out = b_1 = H(b_0 || 1 || tag || its length) */
static void
expand_end(Hash *hash, uint8_t out[HASH_BYTES], const Tag *tag)
{
	static const uint8_t zero = 0;
	static const uint8_t one = 1;
	uint8_t		block[HASH_BYTES];

	add_number(hash, HASH_BYTES);
	add(hash, &zero, 1);
	add(hash, tag->bytes, tag->len);
	add(hash, &tag->len, 1);
	finish(hash, block);

	crypto_hash_sha512_init(hash);
	add(hash, block, sizeof(block));
	add(hash, &one, 1);
	add(hash, tag->bytes, tag->len);
	add(hash, &tag->len, 1);
	finish(hash, out);
	mpc_wipe(block, sizeof(block));
}

/* HashToGroup */
static void
hash_to_group(MpcPoint r, MpcOprfMode mode, const void *input, size_t len)
{
	Tag			tag = make_tag("HashToGroup-", mode);
	Hash		hash;
	uint8_t		uniform[HASH_BYTES];

	expand_begin(&hash);
	add(&hash, input, len);
	expand_end(&hash, uniform, &tag);
	mpc_group_hash(r, uniform);
	mpc_wipe(uniform, sizeof(uniform));
}

/* HashToScalar of what was added, with the tag of this label */
static void
scalar_end(Hash *hash, MpcFe r, const char *label, MpcOprfMode mode)
{
	Tag			tag = make_tag(label, mode);
	uint8_t		uniform[HASH_BYTES];

	expand_end(hash, uniform, &tag);
	mpc_field_from_hash(r, uniform);
	mpc_wipe(uniform, sizeof(uniform));
}

MpcStatus
mpc_oprf_derive_key(MpcFe sk, MpcPoint pk, MpcOprfMode mode, const uint8_t seed[MPC_OPRF_SEED_BYTES],
					const void *info, size_t info_len)
{
	Hash		hash;
	uint8_t		counter = 0;	/* the next one is for a key of zero, in 1 of 2^252 cases: none */

	if (info_len > MPC_OPRF_MAX_INPUT)
		return MPC_LIMIT;
	expand_begin(&hash);
	add(&hash, seed, MPC_OPRF_SEED_BYTES);
	add_sized(&hash, info, info_len);
	add(&hash, &counter, sizeof(counter));
	scalar_end(&hash, sk, "DeriveKeyPair", mode);
	mpc_group_base(pk, sk);
	mpc_declassify(pk, MPC_POINT_BYTES);	/* a public key */
	return MPC_OK;
}

MpcStatus
mpc_oprf_blind(MpcPoint blinded, MpcOprfMode mode, const MpcFe blind, const void *input, size_t len)
{
	MpcStatus	status;

	if (len > MPC_OPRF_MAX_INPUT)
		return MPC_LIMIT;
	hash_to_group(blinded, mode, input, len);
	status = mpc_group_mul(blinded, blind, blinded);
	mpc_declassify(blinded, MPC_POINT_BYTES);	/* uniform, whatever the input is: it is sent */
	return status;
}

/* H(I2OSP(len, 2) || input || I2OSP(32, 2) || point || "Finalize") */
static void
finalize(uint8_t output[MPC_OPRF_OUTPUT_BYTES], const void *input, size_t len, const MpcPoint point)
{
	Hash		hash;

	crypto_hash_sha512_init(&hash);
	add_sized(&hash, input, len);
	add_sized(&hash, point, MPC_POINT_BYTES);
	add_label(&hash, "Finalize");
	finish(&hash, output);
}

MpcStatus
mpc_oprf_finalize(uint8_t output[MPC_OPRF_OUTPUT_BYTES], const void *input, size_t len,
				  const MpcFe blind, const MpcPoint evaluated)
{
	MpcFe		inverse;
	MpcPoint	point;
	MpcStatus	status;

	if (len > MPC_OPRF_MAX_INPUT)
		return MPC_LIMIT;
	mpc_group_invert(inverse, blind);
	status = mpc_group_mul(point, inverse, evaluated);
	if (status == MPC_OK)
		finalize(output, input, len, point);
	else
		mpc_wipe(output, MPC_OPRF_OUTPUT_BYTES);
	mpc_wipe(inverse, sizeof(inverse));
	mpc_wipe(point, sizeof(point));
	return status;
}

MpcStatus
mpc_oprf_evaluate(uint8_t output[MPC_OPRF_OUTPUT_BYTES], MpcOprfMode mode, const MpcFe sk,
				  const void *input, size_t len)
{
	MpcPoint	point;
	MpcStatus	status;

	if (len > MPC_OPRF_MAX_INPUT)
		return MPC_LIMIT;
	hash_to_group(point, mode, input, len);
	status = mpc_group_mul(point, sk, point);
	if (status == MPC_OK)
		finalize(output, input, len, point);
	mpc_wipe(point, sizeof(point));
	return status;
}

/* H(I2OSP(32, 2) || pk || I2OSP(len, 2) || "Seed-" || context) */
static void
batch_seed(uint8_t seed[HASH_BYTES], const MpcPoint pk)
{
	Tag			tag = make_tag("Seed-", MPC_VOPRF);
	Hash		hash;

	crypto_hash_sha512_init(&hash);
	add_sized(&hash, pk, MPC_POINT_BYTES);
	add_sized(&hash, tag.bytes, tag.len);
	finish(&hash, seed);
}

/* The weight of element i of a batch. Public. */
static void
batch_weight(MpcFe weight, const uint8_t seed[HASH_BYTES], size_t i, const MpcPoint blinded, const MpcPoint evaluated)
{
	Hash		hash;

	expand_begin(&hash);
	add_sized(&hash, seed, HASH_BYTES);
	add_number(&hash, i);
	add_sized(&hash, blinded, MPC_POINT_BYTES);
	add_sized(&hash, evaluated, MPC_POINT_BYTES);
	add_label(&hash, "Composite");
	scalar_end(&hash, weight, "HashToScalar-", MPC_VOPRF);
}

/* sum += weight * point; sum starts as the identity, whose encoding is zeros. */
static MpcStatus
add_weighted(MpcPoint sum, const MpcFe weight, const MpcPoint point)
{
	MpcPoint	term;
	MpcStatus	status = mpc_group_mul(term, weight, point);

	return status == MPC_OK ? mpc_group_add(sum, sum, term) : status;
}

/*
 * ComputeComposites: m and z are the weighted sums of the blinded and the evaluated elements. z may be NULL: who has
 * the key multiplies m by it instead.
 */
static MpcStatus
compose(MpcPoint m, MpcPoint *z, const MpcPoint pk, const MpcPoint *blinded, const MpcPoint *evaluated, size_t n)
{
	uint8_t		seed[HASH_BYTES];
	MpcFe		weight;
	MpcStatus	status = MPC_OK;
	size_t		i;

	if (n == 0 || n > MPC_OPRF_MAX_BATCH)
		return MPC_LIMIT;
	batch_seed(seed, pk);
	memset(m, 0, MPC_POINT_BYTES);
	if (z != NULL)
		memset(*z, 0, MPC_POINT_BYTES);
	for (i = 0; i < n && status == MPC_OK; i++)
	{
		if (i % BATCH == 0 && mpc_interrupted != NULL && mpc_interrupted())
			return MPC_INTERRUPTED;
		batch_weight(weight, seed, i, blinded[i], evaluated[i]);
		status = add_weighted(m, weight, blinded[i]);
		if (status == MPC_OK && z != NULL)
			status = add_weighted(*z, weight, evaluated[i]);
	}
	return status;
}

/* The proof's challenge. */
static void
challenge(MpcFe c, const MpcPoint pk, const MpcPoint m, const MpcPoint z, const MpcPoint t2, const MpcPoint t3)
{
	Hash		hash;

	expand_begin(&hash);
	add_sized(&hash, pk, MPC_POINT_BYTES);
	add_sized(&hash, m, MPC_POINT_BYTES);
	add_sized(&hash, z, MPC_POINT_BYTES);
	add_sized(&hash, t2, MPC_POINT_BYTES);
	add_sized(&hash, t3, MPC_POINT_BYTES);
	add_label(&hash, "Challenge");
	scalar_end(&hash, c, "HashToScalar-", MPC_VOPRF);
}

MpcStatus
mpc_oprf_prove(MpcOprfProof *proof, const MpcFe sk, const MpcPoint pk, const MpcPoint *blinded,
			   const MpcPoint *evaluated, size_t n, const MpcFe nonce)
{
	MpcPoint	m;
	MpcPoint	z;
	MpcPoint	t2;
	MpcPoint	t3;
	MpcFe		product;
	MpcStatus	status;

	status = compose(m, NULL, pk, blinded, evaluated, n);
	if (status == MPC_OK)
		status = mpc_group_mul(z, sk, m);
	if (status == MPC_OK)
		status = mpc_group_mul(t3, nonce, m);
	if (status != MPC_OK)
		return status;
	mpc_group_base(t2, nonce);
	challenge(proof->c, pk, m, z, t2, t3);
	mpc_field_mul(product, proof->c, sk);
	mpc_field_sub(proof->s, nonce, product);
	mpc_wipe(product, sizeof(product));
	mpc_declassify(proof, sizeof(*proof));	/* sent: zero knowledge of sk */
	return MPC_OK;
}

/* r = s * a + c * b; a NULL: the base */
static MpcStatus
combine(MpcPoint r, const MpcFe s, const uint8_t *a, const MpcFe c, const MpcPoint b)
{
	MpcPoint	term;
	MpcStatus	status = MPC_OK;

	if (a == NULL)
		mpc_group_base(r, s);
	else
		status = mpc_group_mul(r, s, a);
	if (status == MPC_OK)
		status = mpc_group_mul(term, c, b);
	return status == MPC_OK ? mpc_group_add(r, r, term) : status;
}

static bool
is_sound(const MpcFe scalar)
{
	return mpc_field_is_canonical(scalar) && !mpc_is_zero(scalar, MPC_FIELD_BYTES);
}

MpcStatus
mpc_oprf_verify(const MpcOprfProof *proof, const MpcPoint pk, const MpcPoint *blinded,
				const MpcPoint *evaluated, size_t n)
{
	MpcPoint	m;
	MpcPoint	z;
	MpcPoint	t2;
	MpcPoint	t3;
	MpcFe		expected;
	MpcStatus	status;

	if (!is_sound(proof->c) || !is_sound(proof->s))
		return MPC_NONCANONICAL;
	status = compose(m, &z, pk, blinded, evaluated, n);
	if (status == MPC_OK)
		status = combine(t2, proof->s, NULL, proof->c, pk);
	if (status == MPC_OK)
		status = combine(t3, proof->s, m, proof->c, z);
	if (status != MPC_OK)
		return status;
	challenge(expected, pk, m, z, t2, t3);
	return mpc_equal(expected, proof->c, MPC_FIELD_BYTES) ? MPC_OK : MPC_SIGNATURE;
}
