/* bench_gbench.cc - Google Benchmark as the executor of one sample */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_gbench.h"

#include <atomic>
#include <iterator>
#include <vector>

#include <benchmark/benchmark.h>

namespace
{

struct Sample {
	bench_gbench_fn *batch;
	void *arg;
	uint64_t calls;
	double seconds;
};

/* Without a reporter of ours the library would print, and its default one is
 * used after it was freed when it runs twice (Google Benchmark #2265). */
class Capture : public benchmark::BenchmarkReporter
{
      public:
	bool
	ReportContext(const Context &) override
	{
		return true;
	}

	/* The accumulated time is what was set; the adjusted one is not. */
	void
	ReportRuns(const std::vector<Run> &reported) override
	{
		for (const Run &run : reported) {
			runs++;
			iterations += static_cast<uint64_t>(run.iterations);
			seconds += run.real_accumulated_time;
		}
	}

	uint64_t runs = 0;
	uint64_t iterations = 0;
	double seconds = 0;
};

/* The library takes flags from BENCHMARK_* when it is loaded, before main, and
 * ends the program when one is bad. So each that changes what runs or prints is
 * given anew; the user's own flags never get here. */
void
initialize()
{
	/* Lives on: the library keeps a pointer to the first word. */
	static char words[][48] = {
		"framebench",
		"--benchmark_color=false",
		"--benchmark_format=console",
		"--benchmark_list_tests=false",
		"--benchmark_min_warmup_time=0",
		"--benchmark_out=",
		"--benchmark_out_format=console",
		"--benchmark_perf_counters=",
		"--benchmark_time_unit=ns",
		"--v=0",
	};
	static char *argv[std::size(words) + 1];
	int argc = 0;

	if (argv[0])
		return;
	for (char *word : words)
		argv[argc++] = word;
	benchmark::Initialize(&argc, argv);
}

/* One call for all iterations: the library's own loops call once for each. */
void
run_batch(benchmark::State &state, Sample &sample)
{
	const benchmark::IterationCount n = state.max_iterations;

	while (state.KeepRunningBatch(n)) {
		sample.seconds =
			sample.batch(sample.arg, static_cast<uint64_t>(n));
		sample.calls++;
		state.SetIterationTime(sample.seconds);
	}
}

/* Clears the registry on every way out. */
struct Registration {
	Registration(Sample &sample, uint64_t iters)
	{
		benchmark::RegisterBenchmark(
			"sample",
			[&sample](benchmark::State &state) {
				run_batch(state, sample);
			})
			->Iterations(
				static_cast<benchmark::IterationCount>(iters))
			->Repetitions(1)
			->UseManualTime();
	}
	~Registration()
	{
		benchmark::ClearRegisteredBenchmarks();
	}
};

const char *
run(Sample &sample, uint64_t iters)
{
	Capture capture;

	initialize();
	{
		Registration registration(sample, iters);

		benchmark::RunSpecifiedBenchmarks(&capture, nullptr, ".");
	}
	if (sample.calls != 1 || capture.runs != 1)
		return "Google Benchmark did not run the batch exactly once";
	if (capture.iterations != iters)
		return "Google Benchmark ran another number of iterations";
	/* Also when the time is not a number. */
	if (!(capture.seconds == sample.seconds))
		return "Google Benchmark reports another time than was "
		       "measured";
	return nullptr;
}

} // namespace

extern "C" const char *
bench_gbench_sample(bench_gbench_fn *batch, void *arg, uint64_t iters,
		    double *seconds)
{
	static std::atomic_flag running = ATOMIC_FLAG_INIT;
	Sample sample = {batch, arg, 0, 0};
	const char *error;

	if (iters == 0 || iters > INT64_MAX)
		return "a sample has 1 to INT64_MAX iterations";
	if (running.test_and_set())
		return "a sample is running already";
	try {
		error = run(sample, iters);
	} catch (...) {
		error = "Google Benchmark threw an exception";
	}
	running.clear();
	*seconds = sample.seconds;
	return error;
}
