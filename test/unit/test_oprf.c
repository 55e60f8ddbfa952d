/*
 * test_oprf.c
 *		Is the oblivious function that of RFC 9497, and a wrong proof none?
 *
 * Vectors: RFC 9497, appendices A.1.1 (OPRF) and A.1.2 (VOPRF).
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>

#include <cmocka.h>

#include "crypto/oprf.h"
#include "crypto/secret.h"
#include "kat.h"

#define LENGTH(a)	(sizeof(a) / sizeof((a)[0]))
#define BATCH_MAX	2
#define INPUT_MAX	17
#define SEED		"a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3"
#define KEY_INFO	"test key"

/* One element of a vector. */
typedef struct Element
{
	const char *input;
	const char *blind;
	const char *blinded;
	const char *evaluated;
	const char *output;
} Element;

typedef struct Vector
{
	MpcOprfMode mode;
	size_t		batch;
	const char *sk;
	const char *pk;				/* NULL: not in the RFC */
	const char *proof;			/* NULL: OPRF has none */
	const char *nonce;
	Element		element[BATCH_MAX];
} Vector;

static const Vector vectors[] = {
	{
		MPC_OPRF, 1,
		"5ebcea5ee37023ccb9fc2d2019f9d7737be85591ae8652ffa9ef0f4d37063b0e",
		NULL,
		NULL,
		NULL,
		{
			{
				"00",
				"64d37aed22a27f5191de1c1d69fadb899d8862b58eb4220029e036ec4c1f6706",
				"609a0ae68c15a3cf6903766461307e5c8bb2f95e7e6550e1ffa2dc99e412803c",
				"7ec6578ae5120958eb2db1745758ff379e77cb64fe77b0b2d8cc917ea0869c7e",
				"527759c3d9366f277d8c6020418d96bb393ba2afb20ff90df23fb7708264e2f3"
				"ab9135e3bd69955851de4b1f9fe8a0973396719b7912ba9ee8aa7d0b5e24bcf6",
			},
		}
	},
	{
		MPC_OPRF, 1,
		"5ebcea5ee37023ccb9fc2d2019f9d7737be85591ae8652ffa9ef0f4d37063b0e",
		NULL,
		NULL,
		NULL,
		{
			{
				"5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a",
				"64d37aed22a27f5191de1c1d69fadb899d8862b58eb4220029e036ec4c1f6706",
				"da27ef466870f5f15296299850aa088629945a17d1f5b7f5ff043f76b3c06418",
				"b4cbf5a4f1eeda5a63ce7b77c7d23f461db3fcab0dd28e4e17cecb5c90d02c25",
				"f4a74c9c592497375e796aa837e907b1a045d34306a749db9f34221f7e750cb4"
				"f2a6413a6bf6fa5e19ba6348eb673934a722a7ede2e7621306d18951e7cf2c73",
			},
		}
	},
	{
		MPC_VOPRF, 1,
		"e6f73f344b79b379f1a0dd37e07ff62e38d9f71345ce62ae3a9bc60b04ccd909",
		"c803e2cc6b05fc15064549b5920659ca4a77b2cca6f04f6b357009335476ad4e",
		"ddef93772692e535d1a53903db24367355cc2cc78de93b3be5a8ffcc6985dd06"
		"6d4346421d17bf5117a2a1ff0fcb2a759f58a539dfbe857a40bce4cf49ec600d",
		"222a5e897cf59db8145db8d16e597e8facb80ae7d4e26d9881aa6f61d645fc0e",
		{
			{
				"00",
				"64d37aed22a27f5191de1c1d69fadb899d8862b58eb4220029e036ec4c1f6706",
				"863f330cc1a1259ed5a5998a23acfd37fb4351a793a5b3c090b642ddc439b945",
				"aa8fa048764d5623868679402ff6108d2521884fa138cd7f9c7669a9a014267e",
				"b58cfbe118e0cb94d79b5fd6a6dafb98764dff49c14e1770b566e42402da1a7d"
				"a4d8527693914139caee5bd03903af43a491351d23b430948dd50cde10d32b3c",
			},
		}
	},
	{
		MPC_VOPRF, 1,
		"e6f73f344b79b379f1a0dd37e07ff62e38d9f71345ce62ae3a9bc60b04ccd909",
		"c803e2cc6b05fc15064549b5920659ca4a77b2cca6f04f6b357009335476ad4e",
		"401a0da6264f8cf45bb2f5264bc31e109155600babb3cd4e5af7d181a2c9dc0a"
		"67154fabf031fd936051dec80b0b6ae29c9503493dde7393b722eafdf5a50b02",
		"222a5e897cf59db8145db8d16e597e8facb80ae7d4e26d9881aa6f61d645fc0e",
		{
			{
				"5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a",
				"64d37aed22a27f5191de1c1d69fadb899d8862b58eb4220029e036ec4c1f6706",
				"cc0b2a350101881d8a4cba4c80241d74fb7dcbfde4a61fde2f91443c2bf9ef0c",
				"60a59a57208d48aca71e9e850d22674b611f752bed48b36f7a91b372bd7ad468",
				"8a9a2f3c7f085b65933594309041fc1898d42d0858e59f90814ae90571a6df60"
				"356f4610bf816f27afdd84f47719e480906d27ecd994985890e5f539e7ea74b6",
			},
		}
	},
	{
		MPC_VOPRF, 2,
		"e6f73f344b79b379f1a0dd37e07ff62e38d9f71345ce62ae3a9bc60b04ccd909",
		"c803e2cc6b05fc15064549b5920659ca4a77b2cca6f04f6b357009335476ad4e",
		"cc203910175d786927eeb44ea847328047892ddf8590e723c37205cb74600b0a"
		"5ab5337c8eb4ceae0494c2cf89529dcf94572ed267473d567aeed6ab873dee08",
		"419c4f4f5052c53c45f3da494d2b67b220d02118e0857cdbcf037f9ea84bbe0c",
		{
			{
				"00",
				"64d37aed22a27f5191de1c1d69fadb899d8862b58eb4220029e036ec4c1f6706",
				"863f330cc1a1259ed5a5998a23acfd37fb4351a793a5b3c090b642ddc439b945",
				"aa8fa048764d5623868679402ff6108d2521884fa138cd7f9c7669a9a014267e",
				"b58cfbe118e0cb94d79b5fd6a6dafb98764dff49c14e1770b566e42402da1a7d"
				"a4d8527693914139caee5bd03903af43a491351d23b430948dd50cde10d32b3c",
			},
			{
				"5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a",
				"222a5e897cf59db8145db8d16e597e8facb80ae7d4e26d9881aa6f61d645fc0e",
				"90a0145ea9da29254c3a56be4fe185465ebb3bf2a1801f7124bbbadac751e654",
				"cc5ac221950a49ceaa73c8db41b82c20372a4c8d63e5dded2db920b7eee36a2a",
				"8a9a2f3c7f085b65933594309041fc1898d42d0858e59f90814ae90571a6df60"
				"356f4610bf816f27afdd84f47719e480906d27ecd994985890e5f539e7ea74b6",
			},
		}
	},
};

