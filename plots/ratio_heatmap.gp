# ratio_heatmap.gp - strategy by size: how many times the time of the cell's
# best contender; refused cells are grey, bounds have no colour
#
# Columns: series candidate column size value ratio verdict, where column counts
# the sizes from 0. See common.gp.

here = ARG0
while (strlen(here) > 0 && here[strlen(here):*] ne "/") {
	here = here[1:strlen(here) - 1]
}
call here."common.gp" (ARG1) (ARG2) (ARG3) (ARG4)

stats data using "column" nooutput name "COLUMN"
columns = int(COLUMN_max) + 1
array column_size[columns]
stats data using (column_size[int(column("column")) + 1] = column("size")) \
	nooutput

# log2 of the ratio: 0 is the best, 2 (four times its time) and above the
# darkest. One hue from light to dark, so that grey prints keep the order.
darkest = 2
set palette defined (0 "#fbfaf3", 0.25 "#f6dfae", 0.6 "#e8a15f", \
	1.2 "#c55a4a", 2 "#6e2346")
set cbrange [0:darkest]
set cbtics ("best" 0, "2x" 1, ">= 4x" 2)
if (series_count > 4) {
	set cbtics add ("1.4x" 0.5, "2.8x" 1.5)
}
set colorbox user origin graph 1.02, graph 0.05 size character 1.6, graph 0.9
shade(ratio) = ratio > 2 ** darkest ? darkest : \
	ratio > 1 ? log(ratio) / log(2) : 0
ink(ratio) = ratio > 2.2 ? 0xffffff : 0x222222

unset grid
set border 0
set tics scale 0
set xrange [-0.5:columns - 0.5]
set yrange [series_count - 0.5:-0.5]
set xlabel "size, bytes" textcolor rgb "#333333"
set xtics ()
do for [c = 1:columns] {
	set xtics add (size_label(column_size[c]) c - 1)
}
set ytics () noenhanced
do for [i = 1:series_count] {
	set ytics add (legend_of(i) i - 1)
}

# Boxes reach half a step from their centre, less a hair of white between them.
x_of(keep) = keep ? column("column") : NaN
shown(v) = column("ratio") == column("ratio") && is_verdict("bound") == v
# Many columns are set closer, and their names aslant.
cell_width = columns > 16 ? 42 : 54
cell_font = columns > 16 ? ",9" : ",10"
foot = columns > 16 ? 85 : 60
if (columns > 16) {
	set xtics rotate by 45 right offset 0.5, 0
}
unset key

do for [kind in kinds] {
	# The margins are set in pixels, so that cells keep their size.
	left = 80 + 7.4 * longest_name
	width = left + cell_width * columns + 90
	width = at_least(width)
	height = 70 + foot + 30 * series_count
	set lmargin at screen left / width
	set rmargin at screen (left + cell_width * columns) / width
	set tmargin at screen 1 - 70.0 / height
	set bmargin at screen (1.0 * foot) / height
	eval open_figure(kind, width, height)
	plot data using (x_of(shown(0))):(column("series")):(0.485):(0.47): \
			(shade(column("ratio"))) \
		with boxxyerror fillcolor palette fillstyle solid, \
	     data using (x_of(shown(1))):(column("series")):(0.485):(0.47) \
		with boxxyerror fillcolor rgb "#f2f2f2" fillstyle solid, \
	     data using (x_of(is_verdict("refused"))):(column("series")): \
			(0.485):(0.47) \
		with boxxyerror fillcolor rgb "#e4e4e4" fillstyle solid, \
	     data using (x_of(is_verdict("refused"))):(column("series")): \
			("refused") \
		with labels font ",8" textcolor rgb "#777777", \
	     data using (x_of(shown(0))):(column("series")): \
			(three_digits(column("ratio"))):(ink(column("ratio"))) \
		with labels font cell_font textcolor rgbcolor variable, \
	     data using (x_of(shown(1))):(column("series")): \
			(three_digits(column("ratio"))) \
		with labels font cell_font textcolor rgb "#777777"
	unset output
}
