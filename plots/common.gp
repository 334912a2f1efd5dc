# common.gp - what every figure shares: arguments, terminals, colours, series
#
# A figure is drawn by: gnuplot -d -c FIGURE.gp DATA OUTPUT TITLE SUBTITLE
# DATA is a table with a header line and tabs between its columns; OUTPUT.svg
# and OUTPUT.png are written. Names of strategies, sizes and phases come from
# DATA, and are never read as markup.

data = ARG1
output_base = ARG2
figure_title = ARG3
figure_subtitle = ARG4

set datafile separator "\t"
set encoding utf8
set border 3 lc rgb "#555555"
set tics nomirror out scale 0.6 textcolor rgb "#333333"
set grid ytics back lt 1 dt solid lc rgb "#e2e2e2" lw 1
set style fill noborder

# Paul Tol's "muted" scheme: nine colours that stay apart for colour-blind
# readers. Point and dash types tell on when they come round again.
array palette_colour[9] = ["#332288", "#cc6677", "#117733", "#ddaa33", \
	"#88ccee", "#882255", "#44aa99", "#999933", "#aa4499"]
array palette_point[9] = [7, 5, 9, 11, 13, 4, 6, 8, 10]
array bound_grey[3] = ["#8c8c8c", "#b8b8b8", "#666666"]
colour_of(i) = series_bound[i] ? bound_grey[series_colour[i] % 3 + 1] : \
	palette_colour[series_colour[i] % 9 + 1]
point_of(i) = palette_point[series_colour[i] % 9 + 1]
dash_of(i) = 1 + (series_colour[i] / 9) % 4

# The series of DATA: their names, whether each is a bound, whether each has a
# value, and the colour number, which counts contenders and bounds apart. Rows
# of a series carry its number, from 0, in the column `series`.
stats data using "series" nooutput
series_count = int(STATS_max) + 1
array series_name[series_count]
array series_bound[series_count]
array series_drawn[series_count]
array series_colour[series_count]
do for [i = 1:series_count] {
	series_bound[i] = 0
	series_drawn[i] = 0
}
is_verdict(v) = stringcolumn("verdict") eq v
# What is not known is written NaN; column() would drop the whole row.
is_known(name) = stringcolumn(name) ne "NaN"
note_row(s) = (series_name[s] = stringcolumn("candidate"), \
	series_bound[s] = series_bound[s] || is_verdict("bound"), \
	series_drawn[s] = series_drawn[s] || is_known("value"))
stats data using (note_row(int(column("series")) + 1)) nooutput
contenders = 0
bounds = 0
longest_name = 0
contenders_drawn = 0
bounds_drawn = 0
# The numbers of the series drawn; 1 only keeps an unused place valid, because
# a loop of no rounds is still read once.
array contender[series_count]
array bound[series_count]
do for [i = 1:series_count] {
	series_colour[i] = series_bound[i] ? bounds : contenders
	longest_name = strlen(series_name[i]) > longest_name ? \
		strlen(series_name[i]) : longest_name
	contender[i] = 1
	bound[i] = 1
	contenders = contenders + !series_bound[i]
	bounds = bounds + series_bound[i]
	if (series_drawn[i] && series_bound[i]) {
		bounds_drawn = bounds_drawn + 1
		bound[bounds_drawn] = i
	}
	if (series_drawn[i] && !series_bound[i]) {
		contenders_drawn = contenders_drawn + 1
		contender[contenders_drawn] = i
	}
}
# The column `name` for rows of series i, and a gap for all others.
of_series(i, name) = column("series") == i - 1 ? column(name) : NaN
legend_of(i) = series_name[i].(series_bound[i] ? " (bound)" : "")

size_label(s) = s < 1024 || s != floor(s / 1024) * 1024 ? sprintf("%d", s) : \
	s < 1048576 ? sprintf("%d KiB", s / 1024) : \
	sprintf("%d MiB", s / 1048576)
# Three digits, as the tables have them.
three_digits(x) = x < 0.01 ? "<0.01" : x < 9.995 ? sprintf("%.2f", x) : \
	x < 99.95 ? sprintf("%.1f", x) : sprintf("%.0f", x)

# Names wider than this go below the drawing, or they would squeeze it.
wide_names = longest_name > 26

set title noenhanced
set key noenhanced textcolor rgb "#333333" samplen 2.5 spacing 1.15 \
	width 0 height 0

# A figure is at least as wide as its heading.
heading_width = 30 + 6.2 * strlen(figure_subtitle)
heading_width = heading_width < 30 + 8.6 * strlen(figure_title) ? \
	30 + 8.6 * strlen(figure_title) : heading_width
at_least(w) = w < heading_width ? heading_width : w

# Drawing to a kind of file; sizes are in pixels of the SVG, and the PNG has
# twice as many. Its fonts are in points, of which 72 make 96 pixels.
kinds = "svg png"
set_svg = 'set terminal svg size %d,%d font "sans-serif,12" background "white"'
set_png = 'set terminal pngcairo size 2*%d,2*%d font "sans-serif,12" '. \
	'fontscale 1.5 linewidth 2 pointscale 2'
set_heading = 'set label 1 figure_title at screen 0, screen 1 '. \
	'offset character 1.5, -1.2 left noenhanced font ",15" '. \
	'textcolor rgb "#111111" front; '. \
	'set label 2 figure_subtitle at screen 0, screen 1 '. \
	'offset character 1.5, -2.7 left noenhanced font ",11" '. \
	'textcolor rgb "#666666" front; '
open_figure(kind, width, height) = set_heading. \
	sprintf(kind eq "svg" ? set_svg : set_png, width, height). \
	sprintf("; set output output_base.'.%s'", kind)