/* A vector in bytes. */
typedef struct Case
{
	const Vector *v;
	MpcFe		sk;
	MpcPoint	pk;
	uint8_t		input[BATCH_MAX][INPUT_MAX];
	size_t		len[BATCH_MAX];
	MpcFe		blind[BATCH_MAX];
	MpcPoint	blinded[BATCH_MAX];
	MpcPoint	evaluated[BATCH_MAX];
	uint8_t		output[BATCH_MAX][MPC_OPRF_OUTPUT_BYTES];
	MpcOprfProof proof;
	MpcFe		nonce;
} Case;

static void
load(Case *c, const Vector *v)
{
	size_t		i;

	memset(c, 0, sizeof(*c));
	c->v = v;
	kat_hex(c->sk, sizeof(c->sk), v->sk);
	mpc_group_base(c->pk, c->sk);
	for (i = 0; i < v->batch; i++)
	{
		const Element *e = &v->element[i];

		c->len[i] = strlen(e->input) / 2;
		kat_hex(c->input[i], c->len[i], e->input);
		kat_hex(c->blind[i], sizeof(c->blind[i]), e->blind);
		kat_hex(c->blinded[i], sizeof(c->blinded[i]), e->blinded);
		kat_hex(c->evaluated[i], sizeof(c->evaluated[i]), e->evaluated);
		kat_hex(c->output[i], sizeof(c->output[i]), e->output);
	}
	if (v->proof == NULL)
		return;
	kat_hex((uint8_t *) &c->proof, sizeof(c->proof), v->proof);
	kat_hex(c->nonce, sizeof(c->nonce), v->nonce);
}

