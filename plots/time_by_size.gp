# time_by_size.gp - time per operation against size, a line per strategy with
# a ribbon for its 95 % interval; bounds are dashed and grey
#
# Columns: series candidate size value lo hi ceiling verdict, where the ceiling
# is the same for all candidates of a size. See common.gp.

here = ARG0
while (strlen(here) > 0 && here[strlen(here):*] ne "/") {
	here = here[1:strlen(here) - 1]
}
call here."common.gp" (ARG1) (ARG2) (ARG3) (ARG4)

stats data using "size" nooutput name "SIZE"
stats data using "value" nooutput name "VALUE"
# Of a contender that is drawn, which has it where anybody has; drawn once or
# not at all: a plot over no k still has a title in the key, unless that is "".
ceiling_of(i) = of_series(i, "size") == of_series(i, "size") && \
	is_known("ceiling") ? column("ceiling") : NaN
# The header is a row here too, and no number.
stats data using (column("series") >= 0 && is_known("ceiling") ? 1 : 0) \
	nooutput name "CEILING"
ceilings_drawn = CEILING_max > 0 && contenders_drawn > 0 ? 1 : 0

set logscale x 2
set logscale y 10
set xrange [SIZE_min / 1.15:SIZE_max * 1.15]
set xlabel "size, bytes" textcolor rgb "#333333"
set ylabel "ns per operation (log scale)" textcolor rgb "#333333"
set grid xtics ytics back lt 1 dt solid lc rgb "#e2e2e2" lw 1

# Powers of two, so many apart that the labels do not touch.
octaves = ceil(log(SIZE_max / SIZE_min) / log(2))
step = octaves > 20 ? 3 : octaves > 9 ? 2 : 1
set xtics ()
s = 2 ** floor(log(SIZE_max) / log(2) + 1e-9)
while (s >= SIZE_min) {
	set xtics add (size_label(s) s)
	s = s / 2 ** step
}
set xtics add (size_label(SIZE_min) SIZE_min)
# 1, 2 and 5 of each decade while there are few decades, else 1 only.
few_decades = log10(VALUE_max / VALUE_min) < 3
set ytics ()
do for [decade = -2:9] {
	set ytics add (sprintf("%g", 10.0 ** decade) 10.0 ** decade)
	if (few_decades) {
		set ytics add (sprintf("%g", 2 * 10.0 ** decade) \
			2 * 10.0 ** decade)
		set ytics add (sprintf("%g", 5 * 10.0 ** decade) \
			5 * 10.0 ** decade)
	}
}

set tmargin 5
legend_rows = 0
if (wide_names) {
	set key bmargin left Left reverse maxcols 1
	legend_rows = series_count
} else {
	set key rmargin top Left reverse maxcols 1
}

do for [kind in kinds] {
	eval open_figure(kind, at_least(860), 460 + 20 * legend_rows)
	plot for [k = 1:contenders_drawn] i = contender[k] data \
		using (of_series(i, "size")):(column("lo")):(column("hi")) \
		with filledcurves fc rgb colour_of(i) \
		fs transparent solid 0.18 noborder notitle, \
	     for [k = 1:bounds_drawn] i = bound[k] data \
		using (of_series(i, "size")):(column("value")) \
		with lines lc rgb colour_of(i) lw 1.5 dt 2 + series_colour[i] \
		title bounds_drawn ? legend_of(i) : "", \
	     for [k = 1:ceilings_drawn] i = contender[1] data \
		using (of_series(i, "size")):(ceiling_of(i)) \
		with lines lc rgb "#111111" lw 1.2 dt 3 \
		title ceilings_drawn ? "ceiling" : "", \
	     for [k = 1:contenders_drawn] i = contender[k] data \
		using (of_series(i, "size")):(column("value")) \
		with linespoints lc rgb colour_of(i) lw 1.8 ps 0.55 \
		pt point_of(i) dt dash_of(i) title legend_of(i)
	unset output
}
