// SPDX-License-Identifier: Apache-2.0
//
// Draws whom each PASID belongs to: a band for each binding, hatched while it is being unbound; a gap is nobody's. And
// the folds of the time axis through all rows.
(function (prisim) {
'use strict';

const hatches = new Map();

// A pattern of slanting lines of this colour.
function hatch(ctx, color, step) {
    const key = color + step;
    if (!hatches.has(key)) {
        const tile = document.createElement('canvas');
        tile.width = tile.height = step;
        const pen = tile.getContext('2d');
        pen.strokeStyle = color;
        pen.lineWidth = step / 4;
        for (const shift of [-step, 0, step]) {
            pen.beginPath();
            pen.moveTo(shift - 1, step + 1);
            pen.lineTo(shift + step + 1, -1);
            pen.stroke();
        }
        hatches.set(key, ctx.createPattern(tile, 'repeat'));
    }
    return hatches.get(key);
}
prisim.hatch = hatch;

// Where a binding stands: its cycles, and from which of them on it is being unbound (Infinity: never).
prisim.bindingSpan = function (run, binding) {
    const to = binding.to < 0 ? run.end : run.cycle[binding.to];
    const from = run.cycle[binding.from];
    return {from, to, unbinding: binding.unbind.length ? run.cycle[binding.unbind[0]] : Infinity};
};

prisim.drawBindings = function (to, row) {
    const {ctx, view, state} = to, {run} = row;
    const x = cycle => view.x(state.scale.toUnits(cycle));
    const top = row.y + 4, h = row.h - 7;
    for (const index of row.owner.bindings) {
        const binding = run.bindings[index], look = prisim.bindingLook(index);
        const span = prisim.bindingSpan(run, binding);
        const x0 = x(span.from), x1 = Math.max(x(span.to), x0 + 1);
        if (x1 < 0 || x0 > view.width)
            continue;
        ctx.fillStyle = prisim.faded(look.color, 0.3);
        ctx.fillRect(x0, top, x1 - x0, h);
        if (span.unbinding < span.to) {
            ctx.fillStyle = prisim.ink.ground;
            ctx.fillRect(x(span.unbinding), top, x1 - x(span.unbinding), h);
            ctx.fillStyle = hatch(ctx, look.color, 8);
            ctx.fillRect(x(span.unbinding), top, x1 - x(span.unbinding), h);
        }
        ctx.strokeStyle = look.color;
        ctx.lineWidth = 3;
        ctx.setLineDash(look.dash);
        ctx.beginPath();
        ctx.moveTo(x0, top + 1);
        ctx.lineTo(x1, top + 1);
        ctx.stroke();
        ctx.setLineDash([]);
        ctx.fillStyle = look.color;
        ctx.fillRect(x0, top, 2, h);
        if (binding.to >= 0)
            ctx.fillRect(x1 - 2, top, 2, h);
    }
};

prisim.seenFolds = function (view, scale) {
    return scale.folds.filter(fold => fold.u1 > view.left && fold.u0 < view.right());
};

prisim.THIN = 3; // pixels of a fold that is too thin for a mark

prisim.drawFolds = function (to) {
    const {ctx, view, state} = to;
    ctx.fillStyle = hatch(ctx, prisim.ink.line, 6);
    for (const fold of prisim.seenFolds(view, state.scale)) {
        const x0 = Math.round(view.x(fold.u0)), x1 = Math.round(view.x(fold.u1));
        if (x1 - x0 >= prisim.THIN)
            ctx.fillRect(x0, 0, x1 - x0, state.layout.height);
    }
};

})(window.prisim = window.prisim || {});
