/* bench_start.c - what a run directory has before the first block */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_start.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "bench_build.h"
#include "bench_machine.h"
#include "bench_preflight.h"

static json_t *
make_manifest(const struct bench_start *r, json_t *preflight)
{
	char hash[BENCH_CELL_ID_SIZE], *seed;
	char stamp[32];
	time_t now = time(NULL);
	unsigned launches = bench_options_launches(r->options, r->plan);
	unsigned layouts = bench_options_layouts(r->options, r->plan);
	json_t *m = json_object();

	bench_plan_hash(r->plan, hash);
	strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%SZ", gmtime(&now));
	seed = bench_printf("%llu", (unsigned long long)r->plan->seed);
	json_object_set_new(m, "schema", json_integer(1));
	json_object_set_new(m, "plan", json_string(r->plan->name));
	json_object_set_new(m, "plan_hash", json_string(hash));
	json_object_set_new(m, "candidates_hash", json_string(hash));
	json_object_set_new(m, "date", json_string(stamp));
	json_object_set_new(m, "seed", json_string(seed));
	json_object_set_new(m, "budget_s", json_real(r->plan->budget_s));
	json_object_set_new(m, "blocks", json_integer(r->plan->blocks));
	json_object_set_new(m, "rounds", json_integer(r->plan->rounds));
	json_object_set_new(m, "epsilon", json_real(r->options->epsilon));
	json_object_set_new(
		m, "allocation",
		json_string(r->options->uniform ? "uniform" : "race"));
	if (launches > 1)
		json_object_set_new(m, "launches", json_integer(launches));
	if (layouts > 1)
		json_object_set_new(m, "layouts", json_integer(layouts));
	json_object_set_new(m, "arguments", bench_options_json(r->options));
	json_object_set_new(m, "commit", json_string(bench_build_commit));
	json_object_set_new(m, "compiler", json_string(bench_build_compiler));
	json_object_set_new(m, "flags", json_string(bench_build_flags));
	json_object_set_new(m, "machine",
			    bench_machine_fingerprint(r->topo, ""));
	json_object_set(m, "preflight", preflight);
	json_object_set(m, "verification", r->verification);
	json_object_set_new(m, "cells", bench_plan_cells_json(r->plan));
	free(seed);
	return m;
}

/* results/runs/latest names the newest run of the default place. */
static void
link_latest(const char *dir)
{
	const char *name = strrchr(dir, '/');

	if (strncmp(dir, BENCH_RUNS "/", sizeof(BENCH_RUNS)) ||
	    name != dir + sizeof(BENCH_RUNS) - 1)
		return;
	unlink(BENCH_RUNS "/latest");
	if (symlink(name + 1, BENCH_RUNS "/latest"))
		bench_error(BENCH_OK, BENCH_RUNS "/latest: %s",
			    strerror(errno));
}

int
bench_start_claim(const char *dir)
{
	int status = bench_make_dirs(dir);
	int fd = status == BENCH_OK
			 ? open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
			 : -1;

	/* A file system that has no locks, or a directory that cannot be read,
	 * is no reason not to measure: the descriptor stays open for the lock.
	 */
	if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK)
		return status;
	close(fd);
	return bench_error(BENCH_USAGE,
			   "--out=%s: expected a directory of its own, found "
			   "another framebench run at work in it",
			   dir);
}

int
bench_start_write(const struct bench_start *r)
{
	json_t *preflight = bench_preflight(r->topo, ""), *manifest;
	int status = r->options->strict ? bench_preflight_strict(preflight)
					: BENCH_OK;
	char *path;

	if (status == BENCH_OK) {
		path = bench_printf("%s/topology.xml", r->dir);
		status = bench_topo_export_xml(r->topo, path);
		free(path);
	}
	/* Last: with it the directory is a run, and can be resumed. */
	if (status == BENCH_OK) {
		manifest = make_manifest(r, preflight);
		path = bench_printf("%s/manifest.json", r->dir);
		status = bench_write_json(path, manifest);
		free(path);
		json_decref(manifest);
	}
	if (status == BENCH_OK)
		link_latest(r->dir);
	json_decref(preflight);
	return status;
}
