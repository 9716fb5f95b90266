/* The table of a visit as a picture. */
#ifndef CORE_DIAGRAM_H
#define CORE_DIAGRAM_H

#include <stdio.h>

/* Writes visit.def as a Graphviz graph. Returns an exit code. */
int diagram_print(FILE *out);

#endif