static MpcStatus
verify(const Case *c)
{
	return mpc_oprf_verify(&c->proof, c->pk, (const MpcPoint *) c->blinded, (const MpcPoint *) c->evaluated, c->v->batch);
}

static void
check_key(const Case *c)
{
	uint8_t		seed[MPC_OPRF_SEED_BYTES];
	MpcPoint	pk;
	MpcFe		sk;

	kat_hex(seed, sizeof(seed), SEED);
	assert_int_equal(mpc_oprf_derive_key(sk, pk, c->v->mode, seed, KEY_INFO, sizeof(KEY_INFO) - 1), MPC_OK);
	assert_memory_equal(sk, c->sk, sizeof(sk));
	assert_memory_equal(pk, c->pk, sizeof(pk));
	if (c->v->pk != NULL)
	{
		kat_hex(pk, sizeof(pk), c->v->pk);
		assert_memory_equal(pk, c->pk, sizeof(pk));
	}
}

static void
check_element(const Case *c, size_t i)
{
	MpcPoint	point;
	uint8_t		output[MPC_OPRF_OUTPUT_BYTES];

	assert_int_equal(mpc_oprf_blind(point, c->v->mode, c->blind[i], c->input[i], c->len[i]), MPC_OK);
	assert_memory_equal(point, c->blinded[i], sizeof(point));
	assert_int_equal(mpc_group_mul(point, c->sk, point), MPC_OK);
	assert_memory_equal(point, c->evaluated[i], sizeof(point));
	assert_int_equal(mpc_oprf_finalize(output, c->input[i], c->len[i], c->blind[i], point), MPC_OK);
	assert_memory_equal(output, c->output[i], sizeof(output));
	assert_int_equal(mpc_oprf_evaluate(output, c->v->mode, c->sk, c->input[i], c->len[i]), MPC_OK);
	assert_memory_equal(output, c->output[i], sizeof(output));
}

static void
check_proof(const Case *c)
{
	MpcOprfProof proof;

	assert_int_equal(mpc_oprf_prove(&proof, c->sk, c->pk, (const MpcPoint *) c->blinded,
									(const MpcPoint *) c->evaluated, c->v->batch, c->nonce), MPC_OK);
	assert_memory_equal(&proof, &c->proof, sizeof(proof));
	assert_int_equal(verify(c), MPC_OK);
}

static void
test_vectors(void **state)
{
	Case		c;
	size_t		k;
	size_t		i;

	(void) state;
	for (k = 0; k < LENGTH(vectors); k++)
	{
		load(&c, &vectors[k]);
		check_key(&c);
		for (i = 0; i < c.v->batch; i++)
			check_element(&c, i);
		if (c.v->proof != NULL)
			check_proof(&c);
	}
}

/* Another key, another element, another order, another proof: each is noticed. */
static void
test_forged(void **state)
{
	const Vector *v = &vectors[LENGTH(vectors) - 1];	/* the batch of two */
	Case		c;
	MpcFe		other;
	MpcPoint	swapped;

	(void) state;
	load(&c, v);
	mpc_group_scalar(other);
	assert_int_equal(mpc_group_mul(c.evaluated[1], other, c.blinded[1]), MPC_OK);
	assert_int_equal(verify(&c), MPC_SIGNATURE);

	load(&c, v);
	mpc_group_random(c.blinded[0]);
	assert_int_equal(verify(&c), MPC_SIGNATURE);

	load(&c, v);
	memcpy(swapped, c.evaluated[0], sizeof(swapped));
	memcpy(c.evaluated[0], c.evaluated[1], sizeof(swapped));
	memcpy(c.evaluated[1], swapped, sizeof(swapped));
	assert_int_equal(verify(&c), MPC_SIGNATURE);

	load(&c, v);
	mpc_group_random(c.pk);
	assert_int_equal(verify(&c), MPC_SIGNATURE);

	load(&c, v);
	c.proof.c[0] ^= 1;
	assert_int_equal(verify(&c), MPC_SIGNATURE);

	load(&c, v);
	c.proof.s[0] ^= 1;
	assert_int_equal(verify(&c), MPC_SIGNATURE);
}

