/* bench_machine.h - which machine a run was made on, for its manifest
 *
 * It names no host, no user and no path. What the machine does not tell is
 * null. A virtual machine's family, model and caches may be made up, so the
 * hash of the feature flags, the caches and the hypervisor belong to it.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_MACHINE_H
#define BENCH_MACHINE_H

#include <jansson.h>

#include "bench_topo.h"

/* A new object: arch, vendor, family, model, stepping, model_name, microcode,
 * features (a hash), hypervisor (true, false), hypervisor_vendor, cpus (that
 * may be used), kinds, caches: [{level, bytes, cpus}] (advertised, the first
 * CPU's), caches_verified (false: nobody has), cache_doubt, memory_bytes,
 * page_bytes, thp, kernel, libc, governor, turbo, smt, aslr, compiler.
 * root as in bench_sys.h. */
json_t *bench_machine_fingerprint(const struct bench_topo *topo,
				  const char *root);

#endif
