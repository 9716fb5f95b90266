/* The first words with a province, before there is a certificate: what a kiosk is to trust, which a
 * person compares, and then its certificates for a one-time code. The only use of the network
 * without a settings file; the contract is in province.openapi.yaml. */
#ifndef SYNC_ENROL_H
#define SYNC_ENROL_H

/* Fetches the signed set of the province's files into the folder. Whose server that is cannot be
 * known yet: nothing in the set is to be believed before its fingerprint was compared. Returns the
 * exit code: 0; 3 not reached; 4 refused; 5 not the province; 1 another
 * answer. Says WHY=... on standard output, and gives up when nobody reads that any more. */
int enrol_look(const char *url, const char *dir, const char *proxy);

/* Sends tls.csr and kiosk.csr of the folder with the code on standard input, to a server that
 * ca.pem there vouches for, and writes tls-ID.pem and kiosk-ID.pem. Exit codes as above; 6: another
 * kiosk of that number has certificates. */
int enrol_ask(const char *url, const char *id, const char *dir, const char *proxy);

#endif
