/* SQLite, json-c and OpenSSL see what citizens tell. */
#include "firmware/base/wipe_free.h"