/* What is no scalar and no point is refused by that name. */
static void
test_refused(void **state)
{
	const Vector *v = &vectors[LENGTH(vectors) - 1];
	uint8_t		output[MPC_OPRF_OUTPUT_BYTES];
	uint8_t	   *field[5];
	Case		c;
	size_t		i;
	int			byte;

	(void) state;
	for (i = 0; i < LENGTH(field); i++)
	{
		for (byte = 0; byte < 256; byte += 255)
		{
			load(&c, v);
			field[0] = c.proof.c;
			field[1] = c.proof.s;
			field[2] = c.pk;
			field[3] = c.blinded[1];
			field[4] = c.evaluated[0];
			memset(field[i], byte, 32);
			assert_int_equal(verify(&c), MPC_NONCANONICAL);
		}
	}
	load(&c, v);
	memset(c.evaluated[0], 0, 32);
	assert_int_equal(mpc_oprf_finalize(output, c.input[0], c.len[0], c.blind[0], c.evaluated[0]), MPC_NONCANONICAL);
	assert_true(mpc_is_zero(output, sizeof(output)));
	memset(c.blinded[1], 0xff, 32);
	assert_int_equal(mpc_oprf_prove(&c.proof, c.sk, c.pk, (const MpcPoint *) c.blinded, (const MpcPoint *) c.evaluated, 2,
									c.nonce), MPC_NONCANONICAL);
}

static void
test_limits(void **state)
{
	static uint8_t input[MPC_OPRF_MAX_INPUT + 1];
	uint8_t		output[MPC_OPRF_OUTPUT_BYTES];
	uint8_t		again[MPC_OPRF_OUTPUT_BYTES];
	uint8_t		seed[MPC_OPRF_SEED_BYTES] = {1};
	MpcPoint	point;
	Case		c;
	size_t		too_long = sizeof(input);

	(void) state;
	load(&c, &vectors[2]);
	assert_int_equal(mpc_oprf_derive_key(c.sk, point, MPC_VOPRF, seed, input, too_long), MPC_LIMIT);
	assert_int_equal(mpc_oprf_blind(point, MPC_VOPRF, c.blind[0], input, too_long), MPC_LIMIT);
	assert_int_equal(mpc_oprf_finalize(output, input, too_long, c.blind[0], c.evaluated[0]), MPC_LIMIT);
	assert_int_equal(mpc_oprf_evaluate(output, MPC_VOPRF, c.sk, input, too_long), MPC_LIMIT);
	assert_int_equal(mpc_oprf_verify(&c.proof, c.pk, NULL, NULL, 0), MPC_LIMIT);
	assert_int_equal(mpc_oprf_verify(&c.proof, c.pk, NULL, NULL, MPC_OPRF_MAX_BATCH + 1), MPC_LIMIT);
	assert_int_equal(mpc_oprf_prove(&c.proof, c.sk, c.pk, NULL, NULL, 0, c.nonce), MPC_LIMIT);

	/* the longest input, and none, by both ways */
	for (too_long = 0; too_long <= MPC_OPRF_MAX_INPUT; too_long += MPC_OPRF_MAX_INPUT)
	{
		assert_int_equal(mpc_oprf_blind(point, MPC_OPRF, c.blind[0], too_long ? input : NULL, too_long), MPC_OK);
		assert_int_equal(mpc_group_mul(point, c.sk, point), MPC_OK);
		assert_int_equal(mpc_oprf_finalize(output, input, too_long, c.blind[0], point), MPC_OK);
		assert_int_equal(mpc_oprf_evaluate(again, MPC_OPRF, c.sk, input, too_long), MPC_OK);
		assert_memory_equal(output, again, sizeof(output));
	}
}

static bool
stop(void)
{
	return true;
}

static void
test_interrupts(void **state)
{
	Case		c;

	(void) state;
	load(&c, &vectors[LENGTH(vectors) - 1]);
	mpc_interrupted = stop;
	assert_int_equal(verify(&c), MPC_INTERRUPTED);
	mpc_interrupted = NULL;
	assert_int_equal(verify(&c), MPC_OK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_forged),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_interrupts),
	};

	if (mpc_core_init() != MPC_OK)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
