#include "firmware/parse/answer.h"

enum err answer_read(struct blob der, struct blob anchor, int64_t now_s,
		     struct msg_answer_facts *ret)
{
	BIO *text = BIO_new(BIO_s_mem());
	char *at = NULL;

	if (!text)
		return ERR_NO_MEMORY;
	enum err e = statement_open(der, anchor, now_s, ANSWER_MAX_BYTES, text);
	long len = BIO_get_mem_data(text, &at);
	if (e == ERR_OK)
		e = len > 0 ? answer_read_text(at, (size_t)len, ret) : ERR_BAD_DATA;
	BIO_free(text);
	return e;
}
