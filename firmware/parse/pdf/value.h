/* The figures of pdf.def, as PDF_MIN_DPI and the like. */
#ifndef PARSE_PDF_VALUE_H
#define PARSE_PDF_VALUE_H

#define VALUE(name, number, from) PDF_##name = (number),
enum pdf_value {
#include "firmware/parse/pdf/pdf.def"
};
#undef VALUE

#endif
