#!/bin/sh
# key.sh: sourced by what signs; KEYS ($keys) is a folder of certificates, NAME.pem. The private key of
# each is NAME.key beside it, or one that never leaves its token: NAME.uri has its PKCS #11 URI
# (RFC 7512) in one line, whose pin-source=file:PATH says where the PIN lies. PKCS11_MODULE is the
# token's module.

# What signs by NAME: a file or a URI.
key_of() { # NAME
	if [ -e "$keys/$1.uri" ]; then
		cat "$keys/$1.uri"
	elif [ -e "$keys/$1.key" ]; then
		echo "$keys/$1.key"
	else
		echo "$keys has neither $1.key nor $1.uri: with what shall be signed?" >&2
		exit 1
	fi
}

# Whether any of them, or the catalogue's, was made for tries (keys.sh, Makefile): no such image serves.
are_for_tests() {
	[ ! -e "$keys/test-only" ] || return 0
	for certificate in "$keys"/*.pem ${CATALOGUE_CERT:+"$CATALOGUE_CERT"}; do
		! openssl x509 -in "$certificate" -noout -subject |
			grep -q 'TEST ONLY\|Catalogue of this build' || return 0
	done
	return 1
}
