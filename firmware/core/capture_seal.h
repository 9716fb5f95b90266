/* The kiosk's own signature on a file it has scanned: the capture seal. It says that this kiosk
 * made the file and that nothing was changed since; it certifies no copy. */
#ifndef CORE_CAPTURE_SEAL_H
#define CORE_CAPTURE_SEAL_H

#include "firmware/base/err.h"
#include "firmware/core/package.h"
#include "firmware/core/pades.h"

#define CAPTURE_SEAL_REASON                                                       \
	"Bản quét tại kiosk, chưa phải bản sao được chứng thực" \
	" (scanned by a kiosk, not a certified copy)"

/* Fills the file's gap (pades.h). ERR_BAD_DATA: it has none. ERR_NO_SPACE, ERR_NO_MEMORY;
 * ERR_FORGED: the key does not do. */
enum err capture_seal(const struct package_keys *k, struct pades_file *f);

#endif
