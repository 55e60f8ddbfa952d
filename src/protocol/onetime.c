/*
 * onetime.c
 *		How is the key made that one request consumes, and whose is a card?
 *
 * Assumes that the caller keeps a private half in memory only and wipes it after
 * its first use: that is what makes every mask unique, whatever else is lost.
 */
#include <sodium.h>
#include <string.h>

#include "crypto/hash.h"
#include "crypto/secret.h"
#include "protocol/card.h"
#include "protocol/signed.h"

#define OWN_LIFETIME		UINT64_C(600000000)	/* 10 minutes in microseconds, informative */
#define ONETIME_TAG		"MPCAGG-v1/prekey"
#define ONETIME_SIGNED	(MPC_ONETIME_BYTES - MPC_SIG_BYTES)
#define HEDGE_SALT		"MPCAGG-v1/hedge"
#define HEDGE_LABEL		"hedge"

void
mpc_dataset_hash(uint8_t out[32], MpcStr name)
{
	mpc_th32(out, "MPCAGG-v1/dataset", name.data, name.len);
}

/* HMAC of the key's name under the signing key: differs per serial even if randomness repeats. */
static void
hedge_mac(uint8_t mac[crypto_auth_hmacsha512_BYTES], const MpcIdentity *id,
		  const uint8_t boot_id[MPC_BOOT_ID_BYTES], uint64_t serial)
{
	crypto_auth_hmacsha512_state state;
	uint8_t		le[8];
	MpcWriter	w;

	mpc_writer_init(&w, le, sizeof(le));
	mpc_write_le64(&w, serial);
	crypto_auth_hmacsha512_init(&state, id->sign_sk, crypto_sign_SEEDBYTES);
	crypto_auth_hmacsha512_update(&state, (const uint8_t *) HEDGE_LABEL, sizeof(HEDGE_LABEL) - 1);
	crypto_auth_hmacsha512_update(&state, boot_id, MPC_BOOT_ID_BYTES);
	crypto_auth_hmacsha512_update(&state, le, sizeof(le));
	crypto_auth_hmacsha512_final(&state, mac);
	mpc_wipe(&state, sizeof(state));
}

/* esk = HKDF(salt, 32 random bytes || mac): secret while either of the two is. */
static void
hedged_secret(uint8_t esk[MPC_DH_BYTES], const MpcIdentity *id,
			  const uint8_t boot_id[MPC_BOOT_ID_BYTES], uint64_t serial)
{
	uint8_t		ikm[32 + crypto_auth_hmacsha512_BYTES];

	mpc_random(ikm, 32);
	hedge_mac(ikm + 32, id, boot_id, serial);
	mpc_hkdf(esk, MPC_DH_BYTES, HEDGE_SALT, sizeof(HEDGE_SALT) - 1, ikm, sizeof(ikm), "", 0);
	mpc_wipe(ikm, sizeof(ikm));
}

MpcStatus
mpc_onetime_make(MpcOneTimeKey *key, const MpcIdentity *id, uint64_t serial,
				 uint64_t not_after, const uint8_t boot_id[MPC_BOOT_ID_BYTES],
				 const uint8_t *dataset_hash)
{
	static const uint8_t none[32] = {0};
	uint8_t		epk[MPC_DH_BYTES];
	MpcWriter	w;

	hedged_secret(key->esk, id, boot_id, serial);
	if (crypto_scalarmult_curve25519_base(epk, key->esk) != 0)
	{
		mpc_wipe(key, sizeof(*key));
		return MPC_CRYPTO;
	}
	mpc_declassify(epk, sizeof(epk));	/* a public key */
	mpc_writer_init(&w, key->card, sizeof(key->card));
	mpc_write_bytes(&w, id->card.pid, MPC_PID_BYTES);
	mpc_write_bytes(&w, epk, MPC_DH_BYTES);
	mpc_write_le64(&w, id->card.epoch);
	mpc_write_le64(&w, serial);
	mpc_write_le64(&w, not_after);
	mpc_write_bytes(&w, boot_id, MPC_BOOT_ID_BYTES);
	mpc_write_bytes(&w, dataset_hash != NULL ? dataset_hash : none, 32);
	mpc_write_signature(&w, 0, id->sign_sk, ONETIME_TAG);
	return w.status;
}

MpcStatus
mpc_onetime_make_own(MpcOneTimeKey *key, const MpcIdentity *id, uint64_t now,
					 const uint8_t *dataset_hash, uint8_t *slot)
{
	uint8_t		boot_id[MPC_BOOT_ID_BYTES];
	MpcStatus	status;

	/* A key that never leaves its question needs no serial: its boot_id is its own. */
	mpc_random(boot_id, sizeof(boot_id));
	status = mpc_onetime_make(key, id, 0, now + OWN_LIFETIME, boot_id, dataset_hash);
	if (status == MPC_OK)
		memcpy(slot, key->card, MPC_ONETIME_BYTES);
	return status;
}

void
mpc_onetime_read(MpcOneTimeCard *card, const uint8_t bytes[MPC_ONETIME_BYTES])
{
	MpcReader	r;

	/* 192 bytes are 192 bytes: nothing below can fail. */
	mpc_reader_init(&r, bytes, MPC_ONETIME_BYTES);
	card->bytes = bytes;
	card->pid = mpc_read_bytes(&r, MPC_PID_BYTES);
	card->epk = mpc_read_bytes(&r, MPC_DH_BYTES);
	card->epoch = mpc_read_le64(&r);
	card->serial = mpc_read_le64(&r);
	card->not_after = mpc_read_le64(&r);
	card->boot_id = mpc_read_bytes(&r, MPC_BOOT_ID_BYTES);
	card->dataset = mpc_read_bytes(&r, 32);
}

MpcStatus
mpc_onetime_is_of(const MpcOneTimeCard *card, const MpcCard *owner)
{
	if (memcmp(card->pid, owner->pid, MPC_PID_BYTES) != 0 || card->epoch != owner->epoch)
		return MPC_IDENTITY;
	return MPC_OK;
}

MpcStatus
mpc_onetime_verify(const MpcOneTimeCard *card, const MpcCard *owner)
{
	MpcStatus	status = mpc_onetime_is_of(card, owner);

	if (status != MPC_OK)
		return status;
	return mpc_sign_verify(card->bytes + ONETIME_SIGNED, owner->sign_pk,
						   ONETIME_TAG, card->bytes, ONETIME_SIGNED);
}
