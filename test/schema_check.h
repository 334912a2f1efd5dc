/* schema_check.h - whether a document is as results/schema says */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef SCHEMA_CHECK_H
#define SCHEMA_CHECK_H

#include <jansson.h>

/* Checks a document against results/schema/NAME.schema.json, which is found
 * from the top of the tree: as much of JSON Schema as those files use, and an
 * unknown keyword aborts. NULL, or the first place that does not fit, which the
 * caller frees. */
char *schema_check(const char *name, const json_t *document);

#endif
