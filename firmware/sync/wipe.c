/* libcurl, OpenSSL and json-c see what the province tells of a citizen's dossier. */
#include "firmware/base/wipe_free.h"
