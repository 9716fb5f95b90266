/* `kiosk-sync bundle DIR`: at a PC of the province, with its own client certificate, the dossiers
 * that kiosks wrote to a USB stick (base/bundle.h). What lies on it is opened by kiosk-parse, which
 * stands beside this program. */
#ifndef SYNC_BUNDLE_H
#define SYNC_BUNDLE_H

/* `dir`: the stick. Returns the exit status: 1 when anything was not as it should be. */
int bundle_forward(const char *dir);

#endif
