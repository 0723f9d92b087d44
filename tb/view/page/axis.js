// SPDX-License-Identifier: Apache-2.0
//
// Draws what does not move with the picture: the time axis with its cycles and folds, and the names of the rows.
(function (prisim) {
'use strict';

const APART = 78; // pixels between two cycles of the axis, at least

// 1, 2 or 5 times a power of ten, and at least as much.
function roundStep(least) {
    const power = Math.pow(10, Math.floor(Math.log10(Math.max(least, 1))));
    return [1, 2, 5, 10].map(times => times * power).find(step => step >= least);
}

// The open stretches between folds that are seen, in units.
function stretches(view, scale) {
    const open = [];
    let from = Math.max(view.left, 0);
    for (const fold of prisim.seenFolds(view, scale)) {
        if (fold.u0 > from)
            open.push([from, fold.u0]);
        from = fold.u1;
    }
    if (from < Math.min(view.right(), scale.end))
        open.push([from, Math.min(view.right(), scale.end)]);
    return open;
}

// The cycles to write on the axis: round ones in the open stretches, not too near to each other.
prisim.axisCycles = function (view, scale) {
    const step = roundStep(APART / view.pixels), cycles = [];
    let last = -Infinity;
    for (const [from, to] of stretches(view, scale)) {
        if ((to - from) * view.pixels < 2)
            continue;
        const end = scale.toCycle(to);
        for (let cycle = Math.ceil(scale.toCycle(from) / step) * step; cycle <= end; cycle += step) {
            const x = view.x(scale.toUnits(cycle));
            if (x - last >= APART - 1) {
                cycles.push({cycle, x});
                last = x;
            }
        }
    }
    const none = cycles.length === 0; // only folds: what is there
    for (let x = APART; none && x < view.width - APART; x += 2 * APART)
        cycles.push({cycle: Math.round(scale.toCycle(view.units(x))), x});
    return cycles;
};

prisim.drawAxis = function (to) {
    const {ctx, view, state} = to, {layout, scale} = state;
    ctx.fillStyle = prisim.ink.box;
    ctx.fillRect(0, 0, view.width, layout.axis);
    ctx.fillStyle = prisim.ink.line;
    ctx.fillRect(0, layout.axis - 1, view.width, 1);
    ctx.textBaseline = 'alphabetic';
    ctx.textAlign = 'left';
    prisim.setFont(ctx, 'small');
    for (const {cycle, x} of prisim.axisCycles(view, scale)) {
        ctx.fillStyle = prisim.ink.dim;
        ctx.fillRect(x, layout.axis - 14, 1, 13);
        const text = String(cycle), w = prisim.widthOf(ctx, text);
        if (x + w + 5 < view.width)
            to.write(text, x + 3, layout.axis - 5, 'axis');
    }
    let free = 0;
    for (const fold of prisim.seenFolds(view, scale)) {
        const x0 = view.x(fold.u0), x1 = view.x(fold.u1), left = Math.round(fold.to - fold.from);
        if (x1 - x0 < prisim.THIN)
            continue;
        ctx.fillStyle = prisim.hatch(ctx, prisim.ink.dim, 6);
        ctx.fillRect(x0, 17, Math.max(x1 - x0, 1), 6);
        const text = '\u2212' + left, w = prisim.widthOf(ctx, text);
        const at = Math.min(Math.max((x0 + x1 - w) / 2, 2), view.width - w - 2);
        if (at < free)
            continue;
        ctx.fillStyle = prisim.ink.dim;
        to.write(text, at, 13, 'fold');
        free = at + w + 6;
    }
};

// The text, cut to the width.
prisim.fit = function (ctx, text, width) {
    if (prisim.widthOf(ctx, text) <= width)
        return text;
    let end = text.length - 1;
    while (end > 1 && prisim.widthOf(ctx, text.slice(0, end) + '\u2026') > width)
        --end;
    return text.slice(0, end) + '\u2026';
};

function drawTitle(to, row, gutter) {
    const {ctx} = to, {run} = row;
    const outcome = run.outcome ? ', ' + run.outcome.outcome : ', not judged';
    ctx.fillStyle = prisim.ink.line;
    ctx.fillRect(0, row.y, to.view.width + gutter, row.h);
    ctx.fillStyle = prisim.ink.ink;
    prisim.setFont(ctx, 'bold');
    const source = run.source ? '  \u00b7  ' + run.source : '';
    const text = prisim.fit(ctx, (run.number + 1) + ': ' + run.name + outcome + source, (gutter + to.view.width) / 2);
    to.write(text, 10, row.y + 17, 'title');
    if (run.number === 0)
        to.titleEnd = 10 + prisim.widthOf(ctx, text);
}

prisim.drawNames = function (to, gutter) {
    const {ctx, state} = to;
    ctx.fillStyle = prisim.ink.box;
    ctx.fillRect(0, 0, gutter, state.layout.height);
    ctx.fillStyle = prisim.ink.line;
    ctx.fillRect(gutter - 1, 0, 1, state.layout.height);
    ctx.textAlign = 'left';
    ctx.fillStyle = prisim.ink.dim;
    prisim.setFont(ctx, 'small');
    to.write('cycle', 10, state.layout.axis - 5, 'name');
    if (state.scale.folds.length)
        to.write('idle, left out', 10, 13, 'name');
    for (const row of state.layout.rows) {
        ctx.fillStyle = prisim.ink.line;
        ctx.fillRect(0, row.y, gutter, 1);
        if (row.kind === 'title') {
            drawTitle(to, row, gutter);
            continue;
        }
        if (row.kind === 'hazards' && row.shown < row.run.callouts.length) {
            prisim.setFont(ctx, 'small');
            ctx.fillStyle = prisim.ink.dim;
            to.write(row.shown + ' of ' + row.run.callouts.length + ' shown', 10, row.y + 39, 'name');
        }
        ctx.fillStyle = row.kind === 'hazards' ? prisim.ink.hazard : prisim.ink.ink;
        prisim.setFont(ctx, row.kind === 'lane' || row.kind === 'hazards' ? 'bold' : 'plain');
        const series = row.kind === 'series' ? row.run.series[row.series] : null;
        const middle = row.y + (series ? 17 : Math.min(row.h / 2 + 4, 24));
        to.write(prisim.fit(ctx, row.label, gutter - 16), 10, middle, 'name');
        if (!series)
            continue;
        prisim.setFont(ctx, 'small');
        ctx.fillStyle = prisim.ink.dim;
        const limit = series.limit === null ? '' : ' of ' + series.limit;
        const most = 'most ' + prisim.seriesMost(series) + limit + ' ' + series.unit;
        to.write(prisim.fit(ctx, most, gutter - 16), 10, middle + 15, 'name');
    }
};

})(window.prisim = window.prisim || {});
