/* An officer's signing token through its maker's PKCS #11 module, by libp11. The module is somebody
 * else's code, and its calls block for as long as it likes: they run in this program only, which
 * holds nothing and is started anew when it hangs. */
#ifndef DRIVERS_TOKEN_H
#define DRIVERS_TOKEN_H

#include "firmware/base/err.h"
#include "firmware/base/msg.h"
#include <stdbool.h>

struct token;

/* Loads the module; no token need be there. ERR_NO_TOKEN: there is no such module, or it does not
 * start. ERR_NO_MEMORY. */
enum err token_open(const char *module, struct token **ret);
/* NULL is allowed. */
void token_close(struct token *t);

/* Looks which tokens are there now. ERR_NO_TOKEN: none with a certificate of a person to sign
 * with. `model` is the token's, or "". */
enum err token_look(struct token *t, char model[64]);

/* Who could sign. ERR_NO_TOKEN. */
enum err token_cert(struct token *t, struct msg_token_cert *ret);

/* Logs in, signs, and logs out. ret->why says what became of it: WRONG_PIN, LOCKED_PIN, NO_TOKEN,
 * GONE when it was pulled out, BROKEN for what the module does not explain. */
void token_sign(struct token *t, const struct msg_token_sign *order, struct msg_token_signed *ret);

#endif
