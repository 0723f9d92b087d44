// SPDX-License-Identifier: Apache-2.0
//
// Draws how full the queue is and how many credits are left: steps, of which a pixel shows the least and the most.
(function (prisim) {
'use strict';

const EDGE = 8;

// The value that the upper edge of the row stands for.
function top(series) {
    if (series.top === undefined) {
        const most = series.steps.reduce((most, step) => Math.max(most, step[1]), 1);
        series.most = most;
        series.top = series.limit && series.limit <= 4 * most ? Math.max(series.limit, most) : most;
    }
    return series.top;
}

prisim.seriesY = (row, series, value) => row.y + row.h - 4 - (row.h - 4 - EDGE) * value / top(series);
prisim.seriesMost = series => (top(series), series.most);

// The index of the step that holds at these units, or -1 before the first.
prisim.stepAt = (series, units) => prisim.lowerBound(series.units, units, true) - 1;

// The steps that are seen, those on one pixel as one: where, the least, the most and the last value.
function seenSteps(series, view) {
    const seen = [];
    const end = prisim.lowerBound(series.units, view.right(), true);
    for (let i = Math.max(prisim.stepAt(series, view.left), 0), at = null; i < end; ++i) {
        const x = Math.max(Math.floor(view.x(series.units[i])), -2), value = series.steps[i][1];
        if (at && at.x === x) {
            at.low = Math.min(at.low, value), at.high = Math.max(at.high, value), at.after = value;
            continue;
        }
        seen.push(at = {x, low: value, high: value, after: value});
    }
    return seen;
}

prisim.drawSeries = function (to, row) {
    const {ctx, view, state} = to, series = row.run.series[row.series];
    const y = value => Math.round(prisim.seriesY(row, series, value)), line = value => y(value) - 1;
    const seen = seenSteps(series, view);
    const end = Math.round(Math.min(view.x(state.scale.toUnits(row.run.end)), view.width + 2));
    ctx.fillStyle = prisim.faded(prisim.ink.dim, 0.35);
    seen.forEach((step, i) => ctx.fillRect(step.x, y(step.after), (i + 1 < seen.length ? seen[i + 1].x : end) - step.x,
                                           y(0) - y(step.after)));
    ctx.fillStyle = prisim.ink.ink;
    seen.forEach((step, i) => {
        ctx.fillRect(step.x, line(step.after), (i + 1 < seen.length ? seen[i + 1].x : end) - step.x, 2);
        const before = i ? seen[i - 1].after : step.after;
        const low = Math.min(step.low, before), high = Math.max(step.high, before);
        if (low !== high)
            ctx.fillRect(step.x - 1, line(high), 2, line(low) - line(high) + 2);
    });
    if (series.limit && series.limit <= top(series)) {
        ctx.fillStyle = prisim.ink.dim;
        for (let x = -(view.x(0) % 8) - 8; x < view.width; x += 8)
            ctx.fillRect(x, y(series.limit), 4, 1);
    }
};

})(window.prisim = window.prisim || {});
