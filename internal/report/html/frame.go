package html

import (
	"fmt"
	"math"
	"time"

	"clusterctl/internal/report"
)

// frame is the area of a chart, in SVG units: time runs from left to right, counts from bottom
// to top.
type frame struct {
	Width, Height, Left, Right, Top, Bottom, TickEnd int
	// from and to are the first and the last second; most is the top of the scale.
	from, to float64
	most     int
}

// The edges of the drawing and of the plot in it.
const (
	frameWidth, frameHeight   = 960, 262
	frameLeft, frameRight     = 44, 944
	frameTop, frameBottom     = 48, 218
	frameInset                = 40 // from the plot's edges to the first and last bar
	narrowestBar, widestBar   = 3, 28
	roomForLabel              = 84 // between two marks with labels
	mostXTicks, mostYTicks    = 6, 5
	secondsOfDay              = 24 * 60 * 60
	layoutOfDay, layoutOfHour = "2006-01-02", "01-02 15:04"
)

// newFrame fits a frame around points that are sorted by time.
func newFrame(points []report.Point) frame {
	f := frame{
		Width: frameWidth, Height: frameHeight, Left: frameLeft, Right: frameRight, Top: frameTop, Bottom: frameBottom, TickEnd: frameBottom + 5,
		from: seconds(points[0].At), to: seconds(points[len(points)-1].At), most: 1,
	}
	for _, p := range points {
		f.most = max(f.most, p.Total())
	}
	return f
}

// seconds returns an instant as a number. A time.Duration is too short for some.
func seconds(at time.Time) float64 { return float64(at.Unix()) }

// x returns the position of an instant; the middle if there is only one.
func (f frame) x(at time.Time) int { return f.xOf(seconds(at)) }

func (f frame) xOf(second float64) int {
	if f.from == f.to {
		return (frameLeft + frameRight) / 2
	}
	const room = frameRight - frameLeft - 2*frameInset
	return frameLeft + frameInset + int(math.Round((second-f.from)/(f.to-f.from)*room))
}

// y returns the position of a count.
func (f frame) y(n int) int {
	return frameBottom - int(math.Round(float64(n)/float64(f.most)*(frameBottom-frameTop)))
}

// tick is a labelled position on an axis.
type tick struct {
	At    int
	Label string
}

// yTicks returns a few ticks at whole counts.
func (f frame) yTicks() []tick {
	var ticks []tick
	step := roundStep(f.most)
	for n := 0; n <= f.most; n += step {
		ticks = append(ticks, tick{At: f.y(n), Label: fmt.Sprint(n)})
	}
	return ticks
}

// roundStep returns the least of 1, 2, 5, 10, 20, 50, … that makes few steps.
func roundStep(most int) int {
	for power := 1; ; power *= 10 {
		for _, digit := range []int{1, 2, 5} {
			if most/(digit*power) <= mostYTicks {
				return digit * power
			}
		}
	}
}

// xTicks returns ticks at whole hours or days in UTC.
func (f frame) xTicks() []tick {
	step, layout := f.timeStep(), layoutOfDay
	if step < secondsOfDay {
		layout = layoutOfHour
	}
	var ticks []tick
	for second := math.Ceil(f.from/step) * step; second <= f.to; second += step {
		ticks = append(ticks, tick{At: f.xOf(second), Label: time.Unix(int64(second), 0).UTC().Format(layout)})
	}
	return ticks
}

// timeStep returns a usual span of time that makes few steps.
func (f frame) timeStep() float64 {
	const minute, hour, day = 60.0, 3600.0, float64(secondsOfDay)
	steps := []float64{
		minute, 5 * minute, 15 * minute, hour, 3 * hour, 6 * hour, 12 * hour,
		day, 2 * day, 5 * day, 10 * day, 20 * day, 50 * day, 100 * day, 200 * day, 500 * day,
	}
	for _, step := range steps {
		if (f.to-f.from)/step < mostXTicks {
			return step
		}
	}
	return math.Ceil((f.to-f.from)/mostXTicks/day) * day
}

// mark is a run of apply. Its label is empty if there is no room for it.
type mark struct {
	At           int
	Label, Title string
}

// thinOut removes labels that would overlap the one before.
func thinOut(marks []mark) {
	last := -roomForLabel
	for i := range marks {
		if marks[i].At-last < roomForLabel {
			marks[i].Label = ""
			continue
		}
		last = marks[i].At
	}
}

// bar is one report, in parts from bottom to top. Without parts it is a dot.
type bar struct {
	X     int // of its middle
	Title string
	Parts []part
}

// part is the share of one kind in a bar.
type part struct {
	Kind                string
	X, Y, Width, Height int
}

// bar returns the bar of a report, with counts of these kinds.
func (f frame) bar(p report.Point, width int, kinds []string) bar {
	b := bar{X: f.x(p.At), Title: report.Moment(p.At) + ": " + p.Describe()}
	below := 0
	for i, n := range p.Counted {
		if n <= 0 {
			continue
		}
		top := f.y(below + n)
		b.Parts = append(b.Parts, part{
			Kind: kinds[i], X: b.X - width/2, Y: top, Width: width, Height: max(f.y(below)-top, 1),
		})
		below += n
	}
	return b
}

// barWidth keeps bars apart as far as there is room.
func (f frame) barWidth(points []report.Point) int {
	width, last := widestBar, math.MinInt32
	for _, p := range points {
		if !p.IsReport {
			continue
		}
		at := f.x(p.At)
		width, last = min(width, (at-last)*3/4), at
	}
	return max(width, narrowestBar)
}
