# barrier_by_phase.gp - what an operation costs in each phase of the collector,
# a bar per strategy: the mutator's time below, the marker's time that it caused
# above; the whisker is the 95 % interval of the whole
#
# Columns: series candidate panel panel_name cluster cluster_name cluster_note
# value lo hi mutator verdict. Panels have a scale and clusters each. See
# common.gp.

here = ARG0
while (strlen(here) > 0 && here[strlen(here):*] ne "/") {
	here = here[1:strlen(here) - 1]
}
call here."common.gp" (ARG1) (ARG2) (ARG3) (ARG4)

stats data using "panel" nooutput name "PANEL"
panels = int(PANEL_max) + 1
stats data using "cluster" nooutput name "CLUSTER"
clusters = int(CLUSTER_max) + 1
array panel_name[panels]
array panel_top[panels]
array panel_clusters[panels]
array cluster_name[panels * clusters]
do for [p = 1:panels] {
	panel_top[p] = 0
	panel_clusters[p] = 0
}
at_least_of(name, least) = !is_known(name) ? least : \
	column(name) > least ? column(name) : least
note_panel(p) = (panel_name[p] = stringcolumn("panel_name"), \
	panel_top[p] = at_least_of("hi", at_least_of("value", panel_top[p])))
note_cluster(p, c) = (cluster_name[(p - 1) * clusters + c] = \
	stringcolumn("cluster_name")."\n".stringcolumn("cluster_note"), \
	panel_clusters[p] = panel_clusters[p] < c ? c : panel_clusters[p], 0)
stats data using (note_panel(int(column("panel")) + 1), \
	note_cluster(int(column("panel")) + 1, int(column("cluster")) + 1)) \
	nooutput

# A bar is one unit wide, and one unit stands free between clusters. A panel of
# few clusters is filled by half as many as the fullest has, at least, so that
# its bars do not become walls.
slots = clusters * (series_count + 1)
shown(c) = 2 * c < clusters ? (clusters + 1) / 2 : c
centre(c) = c * (series_count + 1) + (series_count - 1) / 2.0
x_of(p, keep) = column("panel") == p - 1 && keep ? \
	column("cluster") * (series_count + 1) + column("series") : NaN
own(i) = column("series") == i - 1

panel_width = 98 + 17 * slots
panel_width = panel_width < 330 ? 330 : panel_width
per_row = panel_width * panels < 1000 ? panels : int(1000 / panel_width)
per_row = per_row < 1 ? 1 : per_row
rows = int(ceil(1.0 * panels / per_row))
entry_width = 50 + 7.4 * (longest_name + 8)
width = per_row * panel_width
width = at_least(width < entry_width ? entry_width : width)
per_line = int((width - 30) / entry_width)
per_line = per_line < 1 ? 1 : per_line
lines = int(ceil((series_count + 1.0) / per_line))
head = 70
panel_height = 300
foot = 20 * lines + 24
height = head + rows * panel_height + foot

# The legend stands at the foot, filled column by column. It is drawn by hand
# because a key belongs to one panel.
legend_x(n) = (30.0 + n / lines * entry_width) / width
legend_y(n) = 1 - (height - foot + 10.0 + n % lines * 20) / height

set ylabel "ns per operation" textcolor rgb "#333333"
set boxwidth 0.86
unset key

do for [kind in kinds] {
	eval open_figure(kind, width, height)
	do for [i = 1:series_count] {
		set object i rectangle center screen legend_x(i - 1), \
			screen legend_y(i - 1) size screen 18.0 / width, \
			screen 11.0 / height fillcolor rgb colour_of(i) \
			fillstyle solid noborder
		set label i + 2 legend_of(i) \
			at screen legend_x(i - 1) + 16.0 / width, \
			screen legend_y(i - 1) left noenhanced \
			textcolor rgb "#333333"
	}
	# A bar in small, in a contender's colour: grey is what bounds have.
	n = series_count
	do for [half = 0:1] {
		set object n + 1 + half rectangle \
			center screen legend_x(n), \
			screen legend_y(n) + (half - 0.5) * 5.5 / height \
			size screen 18.0 / width, screen 5.5 / height \
			fillcolor rgb colour_of(contender[1]) fillstyle \
			transparent solid (half ? 0.4 : 1) noborder
	}
	set label n + 3 "paler: marker's time" \
		at screen legend_x(n) + 16.0 / width, screen legend_y(n) left \
		textcolor rgb "#333333"
	set multiplot
	do for [p = 1:panels] {
		left = ((p - 1) % per_row) * panel_width
		top = head + (p - 1) / per_row * panel_height
		set lmargin at screen (left + 86.0) / width
		set rmargin at screen (left + panel_width - 15.0) / width
		set tmargin at screen 1 - (top + 26.0) / height
		set bmargin at screen 1 - (top + panel_height - 56.0) / height
		set yrange [0:panel_top[p] > 0 ? panel_top[p] * 1.2 : 1]
		set xrange [-1:shown(panel_clusters[p]) * (series_count + 1) - 1]
		set xtics () noenhanced scale 0
		do for [c = 1:panel_clusters[p]] {
			set xtics add (cluster_name[(p - 1) * clusters + c] \
				centre(c - 1))
		}
		set title panel_name[p] offset 0, -0.6 textcolor rgb "#333333"
		plot for [i = 1:series_count] data \
			using (x_of(p, own(i))):(column("value")) with boxes \
			fillcolor rgb colour_of(i) \
			fillstyle transparent solid 0.4 noborder, \
		     for [i = 1:series_count] data \
			using (x_of(p, own(i))):(column("mutator")) with boxes \
			fillcolor rgb colour_of(i) fillstyle solid noborder, \
		     data using (x_of(p, 1)):(column("lo")):(0): \
				(column("hi") - column("lo")) \
			with vectors nohead lc rgb "#222222" lw 1.2, \
		     data using (x_of(p, 1)): \
				(at_least_of("hi", column("value"))): \
				(three_digits(column("value"))) \
			with labels rotate left offset 0, 0.4 font ",8" \
			textcolor rgb "#555555", \
		     data using (x_of(p, is_verdict("refused"))):(0): \
				("refused") \
			with labels rotate left offset 0, 0.4 font ",9" \
			textcolor rgb "#777777"
		# Once is enough for heading and legend.
		unset label
		unset object
	}
	unset multiplot
	unset output
}
