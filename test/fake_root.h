/* fake_root.h - a folder of made-up files in the place of /proc and /sys */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef FAKE_ROOT_H
#define FAKE_ROOT_H

/* An empty one, its path from malloc. */
char *fake_root_new(void);
/* Makes a file in it, and the folders that it needs: path begins with "/". */
void fake_root_file(const char *root, const char *path, const char *text);
/* Removes it with all that is in it, and frees its path. */
void fake_root_free(char *root);

#endif
